package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"piaojue/store"
	"piaojue/web"
)

// home is the folder of a server: the database, the server's keys and, as they
// were handed out, the API keys of persons.
type home struct {
	dir string
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
	return home{dir}, err
}

// open opens the database of a server that was initialised.
func (h home) open(ctx context.Context) (*store.DB, error) {
	if _, err := os.Stat(h.db()); errors.Is(err, os.ErrNotExist) {
		return nil, hint(fmt.Errorf("%s holds no database", h.dir), "make one with: piaojued init --dir %s", h.dir)
	}
	return store.OpenDB(ctx, h.db())
}

// withHome opens the database for a command. The server may be running.
func withHome(c *cobra.Command, fn func(home, *store.DB) error) error {
	h, err := homeOf(c)
	if err != nil {
		return err
	}
	db, err := h.open(context.WithoutCancel(c.Context()))
	if err != nil {
		return err
	}
	return errors.Join(fn(h, db), db.Close())
}

// withAdministration is withHome for what administrators do, which is logged.
func withAdministration(c *cobra.Command, fn func(home, *web.Administration) error) error {
	return withHome(c, func(h home, db *store.DB) error {
		a, err := web.OpenAdministration(c.Context(), db, h.keys(), time.Now)
		if err != nil {
			return explain(err)
		}
		return fn(h, a)
	})
}
