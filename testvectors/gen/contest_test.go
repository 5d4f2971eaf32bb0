package gen

import (
	"fmt"
	"strings"

	"piaojue/election"
)

// rules are those of yna_each for two seats; what is not set is the default of
// package election.
func (c contest) rules() election.Rules {
	seats := 2
	rules := must(election.JudgeMajority.Rules(max(len(c.votes), 1), min(seats, max(len(c.votes), 1))))
	if strings.Contains(c.set, "satisfaction_3") {
		rules = must(election.Satisfaction.Rules(len(c.votes)/3, 0))
	}
	for _, f := range election.RuleFields() {
		value, ok := map[string]string{"tie": "presidium", "shortfall": "leave_short"}[f.Name]
		for _, s := range strings.Fields(c.set) {
			if name, v, _ := strings.Cut(s, "="); name == f.Name {
				value, ok = v, true
			}
		}
		if ok {
			check(f.Set(&rules, value))
		}
	}
	check(rules.Check(2))
	return rules
}

func (c contest) parseNumbers() election.Numbers {
	text := c.numbers
	if text == "" {
		text = "100 90 88 80 2"
	}
	var n election.Numbers
	must(fmt.Sscan(text, &n.N, &n.P, &n.I, &n.R, &n.X))
	n.V = n.R - n.X
	return n
}
