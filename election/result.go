package election

import (
	"errors"
	"fmt"
	"slices"

	"piaojue/ballot"
	"piaojue/tally"
)

// Result is what anyone recomputes from the log (PROTOCOL.md, "Close, opening,
// totals").
type Result struct {
	Numbers  Numbers
	Totals   []uint32 // one per position
	Trustees []uint8  // whose shares were combined, ascending
	Outcome  Outcome  // without Lines if it was parsed
}

// ParseResult parses the body of a result entry.
func ParseResult(b []byte) (*Result, error) {
	d := newDecoder(b)
	r := &Result{Numbers: decodeFive(d)}
	r.Totals = list16(d, (*decoder).u32)
	r.Trustees = list8(d, (*decoder).u8)
	for i := 1; i < len(r.Trustees); i++ {
		d.expect(r.Trustees[i-1] < r.Trustees[i], "trustees are not ascending")
	}
	r.Outcome = decodeOutcome(d)
	return finish(d, "result", r)
}

func decodeFive(d *decoder) Numbers {
	return Numbers{
		N: d.u32(), P: d.u32(), I: d.u32(), R: d.u32(), U: d.u32(), V: d.u32(), X: d.u32(),
		Sheets: d.u32(), Paper: d.u32(),
	}
}

// Marshal returns the bytes of the body.
func (r *Result) Marshal() []byte {
	var w encoder
	n := r.Numbers
	for _, v := range []uint32{n.N, n.P, n.I, n.R, n.U, n.V, n.X, n.Sheets, n.Paper} {
		w.AddUint32(v)
	}
	w.count16(len(r.Totals))
	for _, t := range r.Totals {
		w.AddUint32(t)
	}
	w.count8(len(r.Trustees))
	w.bytes(r.Trustees)
	r.Outcome.encode(&w)
	return w.sum()
}

func (r *Result) kind() Kind { return KindResult }

func (r *Result) signers(s *State) demand { return s.logKey() }

// apply compares the result with the one it computes itself. Totals and outcome
// are checks of their own: a wrong outcome of right totals is another fault
// than a wrong total.
func (r *Result) apply(s *State, at place) error {
	if have, need := len(s.shares), int(s.manifest.Threshold); have < need {
		return at.fail(CheckShareProofs, because(CauseFew, fmt.Errorf("%d valid shares, needs %d", have, need)))
	}
	want, err := s.ExpectedResult()
	if err != nil {
		return at.fail(CheckResultTotals, err)
	}
	err = first(
		at.demand(r.Numbers == want.Numbers, CheckResultTotals, CauseNumbers, "numbers %v, recomputed %v", r.Numbers, want.Numbers),
		at.demand(slices.Equal(r.Totals, want.Totals), CheckResultTotals, CausePlain, "totals are not those of the ballots"),
		at.demand(slices.Equal(r.Trustees, want.Trustees), CheckResultTotals, CauseOther,
			"shares of %v, the first valid ones are of %v", r.Trustees, want.Trustees),
		at.demand(r.Outcome.same(&want.Outcome), CheckResultOutcome, CausePlain, "outcome is not that of the rules"),
	)
	if err == nil {
		s.result, s.resultHash = want, at.hash
	}
	return err
}

var errShares = errors.New("election: fewer valid shares than the threshold")

// ExpectedResult computes the result from the aggregate and the first t valid
// shares. Any party gets the same.
func (s *State) ExpectedResult() (*Result, error) {
	if s.phase < PhaseCollected || s.phase == PhaseVoided || len(s.shares) < int(s.manifest.Threshold) {
		return nil, errShares
	}
	shares := s.shares[:s.manifest.Threshold]
	totals, err := tally.Combine(s.ceremony.joint, s.box.aggregate, shares)
	if err != nil {
		return nil, err
	}
	return s.newResult(totals, shares)
}

func (s *State) newResult(totals []uint32, shares []*tally.DecryptionShare) (*Result, error) {
	r := &Result{Numbers: s.Numbers(), Totals: totals}
	for _, d := range shares {
		r.Trustees = append(r.Trustees, uint8(d.Index()))
	}
	slices.Sort(r.Trustees)
	if err := checkTotals(s.grid, totals, uint32(s.box.aggregate.Count())); err != nil {
		return nil, err
	}
	r.Numbers.X = s.box.invalid
	if x := s.grid.Index(ballot.WholeBallot, ballot.Spoil); x >= 0 {
		r.Numbers.X += totals[x]
	}
	r.Numbers.V = r.Numbers.R - r.Numbers.X
	in := s.input(r)
	if err := in.Check(); err != nil {
		return nil, err
	}
	r.Outcome = Adopt(in)
	return r, nil
}

// checkTotals: each total, and each limit over totals, must be possible for so
// many ballots (attack K10). If all proofs verify it follows; a verifier does
// not rely on one line of defence.
func checkTotals(g *ballot.Grid, totals []uint32, ballots uint32) error {
	for i, t := range totals {
		if t > ballots {
			return fmt.Errorf("position %d: %d of %d ballots", i, t, ballots)
		}
	}
	for i, l := range g.Limits {
		var sum uint64
		for _, t := range l.Terms {
			sum += uint64(t.Weight) * uint64(totals[t.Position])
		}
		if sum < uint64(l.Low)*uint64(ballots) || sum > uint64(l.High)*uint64(ballots) {
			return fmt.Errorf("limit %d: sum is %d", i, sum)
		}
	}
	return nil
}

// input sorts the totals by option.
func (s *State) input(r *Result) Input {
	in := Input{Rules: s.manifest.Rules, Numbers: r.Numbers, Counts: make([]Count, len(s.manifest.Options))}
	for i, o := range s.manifest.Options {
		in.Counts[i].ID = o.ID
	}
	for i, p := range s.grid.Positions {
		if p.Option != ballot.WholeBallot {
			in.Counts[p.Option].set(p.Mark, r.Totals[i])
		}
	}
	return in
}

// set leaves abstentions out: they are what remains of the valid ballots.
func (c *Count) set(m ballot.Mark, total uint32) {
	switch m {
	case ballot.For:
		c.For = total
	case ballot.Against:
		c.Against = total
	case ballot.Grade0:
		c.Grades[0] = total
	case ballot.Grade1:
		c.Grades[1] = total
	case ballot.Grade2:
		c.Grades[2] = total
	}
}

// Warnings returns what people should know before they publish the result.
func (r *Result) Warnings() []Warning {
	var w []Warning
	if r.Numbers.R < FewBallots {
		w = append(w, WarnFewBallots)
	}
	if r.Numbers.R > 0 && slices.Contains(r.Totals, r.Numbers.R) {
		w = append(w, WarnUnanimous)
	}
	if r.Numbers.Unaccounted() > 0 {
		w = append(w, WarnUnaccounted)
	}
	return w
}
