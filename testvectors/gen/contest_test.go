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

// contests are in the order of the rules of PROTOCOL.md, Section 10.
var contests = []contest{
	{"more ballots than issued: void", "", []uint32{60, 60, 0}, nil, "100 90 79 80 2"},
	{"no ballot collected: void, whatever the base", "base=valid", []uint32{0, 0, 0}, nil, "100 90 88 0 0"},
	{"one ballot collected: valid", "base=valid", []uint32{1, 1, 0}, nil, "100 90 88 1 0"},
	{"no ballot collected in a satisfaction vote: void", "ballot_mode=satisfaction_3", []uint32{0, 0, 0}, nil, "100 90 88 0 0"},
	{"quorum of two thirds missed by one", "", []uint32{60, 60, 0}, nil, "100 66 66 66 0"},
	{"quorum of two thirds reached exactly: ⌈200/3⌉", "", []uint32{60, 60, 0}, nil, "100 67 67 67 0"},
	{"quorum of two thirds of 332 missed by one", "", []uint32{170, 160, 0}, nil, "332 221 221 221 0"},
	{"quorum of two thirds of 332 reached: ⌈664/3⌉", "", []uint32{170, 160, 0}, nil, "332 222 222 222 0"},
	{"two thirds of three are two", "", []uint32{2, 2, 0}, nil, "3 2 2 2 0"},
	{"quorum of half missed: exactly half is not more", "quorum.rule=half_all", []uint32{50, 50, 0}, nil, "100 50 50 50 0"},
	{"quorum of half reached", "quorum.rule=half_all base=valid", []uint32{50, 26, 25}, nil, "100 51 51 51 0"},
	{"half took part, which is not enough", "quorum.min_participation=half_all", []uint32{50, 50, 0}, nil, "100 90 88 50 0"},
	{"more than half took part", "quorum.min_participation=half_all", []uint32{51, 51, 0}, nil, "100 90 88 51 0"},
	{"base all deputies: half fails, one more passes", "base=all_deputies", []uint32{50, 51, 0}, nil, ""},
	{"base present", "base=present", []uint32{45, 46, 0}, nil, ""},
	{"base collected", "base=collected", []uint32{40, 41, 0}, nil, ""},
	{"base valid", "base=valid", []uint32{39, 40, 0}, nil, ""},
	{"base none: one vote is enough, none is not", "base=none winners_k=3", []uint32{1, 0, 2}, nil, ""},
	{"an odd base: 41 of 81", "base=valid", []uint32{40, 41, 0}, nil, "100 90 88 82 1"},
	{"ranked by votes, not by the order of the manifest", "", []uint32{60, 65, 70}, nil, ""},
	{"equal votes keep the order of the manifest", "winners_k=3", []uint32{60, 70, 60}, nil, ""},
	{"a tie above the border is none", "", []uint32{60, 60, 55}, nil, ""},
	{"short: left short", "", []uint32{50, 70, 50}, nil, ""},
	{"short: second round", "shortfall=second_round", []uint32{50, 70, 50}, nil, ""},
	{"short: next session, nobody passes", "shortfall=next_session", []uint32{50, 50, 50}, nil, ""},
	{"second round: one third of the ballots and most votes", "shortfall=plurality_floor_1_3", []uint32{27, 70, 26}, nil, ""},
	{"second round: the floor is not met by all", "shortfall=plurality_floor_1_3", []uint32{26, 70, 20}, nil, ""},
	{"second round with no ballots: nobody passes", "shortfall=plurality_floor_1_3", []uint32{0, 0, 0}, nil, "100 90 0 0 0"},
	{"tie at the border: presidium", "", []uint32{70, 60, 60}, nil, ""},
	{"tie of all: presidium", "", []uint32{60, 60, 60}, nil, ""},
	{"tie: voted again", "tie=revote_tied", []uint32{60, 70, 60}, nil, ""},
	{"tie: all adopted", "tie=adopt_all", []uint32{60, 70, 60}, nil, ""},
	{"tie: none adopted, and the shortfall rule is not asked", "tie=adopt_none shortfall=second_round", []uint32{60, 70, 60}, nil, ""},
	{"tie: fewer against", "tie=fewer_against", []uint32{70, 60, 60}, []uint32{0, 9, 3}, ""},
	{"tie: as many against, presidium", "tie=fewer_against", []uint32{70, 60, 60}, []uint32{0, 9, 9}, ""},
	{"tie: one by fewer against, the rest to the presidium", "tie=fewer_against", []uint32{60, 60, 60, 60}, []uint32{9, 5, 1, 5}, ""},
	{"tie: both seats by fewer against, listed so", "tie=fewer_against", []uint32{60, 60, 60, 60}, []uint32{9, 4, 1, 5}, ""},
	{"tie: equal against above the border, in the order of the manifest", "tie=fewer_against winners_k=3", []uint32{60, 60, 60, 60}, []uint32{9, 4, 1, 4}, ""},
	{"select_k: abstain is V − Y", "ballot_mode=select_k", []uint32{51, 70, 20}, nil, ""},
	{"choose_1: one variant", "ballot_mode=choose_1 winners_k=1 max_marks=1", []uint32{51, 20, 7}, nil, ""},
	{"choose_1: a tie", "ballot_mode=choose_1 winners_k=1 max_marks=1 base=none", []uint32{30, 30, 7}, nil, ""},
	{"satisfaction: 满意, 基本满意, 不满意, of all deputies", "ballot_mode=satisfaction_3", []uint32{51, 10, 0, 50, 1, 0, 50, 0, 28, 30, 20, 10}, nil, ""},
	{"satisfaction without quorum", "ballot_mode=satisfaction_3", []uint32{51, 0, 0}, nil, "100 60 60 60 0"},
}
