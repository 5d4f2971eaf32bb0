package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"

	"piaojue/form"
	"piaojue/store"
)

// pinHeader bears the PIN of a badge. It is in no address, which others log.
const pinHeader = "Piaojue-Pin"

var pinPattern = regexp.MustCompile(`^[0-9]{6}$`)

// maxPINs is how many PINs of one badge are hashed in a minute: its holder, whom
// the lock does not stop from asking, must not take the cores that others need
// (attack S8). A terminal that tries again asks less often.
const maxPINs = 60

// pinChecks bounds the PINs that are hashed at once: each takes 19 MiB and a
// core for some time (attack S8).
type pinChecks chan struct{}

func newPINChecks() pinChecks { return make(pinChecks, workers()) }

// fits compares a PIN with what checks it.
func (p pinChecks) fits(ctx context.Context, check, pin string) (bool, error) {
	select {
	case p <- struct{}{}:
		defer func() { <-p }()
		return form.CheckPIN(check, pin), nil
	case <-ctx.Done():
		return false, ctx.Err()
	}
}

// checkPIN demands the PIN of a leaf's badge, if it has one. It comes after the
// badge's signature: others cannot lock a badge that they do not have. Wrong and
// locked take the same time, and whoever sends many PINs at once learns of no
// more than five whether they fit.
func (s *Server) checkPIN(r *http.Request, v *vote, index uint32, check string) error {
	if check == "" {
		return nil
	}
	pin := r.Header.Get(pinHeader)
	if pin == "" {
		return refuse(codePINNeeded)
	}
	if !pinPattern.MatchString(pin) {
		return badField(pinHeader, "field.pin")
	}
	if s.pinTries.count(fmt.Sprintf("%s/%d", v.id, index)) {
		return refuse(codeRateLimited)
	}
	fits, err := s.pins.fits(r.Context(), check, pin)
	if err != nil {
		return err
	}
	ctx := context.WithoutCancel(r.Context()) // nobody takes a try back by hanging up
	err = s.config.DB.TryPIN(ctx, v.id, index)
	switch {
	case errors.Is(err, store.ErrLocked):
		return because(codeBadgeLocked, err)
	case err != nil:
		return err
	case !fits:
		return refuse(codeWrongPIN)
	}
	return s.config.DB.ForgiveTries(ctx, v.id, index)
}

// pinOf returns what checks the PIN of a leaf. It runs on the vote's goroutine, so
// that it is that of the badge that is valid now.
func (v *vote) pinOf(ctx context.Context, index uint32) (string, error) {
	m, err := v.config.DB.MemberAt(ctx, v.id, index)
	if err != nil {
		return "", err
	}
	return m.PIN, nil
}

// unlockRequest names a deputy whose badge is locked.
type unlockRequest struct {
	deputyRef
}

// unlock serves POST /votes/{vote}/unlocks: the deputy stands at the desk and
// has five more tries.
func (s *Server) unlock(w http.ResponseWriter, r *http.Request, who Person) error {
	v, err := s.vote(r)
	if err != nil {
		return err
	}
	var q unlockRequest
	if err := readJSON(w, r, &q); err != nil {
		return err
	}
	var answer deputyJSON
	err = v.do(r.Context(), func() error {
		m, err := v.member(r.Context(), &q.deputyRef)
		if err != nil {
			return err
		}
		if err := s.forgive(r.Context(), v, m, who); err != nil {
			return err
		}
		answer, err = v.deputy(r.Context(), m)
		return err
	})
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, answer)
}

// forgive gives a badge its tries back, and keeps for ever who did.
func (s *Server) forgive(ctx context.Context, v *vote, m *store.Member, who Person) error {
	x := act{Act: actBadgeUnlocked, By: who.ID, Vote: v.id, Detail: m.Number}
	return s.admin.record(context.WithoutCancel(ctx), x, func(tx *store.Tx) error {
		return tx.ForgiveTries(v.id, m.Place.Index)
	})
}
