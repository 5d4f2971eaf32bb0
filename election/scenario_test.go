package election_test

import (
	"errors"
	"slices"
	"testing"

	"piaojue/ballot"
	"piaojue/election"
	"piaojue/tally"
	"piaojue/testvectors"
)

// keyed is a new vote up to the opening, with everybody checked in.
func keyed(t *testing.T, rules election.Rules, change func(*election.Manifest)) *script {
	t.Helper()
	s := newScript(rules, 5, 3, 2, testIssuers())
	change(s.Manifest)
	s.freeze()
	s.approve()
	s.ceremony()
	s.checkIn("attendance", 0, 1, 2, 3, 4)
	return s
}

func unchanged(*election.Manifest) {}

// voted is keyed, opened, and three deputies have credentials.
func voted(t *testing.T, rules election.Rules, change func(*election.Manifest)) *script {
	t.Helper()
	s := keyed(t, rules, change)
	s.open("opening", 0)
	s.issue("issuance", 0, 1, 2)
	return s
}

func wantAccepted(t *testing.T, s *script, e *election.Entry) {
	t.Helper()
	if err := s.Append(e); err != nil {
		t.Fatal(err)
	}
}

// TestComplaint: a dealer sends a bad share. The evidence ends the attempt, and
// nothing but new trustees with fresh keys goes on (K1, K9).
func TestComplaint(t *testing.T) {
	s := newScript(smallRules(), 5, 3, 2, testIssuers())
	s.freeze()
	s.approve()
	old := s.dealing(3)
	bad := must(election.ParseDealing(s.dealing(2).Body))
	bad.Msg[2*32+64+32+8] ^= 1 // the share for trustee 1
	s.step("dealings", s.dealing(1), s.sign(must(election.NewEntry(bad)), s.scrutineer(2)))
	attendance := s.attendance(1, 0)

	c := s.State.Ceremony()
	evidence := must(tally.Complain(c.Setup(), c.Dealings()[1], s.State.VoteContext(), 1, s.Scrutineers[0].Static))
	wantRefused(t, s, s.complaint(1, 1, evidence), election.CheckCeremonyDealings)
	wantRefused(t, s, s.complaint(3, 2, evidence), election.CheckCeremonyDealings)
	wantAccepted(t, s, s.complaint(1, 2, evidence))
	if c.Complaint() == nil || c.Complaint().Accused != 2 {
		t.Error("complaint does not name trustee 2")
	}
	wantRefused(t, s, old, election.CheckEntryPhase)
	wantRefused(t, s, attendance, election.CheckEntryPhase)
	wantRefused(t, s, s.trustees(), election.CheckTrusteesKeys) // static keys again

	for i := range s.Scrutineers {
		s.Scrutineers[i].Static = tally.GenerateStatic()
	}
	wantAccepted(t, s, s.trustees())
	if got := s.State.Attempt(); got != 2 {
		t.Errorf("attempt %d, want 2", got)
	}
	wantRefused(t, s, old, election.CheckCeremonyDealings) // of the first attempt
	s.ceremony()
	if s.State.Phase() != election.PhaseKeyed {
		t.Errorf("phase %v after the second attempt", s.State.Phase())
	}
}

// TestJointKeyIdentity: dealers who know each other's secrets cannot make a key
// that everybody knows (G6). The last dealing is refused, and leaves no trace.
func TestJointKeyIdentity(t *testing.T) {
	logs := map[string][][]byte{}
	for _, r := range must(testvectors.Records(testvectors.Files)) {
		logs[r.Name] = r.Entries()
	}
	bad, good := logs["dealing_to_the_identity"], logs["small"]
	s := election.NewState(nil)
	for _, raw := range bad[:4] {
		check(s.Apply(must(election.ParseEntry(raw))))
	}
	var refused *election.CheckError
	err := s.Apply(must(election.ParseEntry(bad[4])))
	if !errors.As(err, &refused) || refused.Check != election.CheckCeremonyDealings {
		t.Errorf("got %v, want it refused", err)
	}
	check(s.Apply(must(election.ParseEntry(good[4]))))
	check(s.Apply(must(election.ParseEntry(good[5])))) // an agreement on all three
}

// TestNewEpoch: what was issued and promised under the first opening no longer
// counts, and its credentials do not work.
func TestNewEpoch(t *testing.T) {
	s := voted(t, smallRules(), unchanged)
	s.step("count", s.count(3))
	again := must(election.ParseIssuance(s.Entries[s.Marks["issuance"]].Body))
	stale, params := s.ballot(s.Voters[0], mark(0)), s.State.Params()
	s.open("second opening", 0)
	if n := s.State.Numbers(); n.I != 0 || n.P != 5 || s.State.Promises() != 0 {
		t.Errorf("numbers %+v, %d promises", n, s.State.Promises())
	}
	if _, ok := s.State.Issued(0); ok {
		t.Error("still issued")
	}
	wantRefused(t, s, s.sign(must(election.NewEntry(again)), s.badge(0)), election.CheckIssuanceRoll)
	wantRefused(t, s, s.sign(must(election.NewEntry(&election.Promises{Epoch: 1, Given: 3})), s.logKey()), election.CheckCountKept)
	s.issue("issuance again", 0, 1)
	ballots := castAll(s, smallChoices()[:2])
	s.order()
	check(params.Verify(must(params.Parse(stale.Body)))) // good in its own epoch
	wantRefused(t, s, stale, election.CheckBallotCredential)
	s.fill(ballots, nil, nil)
	s.closeBox()
	s.collect()
	if got, want := s.State.Numbers(), (election.Numbers{N: 5, P: 5, I: 2, R: 2}); got != want {
		t.Errorf("numbers %+v, want %+v", got, want)
	}
}

// TestBadgeOnTwoLeaves: whoever puts a deputy's badge on another leaf as well
// gets one credential with it, not two (V7); in the next epoch, one again.
func TestBadgeOnTwoLeaves(t *testing.T) {
	s := keyed(t, smallRules(), unchanged)
	s.open("opening", 0)
	wantAccepted(t, s, newBadge(1, "badge 0")(s, nil))
	s.Badges = slices.Clone(s.Badges)
	s.Badges[1] = s.Badges[0]
	own, _ := s.issuance(0)
	other, _ := s.issuance(1)
	first := *s.UntilEntry(len(s.Entries))
	wantAccepted(t, &first, other)
	wantRefused(t, &first, own, election.CheckIssuanceRoll)
	wantAccepted(t, s, own)
	wantRefused(t, s, other, election.CheckIssuanceRoll)
	s.issue("issuance of another badge", 2)
	s.open("opening again", 0)
	other, _ = s.issuance(1)
	wantAccepted(t, s, other)
}

func TestSuspend(t *testing.T) {
	s := voted(t, smallRules(), unchanged)
	issuance, _ := s.issuance(3)
	wantAccepted(t, s, s.sign(must(election.NewEntry(election.NewSuspend(s.chain(), "停电"))), s.staff(), s.presidium()))
	wantRefused(t, s, issuance, election.CheckEntryPhase)
	wantAccepted(t, s, s.count(2))
	wantRefused(t, s, s.sign(must(election.NewEntry(election.NewResume(s.chain(), "来电"))), s.staff()), election.CheckEntrySignatures)
	wantAccepted(t, s, s.sign(must(election.NewEntry(election.NewResume(s.chain(), "来电"))), s.staff(), s.presidium()))
	wantAccepted(t, s, issuance)
}

// TestVoid: until it is certified a vote can be voided, and then nothing of it
// is ever opened.
func TestVoid(t *testing.T) {
	full := smallVote()
	for _, step := range []string{"trustees", "dealings", "attendance", "opening", "issuance", "order", "ballots", "close", "collection", "shares", "result", "certificate"} {
		s := full.Until(step)
		void := s.sign(must(election.NewEntry(election.NewVoid(s.chain(), "作废"))), s.staff(), s.presidium())
		if err := s.Append(void); err != nil {
			t.Errorf("before %s: %v", step, err)
			continue
		}
		if s.State.Phase() != election.PhaseVoided {
			t.Errorf("before %s: phase %v", step, s.State.Phase())
		}
		wantRefused(t, s, full.Entries[full.Marks["shares"]], election.CheckEntryPhase)
	}
}

// TestDestructionWithoutTrustees: a vote that was voided before it had trustees
// has nobody to sign.
func TestDestructionWithoutTrustees(t *testing.T) {
	full := smallVote()
	s := full.Until("trustees")
	wantAccepted(t, s, s.sign(must(election.NewEntry(election.NewVoid(s.chain(), "作废"))), s.staff(), s.presidium()))
	wantRefused(t, s, full.Entries[full.Marks["destruction"]], election.CheckEntrySignatures)
}

// TestIssuedOnce: who asks again is told so, and finds the vector (V7).
func TestIssuedOnce(t *testing.T) {
	s := smallVote().Until("count")
	e, r := s.issuance(0)
	if err := s.State.Apply(e); !errors.Is(err, election.ErrIssued) {
		t.Errorf("error %v, want ErrIssued", err)
	}
	issued, ok := s.State.Issued(0)
	if want := uint64(s.Marks["issuance"]); !ok || issued.Entry != want || !issued.For(r.VectorHash()) {
		t.Errorf("issued %v %v, want entry %d", issued, ok, want)
	}
	if issued.For([32]byte{1}) {
		t.Error("it is for another vector")
	}
	if _, ok := s.State.Issued(8); ok {
		t.Error("index 8 has no issuance")
	}
}

// TestNoQuorum: the rules need not check the quorum again at the opening, but
// the outcome does.
func TestNoQuorum(t *testing.T) {
	rules := smallRules()
	rules.Quorum.RecheckAtOpen = false
	s := newScript(rules, 12, 3, 2, testIssuers())
	s.freeze()
	s.approve()
	s.ceremony()
	s.checkIn("attendance", 0, 1, 2)
	s.open("opening", 0)
	s.issue("issuance", 0, 1, 2)
	s.order()
	s.fill(castAll(s, smallChoices()[:3]), nil, nil)
	s.closeBox()
	s.collect()
	s.openBox(1, 2)
	finish(s)
	got := s.State.Result().Outcome
	if got.Vote != election.VoteNoQuorum || got.Next != election.NextRepeat || len(got.Adopted) != 0 {
		t.Errorf("outcome %+v", got)
	}
}

// TestRootError: trouble with the storage is no fault of an entry.
func TestRootError(t *testing.T) {
	full := smallVote()
	broken := errors.New("disk is gone")
	fails := false
	s := election.NewState(func(size uint64) ([32]byte, error) {
		if fails {
			return [32]byte{}, broken
		}
		return full.RootAt(size)
	})
	for at, e := range full.Entries {
		if e.Kind == election.KindOrder || at == full.Marks["shares"] || e.Kind == election.KindArchive {
			fails = true
			var checked *election.CheckError
			if err := s.Apply(e); !errors.Is(err, broken) || errors.As(err, &checked) {
				t.Errorf("%v: error %v", e.Kind, err)
			}
			fails = false
		}
		check(s.Apply(e))
	}
}

// TestModes runs a vote of each mode to its end, so that every total reaches
// the right option.
func TestModes(t *testing.T) {
	judged := func(marks ...ballot.Mark) ballot.Choice { return ballot.Choice{Marks: marks} }
	const f, a, n = ballot.For, ballot.Against, ballot.None
	const g0, g1, g2 = ballot.Grade0, ballot.Grade1, ballot.Grade2
	for _, c := range []struct {
		preset  election.Preset
		choices []ballot.Choice
		want    []election.Count
		adopted []uint16
	}{
		{election.SelectPlurality, []ballot.Choice{mark(0, 2), mark(2), {Abstain: true}},
			[]election.Count{{For: 1}, {}, {For: 2}}, []uint16{2, 0}},
		{election.JudgeMajority, []ballot.Choice{judged(f, a, f), judged(f, f, n), judged(f, n, a)},
			[]election.Count{{For: 3}, {For: 1, Against: 1}, {For: 1, Against: 1}}, []uint16{0}},
		{election.JudgeCapped, []ballot.Choice{judged(f, a, f), judged(f, a, f), judged(f, a, f)},
			[]election.Count{{For: 3}, {Against: 3}, {For: 3}}, []uint16{0, 2}},
		{election.ChooseOne, []ballot.Choice{judged(n, f, n), judged(n, f, n), judged(n, f, n)},
			[]election.Count{{}, {For: 3}, {}}, []uint16{1}},
		{election.Satisfaction, []ballot.Choice{judged(g0, g1, g2), judged(g0, g0, ballot.Abstain), {Spoil: true}},
			[]election.Count{{Grades: [3]uint32{2}}, {Grades: [3]uint32{1, 1}}, {Grades: [3]uint32{0, 0, 1}}}, nil},
	} {
		t.Run(string(c.preset), func(t *testing.T) {
			s := voted(t, must(c.preset.Rules(3, 2)), unchanged)
			s.order()
			s.fill(castAll(s, c.choices), nil, nil)
			s.closeBox()
			s.collect()
			s.openBox(3, 1)
			finish(s)
			got := s.State.Result().Outcome
			for i, line := range got.Lines {
				line.Count.ID = ""
				if line.Count != c.want[i] {
					t.Errorf("option %d: %+v, want %+v", i, line.Count, c.want[i])
				}
			}
			if !slices.Equal(got.Adopted, c.adopted) {
				t.Errorf("adopted %v, want %v", got.Adopted, c.adopted)
			}
		})
	}
}

// TestWarnings: a result that tells how everybody voted, or that a handful
// made, is announced with a warning (K11).
func TestWarnings(t *testing.T) {
	s := voted(t, smallRules(), unchanged)
	s.order()
	s.fill(castAll(s, []ballot.Choice{mark(0), mark(0, 1)}), nil, nil)
	s.closeBox()
	s.collect()
	s.openBox(1, 2)
	finish(s)
	want := []election.Warning{election.WarnFewBallots, election.WarnUnanimous, election.WarnUnaccounted}
	if got := s.State.Result().Warnings(); !slices.Equal(got, want) {
		t.Errorf("warnings %v, want %v", got, want)
	}
	plain := election.Result{Numbers: election.Numbers{I: 304, R: 304}, Totals: []uint32{303, 1}}
	if got := plain.Warnings(); got != nil {
		t.Errorf("warnings %v, want none", got)
	}
	// The manifest names two issuers, the opening one.
	if got, want := s.State.Warnings(), append([]election.Warning{election.WarnOneIssuer}, want...); !slices.Equal(got, want) {
		t.Errorf("warnings %v, want %v", got, want)
	}
	m := *s.Manifest
	if got := m.Warnings(); got != nil {
		t.Errorf("manifest: warnings %v, want none", got)
	}
	m.Kind, m.Issuers = election.Real, m.Issuers[:1]
	if got, want := m.Warnings(), []election.Warning{election.WarnOneIssuer, election.WarnFewBallots}; !slices.Equal(got, want) {
		t.Errorf("manifest: warnings %v, want %v", got, want)
	}
}

// TestWarnOneIssuer: it is the opening's set that counts, and the warning comes
// once and goes with the opening.
func TestWarnOneIssuer(t *testing.T) {
	s := keyed(t, smallRules(), unchanged)
	wantWarnings := func(when string, want ...election.Warning) {
		t.Helper()
		if got := s.State.Warnings(); !slices.Equal(got, want) {
			t.Errorf("%s: warnings %v, want %v", when, got, want)
		}
	}
	wantWarnings("before the opening")
	s.open("both", 0, 1)
	wantWarnings("both issuers")
	s.open("one", 1)
	wantWarnings("one issuer", election.WarnOneIssuer)
	s.open("both again", 0, 1)
	wantWarnings("both issuers again")

	s = keyed(t, smallRules(), func(m *election.Manifest) { m.Issuers = m.Issuers[:1] })
	s.open("the only one", 0)
	wantWarnings("the only issuer", election.WarnOneIssuer)
	s = &script{State: election.NewState(nil)}
	wantWarnings("an empty log")
}
