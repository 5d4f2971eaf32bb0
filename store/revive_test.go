package store

import (
	"errors"
	"testing"

	"piaojue/pgtest"
)

// cut ends all connections of the projects to PostgreSQL.
func (db *Projects) cut(t *testing.T) {
	t.Helper()
	s := db.engine.(*postgres).Shared
	s.Name = "other"
	other, err := s.part(projectsPart).openSnapshots()
	must(t, err)
	defer other.Close()
	_, err = other.Exec(`
		SELECT pg_terminate_backend(pid)
		FROM pg_stat_activity
		WHERE datname = current_database() AND application_name = $1`,
		"piaojued "+db.engine.(*postgres).Name)
	must(t, err)
}

// TestRevive: projects whose connections ended stop, and go on when they are revived;
// not if the log is not whole, and never on files.
func TestRevive(t *testing.T) {
	db := projectsOf(t, openNew(t))
	if !pgtest.Used() {
		wantErr(t, "files", db.Revive(t.Context()), errors.ErrUnsupported)
		return
	}
	appendProjects(t, db, []byte("one"))
	must(t, db.Revive(t.Context())) // nothing has happened
	broken := func(want error) {
		t.Helper()
		db.cut(t)
		for db.Cause() == nil { // a connection may be a new one already
			db.cut(t)
			db.Update(t.Context(), func(tx *ProjectsTx) error { return tx.PutOpinion(Opinion{Project: 1, Grade: Satisfied, Words: "好"}) })
		}
		<-db.Stopped()
		wantErr(t, "while it is stopped", db.Update(t.Context(), func(*ProjectsTx) error { return nil }), ErrStopped)
		wantErr(t, "Revive", db.Revive(t.Context()), want)
	}
	for range 2 {
		broken(nil)
		select {
		case <-db.Stopped():
			t.Error("it counts as stopped")
		default:
		}
		appendProjects(t, db, []byte("more"))
	}
	owner := ownerOf(t, db.engine, db.writer)
	conn, err := owner.Conn(t.Context())
	must(t, err)
	for _, text := range []string{`SET session_replication_role = replica`, `UPDATE entries SET entry = 'x' WHERE idx = 1`} {
		_, err = conn.ExecContext(t.Context(), text)
		must(t, err)
	}
	must(t, errors.Join(conn.Close(), owner.Close()))
	broken(ErrDamaged)
	wantErr(t, "with a log that is not whole", db.Update(t.Context(), func(*ProjectsTx) error { return nil }), ErrStopped)
}
