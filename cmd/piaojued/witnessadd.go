package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"piaojue/audit"
	"piaojue/client"
)

func witnessAddCommand() *cobra.Command {
	var h witnessHome
	var from voteBoard
	c := &cobra.Command{
		Use:   "add",
		Short: "Add the log of a frozen vote to those that the witness cosigns",
		Long: `Add the log of a frozen vote to those that the witness cosigns.

It reads the manifest from the server, compares it with the hash, which must come
from paper, and writes the key of the log into DIR/logs. Start the witness again
afterwards.`,
		Example: `  piaojued witness add --dir witness --server https://vote.example.org --vote v1 --manifest HEX`,
		Args:    usage(cobra.NoArgs),
	}
	c.Flags().StringVar(&h.dir, "dir", "", "`folder` of the witness")
	from.add(c)
	c.RunE = func(c *cobra.Command, _ []string) error {
		board, hash, err := from.open(c)
		if err != nil {
			return err
		}
		key, err := client.LogKey(board, from.vote, hash)
		if errors.Is(err, client.ErrBoard) {
			return hint(err, "compare --manifest with the paper; if it is right, the server shows a false log: tell the presidium")
		}
		if err != nil {
			return err
		}
		if err := h.addLog(key); err != nil {
			return err
		}
		fmt.Fprintln(c.OutOrStdout(), key)
		return nil
	}
	return c
}

// addLog adds a key that is not there yet.
func (h witnessHome) addLog(key *audit.Key) error {
	text, err := os.ReadFile(h.logs())
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	for line := range strings.Lines(string(text)) {
		line, _, _ = strings.Cut(line, "#")
		if strings.TrimSpace(line) == key.String() {
			return nil
		}
	}
	f, err := os.OpenFile(h.logs(), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	line := key.String() + "\n"
	if len(text) > 0 && text[len(text)-1] != '\n' {
		line = "\n" + line
	}
	_, err = f.WriteString(line)
	return errors.Join(err, f.Sync(), f.Close())
}
