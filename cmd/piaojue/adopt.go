package main

import (
	"context"

	"github.com/spf13/cobra"

	"piaojue/election"
	"piaojue/form"
)

// maxDocument bounds what is read of a file that should be small.
const maxDocument = 8 << 20

// adoptCommand applies the adoption rule to counts, wherever they come from.
func (t *tool) adoptCommand() *cobra.Command {
	return exactly(1, t.command("adopt", "FILE", `piaojue adopt counts.json
piaojue adopt - < counts.json`, func(_ context.Context, args []string) error {
		data, err := t.read(args[0])
		if err != nil {
			return err
		}
		in, err := form.ReadAdopt(data)
		if err != nil {
			return err
		}
		_, err = t.out.Write(form.WriteAdopt(in, election.Adopt(in)))
		return err
	}))
}

// read reads a file, or standard input for "-".
func (t *tool) read(path string) ([]byte, error) {
	if path != "-" {
		return readFile(path, maxDocument)
	}
	return readLimited(t.in, path, maxDocument)
}
