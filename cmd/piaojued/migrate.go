package main

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"piaojue/store"
	"piaojue/web"
)

// movedSuffix ends the names of files that a server must not open any more: two
// servers that went on from one log would give it two histories.
const movedSuffix = ".moved"

func migrateCommand() *cobra.Command {
	var to string
	c := &cobra.Command{
		Use:   "migrate",
		Short: "Move a server from SQLite to PostgreSQL, between votes",
		Long: `Move a server from SQLite to PostgreSQL, between votes.

The database must be empty, and no vote may be open. Every log is recomputed on
the other side and must have the same root; the files of SQLite are renamed then,
so that nobody goes on with them by mistake. If anything is wrong, they stay as
they are.

The address holds no password: PostgreSQL's own file ~/.pgpass does. Its account
owns the tables; piaojued grant makes another one that only serves.`,
		Example: `  createdb --template=template0 --encoding=UTF8 --locale=C piaojue
  piaojued migrate --dir /var/lib/piaojue --to 'postgres://piaojue@db.example.org/piaojue?sslmode=verify-full'`,
		Args: usage(cobra.NoArgs),
	}
	addHome(c)
	c.Flags().StringVar(&to, "to", "", "`address` of the database, postgres://user@host/name?sslmode=verify-full")
	c.RunE = func(c *cobra.Command, _ []string) error {
		h, err := homeOf(c)
		if err != nil {
			return err
		}
		if err := checkDatabaseURL(to); err != nil {
			return &usageError{fmt.Errorf("--to: %w", err)}
		}
		return h.migrate(c, to)
	}
	return c
}

// checkDatabaseURL refuses a password: whoever lists the processes of the machine
// reads it.
func checkDatabaseURL(text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" {
		return errors.New("not postgres://user@host/name")
	}
	if _, ok := u.User.Password(); ok || u.Query().Has("password") {
		return errors.New("the address holds a password, which others could read; put it into ~/.pgpass")
	}
	return store.CheckURL(text)
}

func (h home) migrate(c *cobra.Command, to string) error {
	unlock, err := lock(h.dir)
	if err != nil {
		return err
	}
	defer unlock()
	if _, err := os.Stat(h.db()); err != nil {
		return hint(fmt.Errorf("%s holds no database", h.dir), "give the folder of the server that is to be moved")
	}
	if err := h.prepareBoxes(c); err != nil {
		return explain(err)
	}
	moved, err := store.Move(c.Context(), h.db(), store.Shared{URL: to, Name: "migrate", Keys: web.NewKeyring(h.keys())})
	if err != nil {
		return explainMove(err)
	}
	for _, m := range moved {
		fmt.Fprintf(c.OutOrStdout(), "%s %d %x\n", m.Log, m.Size, m.Root)
	}
	if err := h.putAside(); err != nil {
		return err
	}
	fmt.Fprintf(c.ErrOrStderr(), "piaojued: %d logs are the same on both sides; the files of SQLite end with %s now\n", len(moved), movedSuffix)
	say(c, "migrate.next", h.dir, to)
	return nil
}

// prepareBoxes draws the keys under which boxes will lie.
func (h home) prepareBoxes(c *cobra.Command) error {
	db, err := store.OpenDB(c.Context(), h.db())
	if err != nil {
		return err
	}
	votes, err := db.Votes(c.Context())
	for _, v := range votes {
		err = errors.Join(err, web.MakeBoxKey(h.keys(), v.ID))
	}
	return errors.Join(err, db.Close())
}

// putAside renames the files of the database, first the one without which no
// server opens the others.
func (h home) putAside() error {
	var errs []error
	for _, part := range []string{"", "-box", "-projects"} {
		for _, suffix := range []string{"", "-wal", "-shm", "-journal"} {
			path := h.db() + part + suffix
			if err := os.Rename(path, path+movedSuffix); err != nil && !errors.Is(err, os.ErrNotExist) {
				errs = append(errs, err)
			}
		}
	}
	return errors.Join(errs...)
}

func explainMove(err error) error {
	switch {
	case errors.Is(err, store.ErrVoting):
		return hint(err, "move before a vote is opened, or after it is closed")
	case errors.Is(err, store.ErrNotEmpty):
		return hint(err, "drop the database and make a new one: createdb --template=template0 --encoding=UTF8 --locale=C NAME")
	case strings.Contains(err.Error(), "connect"):
		return hint(err, "is PostgreSQL running, and may this user enter? Try: psql ADDRESS")
	}
	return explain(err)
}
