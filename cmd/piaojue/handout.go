package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"piaojue/client"
	"piaojue/election"
	"piaojue/lang"
)

// sheetsCommand hands out paper ballots. Who takes one can be issued no
// credential, and who was issued one gets none.
func (t *tool) sheetsCommand() *cobra.Command {
	var all bool
	c := between(0, -1, t.signing(t.command("scrutineer propose sheets", "[NUMBER...]",
		`piaojue scrutineer propose sheets 017 023 --key zhang.age
piaojue scrutineer propose sheets --all --key zhang.age`, func(ctx context.Context, args []string) error {
			if all == (len(args) > 0) {
				return misuse("sheets_whom")
			}
			return t.handOut(ctx, args)
		})))
	c.Flags().BoolVar(&all, "all", false, "")
	return c
}

// handOut proposes sheets for those with the given numbers, or for everybody who
// is checked in and has nothing yet. The names are shown: which leaf is whose,
// only the server says.
func (t *tool) handOut(ctx context.Context, numbers []string) error {
	at, err := t.asSigner(ctx, anyKind)
	if err != nil {
		return err
	}
	roll, err := at.server.deputies(ctx)
	if err != nil {
		return err
	}
	chosen, err := chooseDeputies(roll, numbers, at.board.State())
	if err != nil {
		return err
	}
	var indexes []uint32
	for _, d := range chosen {
		indexes = append(indexes, d.Index)
		fmt.Fprintf(t.out, "%s %s\n", lang.Plain(d.Number), lang.Plain(d.Name))
	}
	slices.Sort(indexes)
	e, err := at.board.ProposeSheets(t.clock(), indexes)
	if e, err = early(e, err, client.ErrNotOpen); err != nil {
		return err
	}
	return t.proposeEntry(ctx, at, e)
}

// chooseDeputies finds deputies by their numbers; without any it takes all whom
// sheets can be handed to.
func chooseDeputies(roll []deputy, numbers []string, s *election.State) (chosen []deputy, err error) {
	for _, n := range numbers {
		at := slices.IndexFunc(roll, func(d deputy) bool { return d.Number == n })
		if at < 0 {
			return nil, wrong("no_deputy", n)
		}
		chosen = append(chosen, roll[at])
	}
	if len(numbers) > 0 {
		return chosen, nil
	}
	for _, d := range roll {
		if _, issued := s.Issued(d.Index); s.CheckedIn(d.Index) && !issued {
			chosen = append(chosen, d)
		}
	}
	if len(chosen) == 0 {
		return nil, wrong("sheets_nobody")
	}
	return chosen, nil
}
