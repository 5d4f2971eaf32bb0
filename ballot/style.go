package ballot

import "fmt"

// Mode says how a ballot is marked.
type Mode string

// The modes of PROTOCOL.md, Section 7.
const (
	SelectK       Mode = "select_k"       // 圈选: mark at most k options
	YNAEach       Mode = "yna_each"       // 逐项: for, against or neither, each by itself
	YNACapped     Mode = "yna_capped"     // the same, with at most k times for
	Choose1       Mode = "choose_1"       // 多选一: one of several variants
	Satisfaction3 Mode = "satisfaction_3" // one of three grades per row
)

// MaxOptions bounds the options of a ballot (PROTOCOL.md, Section 4.1).
const MaxOptions = 500

// Style is what the rules of a vote say about the form of its ballots.
type Style struct {
	Mode               Mode
	Options            int // options, variants or rows
	MinMarks, MaxMarks int
	Exact              bool // fewer marks than MaxMarks are invalid
	AllowSpoil         bool
}

func (s Style) check() error {
	switch {
	case s.Options < 1 || s.Options > MaxOptions:
		return fmt.Errorf("ballot: %d options, not 1 to %d", s.Options, MaxOptions)
	case s.MaxMarks < 1 || s.MaxMarks > s.Options:
		return fmt.Errorf("ballot: at most %d marks for %d options", s.MaxMarks, s.Options)
	case s.MinMarks < 0 || s.MinMarks > s.MaxMarks:
		return fmt.Errorf("ballot: at least %d marks, at most %d", s.MinMarks, s.MaxMarks)
	}
	return nil
}

// Grid lists the positions and limits of the style, in the order of
// PROTOCOL.md, Section 7.
func (s Style) Grid() (*Grid, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	g := new(Grid)
	switch s.Mode {
	case SelectK:
		s.selectGrid(g)
	case Choose1:
		s.chooseGrid(g)
	case YNAEach:
		s.judgeGrid(g)
	case YNACapped:
		s.judgeGrid(g)
		s.capGrid(g)
	case Satisfaction3:
		s.gradeGrid(g)
	default:
		return nil, fmt.Errorf("ballot: unknown mode %q", s.Mode)
	}
	return g, nil
}

// selectGrid weighs abstaining and spoiling as much as k options, so that
// neither goes together with an option or with the other.
func (s Style) selectGrid(g *Grid) {
	k := uint32(s.MaxMarks)
	low := uint32(max(1, s.MinMarks))
	if s.Exact {
		low = k
	}
	g.Limits = []Limit{{Low: low, High: k, Terms: s.listTerms(g, k)}}
}

func (s Style) chooseGrid(g *Grid) {
	g.Limits = []Limit{{Low: 1, High: 1, Terms: s.listTerms(g, 1)}}
}

// listTerms adds one position per option, and what stands for the whole
// ballot with that weight.
func (s Style) listTerms(g *Grid, whole uint32) []Term {
	var terms []Term
	for i := range s.Options {
		terms = append(terms, g.add(i, For, 1))
	}
	if s.MinMarks == 0 {
		terms = append(terms, g.add(WholeBallot, Abstain, whole))
	}
	return append(terms, s.spoilTerms(g, whole)...)
}

// spoilTerms adds the position for spoiling, if there is one.
func (s Style) spoilTerms(g *Grid, weight uint32) []Term {
	if !s.AllowSpoil {
		return nil
	}
	return []Term{g.add(WholeBallot, Spoil, weight)}
}

func (s Style) judgeGrid(g *Grid) {
	rows := make([][]Term, s.Options)
	for i := range rows {
		rows[i] = []Term{g.add(i, For, 1), g.add(i, Against, 1)}
	}
	s.addRows(g, rows, Limit{Low: 0, High: 1})
}

// capGrid comes after judgeGrid.
func (s Style) capGrid(g *Grid) {
	k := uint32(s.MaxMarks)
	limit := Limit{Low: 0, High: k}
	if s.Exact {
		limit.Low = k
	}
	for i, p := range g.Positions {
		switch p.Mark {
		case For:
			limit.Terms = append(limit.Terms, Term{Position: i, Weight: 1})
		case Spoil:
			limit.Terms = append(limit.Terms, Term{Position: i, Weight: k})
		}
	}
	g.Limits = append(g.Limits, limit)
}

func (s Style) gradeGrid(g *Grid) {
	rows := make([][]Term, s.Options)
	for i := range rows {
		rows[i] = []Term{g.add(i, Grade0, 1), g.add(i, Grade1, 1), g.add(i, Grade2, 1)}
		if s.MinMarks == 0 {
			rows[i] = append(rows[i], g.add(i, Abstain, 1))
		}
	}
	s.addRows(g, rows, Limit{Low: 1, High: 1})
}

// addRows adds one limit per row, each with the spoiling of the whole ballot.
func (s Style) addRows(g *Grid, rows [][]Term, bounds Limit) {
	spoil := s.spoilTerms(g, 1)
	for _, terms := range rows {
		bounds.Terms = append(terms, spoil...)
		g.Limits = append(g.Limits, bounds)
	}
}
