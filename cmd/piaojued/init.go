package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"piaojue/store"
	"piaojue/web"
)

func initCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "init",
		Short: "Make a new server: database, folder of keys, persons with API keys",
		Long: `Make a new server: database, folder of keys, persons with API keys.

Each person's key is written to DIR/people/<id>.key (mode 0600) and kept nowhere
else: the database holds its hash. Hand each file to its person and remove it.
Without --person there is one person for each role.`,
		Example: `  piaojued init --dir /var/lib/piaojue
  piaojued init --dir d --person staff_lead:zhang:张三 --person presidium:li:李四`,
		Args: usage(cobra.NoArgs),
	}
	addHome(c)
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
		return h.init(c, persons)
	}
	return c
}

// init makes everything or, in a folder that has a server, nothing.
func (h home) init(c *cobra.Command, persons []web.Person) error {
	if _, err := os.Stat(h.db()); err == nil {
		return hint(fmt.Errorf("%s holds a server already", h.dir), "serve it, or name another folder")
	}
	for _, dir := range []string{h.dir, h.keys(), h.people()} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
	}
	db, err := store.OpenDB(c.Context(), h.db())
	if err != nil {
		return err
	}
	for _, p := range persons {
		if err = h.addPerson(c, db, p); err != nil {
			break
		}
	}
	return errors.Join(err, db.Close())
}
