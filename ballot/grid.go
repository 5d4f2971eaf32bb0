package ballot

import (
	"errors"
	"fmt"
)

// Mark is what a position stands for, and what a person can say about an
// option.
type Mark string

// The marks. In the yna modes Abstain is neither For nor Against and has no
// position of its own.
const (
	None    Mark = ""
	For     Mark = "for"     // 赞成; in select_k and choose_1 the mark itself
	Against Mark = "against" // 反对
	Abstain Mark = "abstain" // 弃权
	Spoil   Mark = "spoil"   // 作废此票
	Grade0  Mark = "grade0"  // 满意
	Grade1  Mark = "grade1"  // 基本满意
	Grade2  Mark = "grade2"  // 不满意
)

// WholeBallot stands in place of an option where a mark concerns all of them.
const WholeBallot = -1

// Position is one encrypted bit of a ballot.
type Position struct {
	Option int // from 0, or WholeBallot
	Mark   Mark
}

// Term is a position with its weight in a limit.
type Term struct {
	Position int
	Weight   uint32
}

// Limit demands Low ≤ Σ weight·bit ≤ High.
type Limit struct {
	Low, High uint32
	Terms     []Term
}

// Grid is the form of all ballots of a vote. It follows from the manifest and
// is never carried in a ballot: whoever casts has no say in it. A Grid must
// not be changed once it is in use.
type Grid struct {
	Positions []Position
	Limits    []Limit // beyond each position's own, which is 0 to 1
}

func (g *Grid) add(option int, mark Mark, weight uint32) Term {
	g.Positions = append(g.Positions, Position{Option: option, Mark: mark})
	return Term{Position: len(g.Positions) - 1, Weight: weight}
}

// Index returns the position of a mark, or -1 if the grid has none.
func (g *Grid) Index(option int, mark Mark) int {
	for i, p := range g.Positions {
		if p.Option == option && p.Mark == mark {
			return i
		}
	}
	return -1
}

// Options returns the number of options.
func (g *Grid) Options() int {
	n := 0
	for _, p := range g.Positions {
		n = max(n, p.Option+1)
	}
	return n
}

// BodySize returns the length of the body of every ballot entry.
func (g *Grid) BodySize(issuers int) int {
	return 32 + credentialSize(issuers) + g.rowSize() + signatureSize
}

// rowSize is the length of all ciphertexts and proofs.
func (g *Grid) rowSize() int {
	size := len(g.Positions) * (ciphertextSize + proofSize(0, 1))
	for _, l := range g.Limits {
		size += proofSize(l.Low, l.High)
	}
	return size
}

// check guards what follows from index errors and from bodies of absurd size.
func (g *Grid) check() error {
	if len(g.Positions) == 0 {
		return errors.New("ballot: grid without positions")
	}
	for i, l := range g.Limits {
		if l.Low > l.High || l.High > 1<<16 || len(l.Terms) == 0 {
			return fmt.Errorf("ballot: bad bounds of limit %d", i)
		}
		for _, t := range l.Terms {
			if t.Position < 0 || t.Position >= len(g.Positions) || t.Weight < 1 || t.Weight > 1<<16 {
				return fmt.Errorf("ballot: bad term of limit %d", i)
			}
		}
	}
	return nil
}

// allLimits returns the position limits, in order, and then g.Limits: a ballot
// has one range proof for each.
func (g *Grid) allLimits() []Limit {
	all := make([]Limit, 0, len(g.Positions)+len(g.Limits))
	for i := range g.Positions {
		all = append(all, Limit{Low: 0, High: 1, Terms: []Term{{Position: i, Weight: 1}}})
	}
	return append(all, g.Limits...)
}

// LimitError says which limit a choice does not keep. It is for the screen of
// the person who chooses and for nobody else.
type LimitError struct {
	Limit     int // index into Grid.Limits
	Option    int // the option it concerns, or WholeBallot
	Low, High uint32
	Over      bool // more than High; otherwise less than Low
}

func (e *LimitError) Error() string {
	where, bound := "the ballot", fmt.Sprintf("at least %d", e.Low)
	if e.Option != WholeBallot {
		where = fmt.Sprintf("option %d", e.Option)
	}
	if e.Over {
		bound = fmt.Sprintf("at most %d", e.High)
	}
	return fmt.Sprintf("ballot: %s must bear %s marks (limit %d)", where, bound, e.Limit)
}

// checkBits says whether bits keep every limit.
func (g *Grid) checkBits(bits []bool) error {
	if len(bits) != len(g.Positions) {
		return fmt.Errorf("ballot: %d bits for %d positions", len(bits), len(g.Positions))
	}
	for i, l := range g.Limits {
		sum := l.sum(bits)
		if sum < uint64(l.Low) || sum > uint64(l.High) {
			return &LimitError{Limit: i, Option: g.concerns(l), Low: l.Low, High: l.High, Over: sum > uint64(l.High)}
		}
	}
	return nil
}

// sum does the same whatever the bits are.
func (l Limit) sum(bits []bool) uint64 {
	var sum uint64
	for _, t := range l.Terms {
		sum += uint64(t.Weight) * bit(bits[t.Position])
	}
	return sum
}

// bit is compiled without a branch.
func bit(b bool) uint64 {
	var v uint64
	if b {
		v = 1
	}
	return v
}

// concerns returns the only option of a limit, or WholeBallot.
func (g *Grid) concerns(l Limit) int {
	option := WholeBallot
	for _, t := range l.Terms {
		o := g.Positions[t.Position].Option
		if option != WholeBallot && o != WholeBallot && o != option {
			return WholeBallot
		}
		option = max(option, o)
	}
	return option
}
