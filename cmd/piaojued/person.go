package main

import (
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

func personCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "person",
		Short: "Add, list and remove persons, and let one in again",
		Args:  usage(cobra.NoArgs),
		RunE:  showUsage,
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
			return withAdministration(c, func(h home, a *web.Administration) error { return h.addPerson(c, a, p) })
		},
	}
	remove := &cobra.Command{
		Use:   "remove ID",
		Short: "Remove a person, whose key opens nothing any more",
		Args:  usage(cobra.ExactArgs(1)),
		RunE: func(c *cobra.Command, args []string) error {
			return withAdministration(c, func(_ home, a *web.Administration) error {
				if err := a.Remove(c.Context(), web.ByCommand, args[0]); err != nil {
					return fmt.Errorf("person %s: %w", args[0], err)
				}
				return nil
			})
		},
	}
	link := linkCommand()
	list := &cobra.Command{
		Use:   "list",
		Short: "List the persons",
		Args:  usage(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			return withHome(c, func(_ home, db *store.DB) error { return listPersons(c, db) })
		},
	}
	for _, sub := range []*cobra.Command{add, link, remove, list} {
		addHome(sub)
		addDatabase(sub)
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

// addPerson writes the key before the database knows it: a key that nobody
// holds would be worse than a file that opens nothing.
func (h home) addPerson(c *cobra.Command, a *web.Administration, p web.Person) error {
	key, hash := web.GenerateKey()
	path := filepath.Join(h.people(), p.ID+".key")
	if err := keyfile.Write(path, []byte(key+"\n")); err != nil {
		return err
	}
	err := a.IssueKey(c.Context(), web.ByCommand, p, hash)
	if errors.Is(err, store.ErrExists) {
		err = fmt.Errorf("the id %s is that of a person of another role", p.ID)
	}
	if err != nil {
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
