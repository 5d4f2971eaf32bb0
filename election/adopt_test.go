package election

import (
	"fmt"
	"slices"
	"testing"

	"piaojue/ballot"
)

// input returns votes for n options and k seats under changed default rules:
// 331 deputies, 304 present, issued and collected, all valid.
func input(k int, votes []uint32, change func(*Rules, *Numbers)) Input {
	in := Input{Rules: DefaultRules(), Numbers: Numbers{N: 331, P: 304, I: 304, R: 304, V: 304}}
	in.Rules.CandidatesN, in.Rules.WinnersK, in.Rules.MaxMarks = len(votes), k, k
	for i, v := range votes {
		in.Counts = append(in.Counts, Count{ID: fmt.Sprint("P", i), For: v})
	}
	if change != nil {
		change(&in.Rules, &in.Numbers)
	}
	return in
}

func judged(votes [][2]uint32, k int, change func(*Rules, *Numbers)) Input {
	in := input(k, make([]uint32, len(votes)), change)
	in.Rules.BallotMode = ballot.YNAEach
	for i, v := range votes {
		in.Counts[i].For, in.Counts[i].Against = v[0], v[1]
	}
	return in
}

func reasons(o Outcome) []Reason {
	var rs []Reason
	for _, l := range o.Lines {
		rs = append(rs, l.Reason)
	}
	return rs
}

// lanzhou2024 is 13 to 10 by 304 ballots; the votes are made up.
var lanzhou2024 = []uint32{290, 281, 270, 260, 250, 240, 230, 220, 210, 200, 190, 170, 150}

// TestSources has the rows of the table of sources in the domain's document.
func TestSources(t *testing.T) {
	r := DefaultRules()
	if got := r.QuorumOf(331); got != 221 {
		t.Errorf("Lanzhou: quorum %d, want 221", got)
	}
	if got := r.QuorumOf(332); got != 222 { // rounded up, whatever N is mod 3
		t.Errorf("332 deputies: quorum %d, want 222", got)
	}
	if r.Quorum.Rule = QuorumHalf; r.QuorumOf(331) != 166 || r.QuorumOf(332) != 167 {
		t.Errorf("half of 331 and 332: %d, %d", r.QuorumOf(331), r.QuorumOf(332))
	}
	all := input(10, lanzhou2024, nil)
	if got := all.needed(); got != 166 {
		t.Errorf("Lanzhou 2024: needed of all %d, want 166", got)
	}
	present := input(10, lanzhou2024, func(r *Rules, _ *Numbers) { r.Base = BasePresent })
	if got := present.needed(); got != 153 {
		t.Errorf("Lanzhou 2024: needed of those present %d, want 153", got)
	}
	o := Adopt(all)
	if want := []uint16{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}; !slices.Equal(o.Adopted, want) || o.Next != NextNone {
		t.Errorf("Lanzhou 2024: %+v", o)
	}
	if got := o.Lines[10]; !got.Passed || got.Rank != 11 || got.Reason != ReasonOutranked {
		t.Errorf("the eleventh: %+v", got)
	}
	if got := o.Lines[12]; got.Passed || got.Rank != 13 || got.Reason != ReasonBelow {
		t.Errorf("the thirteenth: %+v", got)
	}
}

func TestSourcesWhole(t *testing.T) {
	for _, c := range []struct {
		name string
		n    Numbers
		want string
	}{
		{"Lanzhou 2025", Numbers{N: 331, P: 296, I: 296, R: 296, V: 296}, VoteValid},
		{"Lishui 2025", Numbers{N: 327, P: 314, I: 314, R: 314, V: 314}, VoteValid},
		{"305 collected of 304 issued", Numbers{N: 331, P: 305, I: 304, R: 305, V: 305}, VoteVoid},
		{"304 collected of 304 issued", Numbers{N: 331, P: 305, I: 304, R: 304, V: 304}, VoteValid},
		{"221 of 331", Numbers{N: 331, P: 221, I: 221, R: 221, V: 221}, VoteValid},
		{"220 of 331", Numbers{N: 331, P: 220, I: 220, R: 220, V: 220}, VoteNoQuorum},
	} {
		o := Adopt(input(10, make([]uint32, 13), func(_ *Rules, n *Numbers) { *n = c.n }))
		if o.Vote != c.want {
			t.Errorf("%s: %s, want %s", c.name, o.Vote, c.want)
		}
		if stands := o.Vote == VoteValid; stands == (o.Next == NextRepeat) {
			t.Errorf("%s: next %s", c.name, o.Next)
		}
	}
}

// TestDongyang2017: 281 for, 1 against; 276 for, 6 against; 282 present.
func TestDongyang2017(t *testing.T) {
	in := judged([][2]uint32{{281, 1}, {276, 6}}, 2, func(_ *Rules, n *Numbers) {
		*n = Numbers{N: 300, P: 282, I: 282, R: 282, V: 282}
	})
	if err := in.Check(); err != nil {
		t.Fatal(err)
	}
	if o := Adopt(in); !slices.Equal(o.Adopted, []uint16{0, 1}) || o.Next != NextNone {
		t.Errorf("outcome %+v", o)
	}
}

func graded(rows [][3]uint32, n uint32) Input {
	r, err := Satisfaction.Rules(len(rows), 0)
	if err != nil {
		panic(err)
	}
	in := Input{Rules: r, Numbers: Numbers{N: n, P: n, I: n, R: n, V: n}}
	for _, g := range rows {
		in.Counts = append(in.Counts, Count{Grades: g})
	}
	return in
}

func TestSatisfaction(t *testing.T) {
	for _, c := range []struct {
		name string
		rows [][3]uint32
		n    uint32
		want int
	}{
		{"Zhenhai 2021", [][3]uint32{{28, 1, 0}, {20, 8, 1}, {26, 3, 0}, {29, 0, 0}, {17, 11, 1}, {26, 3, 0}, {17, 11, 1}, {28, 1, 0}}, 29, 0},
		{"Ningguo 2024", [][3]uint32{{182, 10, 1}, {185, 8, 0}}, 193, 0},
		{"exactly half is not satisfied", [][3]uint32{{20, 10, 10}}, 40, 1},
		{"one more than half", [][3]uint32{{21, 10, 9}}, 40, 0},
		{"both together exactly half", [][3]uint32{{10, 10, 20}}, 40, 2},
		{"both together one more", [][3]uint32{{10, 11, 19}}, 40, 1},
		{"no ballots", [][3]uint32{{}}, 40, 2},
	} {
		in := graded(c.rows, c.n)
		if c.name != "no ballots" {
			if err := in.Check(); err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
		}
		o := Adopt(in)
		for i, l := range o.Lines {
			if l.Grade != c.want || l.Reason != ReasonGraded || l.Adopted || l.Passed {
				t.Errorf("%s, row %d: %+v, want grade %d", c.name, i, l, c.want)
			}
		}
		if len(o.Adopted) > 0 || o.Next != NextNone {
			t.Errorf("%s: %+v", c.name, o)
		}
	}
}

// TestSatisfactionBase: the base is all deputies, whatever the rules say.
func TestSatisfactionBase(t *testing.T) {
	in := graded([][3]uint32{{20, 0, 0}}, 40)
	in.Numbers = Numbers{N: 40, P: 30, I: 30, R: 21, V: 21}
	in.Rules.Base = BaseValid
	if got := Adopt(in).Lines[0].Grade; got != 2 {
		t.Errorf("grade %d, want 2: 20 are not more than half of 40", got)
	}
}

// TestBases: for each base, exactly half fails and one more passes.
func TestBases(t *testing.T) {
	numbers := Numbers{N: 332, P: 320, I: 320, R: 310, V: 300, X: 10}
	for _, c := range []struct {
		base string
		half uint32
	}{
		{BaseAll, 166}, {BasePresent, 160}, {BaseCollected, 155}, {BaseValid, 150}, {BaseNone, 0},
	} {
		in := input(2, []uint32{c.half, c.half + 1}, func(r *Rules, n *Numbers) { r.Base, *n = c.base, numbers })
		if err := in.Check(); err != nil {
			t.Errorf("%s: %v", c.base, err)
		}
		o := Adopt(in)
		if o.Lines[0].Passed || !o.Lines[1].Passed || o.Lines[0].Needed != c.half+1 {
			t.Errorf("%s: %+v", c.base, o.Lines)
		}
	}
}

// TestOddBases: half of an odd number is not whole.
func TestOddBases(t *testing.T) {
	numbers := Numbers{N: 331, P: 319, I: 319, R: 309, V: 299, X: 10}
	for base, needed := range map[string]uint32{BaseAll: 166, BasePresent: 160, BaseCollected: 155, BaseValid: 150} {
		in := input(2, []uint32{needed - 1, needed}, func(r *Rules, n *Numbers) { r.Base, *n = base, numbers })
		o := Adopt(in)
		if o.Lines[0].Passed || !o.Lines[1].Passed || o.Lines[0].Needed != needed {
			t.Errorf("%s: %+v", base, o.Lines)
		}
	}
}

// TestPluralityFloor: a third of the ballots, and at least one vote.
func TestPluralityFloor(t *testing.T) {
	for _, c := range []struct {
		r, votes uint32
		want     bool
	}{
		{300, 100, true}, {300, 99, false}, {301, 100, false}, {301, 101, true}, {0, 0, false}, {1, 0, false}, {1, 1, true},
	} {
		in := input(1, []uint32{c.votes}, func(r *Rules, n *Numbers) {
			r.Shortfall, r.Quorum.MinParticipation = ShortfallPlurality, ParticipationNone
			*n = Numbers{N: 331, P: 331, I: 331, R: c.r, V: c.r}
		})
		if got := Adopt(in).Lines[0].Passed; got != c.want {
			t.Errorf("%d of %d: passed %v, want %v", c.votes, c.r, got, c.want)
		}
	}
}

func TestParticipation(t *testing.T) {
	for _, c := range []struct {
		n, r uint32
		want string
	}{{331, 165, VoteNoQuorum}, {331, 166, VoteValid}, {332, 166, VoteNoQuorum}, {332, 167, VoteValid}} {
		in := input(1, []uint32{0, 0}, func(r *Rules, n *Numbers) {
			r.Quorum.MinParticipation = ParticipationHalf
			*n = Numbers{N: c.n, P: c.n, I: c.n, R: c.r, V: c.r}
		})
		if got := Adopt(in).Vote; got != c.want {
			t.Errorf("%d of %d: %s, want %s", c.r, c.n, got, c.want)
		}
	}
}

func TestShortfalls(t *testing.T) {
	for policy, want := range map[string]string{
		ShortfallLeave:       NextNone,
		ShortfallSecondRound: NextSecondRound,
		ShortfallNextSession: NextSession,
		ShortfallPlurality:   NextNone,
	} {
		o := Adopt(input(3, []uint32{200, 90, 300}, func(r *Rules, _ *Numbers) { r.Shortfall = policy }))
		if !slices.Equal(o.Adopted, []uint16{2, 0}) || o.Next != want {
			t.Errorf("%s: %+v", policy, o)
		}
	}
	o := Adopt(input(2, []uint32{200, 90, 300}, nil))
	if !slices.Equal(o.Adopted, []uint16{2, 0}) || o.Next != NextNone {
		t.Errorf("as many as seats: %+v", o)
	}
}

// TestTies: two seats; 300, then two with 200, then 180.
func TestTies(t *testing.T) {
	const a, b, d = ReasonAdopted, ReasonTied, ReasonOutranked
	for _, c := range []struct {
		policy  string
		adopted []uint16
		tied    []uint16
		next    string
		reasons []Reason
	}{
		{TieRevote, []uint16{3}, []uint16{0, 2}, NextSecondRound, []Reason{b, d, b, a}},
		{TiePresidium, []uint16{3}, []uint16{0, 2}, NextPresidium, []Reason{b, d, b, a}},
		{TieAdoptAll, []uint16{3, 0, 2}, nil, NextNone, []Reason{ReasonTieAdopted, d, ReasonTieAdopted, a}},
		{TieAdoptNone, []uint16{3}, nil, NextNone, []Reason{ReasonTieDropped, d, ReasonTieDropped, a}},
		{TieFewerAgainst, []uint16{3, 2}, nil, NextNone, []Reason{ReasonMoreAgainst, d, ReasonFewerAgainst, a}},
	} {
		in := judged([][2]uint32{{200, 9}, {180, 0}, {200, 8}, {300, 0}}, 2, func(r *Rules, _ *Numbers) { r.Tie = c.policy })
		o := Adopt(in)
		if !slices.Equal(o.Adopted, c.adopted) || !slices.Equal(o.Tied, c.tied) || o.Next != c.next {
			t.Errorf("%s: %+v", c.policy, o)
		}
		if got := reasons(o); !slices.Equal(got, c.reasons) {
			t.Errorf("%s: reasons %v, want %v", c.policy, got, c.reasons)
		}
		if o.Lines[0].Rank != 2 || o.Lines[2].Rank != 2 || o.Lines[1].Rank != 4 {
			t.Errorf("%s: ranks %d %d %d", c.policy, o.Lines[0].Rank, o.Lines[2].Rank, o.Lines[1].Rank)
		}
	}
}

// TestTieFewerAgainst: three seats; one is above, four are tied for two.
func TestTieFewerAgainst(t *testing.T) {
	for _, c := range []struct {
		name    string
		against [4]uint32
		adopted []uint16
		tied    []uint16
		next    string
	}{
		{"all distinct", [4]uint32{4, 3, 2, 1}, []uint16{4, 3, 2}, nil, NextNone},
		{"tied above the border", [4]uint32{1, 1, 5, 6}, []uint16{4, 0, 1}, nil, NextNone},
		{"tied below the border", [4]uint32{5, 1, 5, 2}, []uint16{4, 1, 3}, nil, NextNone},
		{"tied again at the border", [4]uint32{5, 1, 5, 9}, []uint16{4, 1}, []uint16{0, 2}, NextPresidium},
		{"all tied again", [4]uint32{5, 5, 5, 5}, []uint16{4}, []uint16{0, 1, 2, 3}, NextPresidium},
	} {
		var votes [][2]uint32
		for _, a := range c.against {
			votes = append(votes, [2]uint32{200, a})
		}
		o := Adopt(judged(append(votes, [2]uint32{300, 0}), 3, func(r *Rules, _ *Numbers) { r.Tie = TieFewerAgainst }))
		if !slices.Equal(o.Adopted, c.adopted) || !slices.Equal(o.Tied, c.tied) || o.Next != c.next {
			t.Errorf("%s: %+v", c.name, o)
		}
	}
}

// TestNoTie: equal numbers away from the border are no tie.
func TestNoTie(t *testing.T) {
	o := Adopt(input(2, []uint32{200, 200, 190, 190}, nil))
	if !slices.Equal(o.Adopted, []uint16{0, 1}) || o.Tied != nil || o.Next != NextNone {
		t.Errorf("outcome %+v", o)
	}
	if o.Lines[1].Rank != 1 || o.Lines[3].Rank != 3 {
		t.Errorf("ranks %d, %d", o.Lines[1].Rank, o.Lines[3].Rank)
	}
}

// TestNoBallots: where nobody cast, nothing is decided, whatever the base and
// the shortfall policy; one ballot decides.
func TestNoBallots(t *testing.T) {
	for _, base := range []string{BaseAll, BasePresent, BaseCollected, BaseValid, BaseNone} {
		in := input(2, make([]uint32, 3), func(r *Rules, n *Numbers) {
			r.Base, *n = base, Numbers{N: 331, P: 300, I: 300}
		})
		if err := in.Check(); err != nil {
			t.Errorf("%s: %v", base, err)
		}
		o := Adopt(in)
		if o.Vote != VoteVoid || o.Next != NextRepeat || o.Adopted != nil {
			t.Errorf("%s: %+v", base, o)
		}
		if got := reasons(o); !slices.Equal(got, []Reason{ReasonEmpty, ReasonEmpty, ReasonEmpty}) {
			t.Errorf("%s: reasons %v", base, got)
		}
		in.Numbers.R, in.Numbers.V = 1, 1
		if o := Adopt(in); o.Vote != VoteValid || o.Adopted != nil || o.Next != NextSecondRound {
			t.Errorf("%s, one ballot: %+v", base, o)
		}
	}
	none := graded([][3]uint32{{0, 0, 0}}, 29)
	none.Numbers.R, none.Numbers.V = 0, 0
	if o := Adopt(none); o.Vote != VoteVoid || o.Lines[0].Reason != ReasonEmpty {
		t.Errorf("satisfaction: %+v", o)
	}
}

// TestInvalidVote: nothing is adopted, and every line says why.
func TestInvalidVote(t *testing.T) {
	o := Adopt(input(2, []uint32{300, 200}, func(_ *Rules, n *Numbers) { n.I = 303 }))
	if o.Vote != VoteVoid || o.Next != NextRepeat || o.Adopted != nil {
		t.Errorf("outcome %+v", o)
	}
	if got := reasons(o); !slices.Equal(got, []Reason{ReasonSurplus, ReasonSurplus}) {
		t.Errorf("reasons %v", got)
	}
	o = Adopt(input(2, []uint32{200, 200}, func(_ *Rules, n *Numbers) { n.P = 220 }))
	if got := reasons(o); o.Vote != VoteNoQuorum || !slices.Equal(got, []Reason{ReasonInvalid, ReasonInvalid}) {
		t.Errorf("no quorum: reasons %v", got)
	}
}
