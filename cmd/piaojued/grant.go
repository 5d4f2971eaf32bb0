package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"piaojue/store"
)

func grantCommand() *cobra.Command {
	var url string
	c := &cobra.Command{
		Use:   "grant ACCOUNT",
		Short: "Let a PostgreSQL account serve that owns nothing, and so can rewrite no log",
		Long: `Let a PostgreSQL account serve that owns nothing, and so can rewrite no log.

--db names the database and the account that owns the tables, or is to. That one
makes the tables or brings them to this version's; then ACCOUNT may do with each
what a server does, and nothing else: to the logs it can only add. What it was
given before is taken away. All that is printed.

Give serve, init, person, backup and node the address with ACCOUNT. An upgrade
begins with grant; migrate and restore --db need the owner, and grant after them
if it was not run before.`,
		Example: `  createuser piaojue_serve
  piaojued grant piaojue_serve --db 'postgres://piaojue@db1,db2/piaojue?sslmode=verify-full'
  piaojued init --dir /var/lib/piaojue --db 'postgres://piaojue_serve@db1,db2/piaojue?sslmode=verify-full'`,
		Args: usage(cobra.ExactArgs(1)),
	}
	c.Flags().StringVar(&url, "db", "", "`URL` of the database with the owner of its tables, postgres://owner@host[,host]/name?sslmode=verify-full")
	c.RunE = func(c *cobra.Command, args []string) error {
		if err := checkDatabaseURL(url); err != nil {
			return &usageError{fmt.Errorf("--db: %w", err)}
		}
		given, err := store.Shared{URL: url, Name: byCommand}.Grant(c.Context(), args[0])
		if err != nil {
			return explainGrant(err)
		}
		for _, g := range given {
			fmt.Fprintf(c.OutOrStdout(), "%s: %s: %s\n", g.Schema, g.Rights, strings.Join(g.Tables, ", "))
		}
		say(c, "grant.done", args[0])
		return nil
	}
	return c
}

func explainGrant(err error) error {
	if errors.Is(err, store.ErrRole) {
		return hint(err, "make an account of its own for the server, with createuser ACCOUNT")
	}
	return explainMove(err)
}
