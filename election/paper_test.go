package election_test

import (
	"crypto/rand"
	"slices"
	"sync"
	"testing"

	"piaojue/ballot"
	"piaojue/election"
)

// The steps of a vote with paper.

func (s *script) sheets(indexes ...uint32) *election.Entry {
	h := &election.Sheets{Chain: s.chain(), Epoch: s.State.Opening().Epoch, Indexes: indexes}
	return s.sign(must(election.NewEntry(h)), s.scrutineer(1), s.scrutineer(2))
}

// batch is what two tellers enter from a box: a batch entry and the papers.
func (s *script) batch(box string, invalid uint32, choices ...ballot.Choice) []*election.Entry {
	b := &election.Batch{Chain: s.chain(), Epoch: s.State.Opening().Epoch, Box: box, Invalid: invalid}
	rand.Read(b.ID[:])
	b.Sheets = invalid + uint32(len(choices))
	papers := s.papers(b.Header(), choices)
	for _, e := range papers {
		b.Entries = append(b.Entries, e.Hash())
	}
	return append([]*election.Entry{s.signBatch(b)}, papers...)
}

func (s *script) signBatch(b *election.Batch) *election.Entry {
	return s.sign(must(election.NewEntry(b)), s.scrutineer(2), s.teller(1), s.teller(2))
}

func (s *script) papers(header [32]byte, choices []ballot.Choice) []*election.Entry {
	p := s.State.Params()
	var papers []*election.Entry
	for i, c := range choices {
		sealed := must(p.Encrypt(must(p.Grid().Fill(c)), [32]byte{}))
		body, _, err := sealed.FinishPaper(header, uint32(i+1))
		check(err)
		papers = append(papers, must(election.NewEntry(election.PaperBody(body))))
	}
	return papers
}

// paperVote is a vote on both channels: 12 deputies, 10 present, four
// credentials, five sheets; three ballots and one unused; four sheets in two
// boxes.
var paperVote = sync.OnceValue(func() *script {
	s := newScript(smallRules(), 12, 3, 2, testIssuers())
	s.freeze()
	s.approve()
	s.ceremony()
	s.checkIn("attendance", 0, 1, 2, 3, 4, 5, 6, 7, 8, 11)
	s.open("opening", 0)
	s.issue("issuance", 0, 1, 2, 3)
	s.step("sheets", s.sheets(4, 5, 6, 7))
	s.step("one more sheet", s.sheets(11))
	s.order()
	s.fill(castAll(s, smallChoices()[:3]), nil, []*election.Entry{s.unused(s.Voters[3])})
	s.closeBox()
	s.step("batch", s.batch("一号票箱", 0, smallChoices()[3:6]...)...)
	s.step("second batch", s.batch("二号票箱", 0, smallChoices()[6])...)
	s.collect()
	s.openBox(1, 2)
	finish(s)
	return s
})

func TestPaperVote(t *testing.T) {
	s := paperVote()
	r := s.State.Result()
	want := election.Numbers{N: 12, P: 10, I: 9, R: 7, U: 1, V: 6, X: 1, Sheets: 5, Paper: 4}
	if r.Numbers != want || s.State.Numbers() != want {
		t.Errorf("numbers %+v, %+v, want %+v", r.Numbers, s.State.Numbers(), want)
	}
	if want := smallVote().State.Result().Totals; !slices.Equal(r.Totals, want) {
		t.Errorf("totals %v: the same ballots at terminals gave %v", r.Totals, want)
	}
	if got := r.Numbers.Unaccounted(); got != 0 {
		t.Errorf("%d unaccounted: a sheet that is not returned hides no ghost", got)
	}
	parsed := must(election.ParseResult(s.Entries[s.Marks["result"]].Body))
	if parsed.Numbers != want {
		t.Errorf("result entry: %+v", parsed.Numbers)
	}
}

func TestPaperRefusals(t *testing.T) {
	testRefusals(t, paperVote(), paperRefusals)
}

var paperRefusals = []refusal{
	{"sheet of another epoch", "sheets", 0, election.CheckIssuanceRoll, edit(func(h *election.Sheets) { h.Epoch = 2 })},
	{"sheet for who has a credential", "sheets", 0, election.CheckIssuanceRoll, edit(func(h *election.Sheets) { h.Indexes[0] = 3 })},
	{"sheet for who is not there", "sheets", 0, election.CheckIssuanceRoll, edit(func(h *election.Sheets) { h.Indexes = []uint32{9} })},
	{"sheet for nobody on the roll", "sheets", 0, election.CheckIssuanceRoll, edit(func(h *election.Sheets) { h.Indexes = []uint32{99} })},
	{"second sheet", "one more sheet", 0, election.CheckIssuanceRoll, edit(func(h *election.Sheets) { h.Indexes = []uint32{7, 11} })},
	{"sheets of one scrutineer", "sheets", 0, election.CheckEntrySignatures, signedBy(1)},
	{"credential for who has a sheet", "order", 0, election.CheckIssuanceRoll, func(s *script, _ *election.Entry) *election.Entry {
		e, _ := s.issuance(4)
		return e
	}},
	{"badge for who has a sheet", "order", 0, election.CheckIssuanceRoll, newBadge(4, "paper")},

	{"batch of another epoch", "batch", 0, election.CheckPaperBatch, edit(func(b *election.Batch) { b.Epoch = 2 })},
	{"batch with invalid sheets where one can spoil", "batch", 0, election.CheckPaperBatch, edit(func(b *election.Batch) {
		b.Sheets++
		b.Invalid++
	})},
	{"batch twice", "second batch", 0, election.CheckPaperBatch, func(s *script, _ *election.Entry) *election.Entry {
		b := must(election.ParseBatch(paperVote().Entries[paperVote().Marks["batch"]].Body))
		b.Chain = s.chain()
		return s.signBatch(b)
	}},
	{"batch without a scrutineer", "batch", 0, election.CheckEntrySignatures, func(s *script, good *election.Entry) *election.Entry {
		return s.sign(good, s.teller(1), s.teller(2))
	}},
	{"batch of one teller", "batch", 0, election.CheckEntrySignatures, func(s *script, good *election.Entry) *election.Entry {
		return s.sign(good, s.teller(1), s.scrutineer(1), s.scrutineer(2))
	}},
	{"paper in another order", "batch", 1, election.CheckPaperBatch, func(s *script, _ *election.Entry) *election.Entry {
		return paperVote().Entries[len(s.Entries)+1]
	}},
	{"collection with sheets to come", "batch", 2, election.CheckEntryPhase, func(s *script, _ *election.Entry) *election.Entry {
		return paperVote().Entries[paperVote().Marks["collection"]]
	}},
	{"batch with sheets to come", "batch", 3, election.CheckEntryPhase, func(s *script, _ *election.Entry) *election.Entry {
		return paperVote().Entries[paperVote().Marks["second batch"]]
	}},
	{"paper without a batch", "second batch", 0, election.CheckEntryPhase, func(s *script, _ *election.Entry) *election.Entry {
		return s.Entries[len(s.Entries)-1]
	}},

	{"collection without paper", "collection", 0, election.CheckCollectionNumbers, edit(func(c *election.Collection) { c.Paper = 0 })},
	{"collection that shifts paper", "collection", 0, election.CheckCollectionNumbers, edit(func(c *election.Collection) {
		c.Paper--
		c.Ballots++
	})},
	{"result that hides paper", "result", 0, election.CheckResultTotals, edit(func(r *election.Result) { r.Numbers.Paper = 0 })},
	{"result with another number of sheets", "result", 0, election.CheckResultTotals, edit(func(r *election.Result) { r.Numbers.Sheets++ })},
}

// closed is a vote up to the close entry: three ballots, and sheets for two.
func closed(t *testing.T, change func(*election.Manifest)) *script {
	t.Helper()
	s := voted(t, smallRules(), change)
	s.step("sheets", s.sheets(3, 4))
	s.order()
	s.fill(castAll(s, smallChoices()[:3]), nil, nil)
	s.closeBox()
	return s
}

// TestPaperListed: what stands in the log after a batch is what the tellers
// signed, and each sheet is a ballot of its own that keeps the rules.
func TestPaperListed(t *testing.T) {
	choices := smallChoices()[:2]
	for _, c := range []struct {
		name string
		want election.CheckID
		bad  func(s *script, b *election.Batch, papers []*election.Entry)
	}{
		{"good twin", "", func(*script, *election.Batch, []*election.Entry) {}},
		{"one sheet twice", election.CheckPaperBatch, func(_ *script, _ *election.Batch, p []*election.Entry) { p[1] = p[0] }},
		{"of another batch", election.CheckPaperBatch, func(s *script, _ *election.Batch, p []*election.Entry) {
			p[1] = s.papers([32]byte{1}, choices)[1]
		}},
		{"of another place", election.CheckPaperBatch, func(s *script, b *election.Batch, p []*election.Entry) {
			p[1] = s.papers(b.Header(), choices)[0]
		}},
		{"garbage", election.CheckPaperProofs, func(_ *script, _ *election.Batch, p []*election.Entry) {
			p[1] = must(election.NewEntry(election.PaperBody("garbage")))
		}},
		{"B1 copied ciphertexts", election.CheckPaperProofs, func(_ *script, _ *election.Batch, p []*election.Entry) {
			body := slices.Clone(p[0].Body)
			body[67] = 2 // the number
			p[1] = must(election.NewEntry(election.PaperBody(body)))
		}},
		{"false proof", election.CheckPaperProofs, func(_ *script, _ *election.Batch, p []*election.Entry) {
			p[1] = must(election.NewEntry(election.PaperBody(flip(p[1].Body, len(p[1].Body)-32))))
		}},
	} {
		s := closed(t, unchanged)
		b := &election.Batch{Chain: s.chain(), Epoch: 1, Box: "一", Sheets: 2}
		papers := s.papers(b.Header(), choices)
		c.bad(s, b, papers)
		for _, e := range papers {
			b.Entries = append(b.Entries, e.Hash())
		}
		wantAccepted(t, s, s.signBatch(b))
		wantAccepted(t, s, papers[0])
		if c.want == "" {
			wantAccepted(t, s, papers[1])
			continue
		}
		wantRefused(t, s, papers[1], c.want)
		if s.State.Numbers().R != 5 { // the batch says so, whatever it holds
			t.Errorf("%s: R is %d", c.name, s.State.Numbers().R)
		}
	}
}

// TestPaperSurplus: more sheets in the boxes than were handed out void the
// vote, however many credentials are unaccounted for.
func TestPaperSurplus(t *testing.T) {
	s := voted(t, smallRules(), unchanged)
	s.step("sheets", s.sheets(3))
	s.order()
	s.fill(castAll(s, smallChoices()[:2]), nil, nil)
	s.closeBox()
	s.step("batch", s.batch("一", 0, smallChoices()[:2]...)...)
	if n := s.State.Numbers(); !n.Surplus() || n.R > n.I {
		t.Errorf("numbers %+v", n)
	}
	collection := s.sign(must(election.NewEntry(s.State.ExpectedCollection(0))), s.scrutineer(1), s.scrutineer(2))
	wantRefused(t, s, collection, election.CheckNumbersOrder)
	wantAccepted(t, s, s.sign(must(election.NewEntry(election.NewVoid(s.chain(), "收回多于发出"))), s.staff(), s.presidium()))
}

// TestPaperInvalid: where no ballot can be spoiled, invalid sheets are a number.
func TestPaperInvalid(t *testing.T) {
	rules := smallRules()
	rules.AllowSpoil = false
	s := voted(t, rules, unchanged)
	s.step("sheets", s.sheets(3, 4))
	s.order()
	s.fill(castAll(s, smallChoices()[:2]), nil, nil)
	s.closeBox()
	s.step("batch", s.batch("一", 1, mark(0))...)
	s.collect()
	s.openBox(1, 3)
	r := must(s.State.ExpectedResult())
	want := election.Numbers{N: 5, P: 5, I: 5, R: 4, V: 3, X: 1, Sheets: 2, Paper: 2}
	if r.Numbers != want || r.Totals[0] != 3 {
		t.Errorf("numbers %+v, totals %v", r.Numbers, r.Totals)
	}
}

// TestPaperMinimum: the tellers know what is on paper, so that few ballots
// beside it would be known to them from the totals (K5, K11).
func TestPaperMinimum(t *testing.T) {
	for _, c := range []struct {
		cast int
		ok   bool
	}{{0, true}, {1, false}, {2, true}} {
		s := voted(t, smallRules(), unchanged)
		s.step("sheets", s.sheets(3, 4))
		s.order()
		s.fill(castAll(s, smallChoices()[:c.cast]), nil, nil)
		s.closeBox()
		s.step("batch", s.batch("一", 0, smallChoices()[:2]...)...)
		s.collect()
		if got := s.State.CheckOpening() == nil; got != c.ok {
			t.Errorf("%d ballots beside two sheets: may open %v, want %v", c.cast, got, c.ok)
		}
	}
}

// TestPaperSum: invalid sheets are in R, and in no sum. If all are, nothing is
// hidden, and the vote comes to its end; if all but one are, the sum would be
// that sheet (K5).
func TestPaperSum(t *testing.T) {
	rules := smallRules()
	rules.AllowSpoil = false
	for listed, ok := range []bool{true, false, true} {
		s := keyed(t, rules, unchanged)
		s.open("paper only")
		s.step("sheets", s.sheets(0, 1, 2, 3, 4))
		s.order()
		s.fill(nil, nil, nil)
		s.closeBox()
		choices := []ballot.Choice{mark(0), mark(0)}[:listed]
		s.step("batch", s.batch("一", uint32(5-listed), choices...)...)
		s.collect()
		if got := s.State.CheckOpening() == nil; got != ok {
			t.Errorf("%d of 5 sheets in the sum: may open %v, want %v", listed, got, ok)
		}
		if !ok {
			c := must(s.State.ClosingCheckpoint())
			share := election.NewShare(c.Size, c.Root, 1, nil)
			wantRefused(t, s, s.sign(must(election.NewEntry(share)), s.scrutineer(1)), election.CheckOpeningMinimum)
			continue
		}
		s.openBox(3, 1)
		finish(s)
		r, v := s.State.Result(), uint32(listed)
		if want := (election.Numbers{N: 5, P: 5, I: 5, R: 5, V: v, X: 5 - v, Sheets: 5, Paper: 5}); r.Numbers != want {
			t.Errorf("numbers %+v, want %+v", r.Numbers, want)
		}
		if r.Outcome.Vote != election.VoteValid || len(r.Outcome.Adopted) != 0 || r.Totals[0] != v {
			t.Errorf("outcome %+v, totals %v", r.Outcome, r.Totals)
		}
	}
}

// TestPaperOnly: terminals fail in mid-vote. A new epoch without issuers makes
// void what was cast, and all vote on paper, under the same joint key.
func TestPaperOnly(t *testing.T) {
	s := voted(t, smallRules(), unchanged)
	stale := castAll(s, smallChoices()[:3])
	s.open("paper only")
	if !s.State.PaperOnly() {
		t.Error("not on paper only")
	}
	issuance := s.sign(must(election.NewEntry(&election.Issuance{
		Opening: s.State.OpeningHash(), Leaf: must(s.Roll.Leaf(0)), Path: must(s.Roll.Path(0)),
	})), s.badge(0))
	wantRefused(t, s, issuance, election.CheckIssuanceRoll)
	s.step("sheets", s.sheets(0, 1, 2, 3, 4))
	s.order()
	wantRefused(t, s, stale[0], election.CheckBallotForm) // a credential of no issuers is shorter
	s.fill(nil, nil, nil)
	s.closeBox()
	s.step("batch", s.batch("一", 0, smallChoices()[:4]...)...)
	s.collect()
	s.openBox(1, 3)
	s.announceResult()
	if got, want := s.State.Numbers(), (election.Numbers{N: 5, P: 5, I: 5, R: 4, V: 4, Sheets: 5, Paper: 4}); got != want {
		t.Errorf("numbers %+v, want %+v", got, want)
	}
}

// TestPaperNeedsTellers: nobody hands out sheets that nobody could count.
func TestPaperNeedsTellers(t *testing.T) {
	s := newScript(smallRules(), 5, 3, 2, testIssuers())
	s.Tellers = s.Tellers[:1]
	s.freeze()
	s.approve()
	s.ceremony()
	s.checkIn("attendance", 0, 1, 2, 3, 4)
	s.open("opening", 0)
	wantRefused(t, s, s.sheets(0), election.CheckIssuanceRoll)
}

// TestPaperWraps: batches that claim so many sheets that their number wraps
// around to one that fits are a surplus (K10).
func TestPaperWraps(t *testing.T) {
	rules := smallRules()
	rules.AllowSpoil = false
	s := keyed(t, rules, unchanged)
	s.open("paper only")
	s.step("sheets", s.sheets(0, 1))
	s.order()
	s.fill(nil, nil, nil)
	s.closeBox()
	const most = 1<<32 - 1
	s.step("batch", s.signBatch(&election.Batch{Chain: s.chain(), Epoch: 1, Box: "一", Sheets: most, Invalid: most}))
	s.step("second batch", s.batch("二", 1, mark(0), mark(0))...)
	if n := s.State.Numbers(); !n.Surplus() || n.Paper != most || n.R != most {
		t.Errorf("numbers %+v", n)
	}
	collection := s.sign(must(election.NewEntry(s.State.ExpectedCollection(0))), s.scrutineer(1), s.scrutineer(2))
	wantRefused(t, s, collection, election.CheckNumbersOrder)
}
