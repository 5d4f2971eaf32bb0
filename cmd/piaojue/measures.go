package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"piaojue/election"
	"piaojue/form"
	"piaojue/lang"
)

// measuresCommand writes the draft of the measures (票决办法) that a congress
// adopts, with all numbers that are known.
func (t *tool) measuresCommand() *cobra.Command {
	var from rulesSource
	var m form.Measures
	c := between(0, 1, t.command("measures", "[FILE]", `piaojue measures rules.json --congress '兰州市第十七届人民代表大会' --session '第六次会议' --title '2026年度民生实事项目' --entitled 331 > draft.txt
piaojue measures --preset select_majority --candidates 13 --seats 10 --entitled 331`, func(_ context.Context, args []string) error {
		var err error
		if _, m.Rules, err = t.readRules(strings.Join(args, ""), from); err != nil {
			return err
		}
		if err := m.Rules.Check(max(m.Round, 1)); err != nil {
			return err
		}
		for _, line := range t.describeDoubts(m.Rules.Doubts(election.Basics{Deputies: m.Deputies, Round: m.Round, MinBallots: m.MinBallots})) {
			t.talk(line)
		}
		for line := range strings.Lines(m.String()) {
			fmt.Fprintln(t.out, lang.Plain(strings.TrimSuffix(line, "\n")))
		}
		return nil
	}))
	f := c.Flags()
	from.flags(f)
	f.StringVar(&m.Congress, "congress", "", "")
	f.StringVar(&m.Session, "session", "", "")
	f.StringVar(&m.Title, "title", "", "")
	f.Uint32Var(&m.Deputies, "entitled", 0, "")
	f.Uint8Var(&m.Trustees, "trustees", 5, "")
	f.Uint8Var(&m.Threshold, "threshold", 3, "")
	f.Uint32Var(&m.MinBallots, "min-ballots", election.FewBallots, "")
	f.Uint8Var(&m.Round, "round", 1, "")
	return c
}
