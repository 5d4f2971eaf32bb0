package store

import (
	"bytes"
	"context"
	"crypto/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"piaojue/audit"
)

func openProjects(t testing.TB, path string) *Projects {
	t.Helper()
	db, err := OpenProjects(context.Background(), path)
	must(t, err)
	t.Cleanup(func() { db.Close() })
	return db
}

// projectsOf opens the projects beside a database.
func projectsOf(t testing.TB, db *DB) *Projects {
	t.Helper()
	p, ok := db.engine.(*postgres)
	if !ok {
		return openProjects(t, db.path)
	}
	projects, err := p.Shared.OpenProjects(context.Background())
	must(t, err)
	t.Cleanup(func() { projects.Close() })
	return projects
}

// appendProjects appends entries as the server does, without a checkpoint.
func appendProjects(t testing.TB, db *Projects, entries ...[]byte) {
	t.Helper()
	must(t, db.Update(t.Context(), func(tx *ProjectsTx) error {
		size, err := tx.Size(t.Context())
		if err != nil {
			return err
		}
		_, err = audit.Append(t.Context(), tx, size, entries)
		return err
	}))
}

// All that goes with an entry is there after a restart, or nothing of it.
func TestProjectsTogether(t *testing.T) {
	path := filepath.Join(t.TempDir(), "piaojue.db")
	db := openProjects(t, path)
	hash, code, id := [32]byte{1}, [32]byte{2}, [16]byte{3}
	put := func(tx *ProjectsTx) error {
		for _, err := range []error{
			tx.PutBlob(hash, make([]byte, 40), []byte("small")), tx.PutContact(7, []byte("sealed")),
			tx.PutCode(code, 7), tx.PutReceipt(id, 5, 0), tx.SetMember("p1", 4),
		} {
			if err != nil {
				return err
			}
		}
		return nil
	}
	refused := db.Update(t.Context(), func(tx *ProjectsTx) error {
		must(t, put(tx))
		return ErrExists
	})
	wantErr(t, "Update", refused, ErrExists)
	_, err := db.Suggestion(t.Context(), code)
	wantErr(t, "Suggestion", err, ErrNotFound)

	appendProjects(t, db, []byte("first"))
	must(t, db.Update(t.Context(), put))
	must(t, db.Close())
	db = openProjects(t, path)
	if n, err := db.Suggestion(t.Context(), code); err != nil || n != 7 {
		t.Errorf("Suggestion = %d, %v", n, err)
	}
	if n, err := db.Member(t.Context(), "p1"); err != nil || n != 4 {
		t.Errorf("Member = %d, %v", n, err)
	}
	if actor, entry, err := db.Receipt(t.Context(), id); err != nil || actor != 5 || entry != 0 {
		t.Errorf("Receipt = %d, %d, %v", actor, entry, err)
	}
	if b, err := db.Preview(t.Context(), hash); err != nil || string(b) != "small" {
		t.Errorf("Preview = %q, %v", b, err)
	}
	entries, err := db.Log().ReadEntries(t.Context(), 0, 1)
	if err != nil || string(entries[0]) != "first" {
		t.Errorf("ReadEntries = %q, %v", entries, err)
	}
	err = db.Update(t.Context(), func(tx *ProjectsTx) error { return tx.PutReceipt(id, 6, 1) })
	wantErr(t, "PutReceipt of a name that is taken", err, ErrExists)
}

// What is erased is in no file any more, and what is not, is.
func TestProjectsErase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "piaojue.db")
	db := openProjects(t, path)
	gone, kept, contact := make([]byte, 5000), make([]byte, 5000), make([]byte, 300)
	for _, b := range [][]byte{gone, kept, contact} {
		rand.Read(b)
	}
	must(t, db.Update(t.Context(), func(tx *ProjectsTx) error {
		must(t, tx.PutBlob([32]byte{1}, gone, nil))
		must(t, tx.PutBlob([32]byte{2}, kept, nil))
		return tx.PutContact(1, contact)
	}))
	if !inFiles(t, path, gone) || !inFiles(t, path, contact) {
		t.Fatal("the test looks at the wrong files")
	}
	must(t, db.Update(t.Context(), func(tx *ProjectsTx) error {
		must(t, tx.EraseBlob([32]byte{1}))
		return tx.EraseContact(1)
	}))
	if inFiles(t, path, gone) || inFiles(t, path, contact) {
		t.Error("what was erased is still in a file")
	}
	if !inFiles(t, path, kept) {
		t.Error("what was not erased is gone")
	}
	_, err := db.Blob(t.Context(), [32]byte{1})
	wantErr(t, "Blob", err, ErrNotFound)
}

// inFiles looks for the middle of a value, which lies on one page.
func inFiles(t *testing.T, path string, value []byte) bool {
	t.Helper()
	for _, suffix := range []string{"", "-wal"} {
		b, err := os.ReadFile(projectsPath(path) + suffix)
		must(t, err)
		if bytes.Contains(b, value[100:164]) {
			return true
		}
	}
	return false
}

// A log that was altered is not opened, nor one that cannot be appended to at
// the place where it is.
func TestProjectsDamaged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "piaojue.db")
	db := openProjects(t, path)
	appendProjects(t, db, []byte("first"), []byte("second"))
	_, err := audit.Append(t.Context(), db.Log(), 1, [][]byte{[]byte("other")})
	wantErr(t, "Append at 1 of 2", err, audit.ErrMoved)
	if _, err := db.writer.Exec(`UPDATE entries SET entry = $1 WHERE idx = 0`, []byte("forged")); err == nil {
		t.Error("an entry could be altered")
	}
	_, err = db.writer.Exec(`DROP TRIGGER entries_update`)
	must(t, err)
	_, err = db.writer.Exec(`UPDATE entries SET entry = $1 WHERE idx = 0`, []byte("forged"))
	must(t, err)
	must(t, db.Close())
	_, err = OpenProjects(t.Context(), path)
	wantErr(t, "OpenProjects", err, ErrDamaged)
}

// A copy has the projects, too.
func TestProjectsCopy(t *testing.T) {
	path := filepath.Join(t.TempDir(), "piaojue.db")
	openAt(t, path)
	db := openProjects(t, path)
	appendProjects(t, db, []byte("first"))
	to := filepath.Join(t.TempDir(), "copy.db")
	must(t, Copy(t.Context(), path, to))
	twin := openProjects(t, to)
	if n, err := twin.Log().Size(t.Context()); err != nil || n != 1 {
		t.Errorf("Size = %d, %v", n, err)
	}
	must(t, twin.Close())
	must(t, Erase(to))
	if left, err := filepath.Glob(to + "*"); err != nil || len(left) != 0 {
		t.Errorf("Erase left %v, %v", left, err)
	}
}

// Grades count in every state; words are read only in theirs.
func TestOpinions(t *testing.T) {
	db := openProjects(t, filepath.Join(t.TempDir(), "piaojue.db"))
	must(t, db.Update(t.Context(), func(tx *ProjectsTx) error {
		for _, o := range []Opinion{
			{Project: 1, Grade: Satisfied, Day: 20261122, Words: "路修好了"},
			{Project: 1, Grade: NotSatisfied, Day: 20261122},
			{Project: 2, Grade: BasicallySo, Day: 20261123, Words: "还行"},
		} {
			if err := tx.PutOpinion(o); err != nil {
				return err
			}
		}
		return tx.ShowOpinion(1, Public)
	}))
	shown, err := db.Opinions(t.Context(), 1, Public, 10)
	if err != nil || len(shown) != 1 || shown[0].Words != "路修好了" {
		t.Errorf("shown: %+v, %v", shown, err)
	}
	waits, err := db.Opinions(t.Context(), 0, Waits, 10)
	if err != nil || len(waits) != 1 || waits[0].Project != 2 {
		t.Errorf("waiting: %+v, %v", waits, err)
	}
	grades, err := db.Grades(t.Context())
	if err != nil || grades[1] != [3]uint32{1, 0, 1} || grades[2] != [3]uint32{0, 1, 0} {
		t.Errorf("Grades = %v, %v", grades, err)
	}
	must(t, db.Update(t.Context(), func(tx *ProjectsTx) error { return tx.ShowOpinion(1, Hidden) }))
	if shown, _ := db.Opinions(t.Context(), 1, Public, 10); len(shown) != 0 {
		t.Errorf("hidden, and still shown: %+v", shown)
	}
	err = db.Update(t.Context(), func(tx *ProjectsTx) error { return tx.ShowOpinion(9, Public) })
	wantErr(t, "ShowOpinion of none", err, ErrNotFound)
}

// Nothing that casting leaves behind has a place here: whoever scores deputies
// reads this file.
func TestProjectsKnowNoCasting(t *testing.T) {
	db := openProjects(t, filepath.Join(t.TempDir(), "piaojue.db"))
	tables := map[string]bool{}
	for _, c := range columnsOf(t, db.writer) {
		tables[c.table] = true
		for _, word := range []string{"badge", "epoch", "credential", "ballot", "seed", "vector", "seat", "roll", "terminal"} {
			if strings.Contains(c.table+c.name, word) {
				t.Errorf("%s.%s is of casting", c.table, c.name)
			}
		}
	}
	if !tables["opinions"] || !tables["entries"] {
		t.Errorf("the test looks at the wrong tables: %v", tables)
	}
}
