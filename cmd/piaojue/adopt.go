package main

import (
	"context"

	"github.com/spf13/cobra"

	"piaojue/election"
	"piaojue/form"
)

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
