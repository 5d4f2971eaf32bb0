package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"piaojue/lang"
	"piaojue/web"
)

func checkCommand() *cobra.Command {
	var acknowledged string
	c := &cobra.Command{
		Use:   "check",
		Short: "Check the folder of a server that is stopped, without changing it",
		Long: `Check the folder of a server that is stopped, without changing it.

What is checked: all database files; every log, from its first entry to the
signature of its last checkpoint; each ballot in the box, and that no credential
has two; and that the box holds what the log has promised. Whatever people were
told must be there too: --acknowledged names a file with lines

  entry VOTE HASH         a tracking code, or the hash of another entry
  checkpoint VOTE BASE64  a checkpoint of the board, as it was once shown

Work is done on a copy, in DIR/copy.tmp, which is overwritten at the end. Do it
after a power cut or a disk that failed, and before a server goes on.`,
		Example: `  piaojued check --dir /var/lib/piaojue
  piaojued check --dir /var/lib/piaojue --acknowledged codes.txt`,
		Args: usage(cobra.NoArgs),
	}
	addHome(c)
	c.Flags().StringVar(&acknowledged, "acknowledged", "", "`file` of what people were told")
	c.RunE = func(c *cobra.Command, _ []string) error {
		h, err := homeOf(c)
		if err != nil {
			return err
		}
		var told []byte
		if acknowledged != "" {
			if told, err = os.ReadFile(acknowledged); err != nil {
				return err
			}
		}
		outside, err := web.ParseAcknowledged(told)
		if err != nil {
			return &usageError{fmt.Errorf("--acknowledged %s: %w", acknowledged, err)}
		}
		return h.check(c, outside)
	}
	return c
}

// check leaves the folder as it is: opening a database plays back what a crash
// has left, and sweeps the box.
func (h home) check(c *cobra.Command, outside *web.Acknowledged) (err error) {
	unlock, err := lock(h.dir)
	if err != nil {
		return err
	}
	defer unlock()
	twin, erase, err := h.twin(checkCopy)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, erase()) }()
	if err := h.copyRaw(twin); err != nil {
		return err
	}
	votes, err := twin.checkAgainst(c, outside)
	if err != nil {
		return explain(err)
	}
	for _, v := range votes {
		for _, l := range []lang.Lang{lang.ZH, lang.EN} {
			fmt.Fprintln(c.OutOrStdout(), l.Text("restore.vote", v.ID, v.Title, l.Text("phase."+v.Phase.String()), v.Entries, v.Ballots, v.Promised))
		}
	}
	entries, checkpoints := outside.Len()
	say(c, "restore.told", entries, checkpoints)
	return nil
}

func (h home) checkAgainst(c *cobra.Command, outside *web.Acknowledged) ([]web.Standing, error) {
	db, err := h.open(c.Context())
	if err != nil {
		return nil, err
	}
	votes, err := web.Check(c.Context(), db, h.keys(), outside)
	if err = errors.Join(err, db.Close()); err != nil {
		return nil, err
	}
	return votes, h.inspectProjects(c.Context())
}

// copyRaw copies databases with their journals, and keys, byte for byte: SQLite
// itself would leave out what it does not reach.
func (h home) copyRaw(twin home) error {
	for _, pattern := range []string{"piaojue.db*", "keys/*"} {
		paths, err := filepath.Glob(filepath.Join(h.dir, pattern))
		if err != nil {
			return err
		}
		for _, path := range paths {
			name, err := filepath.Rel(h.dir, path)
			if err != nil {
				return err
			}
			if err := copyRegular(path, filepath.Join(twin.dir, name)); err != nil {
				return err
			}
		}
	}
	return nil
}

// copyRegular copies a regular file, and nothing else.
func copyRegular(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	if info, err := in.Stat(); err != nil || !info.Mode().IsRegular() {
		return err
	}
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
