package web

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"piaojue/audit"
	"piaojue/election"
	"piaojue/pgtest"
	"piaojue/store"
)

// copyTo copies the server of the stage as piaojued backup does, while it runs.
func (s *stage) copyTo(folder string) {
	pgtest.SQLiteOnly(s)
	s.Helper()
	keys := filepath.Join(folder, "keys")
	must(s, os.MkdirAll(keys, 0o700))
	for _, pattern := range []string{"*" + headSuffix, "*.key"} {
		if pattern == "*.key" {
			must(s, store.Copy(s.Context(), filepath.Join(s.folder, "db"), filepath.Join(folder, "db")))
		}
		paths, err := filepath.Glob(filepath.Join(s.config.Keys, pattern))
		must(s, err)
		for _, path := range paths {
			data, err := os.ReadFile(path)
			must(s, err)
			must(s, os.WriteFile(filepath.Join(keys, filepath.Base(path)), data, 0o600))
		}
	}
}

// moveTo goes on with the server of another folder.
func (s *stage) moveTo(folder string) {
	s.Helper()
	s.close()
	s.folder, s.config.Keys = folder, filepath.Join(folder, "keys")
	s.open()
}

// inspectAt inspects a copy.
func inspectAt(t testing.TB, folder string) ([]Standing, error) {
	t.Helper()
	db, err := store.OpenDB(t.Context(), filepath.Join(folder, "db"))
	if err != nil {
		return nil, err
	}
	votes, err := Inspect(t.Context(), db, filepath.Join(folder, "keys"))
	return votes, errors.Join(err, db.Close())
}

// TestBackupWhileVoting (S2, S3): a copy made while ballots come in and are
// counted holds every ballot acknowledged before it, and the vote goes on from
// it to its result.
func TestBackupWhileVoting(t *testing.T) {
	pgtest.SQLiteOnly(t)
	s := newStage(t)
	s.deputies = 3 * countStep
	s.config.CountEvery = 5 * time.Millisecond
	s.config.Grace = time.Millisecond
	s.restart()
	s.begin()
	for i := range countStep {
		s.cast(i, marks(0))
	}
	var casting sync.WaitGroup
	casting.Go(func() {
		for i := range countStep {
			s.cast(countStep+i, marks(1))
		}
	})
	folder := t.TempDir()
	s.copyTo(folder)
	casting.Wait()
	votes, err := inspectAt(t, folder)
	must(t, err)
	if v := votes[0]; !v.Running() || v.Ballots < countStep || v.Promised > v.Ballots || v.Title == "" {
		t.Errorf("%+v", v)
	}
	t.Logf("%d of %d ballots are in the copy", votes[0].Ballots, 2*countStep)
	s.moveTo(folder)
	before := s.inBox().Ballots
	for i := range countStep {
		s.cast(2*countStep+i, marks(2))
	}
	s.order()
	s.await(election.PhaseClosed)
	if got := s.update().Numbers().R; got != uint32(before+countStep) {
		t.Errorf("R is %d, want %d", got, before+countStep)
	}
}

// TestInspectRefuses (S1, S2): a copy whose last checkpoint somebody else signed,
// whose keys are another vote's, or that is behind a kept checkpoint.
func TestInspectRefuses(t *testing.T) {
	s := newStage(t)
	s.begin()
	old := t.TempDir()
	s.copyTo(old)
	for i := range countStep / 8 {
		s.cast(i, marks(0))
	}
	s.order()
	s.close()
	_, err := inspectAt(t, s.folder)
	must(t, err)
	_, err = inspectAt(t, old)
	must(t, err)
	must(t, followsAt(t, s.folder, filepath.Join(old, "keys")))
	if err := followsAt(t, old, s.config.Keys); !errors.Is(err, ErrStale) {
		t.Errorf("the old one behind the new: %v", err)
	}
	if err := followsAt(t, emptyFolder(t), s.config.Keys); !errors.Is(err, ErrStale) {
		t.Errorf("nothing behind the new: %v", err)
	}
	s.forgeHead()
	if _, err := inspectAt(t, s.folder); !errors.Is(err, store.ErrDamaged) {
		t.Errorf("a checkpoint signed by another key: %v", err)
	}
}

func emptyFolder(t testing.TB) string {
	t.Helper()
	folder := t.TempDir()
	db, err := store.OpenDB(t.Context(), filepath.Join(folder, "db"))
	must(t, err)
	must(t, db.Close())
	return folder
}

func followsAt(t testing.TB, folder, keys string) error {
	t.Helper()
	db, err := store.OpenDB(t.Context(), filepath.Join(folder, "db"))
	must(t, err)
	return errors.Join(Follows(t.Context(), db, keys), db.Close())
}

// forgeHead signs the last checkpoint anew with another key.
func (s *stage) forgeHead() {
	s.Helper()
	db, err := store.OpenDB(s.Context(), filepath.Join(s.folder, "db"))
	must(s, err)
	head, err := db.Log(s.vote).Head(s.Context())
	must(s, err)
	c, err := audit.ReadCheckpoint(head.Checkpoint)
	must(s, err)
	forged, err := audit.Sign(c, testKey("somebody"))
	must(s, err)
	must(s, db.Update(s.Context(), s.vote, func(tx *store.Tx) error { return tx.PutCheckpoint(forged) }))
	must(s, db.Close())
}
