package main

import (
	"slices"

	"github.com/spf13/cobra"

	"piaojue/client"
	"piaojue/election"
)

// decision is what the presidium decides about a tie, as it is typed.
type decision struct {
	adopt       []string // by the numbers on the ballot
	basis, text string
	members     []string
}

// decisionCommand decides which of the tied options are adopted.
func (t *tool) decisionCommand() *cobra.Command {
	var d decision
	c := exactly(0, t.proposeCommand("presidium propose decision", "",
		`piaojue presidium propose decision --adopt 2,5 --basis 'Measures, article 12' --text 'Projects 2 and 5 are adopted.' --member Zhang --member Li --key presidium.age`,
		func([]string) build {
			return func(b *client.Board) (*election.Entry, error) { return t.decide(b, d) }
		}))
	f := c.Flags()
	f.StringSliceVar(&d.adopt, "adopt", nil, "")
	f.StringVar(&d.basis, "basis", "", "")
	f.StringVar(&d.text, "text", "", "")
	f.StringArrayVar(&d.members, "member", nil, "")
	return c
}

func (t *tool) decide(b *client.Board, d decision) (*election.Entry, error) {
	if d.basis == "" || d.text == "" || len(d.members) == 0 {
		return nil, misuse("decision")
	}
	numbers := numberOptions(b.State().Manifest().Options)
	var adopted []uint16
	for _, name := range d.adopt {
		at, err := findOption(numbers, name)
		if err != nil {
			return nil, err
		}
		if slices.Contains(adopted, uint16(at)) {
			return nil, wrong("marked_twice", name)
		}
		adopted = append(adopted, uint16(at))
	}
	slices.Sort(adopted)
	e, err := b.ProposeDecision(t.clock(), adopted, d.basis, d.text, d.members)
	return early(e, err, wrong("no_tie"))
}
