package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/spf13/cobra"

	"piaojue/lang"
	"piaojue/store"
	"piaojue/web"
)

func initCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "init",
		Short: "Make a new server: database, folder of keys, persons, first administrator",
		Long: `Make a new server: database, folder of keys, persons with API keys.

Each person's key is written to DIR/people/<id>.key (mode 0600) and kept nowhere
else: the database holds its hash. Hand each file to its person and remove it.
Without --person there is one person for each role.

The last line is the one-time link of the first administrator, who opens it in a
browser within 24 hours to choose a password, and adds the others there.`,
		Example: `  piaojued init --dir /var/lib/piaojue
  piaojued init --dir d --person staff_lead:zhang:张三 --person presidium:li:李四`,
		Args: usage(cobra.NoArgs),
	}
	addHome(c)
	addDatabase(c)
	base := c.Flags().String("url", "http://127.0.0.1:8080", "`address` of the server in the link")
	people := c.Flags().StringArray("person", nil, "`role:id:name`; may be repeated")
	c.RunE = func(c *cobra.Command, _ []string) error {
		h, err := homeOf(c)
		if err != nil {
			return err
		}
		persons, err := parsePersons(*people)
		if err != nil {
			return &usageError{err}
		}
		return h.init(c, persons, *base)
	}
	return c
}

// init makes everything or, in a folder that has a server, nothing.
func (h home) init(c *cobra.Command, persons []web.Person, base string) error {
	if _, err := os.Stat(h.db()); err == nil {
		return errTaken(h.dir)
	}
	for _, dir := range []string{h.dir, h.keys(), h.people()} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
	}
	db, err := h.create(c.Context())
	if err != nil {
		return explain(err)
	}
	return errors.Join(h.populate(c, db, persons, base), db.Close())
}

// create makes the database, or takes one of PostgreSQL that is empty.
func (h home) create(ctx context.Context) (*store.DB, error) {
	if h.url == "" {
		return store.OpenDB(ctx, h.db())
	}
	db, err := h.shared(byCommand).OpenDB(ctx)
	if err != nil {
		return nil, err
	}
	people, err := db.Persons(ctx)
	if err == nil && len(people) > 0 {
		err = errTaken("the database")
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

func errTaken(what string) error {
	return hint(fmt.Errorf("%s holds a server already", what), "serve it, or name another folder")
}

// populate adds the persons, and lets the first administrator in.
func (h home) populate(c *cobra.Command, db *store.DB, persons []web.Person, base string) error {
	a, err := web.OpenAdministration(c.Context(), db, h.keys(), slog.Default(), time.Now)
	if err != nil {
		return err
	}
	first := web.Person{ID: "administrator", Name: lang.ZH.Text("role.admin"), Role: store.RoleAdmin}
	for _, p := range persons {
		if err := h.addPerson(c, a, p); err != nil {
			return err
		}
		if p.Role == store.RoleAdmin && first.ID == "administrator" {
			first = p
		}
	}
	link, err := a.InviteFirst(c.Context(), first)
	if err != nil {
		return err
	}
	printLink(c, base, first.ID, link)
	return nil
}
