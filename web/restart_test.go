package web

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"piaojue/election"
	"piaojue/pgtest"
	"piaojue/store"
)

// reopen tries to open a server on the files of the stage.
func (s *stage) reopen() error {
	s.Helper()
	db, err := s.openDB()
	if err != nil {
		return err
	}
	defer db.Close()
	c := s.config
	c.DB = db
	server, err := Open(s.Context(), c)
	if err == nil {
		server.Close()
	}
	return err
}

// replaceDB puts the database of another folder in the place of the stage's.
func (s *stage) replaceDB(folder string) {
	pgtest.SQLiteOnly(s)
	s.Helper()
	for _, name := range []string{"db", "db-wal", "db-shm", "db-box", "db-box-journal"} {
		must(s, errors.Join(os.RemoveAll(filepath.Join(s.folder, name))))
		data, err := os.ReadFile(filepath.Join(folder, name))
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		must(s, err)
		must(s, os.WriteFile(filepath.Join(s.folder, name), data, 0o600))
	}
}

// TestStaleBackup (S2): a backup that lacks what was signed or promised after
// it is refused at the start.
func TestStaleBackup(t *testing.T) {
	pgtest.SQLiteOnly(t)
	s := newStage(t)
	s.begin()
	backup := filepath.Join(t.TempDir(), "db")
	must(t, s.config.DB.Backup(t.Context(), backup))
	s.cast(0, marks(0))
	s.close()
	good := t.TempDir()
	copyFiles(t, s.folder, good)
	s.replaceDB(filepath.Dir(backup))
	if err := s.reopen(); !errors.Is(err, ErrStale) {
		t.Errorf("a backup from before the cast: %v", err)
	}
	s.replaceDB(t.TempDir())
	if err := s.reopen(); !errors.Is(err, ErrStale) {
		t.Errorf("an empty database: %v", err)
	}
	s.replaceDB(good)
	must(t, s.reopen())
}

// TestCount (S2): promises are counted in the log every minute and at the end,
// in steps that do not tell who has cast, and only when the next is reached.
func TestCount(t *testing.T) {
	s := newStage(t)
	s.deputies = countStep + 1
	s.config.CountEvery = 20 * time.Millisecond
	s.restart()
	s.begin()
	for i := range countStep - 1 {
		s.cast(i, marks(0))
	}
	s.wantPromises("one short of the step", 0)
	s.cast(countStep-1, marks(0))
	for range 200 {
		if s.update().Promises() > 0 {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	s.wantPromises("the step", countStep)
	s.cast(countStep, marks(0))
	s.wantPromises("one more", countStep)
	s.restart()
	s.wantPromises("after the end", countStep)
	if got := s.inBox(); got.Ballots != countStep+1 {
		t.Errorf("%d ballots in the box", got.Ballots)
	}
}

// wantPromises looks at the log after several more counts were due.
func (s *stage) wantPromises(when string, want uint32) {
	s.Helper()
	size := s.update().Size()
	time.Sleep(100 * time.Millisecond)
	if state := s.update(); state.Promises() != want || state.Size() != size {
		s.Errorf("%s: promises %d, size %d after %d; want %d", when, state.Promises(), state.Size(), size, want)
	}
}

// TestCountAtTheEnd: a server that stops counts what it has.
func TestCountAtTheEnd(t *testing.T) {
	s := newStage(t) // it counts every hour
	s.deputies = countStep
	s.begin()
	for i := range countStep {
		s.cast(i, marks(0))
	}
	s.wantPromises("before the end", 0)
	s.restart()
	s.wantPromises("after the end", countStep)
}

// TestSettled: the box closes as soon as every credential is accounted for, and
// not before the time is up otherwise.
func TestSettled(t *testing.T) {
	s := newStage(t) // the time is an hour
	s.begin()
	s.cast(0, marks(0))
	s.cast(1, marks(0))
	last := s.voter(2)
	s.order()
	time.Sleep(50 * time.Millisecond)
	if got := s.update().Phase(); got != election.PhaseClosing {
		t.Fatalf("phase %s with one credential out", got)
	}
	must(t, last.Decline())
	s.await(election.PhaseClosed)
	if got := s.update().Numbers(); got.R != 2 || got.U != 1 {
		t.Errorf("numbers %+v", got)
	}
}

// TestShutByOrder (S14): the order of the log decides: from the close order on
// no ballot is taken, but an unused is.
func TestShutByOrder(t *testing.T) {
	s := newStage(t)
	s.begin()
	s.cast(0, marks(0))
	s.cast(1, marks(0))
	late := s.voter(2)
	_, err := late.Seal(marks(0))
	must(t, err)
	other := s.voter(3)
	s.order()
	s.restart()
	if err := late.Cast(); !refusedWith(err, codeClosed) {
		t.Errorf("a ballot after the order: %v", err)
	}
	if err := s.device(3).Identify(); err != nil {
		t.Errorf("identify: %v", err)
	}
	must(t, other.Decline())
	if got := s.inBox(); got.Ballots != 2 || got.Unused != 1 {
		t.Errorf("in the box: %+v", got)
	}
}

// TestRefusedChangesNothing: after an entry that the state refuses, and after a
// transaction that fails, the vote goes on from where the log stands.
func TestRefusedChangesNothing(t *testing.T) {
	s := newStage(t)
	s.draft()
	s.freeze()
	v := s.server.votes[s.vote]
	broken := errors.New("the disk is gone")
	e, err := election.NewEntry(election.NewVoid(s.chain(), "作废"))
	must(t, err)
	e.Sign(election.RoleStaff, 0, s.staff, s.manifest)
	e.Sign(election.RolePresidium, 0, s.presidium, s.manifest)
	size := s.update().Size()
	for name, fail := range map[string]func() error{
		"before": func() error {
			return v.append(t.Context(), func(*store.Tx) ([]*election.Entry, error) { return nil, broken })
		},
		"after": func() error {
			return v.append(t.Context(), func(tx *store.Tx) ([]*election.Entry, error) {
				// The box cannot be closed now, which comes to light after
				// the state has taken the entry in.
				must(t, tx.DiscardBox())
				return []*election.Entry{e, e}, nil
			})
		},
		"panic": func() error { panic("in the middle") },
	} {
		if err := v.do(t.Context(), fail); err == nil {
			t.Errorf("%s: no error", name)
		}
		if state := s.update(); state.Size() != size || state.Phase() != election.PhaseFrozen {
			t.Errorf("%s: size %d, phase %s", name, state.Size(), state.Phase())
		}
		if v.view.Load().phase != election.PhaseFrozen || v.state.Size() != size {
			t.Errorf("%s: the state has moved", name)
		}
	}
	s.approve()
}

// TestKeysOfAnotherVote: a server does not start with keys that are not the
// vote's.
func TestKeysOfAnotherVote(t *testing.T) {
	s := newStage(t)
	s.draft()
	s.freeze()
	s.close()
	must(t, os.Rename(filepath.Join(s.config.Keys, "v1.log.key"), filepath.Join(s.config.Keys, "x")))
	must(t, os.Rename(filepath.Join(s.config.Keys, "v1.promise.key"), filepath.Join(s.config.Keys, "v1.log.key")))
	if err := s.reopen(); err == nil {
		t.Error("a promise key served as log key")
	}
}

// TestHealth: a server that can store says so.
func TestHealth(t *testing.T) {
	s := newStage(t)
	if got := s.send("", "GET", "/healthz", nil); got.status != http.StatusOK {
		t.Errorf("got %d %s", got.status, got.body)
	}
}
