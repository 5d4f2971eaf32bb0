package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"piaojue/node"
	"piaojue/store"
	"piaojue/web"
)

// home is the folder of a server: the database, the server's keys and, as they
// were handed out, the API keys of persons.
type home struct {
	dir string
	url string // of a database of PostgreSQL; empty: the file in dir
}

func (h home) db() string       { return filepath.Join(h.dir, "piaojue.db") }
func (h home) projects() string { return h.db() + "-projects" }
func (h home) keys() string     { return filepath.Join(h.dir, "keys") }
func (h home) people() string   { return filepath.Join(h.dir, "people") }

func addHome(c *cobra.Command) {
	c.Flags().String("dir", "", "`folder` of the server")
}

func homeOf(c *cobra.Command) (home, error) {
	dir, err := required(c, "dir")
	url := ""
	if f := c.Flags().Lookup("db"); err == nil && f != nil && f.Value.String() != "" {
		url = f.Value.String()
		if bad := checkDatabaseURL(url); bad != nil {
			err = &usageError{fmt.Errorf("--db: %w", bad)}
		}
	}
	return home{dir, url}, err
}

// addDatabase is for commands that also work on PostgreSQL.
func addDatabase(c *cobra.Command) {
	c.Flags().String("db", "", "`URL` of a PostgreSQL database, postgres://user@host[,host]/name?sslmode=verify-full, instead of a file in DIR")
}

// shared is the database that several servers share.
func (h home) shared(name string) store.Shared {
	return store.Shared{URL: h.url, Name: name, Keys: node.Keyring{Keyring: web.NewKeyring(h.keys()), Folder: h.keys()}}
}

// open opens the database of a server that was initialised.
func (h home) open(ctx context.Context) (*store.DB, error) {
	if h.url != "" {
		return h.openShared(ctx, h.shared(byCommand))
	}
	if _, err := os.Stat(h.db()); errors.Is(err, os.ErrNotExist) {
		return nil, hint(fmt.Errorf("%s holds no database", h.dir), "make one with: piaojued init --dir %s", h.dir)
	}
	return store.OpenDB(ctx, h.db())
}

// byCommand is what connections of commands are called.
const byCommand = "(command)"

// openShared opens a database that has persons: init has been there.
func (h home) openShared(ctx context.Context, s store.Shared) (*store.DB, error) {
	db, err := s.OpenDB(ctx)
	if err != nil {
		return nil, err
	}
	people, err := db.Persons(ctx)
	if err == nil && len(people) == 0 {
		err = hint(errors.New("the database holds no server"), "make one with: piaojued init --dir %s --db URL", h.dir)
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// withHome opens the database for a command. The server may be running.
func withHome(c *cobra.Command, fn func(home, *store.DB) error) error {
	h, err := homeOf(c)
	if err != nil {
		return err
	}
	db, err := h.open(context.WithoutCancel(c.Context()))
	if err != nil {
		return explain(err)
	}
	return errors.Join(fn(h, db), db.Close())
}

// withAdministration is withHome for what administrators do, which is logged.
func withAdministration(c *cobra.Command, fn func(home, *web.Administration) error) error {
	return withHome(c, func(h home, db *store.DB) error {
		a, err := web.OpenAdministration(c.Context(), db, h.keys(), slog.Default(), time.Now)
		if err != nil {
			return explain(err)
		}
		return fn(h, a)
	})
}
