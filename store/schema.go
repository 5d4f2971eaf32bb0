package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/pressly/goose/v3"
)

// ErrNewer means that a newer version of the program has made or migrated the
// database, which this one does not understand.
var ErrNewer = errors.New("store: the database was made by a newer version of this program")

// Schema is the newest version of a part's tables that this program knows.
type Schema struct {
	Part    string // name of its folder of migrations: sqlite, postgres-box …
	Version int64
}

// Schemas returns those of all parts, ordered by name.
func Schemas() (all []Schema) {
	parts, err := migrations.ReadDir("migrations")
	if err != nil {
		panic(err) // they are in the program
	}
	for _, p := range parts {
		files, err := migrations.ReadDir(path.Join("migrations", p.Name()))
		if err != nil {
			panic(err)
		}
		s := Schema{Part: p.Name()}
		for _, f := range files {
			number, _, _ := strings.Cut(f.Name(), "_")
			n, err := strconv.ParseInt(number, 10, 64)
			if err != nil {
				panic(err)
			}
			s.Version = max(s.Version, n)
		}
		all = append(all, s)
	}
	return all
}

// newestOf is the version of a part's tables that this program knows.
func newestOf(part string) int64 {
	all := Schemas()
	return all[slices.IndexFunc(all, func(s Schema) bool { return s.Part == part })].Version
}

// migrateTo applies the migrations of a folder. A migration that an installation
// may have run never changes any more: testdata/migrations.sha256 pins them.
func migrateTo(ctx context.Context, db *sql.DB, dialect goose.Dialect, folder string) error {
	sources, err := fs.Sub(migrations, "migrations/"+folder)
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(dialect, db, sources, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return err
	}
	have, want, err := p.GetVersions(ctx)
	if err != nil {
		return err
	}
	if have > want {
		return fmt.Errorf("%w: %s has schema %d, this program knows %d", ErrNewer, folder, have, want)
	}
	_, err = p.Up(ctx)
	return err
}
