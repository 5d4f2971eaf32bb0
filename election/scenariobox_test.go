package election_test

import (
	"errors"
	"slices"
	"testing"

	"piaojue/ballot"
	"piaojue/election"
	"piaojue/group"
)

// TestSurplus: all issuers collude and make a credential that is not in the log
// (V8). As soon as ballots and unused are more than issuances, the vote is
// void: no collection is accepted.
func TestSurplus(t *testing.T) {
	s := voted(t, smallRules(), unchanged)
	_, ghost := s.issuance(3)
	s.Voters[3] = s.credential(ghost)
	s.order()
	s.fill(castAll(s, smallChoices()[:3]), nil, []*election.Entry{s.unused(s.Voters[3])})
	s.closeBox()
	if !s.State.Numbers().Surplus() {
		t.Error("no surplus")
	}
	collection := s.sign(must(election.NewEntry(s.State.ExpectedCollection(0))), s.scrutineer(1), s.scrutineer(2))
	wantRefused(t, s, collection, election.CheckNumbersOrder)
	wantAccepted(t, s, s.sign(must(election.NewEntry(election.NewVoid(s.chain(), "收回多于发出"))), s.staff(), s.presidium()))
}

// TestCountKept: a restored backup lost a promised ballot (S2).
func TestCountKept(t *testing.T) {
	s := voted(t, smallRules(), unchanged)
	s.step("count", s.count(3))
	s.order()
	s.fill(castAll(s, smallChoices()[:2]), nil, nil)
	wantRefused(t, s, s.sign(must(election.NewEntry(s.State.ExpectedClose())), s.logKey()), election.CheckCountKept)
}

// TestMinimum: a box of too few ballots is never opened (K5).
func TestMinimum(t *testing.T) {
	for _, c := range []struct {
		ballots int
		ok      bool
	}{{2, false}, {3, true}} {
		s := voted(t, smallRules(), func(m *election.Manifest) { m.MinBallots = 3 })
		s.order()
		s.fill(castAll(s, smallChoices()[:c.ballots]), nil, nil)
		s.closeBox()
		if err := s.State.CheckOpening(); !errors.Is(err, election.ErrPhase) {
			t.Errorf("before the collection: %v", err)
		}
		s.collect()
		if got := s.State.CheckOpening() == nil; got != c.ok {
			t.Errorf("%d ballots: may open %v, want %v", c.ballots, got, c.ok)
		}
		if c.ok {
			wantAccepted(t, s, s.share(1))
		} else {
			wantRefused(t, s, s.share(1), election.CheckOpeningMinimum)
		}
	}
}

// TestExpected: the close and collection entries exist when they are due.
func TestExpected(t *testing.T) {
	full := smallVote()
	before, closing, closed := full.Until("order"), full.Until("close"), full.Until("collection")
	if before.State.ExpectedClose() != nil || closing.State.ExpectedClose() == nil || closed.State.ExpectedClose() != nil {
		t.Error("close entry is expected at the wrong time")
	}
	if closing.State.ExpectedCollection(0) != nil || closed.State.ExpectedCollection(0) == nil {
		t.Error("collection entry is expected at the wrong time")
	}
	if _, err := closed.State.ClosingCheckpoint(); err == nil {
		t.Error("closing checkpoint before the collection")
	}
	if _, err := closed.State.ExpectedResult(); err == nil {
		t.Error("result before the collection")
	}
}

// TestUnusedOrder: unused entries are sorted as ballots are.
func TestUnusedOrder(t *testing.T) {
	for _, sorted := range []bool{true, false} {
		s := voted(t, smallRules(), unchanged)
		s.order()
		entries := []*election.Entry{s.unused(s.Voters[0]), s.unused(s.Voters[1])}
		sortEntries(entries)
		if !sorted {
			slices.Reverse(entries)
		}
		wantAccepted(t, s, entries[0])
		if sorted {
			wantAccepted(t, s, entries[1])
		} else {
			wantRefused(t, s, entries[1], election.CheckCloseOrder)
		}
	}
}

// TestTotalsOfLies: a server that did not verify proofs let a false ballot in.
// The totals do not come out, or break a limit, and no result is made of them
// (K10).
func TestTotalsOfLies(t *testing.T) {
	for _, c := range []struct {
		name    string
		choices []ballot.Choice
		falsify int // position whose bit becomes one more
		ok      bool
	}{
		{"honest", []ballot.Choice{mark(0, 1), mark(0)}, -1, true},
		{"a total above R", []ballot.Choice{mark(0), mark(0)}, 0, false},
		{"marks above k", []ballot.Choice{mark(0, 1), mark(0, 1)}, 2, false},
	} {
		s := voted(t, smallRules(), unchanged)
		entries := castAll(s, c.choices)
		s.order()
		sortEntries(entries)
		for i, e := range entries {
			b := must(s.State.Params().Parse(e.Body))
			if i == 0 && c.falsify >= 0 {
				beta := &b.Ciphertexts()[c.falsify].Beta
				beta.Add(beta, group.Generator())
			}
			check(s.State.ApplyBallot(b, e.Hash()))
			s.log(e)
		}
		s.closeBox()
		s.collect()
		s.openBox(1, 2)
		if _, err := s.State.ExpectedResult(); (err == nil) != c.ok {
			t.Errorf("%s: error %v", c.name, err)
		}
		result := must(election.NewEntry(&election.Result{Numbers: s.State.Numbers()}))
		wantRefused(t, s, s.sign(result, s.logKey()), election.CheckResultTotals)
	}
}

// TestSkipShare: a bad share in a log names its sender and stops nobody (K2).
func TestSkipShare(t *testing.T) {
	s := smallVote().Until("shares")
	bad := must(election.ParseShare(s.share(1).Body))
	bad.Factors[0] ^= 1
	e := s.sign(must(election.NewEntry(bad)), s.scrutineer(1))
	if err := s.State.SkipShare(e); err == nil {
		t.Error("skipped a share that was not refused")
	}
	wantRefused(t, s, e, election.CheckShareProofs)
	if err := s.State.SkipShare(s.share(1)); err == nil {
		t.Error("skipped another share than the refused one")
	}
	if err := s.State.SkipShare(e); err != nil {
		t.Fatal(err)
	}
	s.log(e)
	wantAccepted(t, s, s.share(3))
	if _, err := s.State.ExpectedResult(); err == nil {
		t.Error("result of one share")
	}
	wantAccepted(t, s, s.share(1)) // whoever sent a bad one may send the good one
	finish(s)
	want := []election.BadShare{{Entry: uint64(s.Marks["result"] - 3), Trustee: 1}}
	if got := s.State.BadShares(); !slices.Equal(got, want) {
		t.Errorf("bad shares %v, want %v", got, want)
	}
	if got, want := s.State.Shares(), []uint8{3, 1}; !slices.Equal(got, want) {
		t.Errorf("shares %v, want %v", got, want)
	}
}

// TestSkipBallot: a verifier names every bad ballot, and stops at the close.
func TestSkipBallot(t *testing.T) {
	full := smallVote()
	s := full.Until("ballots")
	if err := full.Until("order").State.SkipBallot(); err == nil {
		t.Error("skipped a ballot before the order")
	}
	for i, e := range full.Entries[full.Marks["ballots"]:full.Marks["close"]] {
		if i == 2 {
			wantRefused(t, s, ballotEntry(flip(e.Body, len(e.Body)-1)), election.CheckBallotSignature)
			check(s.State.SkipBallot())
			s.log(e)
			continue
		}
		wantAccepted(t, s, e)
	}
	wantRefused(t, s, full.Entries[full.Marks["close"]], election.CheckEntryPhase)
}

// TestApplyParsed: ballots that were parsed and verified in batches lead to the
// same state as entries.
func TestApplyParsed(t *testing.T) {
	full := smallVote()
	s := full.Until("ballots")
	params := s.State.Params()
	if err := full.Until("order").State.ApplyBallot(nil, [32]byte{}); !errors.Is(err, election.ErrPhase) {
		t.Errorf("before the order: %v", err)
	}
	for _, e := range full.Entries[full.Marks["ballots"]:full.Marks["close"]] {
		switch e.Kind {
		case election.KindBallot:
			b := must(params.Parse(e.Body))
			check(s.State.ApplyBallot(b, e.Hash()))
			wantCheck(t, s.State.ApplyBallot(b, e.Hash()), election.CheckBallotUnique)
		case election.KindUnused:
			u := must(params.ParseUnused(e.Body))
			check(s.State.ApplyUnused(u, e.Hash()))
			wantCheck(t, s.State.ApplyUnused(u, e.Hash()), election.CheckBallotUnique)
		default:
			check(s.State.Apply(e))
		}
		s.log(e)
	}
	for _, e := range full.Entries[full.Marks["close"]:] {
		wantAccepted(t, s, e)
	}
}

func wantCheck(t *testing.T, err error, want election.CheckID) {
	t.Helper()
	var got *election.CheckError
	if !errors.As(err, &got) || got.Check != want {
		t.Errorf("error %v, want check %s", err, want)
	}
}
