package web

import (
	"context"
	"crypto/sha256"
	"errors"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"piaojue/store"
)

const (
	maxFailures = 5
	firstLock   = 15 * time.Minute
	longestLock = 24 * time.Hour
	// maxSignIns bounds the tries of one address in a minute, whatever the
	// names: 60 people may sign in at nine o'clock.
	maxSignIns = 60
)

// accountKey names the attempts at an account.
func accountKey(id string) [32]byte { return sha256.Sum256([]byte("account\x00" + id)) }

// deviceKey names the attempts at the first code of an account's next device.
func deviceKey(id string) [32]byte { return sha256.Sum256([]byte("device\x00" + id)) }

// nameKey names the attempts with a name that nobody has.
func nameKey(name string) [32]byte { return sha256.Sum256([]byte("name\x00" + name)) }

// lockAfter is how long a lock lasts after so many before it.
func lockAfter(locks int) time.Duration {
	return min(firstLock<<min(locks, 10), longestLock)
}

// countAttempt counts a try before anybody is told of it, so that guesses made at
// the same time are counted as well. The last one that is allowed locks; if it is
// right, all are forgotten.
func countAttempt(a store.Attempts, now time.Time) (store.Attempts, error) {
	if a.LockedUntil > now.Unix() {
		return a, refuse(codeLocked)
	}
	a.Failures++
	a.Latest = now.Unix()
	if a.Failures >= maxFailures {
		a.LockedUntil = now.Add(lockAfter(a.Locks)).Unix()
		a.Failures = 0
		a.Locks++
	}
	return a, nil
}

// try counts a try at a name and reports whether it is the one that locks.
func (s *Server) try(ctx context.Context, key [32]byte) (locks bool, err error) {
	now := s.config.Now()
	err = s.config.DB.EditAttempts(ctx, key, now.Add(-longestLock).Unix(), func(a store.Attempts) (store.Attempts, error) {
		a, err := countAttempt(a, now)
		locks = a.LockedUntil > now.Unix()
		return a, err
	})
	return locks, err
}

// findAccount returns the account of an ID or staff number. For a name that
// nobody has it is an empty one, which goes the same way and takes as long.
func (s *Server) findAccount(ctx context.Context, name string) (store.Account, [32]byte, error) {
	id := strings.ToLower(strings.TrimSpace(norm.NFKC.String(name)))
	a, err := s.config.DB.AccountByName(ctx, id, staffNumber(name))
	if errors.Is(err, store.ErrNotFound) {
		return store.Account{}, nameKey(id), nil
	}
	return a, accountKey(a.ID), err
}

// authenticate checks password and code of an account (attack S10), and logs what
// came of it. It never tells which of them was wrong.
func (s *Server) authenticate(ctx context.Context, a store.Account, key [32]byte, password, code string) error {
	err := s.checkSignIn(ctx, a, key, password, code)
	s.logSignIn(a, key, err)
	return err
}

// logSignIn writes what came of a try. A name that nobody has is not written: it
// may be a password that somebody typed into the wrong field.
func (s *Server) logSignIn(a store.Account, key [32]byte, err error) {
	result := "ok"
	if err != nil {
		result = string(toRefusal(err).code)
	}
	s.config.Log.Info("sign-in", "person", a.ID, "result", result,
		"code_device", a.Device != nil, "known_browser", a.HasAccount && key != accountKey(a.ID))
}

// checkSignIn compares first and counts then: what nobody could compare, because
// others keep the cores busy, must not lock an account. Wrong and locked take the
// same time, and whoever guesses many at once is answered five.
func (s *Server) checkSignIn(ctx context.Context, a store.Account, key [32]byte, password, code string) error {
	ok, err := s.hasher.matches(ctx, password, a.Password)
	if err != nil {
		return err // nobody has compared anything: it is no try
	}
	step, fits, err := s.checkCode(a, code)
	if err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx) // nobody takes a try back by hanging up
	locks, err := s.try(ctx, key)
	if err != nil {
		return err
	}
	if ok && fits && step > 0 {
		err = s.config.DB.UseStep(ctx, a.ID, step)
		if fits = err == nil; !fits && !errors.Is(err, store.ErrNotFound) {
			return err
		}
	}
	if ok && fits {
		return s.config.DB.DropAttempts(ctx, key)
	}
	if key == accountKey(a.ID) {
		s.alertStranger(a, ok)
	}
	return s.failed(a, locks)
}

// checkCode reports whether a code fits the account's device, or none is due.
func (s *Server) checkCode(a store.Account, code string) (step int64, fits bool, err error) {
	if a.Device == nil {
		return 0, a.HasAccount && !needsCode(a.Role), nil
	}
	secret, err := s.vault.open(a.Device, a.ID)
	if err != nil {
		return 0, false, err
	}
	step = codeStep(secret, code, s.config.Now(), a.Step)
	return step, step > 0, nil
}

// failed says no. A lock is logged behind the answer: logging takes time, and
// names that nobody has are not logged.
func (s *Server) failed(a store.Account, locks bool) error {
	if !locks {
		return refuse(codeWrongSignIn)
	}
	if a.HasAccount {
		s.jobs.Go(func() {
			err := s.admin.record(context.Background(), act{Act: actAccountLocked, Person: a.ID}, nil)
			if err != nil {
				s.config.Log.Error("lock not logged", "error", err)
			}
		})
	}
	return refuse(codeLocked)
}
