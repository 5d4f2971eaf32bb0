package audit

import (
	"slices"
	"testing"

	"piaojue/ballot"
	"piaojue/election"
)

// in puts a fault into another vote.
func (s spoilt) in(base script) spoilt {
	base.body, base.entry, base.paper = s.script.body, s.script.entry, s.script.paper
	s.script = base
	return s
}

// onPapers spoils paper entries before the batch lists them.
func onPapers(change func(w *writer, bodies [][]byte)) spoilt {
	return spoilt{script: script{paper: change}}
}

// again logs a chained entry a second time, as those who may sign it would.
func again(k election.Kind, body func(w *writer, c election.Chain) marshaler, by ...signedBy) spoilt {
	return onEntry(k, 0, func(w *writer, e *election.Entry) bool {
		w.raw(e.Marshal())
		w.clock++
		second := &election.Entry{Kind: k, Body: body(w, election.Chain{Prev: e.Hash(), Time: w.clock}).Marshal()}
		for _, s := range by {
			second.Sign(s.role, s.index, testKey(s.name), w.hash)
		}
		w.raw(second.Marshal())
		return false
	})
}

var paperFaults = map[election.CheckID]map[string]spoilt{
	election.CheckPaperBatch: {
		"entry altered": onEntry(election.KindPaper, 1, func(_ *writer, e *election.Entry) bool {
			e.Body = flip(e.Body, len(e.Body)-40)
			return true
		}),
		"other entry listed": onBody(0, func(_ *writer, b *election.Batch) { b.Entries[1][0] ^= 1 }),
		"entries exchanged":  onBody(0, func(_ *writer, b *election.Batch) { slices.Reverse(b.Entries) }),
		"other epoch":        onBody(0, func(_ *writer, b *election.Batch) { b.Epoch = 2 }),
		"other header":       onBody(0, func(_ *writer, b *election.Batch) { b.Box = "another box" }),
		"other place":        onPapers(func(_ *writer, b [][]byte) { slices.Reverse(b) }),
		"invalid, but the grid has spoil": onBody(0, func(_ *writer, b *election.Batch) {
			b.Invalid++
			b.Sheets++
		}),
		"identifier twice": onEntry(election.KindCollection, 0, func(w *writer, _ *election.Entry) bool {
			w.raw(w.secondBatch([32]byte{7}))
			return true
		}),
	},
	election.CheckPaperProofs: {
		"changed proof":  onPapers(func(_ *writer, b [][]byte) { b[1] = flip(b[1], len(b[1])-32) }),
		"cut off":        onPapers(func(_ *writer, b [][]byte) { b[1] = b[1][:len(b[1])-1] }),
		"another vote's": onPapers(func(_ *writer, b [][]byte) { b[0] = flip(b[0], 0) }),
		"sheet copied":   onPapers(func(_ *writer, b [][]byte) { copy(b[1][paperRow:], b[0][paperRow:]) }),
		"cast ballot copied": onPapers(func(w *writer, b [][]byte) {
			cast := w.store.entries[w.size()-4] // the last one before spent, unused and close
			e, err := election.ParseEntry(cast)
			if err != nil || e.Kind != election.KindBallot {
				w.Fatalf("no ballot: %v", err)
			}
			copy(b[1][paperRow:], e.Body[32+32+32+384:len(e.Body)-64])
		}),
	},
	election.CheckIssuanceRoll: {
		"sheet for an absent one":  onBody(0, func(_ *writer, b *election.Sheets) { b.Indexes[2] = 11 }),
		"sheet of another epoch":   onBody(0, func(_ *writer, b *election.Sheets) { b.Epoch = 2 }),
		"sheet, then a credential": onBody(0, func(_ *writer, b *election.Sheets) { b.Indexes[0] = 7 }),
		"sheet twice": again(election.KindSheets, func(_ *writer, c election.Chain) marshaler {
			return &election.Sheets{Chain: c, Epoch: 1, Indexes: []uint32{9}}
		}, byScrutineer(1), byScrutineer(2)),
		"sheets with one teller": onBody(0, func(_ *writer, b *election.Trustees) { b.Tellers = b.Tellers[:1] }),
		"credential where all vote on paper": onEntry(election.KindSheets, 0, func(w *writer, e *election.Entry) bool {
			w.raw(e.Marshal())
			w.issue(11)
			return false
		}).in(onPaper),
	},
	election.CheckEntrySignatures: {
		"batch by one teller": onEntry(election.KindBatch, 0, func(_ *writer, e *election.Entry) bool {
			e.Signatures = e.Signatures[:2]
			return true
		}),
		"batch without a scrutineer": onEntry(election.KindBatch, 0, func(_ *writer, e *election.Entry) bool {
			e.Signatures = e.Signatures[1:]
			return true
		}),
	},
	election.CheckEntryPhase: {
		"batch not complete":    onEntry(election.KindPaper, 1, func(*writer, *election.Entry) bool { return false }),
		"paper without a batch": onEntry(election.KindBatch, 0, func(*writer, *election.Entry) bool { return false }),
		"batch within a batch": onEntry(election.KindPaper, 1, func(w *writer, _ *election.Entry) bool {
			w.raw(w.secondBatch([32]byte{8}))
			return true
		}),
	},
	election.CheckNumbersOrder: {
		"more sheets than handed out": {script: script{ballots: 6, missing: 2, sheets: 1, papers: 2}},
	},
	election.CheckCollectionNumbers: {
		"paper": onBody(0, func(_ *writer, b *election.Collection) { b.Paper-- }),
	},
	election.CheckOpeningMinimum: {
		"two ballots beside paper": {script: script{ballots: 2, sheets: 2, papers: 2}},
	},
	election.CheckResultTotals: {
		"collected on paper": onBody(0, func(_ *writer, b *election.Result) { b.Numbers.Paper-- }),
	},
}

// secondBatch is an entry for another ballot box.
func (w *writer) secondBatch(id [32]byte) []byte {
	b := &election.Batch{Chain: w.chain(), Epoch: 1, ID: id, Box: "second box", Sheets: 1, Entries: [][32]byte{{}}}
	e := &election.Entry{Kind: election.KindBatch, Body: b.Marshal()}
	for _, s := range []signedBy{byScrutineer(1), byTeller(1), byTeller(2)} {
		e.Sign(s.role, s.index, testKey(s.name), w.hash)
	}
	return e.Marshal()
}

// paperRow is where the ciphertexts of a paper entry begin.
const paperRow = 32 + 32 + 4

// onPaper is a vote without issuers.
var onPaper = script{onPaper: true, sheets: 4, papers: 4}

// oneSheet is a vote in which one of two sheets does not come back.
var oneSheet = script{ballots: 6, sheets: 2, papers: 1}

var nextFaults = map[election.CheckID]map[string]spoilt{
	election.CheckDecisionTie: {
		"not tied":          onBody(0, func(_ *writer, b *election.Decision) { b.Adopted = []uint16{0, 3} }).in(tied(0, 1)),
		"no such option":    onBody(0, func(_ *writer, b *election.Decision) { b.Adopted = []uint16{4} }).in(tied(0, 1)),
		"more than seats":   onBody(0, func(_ *writer, b *election.Decision) { b.Adopted = []uint16{0, 1, 2} }).in(tied(0, 1)),
		"nothing to decide": {script: script{decided: []uint16{1}}},
		"twice": again(election.KindDecision, func(w *writer, c election.Chain) marshaler {
			d := w.decision()
			d.Chain = c
			return d
		}, byPresidium).in(tied(0, 1)),
	},
	election.CheckSuccessorNext: {
		"nothing follows": {script: func() script {
			s := tied(0)
			s.next = asDerived
			return s
		}()},
		"names itself": onBody(0, func(w *writer, b *election.Successor) { b.Manifest = w.hash }).in(script{next: asDerived}),
		"twice": again(election.KindSuccessor, func(_ *writer, c election.Chain) marshaler {
			return &election.Successor{Chain: c, Manifest: [32]byte{1}}
		}, byStaff, byPresidium).in(script{next: asDerived}),
	},
	election.CheckParentNext: {
		"other option":    {script: following(func(m *election.Manifest) { m.Options[0].Name = "renamed" })},
		"options swapped": {script: following(func(m *election.Manifest) { slices.Reverse(m.Options) })},
		"other base":      {script: following(func(m *election.Manifest) { m.Rules.Base = election.BaseNone })},
		"other mode": {script: following(func(m *election.Manifest) {
			m.Rules.BallotMode, m.Rules.MinMarks = ballot.Choose1, 0
		})},
		"other round":      {script: following(func(m *election.Manifest) { m.Round++ })},
		"another parent":   {script: following(func(m *election.Manifest) { m.Parent[0] ^= 1 })},
		"not named":        onBody(0, func(_ *writer, m *election.Manifest) { m.Title = "another" }).in(following(asDerived)),
		"parent too early": {script: script{first: &script{last: election.KindResult, next: func(m *election.Manifest) { m.Round = 2 }}}},
	},
}

// Votes that the faults above are in, without them, and others that nothing is
// wrong with.
func TestVerifyNext(t *testing.T) {
	for name, s := range map[string]script{
		"all on paper":                  onPaper,
		"one sheet":                     oneSheet,
		"tie left to the presidium":     tied(),
		"decision":                      tied(0, 2),
		"decision that adopts nobody":   tied([]uint16{}...),
		"names the second round":        {next: asDerived},
		"second round":                  following(asDerived),
		"second round, other shortfall": following(func(m *election.Manifest) { m.Rules.Shortfall = election.ShortfallPlurality }),
		"repeat of a void vote":         {first: &script{void: true, next: asDerived}},
	} {
		t.Run(name, func(t *testing.T) { testNext(t, s) })
	}
}

// TestVerifyLateEntries: a decision, a successor or a destruction that was refused
// for its signature was not checked otherwise, and the report does not say so.
func TestVerifyLateEntries(t *testing.T) {
	unsigned := func(_ *writer, e *election.Entry) bool {
		e.Signatures[0].Sig[0] ^= 1
		return true
	}
	base := map[election.Kind]script{election.KindDecision: tied(0, 1), election.KindSuccessor: {next: asDerived}, election.KindDestruction: {}}
	for k, c := range map[election.Kind]election.CheckID{
		election.KindDecision: election.CheckDecisionTie, election.KindSuccessor: election.CheckSuccessorNext, election.KindDestruction: election.CheckArchiveRoot,
	} {
		if r := Verify(newWriter(t, base[k]).run().export().record(), Options{}); r.Failed() || r.Status(c) != Passed {
			t.Errorf("%s: %s %s", k, c, r.Status(c))
		}
		n := 0
		if k == election.KindDestruction {
			n = 1 // the one behind the archive
		}
		r := Verify(newWriter(t, onEntry(k, n, unsigned).in(base[k]).script).run().export().record(), Options{})
		if r.Status(election.CheckEntrySignatures) != Failed || r.Status(c) != NotReached {
			t.Errorf("%s, not signed: %s %s, %s %s", k, election.CheckEntrySignatures, r.Status(election.CheckEntrySignatures), c, r.Status(c))
		}
	}
	for name, s := range map[string]script{"named": {void: true, next: asDerived}, "nothing named": {void: true}} {
		r := Verify(newWriter(t, s).run().export().record(), Options{})
		if got := r.Status(election.CheckSuccessorNext); r.Failed() || (got == Passed) != (s.next != nil) {
			t.Errorf("voided, %s: %s", name, got)
		}
	}
}

func testNext(t *testing.T, s script) {
	w := newWriter(t, s).run()
	o := Options{Manifest: &w.hash}
	if w.parent != nil {
		if r := Verify(w.export().record(), o); !r.Verified || r.Status(election.CheckParentNext) != NotReached {
			logReport(t, r)
			t.Error("not verified without the parent's record, or the check passed")
		}
		o.Parent = w.parent.state()
	}
	r := Verify(w.export().record(), o)
	if (r.Decision != nil) != (s.decided != nil) || (r.Successor != [32]byte{}) != (s.next != nil) {
		t.Errorf("decision %v, successor %x", r.Decision, r.Successor)
	}
	if !r.Verified || r.Status(election.CheckParentNext) != Passed {
		logReport(t, r)
		t.Error("not verified")
	}
}
