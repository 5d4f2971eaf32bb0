package web

import (
	"context"
	"path/filepath"
	"testing"

	"piaojue/pgtest"
	"piaojue/store"
)

// database is where a test's server keeps its data: a file in its folder, or a
// database of PostgreSQL, with an account that owns nothing of it.
type database struct {
	folder string
	url    string // empty: a file
}

func newDatabase(t testing.TB, folder string) database {
	t.Helper()
	d := database{folder: folder}
	if pgtest.Used() {
		d.url = pgtest.As(pgtest.Role, pgtest.Database(t, createDatabase))
	}
	return d
}

// createDatabase makes the tables of a database of PostgreSQL.
func createDatabase(url string) error {
	_, err := store.Shared{URL: url}.Grant(context.Background(), pgtest.Role)
	return err
}

func (d database) shared() store.Shared {
	return store.Shared{URL: d.url, Name: "test", Keys: NewKeyring(filepath.Join(d.folder, "keys"))}
}

func (d database) openDB() (*store.DB, error) {
	if d.url != "" {
		return d.shared().OpenDB(context.Background())
	}
	return store.OpenDB(context.Background(), filepath.Join(d.folder, "db"))
}

func (d database) openProjects() (*store.Projects, error) {
	if d.url != "" {
		return d.shared().OpenProjects(context.Background())
	}
	return store.OpenProjects(context.Background(), filepath.Join(d.folder, "db"))
}
