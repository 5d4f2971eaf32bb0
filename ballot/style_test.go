package ballot

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
)

// show writes a grid as "0for 1for abstain | [1,2] 0 1 2*2".
func show(g *Grid) string {
	var b strings.Builder
	for _, p := range g.Positions {
		if p.Option != WholeBallot {
			fmt.Fprint(&b, p.Option)
		}
		fmt.Fprint(&b, p.Mark, " ")
	}
	for _, l := range g.Limits {
		fmt.Fprintf(&b, "| [%d,%d]", l.Low, l.High)
		for _, t := range l.Terms {
			fmt.Fprint(&b, " ", t.Position)
			if t.Weight != 1 {
				fmt.Fprintf(&b, "*%d", t.Weight)
			}
		}
		b.WriteByte(' ')
	}
	return strings.TrimSpace(b.String())
}

// The grids are written out from the table in PROTOCOL.md, Section 7.
func TestGrid(t *testing.T) {
	tests := []struct {
		style Style
		want  string
	}{
		{Style{Mode: SelectK, Options: 3, MaxMarks: 2, AllowSpoil: true},
			"0for 1for 2for abstain spoil | [1,2] 0 1 2 3*2 4*2"},
		{Style{Mode: SelectK, Options: 3, MinMarks: 2, MaxMarks: 3},
			"0for 1for 2for | [2,3] 0 1 2"},
		{Style{Mode: SelectK, Options: 3, MaxMarks: 2, Exact: true},
			"0for 1for 2for abstain | [2,2] 0 1 2 3*2"},
		{Style{Mode: YNAEach, Options: 2, MaxMarks: 1, AllowSpoil: true},
			"0for 0against 1for 1against spoil | [0,1] 0 1 4 | [0,1] 2 3 4"},
		{Style{Mode: YNAEach, Options: 1, MaxMarks: 1},
			"0for 0against | [0,1] 0 1"},
		{Style{Mode: YNACapped, Options: 2, MaxMarks: 2, AllowSpoil: true},
			"0for 0against 1for 1against spoil | [0,1] 0 1 4 | [0,1] 2 3 4 | [0,2] 0 2 4*2"},
		{Style{Mode: YNACapped, Options: 2, MaxMarks: 1, Exact: true},
			"0for 0against 1for 1against | [0,1] 0 1 | [0,1] 2 3 | [1,1] 0 2"},
		{Style{Mode: Choose1, Options: 3, MaxMarks: 1, AllowSpoil: true},
			"0for 1for 2for abstain spoil | [1,1] 0 1 2 3 4"},
		{Style{Mode: Choose1, Options: 3, MinMarks: 1, MaxMarks: 1},
			"0for 1for 2for | [1,1] 0 1 2"},
		{Style{Mode: Satisfaction3, Options: 2, MaxMarks: 1, AllowSpoil: true},
			"0grade0 0grade1 0grade2 0abstain 1grade0 1grade1 1grade2 1abstain spoil | [1,1] 0 1 2 3 8 | [1,1] 4 5 6 7 8"},
		{Style{Mode: Satisfaction3, Options: 2, MinMarks: 1, MaxMarks: 2},
			"0grade0 0grade1 0grade2 1grade0 1grade1 1grade2 | [1,1] 0 1 2 | [1,1] 3 4 5"},
	}
	for _, test := range tests {
		g, err := test.style.Grid()
		if err != nil {
			t.Errorf("%+v: %v", test.style, err)
			continue
		}
		if got := show(g); got != test.want {
			t.Errorf("%+v\n got %s\nwant %s", test.style, got, test.want)
		}
		if err := g.check(); err != nil {
			t.Errorf("%+v: %v", test.style, err)
		}
	}
}

func TestStyleRefuses(t *testing.T) {
	good := Style{Mode: SelectK, Options: 3, MaxMarks: 2}
	tests := []struct {
		name   string
		change func(*Style)
	}{
		{"good twin", func(*Style) {}},
		{"no options", func(s *Style) { s.Options = 0 }},
		{"negative options", func(s *Style) { s.Options = -1 }},
		{"too many options", func(s *Style) { s.Options = MaxOptions + 1 }},
		{"no marks", func(s *Style) { s.MaxMarks = 0 }},
		{"more marks than options", func(s *Style) { s.MaxMarks = 4 }},
		{"negative minimum", func(s *Style) { s.MinMarks = -1 }},
		{"minimum above maximum", func(s *Style) { s.MinMarks = 3 }},
		{"no mode", func(s *Style) { s.Mode = "" }},
		{"unknown mode", func(s *Style) { s.Mode = "rank_priority" }},
	}
	for i, test := range tests {
		s := good
		test.change(&s)
		if _, err := s.Grid(); (err != nil) != (i > 0) {
			t.Errorf("%s: %v", test.name, err)
		}
	}
}

func TestGridCheckRefuses(t *testing.T) {
	tests := []struct {
		name string
		grid Grid
	}{
		{"empty", Grid{}},
		{"bounds", Grid{Positions: make([]Position, 1), Limits: []Limit{{Low: 2, High: 1, Terms: []Term{{0, 1}}}}}},
		{"no terms", Grid{Positions: make([]Position, 1), Limits: []Limit{{High: 1}}}},
		{"position", Grid{Positions: make([]Position, 1), Limits: []Limit{{High: 1, Terms: []Term{{1, 1}}}}}},
		{"negative position", Grid{Positions: make([]Position, 1), Limits: []Limit{{High: 1, Terms: []Term{{-1, 1}}}}}},
		{"weight", Grid{Positions: make([]Position, 1), Limits: []Limit{{High: 1, Terms: []Term{{0, 0}}}}}},
		{"huge", Grid{Positions: make([]Position, 1), Limits: []Limit{{High: 1 << 31, Terms: []Term{{0, 1}}}}}},
	}
	for _, test := range tests {
		if test.grid.check() == nil {
			t.Errorf("%s: accepted", test.name)
		}
	}
}

// rule says which bits a style admits, in the words of the rules and without
// the weights of the limits.
func rule(s Style, g *Grid, bits []bool) bool {
	count := map[Mark]int{}
	row := make([]int, s.Options)
	whole := 0
	for i, p := range g.Positions {
		if !bits[i] {
			continue
		}
		count[p.Mark]++
		if p.Option == WholeBallot {
			whole++
		} else {
			row[p.Option]++
		}
	}
	options := 0
	for _, n := range row {
		if n > 1 {
			return false // two marks for one option
		}
		options += n
	}
	if whole > 0 {
		return whole == 1 && options == 0 // spoilt or abstained, and nothing else
	}
	switch s.Mode {
	case SelectK:
		if s.Exact {
			return options == s.MaxMarks
		}
		return options >= max(1, s.MinMarks) && options <= s.MaxMarks
	case Choose1:
		return options == 1
	case YNACapped:
		return count[For] == s.MaxMarks || count[For] < s.MaxMarks && !s.Exact
	case Satisfaction3:
		return options == s.Options
	}
	return true
}

func TestLimitsSayTheRule(t *testing.T) {
	for name, s := range small {
		t.Run(name, func(t *testing.T) {
			g, err := s.Grid()
			if err != nil {
				t.Fatal(err)
			}
			for x := range uint64(1) << len(g.Positions) {
				bits := bitsOf(x, len(g.Positions))
				if got, want := g.checkBits(bits) == nil, rule(s, g, bits); got != want {
					t.Errorf("%v: got %t, want %t", g.Read(bits), got, want)
				}
			}
		})
	}
}

// TestFillInvertsRead: whatever the limits admit, a person can choose, and
// reads back as chosen.
func TestFillInvertsRead(t *testing.T) {
	for name, s := range small {
		t.Run(name, func(t *testing.T) {
			g, err := s.Grid()
			if err != nil {
				t.Fatal(err)
			}
			for x := range uint64(1) << len(g.Positions) {
				bits := bitsOf(x, len(g.Positions))
				if g.checkBits(bits) != nil {
					continue
				}
				c := g.Read(bits)
				got, err := g.Fill(c)
				if err != nil || !reflect.DeepEqual(got, bits) {
					t.Errorf("%+v: got %v, %v, want %v", c, got, err, bits)
				}
				if again := g.Read(got); !reflect.DeepEqual(again, c) {
					t.Errorf("got %+v, want %+v", again, c)
				}
			}
		})
	}
}

func TestFill(t *testing.T) {
	list, rows := small["select_k"], small["satisfaction_3"]
	judge := small["yna_each"]
	tests := []struct {
		name   string
		style  Style
		choice Choice
		want   string // bits, or a part of the error
	}{
		{"one", list, Choice{Marks: []Mark{None, For, None}}, "01000"},
		{"two", list, Choice{Marks: []Mark{For, For, None}}, "11000"},
		{"three", list, Choice{Marks: []Mark{For, For, For}}, "must bear at most 2"},
		{"none", list, Choice{Marks: []Mark{None, None, None}}, "must bear at least 1"},
		{"abstain", list, Choice{Abstain: true}, "00010"},
		{"abstain with empty marks", list, Choice{Marks: make([]Mark, 3), Abstain: true}, "00010"},
		{"spoil", list, Choice{Spoil: true}, "00001"},
		{"both", list, Choice{Spoil: true, Abstain: true}, "excludes"},
		{"abstain and mark", list, Choice{Marks: []Mark{For, None, None}, Abstain: true}, "excludes"},
		{"spoil and mark", list, Choice{Marks: []Mark{For, None, None}, Spoil: true}, "excludes"},
		{"nothing at all", list, Choice{}, "one mark per option"},
		{"short", list, Choice{Marks: []Mark{For, None}}, "one mark per option"},
		{"long", list, Choice{Marks: []Mark{For, None, None, None}}, "one mark per option"},
		{"against", list, Choice{Marks: []Mark{Against, None, None}}, "does not offer"},
		{"abstain from one", list, Choice{Marks: []Mark{Abstain, For, None}}, "does not offer"},
		{"spoil one", list, Choice{Marks: []Mark{Spoil, For, None}}, "does not offer"},
		{"nonsense", list, Choice{Marks: []Mark{"yes", None, None}}, "does not offer"},
		{"no spoil", small["choose_1 min"], Choice{Spoil: true}, "does not offer"},
		{"no abstain", small["choose_1 min"], Choice{Abstain: true}, "does not offer"},
		{"judge", judge, Choice{Marks: []Mark{For, Against}}, "10010"},
		{"judge and abstain", judge, Choice{Marks: []Mark{Abstain, For}}, "00100"},
		{"judge nothing", judge, Choice{Marks: []Mark{None, None}}, "00000"},
		{"abstain from all", judge, Choice{Abstain: true}, "00000"},
		{"judge and spoil", judge, Choice{Marks: []Mark{For, None}, Spoil: true}, "excludes"},
		{"abstain from all and spoil", judge, Choice{Marks: []Mark{Abstain, Abstain}, Spoil: true}, "excludes"},
		{"whole both", judge, Choice{Abstain: true, Spoil: true}, "excludes"},
		{"grades", rows, Choice{Marks: []Mark{Grade2, Abstain}}, "001000010"},
		{"a grade missing", rows, Choice{Marks: []Mark{Grade2, None}}, "option 1 must bear at least 1"},
		{"abstain from all rows", rows, Choice{Abstain: true}, "000100010"},
		{"capped", small["yna_capped"], Choice{Marks: []Mark{For, For, For}}, "the ballot must bear at most 2"},
		{"too few", small["yna_capped exact"], Choice{Marks: []Mark{For, Against, Abstain}}, "at least 2"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			g, err := test.style.Grid()
			if err != nil {
				t.Fatal(err)
			}
			bits, err := g.Fill(test.choice)
			if err != nil {
				if bits != nil || !strings.Contains(err.Error(), test.want) {
					t.Fatalf("got %v, %v, want %s", bits, err, test.want)
				}
				return
			}
			if got := bitString(bits); got != test.want {
				t.Fatalf("got %s, want %s", got, test.want)
			}
		})
	}
}

func bitString(bits []bool) string {
	b := make([]byte, len(bits))
	for i := range bits {
		b[i] = '0' + byte(bit(bits[i]))
	}
	return string(b)
}

func TestLimitErrorNamesTheLimit(t *testing.T) {
	g, err := small["yna_capped"].Grid()
	if err != nil {
		t.Fatal(err)
	}
	_, err = g.Fill(Choice{Marks: []Mark{For, For, For}})
	var got *LimitError
	want := LimitError{Limit: 3, Option: WholeBallot, Low: 0, High: 2, Over: true}
	if !errors.As(err, &got) || *got != want {
		t.Errorf("got %+v, want %+v", err, want)
	}
}

func TestBodySize(t *testing.T) {
	g, err := lanzhou.Grid()
	if err != nil {
		t.Fatal(err)
	}
	// manifest, key, prefix; signatures; ciphertexts; position proofs; the
	// proof for 1..10; signature.
	want := 3*32 + 2*384 + 15*64 + 15*(2*64+32+2*32) + (10*64 + 9*32 + 10*32) + 64
	if got := g.BodySize(2); got != want || got > 7000 {
		t.Errorf("got %d, want %d and at most 7000", got, want)
	}
}
