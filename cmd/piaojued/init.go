package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"piaojue/keyfile"
	"piaojue/lang"
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

// addPerson writes the key before the database knows it: a key that nobody
// holds would be worse than a file that opens nothing.
func (h home) addPerson(c *cobra.Command, db *store.DB, p web.Person) error {
	key, hash := web.GenerateKey()
	path := filepath.Join(h.people(), p.ID+".key")
	if err := keyfile.Write(path, []byte(key+"\n")); err != nil {
		return err
	}
	if err := db.PutPerson(c.Context(), p, hash); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	fmt.Fprintf(c.OutOrStdout(), "%s\t%s\t%s\t%s\n", p.ID, p.Role, p.Name, path)
	return nil
}

// parsePersons parses role:id:name. None means one of each role.
func parsePersons(args []string) ([]web.Person, error) {
	if len(args) == 0 {
		return onePerRole(), nil
	}
	var all []web.Person
	for _, arg := range args {
		f := strings.SplitN(arg, ":", 3)
		if len(f) != 3 {
			return nil, fmt.Errorf("--person %q is not role:id:name", arg)
		}
		p, err := newPerson(f[0], f[1], f[2])
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(all, func(x web.Person) bool { return x.ID == p.ID }) {
			return nil, fmt.Errorf("two persons have the id %s", p.ID)
		}
		all = append(all, p)
	}
	return all, nil
}

func onePerRole() []web.Person {
	var all []web.Person
	for _, r := range web.Roles() {
		all = append(all, web.Person{ID: string(r), Name: lang.ZH.Text("role." + string(r)), Role: r})
	}
	return all
}

// newPerson checks what will be a name of a file.
func newPerson(role, id, name string) (web.Person, error) {
	if !slices.Contains(web.Roles(), store.Role(role)) {
		return web.Person{}, fmt.Errorf("there is no role %q; there are %s", role, roleList())
	}
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789_-"
	if id == "" || len(id) > 40 || strings.Trim(id, letters) != "" {
		return web.Person{}, fmt.Errorf("id %q is not 1 to 40 of a-z, 0-9, _ and -", id)
	}
	if name == "" {
		return web.Person{}, fmt.Errorf("person %s has no name", id)
	}
	return web.Person{ID: id, Name: name, Role: store.Role(role)}, nil
}

func roleList() string {
	var names []string
	for _, r := range web.Roles() {
		names = append(names, string(r))
	}
	return strings.Join(names, ", ")
}

func personCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "person",
		Short: "Add, list and remove persons",
		Args:  usage(cobra.NoArgs),
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	add := &cobra.Command{
		Use:   "add ROLE ID NAME",
		Short: "Add a person, or give one a new key: the former opens nothing any more",
		Args:  usage(cobra.ExactArgs(3)),
		RunE: func(c *cobra.Command, args []string) error {
			p, err := newPerson(args[0], args[1], args[2])
			if err != nil {
				return &usageError{err}
			}
			return withHome(c, func(h home, db *store.DB) error { return h.addPerson(c, db, p) })
		},
	}
	remove := &cobra.Command{
		Use:   "remove ID",
		Short: "Remove a person, whose key opens nothing any more",
		Args:  usage(cobra.ExactArgs(1)),
		RunE: func(c *cobra.Command, args []string) error {
			return withHome(c, func(_ home, db *store.DB) error {
				if err := db.DeletePerson(c.Context(), args[0]); err != nil {
					return fmt.Errorf("person %s: %w", args[0], err)
				}
				return nil
			})
		},
	}
	list := &cobra.Command{
		Use:   "list",
		Short: "List the persons",
		Args:  usage(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			return withHome(c, func(_ home, db *store.DB) error { return listPersons(c, db) })
		},
	}
	for _, sub := range []*cobra.Command{add, remove, list} {
		addHome(sub)
		c.AddCommand(sub)
	}
	return c
}

func listPersons(c *cobra.Command, db *store.DB) error {
	all, err := db.Persons(c.Context())
	for _, p := range all {
		fmt.Fprintf(c.OutOrStdout(), "%s\t%s\t%s\n", p.ID, p.Role, p.Name)
	}
	return err
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
