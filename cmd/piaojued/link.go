package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"piaojue/web"
)

// linkCommand is the way back for an administrator who is locked out.
func linkCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "link ID",
		Short: "Print a new one-time link for a person: password, code device and sessions end at once",
		Args:  usage(cobra.ExactArgs(1)),
	}
	base := c.Flags().String("url", "http://127.0.0.1:8080", "`address` of the server in the link")
	number := c.Flags().String("staff-number", "", "staff `number` of a person who has no account yet")
	c.RunE = func(c *cobra.Command, args []string) error {
		return withAdministration(c, func(_ home, a *web.Administration) error {
			link, err := a.Reset(c.Context(), web.ByCommand, args[0], *number)
			if errors.Is(err, web.ErrStaffNumber) {
				return hint(fmt.Errorf("person %s: the staff number is missing or another's", args[0]), "give --staff-number")
			}
			if err != nil {
				return fmt.Errorf("person %s: %w", args[0], err)
			}
			printLink(c, *base, args[0], link)
			return nil
		})
	}
	return c
}

// printLink goes to standard output: it is what was asked for.
func printLink(c *cobra.Command, base, id string, l web.Link) {
	fmt.Fprintf(c.OutOrStdout(), "%s\tlink\t%s%s\n", id, strings.TrimSuffix(base, "/"), l.Path)
}
