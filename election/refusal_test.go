package election_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"piaojue/election"
)

// refusal is an entry that must be refused at a place where the log goes on
// with an entry, its positive twin, that is accepted: the two differ in one
// thing only, where that is possible.
type refusal struct {
	name  string
	step  string // of the small vote
	skip  int    // entries of that step before it
	check election.CheckID
	bad   func(s *script, good *election.Entry) *election.Entry
}

// TestRefusals goes through the log of the small vote. At each place all bad
// entries are tried on the same state, and then the good one: so that it is
// accepted also shows that a refused entry changes nothing.
func TestRefusals(t *testing.T) {
	testRefusals(t, smallVote(), beginRefusals, rollRefusals, boxRefusals, endRefusals)
}

func testRefusals(t *testing.T, full *script, lists ...[]refusal) {
	s := full.Until("manifest")
	places := refusalsByPlace(full, lists)
	for at, good := range full.Entries {
		for _, r := range append(places[at], general(full, s, good)...) {
			t.Run(fmt.Sprintf("%d/%s", at, r.name), func(t *testing.T) {
				wantRefused(t, s, r.bad(s, good), r.check)
			})
		}
		restore(full, s)
		if err := s.Append(good); err != nil {
			t.Fatalf("good entry %d, %v: %v", at, good.Kind, err)
		}
	}
}

// restore takes over what a step of the script prepared.
func restore(full, s *script) {
	s.Voters = full.Voters
}

func refusalsByPlace(full *script, lists [][]refusal) map[int][]refusal {
	places := make(map[int][]refusal)
	for _, list := range lists {
		for _, r := range list {
			at, ok := full.Marks[r.step]
			if !ok {
				panic("no step " + r.step)
			}
			places[at+r.skip] = append(places[at+r.skip], r)
		}
	}
	return places
}

func wantRefused(t *testing.T, s *script, bad *election.Entry, want election.CheckID) {
	t.Helper()
	var got *election.CheckError
	err := s.State.Apply(bad)
	if !errors.As(err, &got) {
		t.Fatalf("error %v, want check %s", err, want)
	}
	if got.Check != want {
		t.Errorf("check %s (%v), want %s", got.Check, got, want)
	}
	if got.Index != uint64(len(s.Entries)) {
		t.Errorf("index %d, want %d", got.Index, len(s.Entries))
	}
}

// general returns what must be refused at every place.
func general(full, s *script, good *election.Entry) []refusal {
	list := wrongSignatures(full, good)
	list = append(list, wrongPhases(full, s)...)
	if slices.Contains(chainedKinds, good.Kind) {
		list = append(list, refusal{
			name: "wrong prev", check: election.CheckEntryChain,
			bad: func(*script, *election.Entry) *election.Entry { return resigned(full, good, flip(good.Body, 0)) },
		})
	}
	return append(list, refusal{
		name: "trailing byte", check: trailingCheck(good.Kind),
		bad: func(*script, *election.Entry) *election.Entry {
			return resigned(full, good, append(slices.Clone(good.Body), 0))
		},
	})
}

// chainedKinds as PROTOCOL.md, "Entries", lists them.
var chainedKinds = []election.Kind{
	election.KindTrustees, election.KindAttendance, election.KindBadge, election.KindOpening,
	election.KindOrder, election.KindCollection, election.KindCertificate, election.KindAnnouncement,
	election.KindArchive, election.KindSuspend, election.KindResume, election.KindVoid,
	election.KindSheets, election.KindBatch, election.KindDecision, election.KindSuccessor,
}

func parsed(e *election.Entry) any { return must(election.ParseBody(e)) }

// trailingCheck returns the check that sees a trailing byte: where the format
// belongs to another package, not the first.
func trailingCheck(k election.Kind) election.CheckID {
	switch k {
	case election.KindManifest:
		return election.CheckManifestForm
	case election.KindDealing:
		return election.CheckCeremonyDealings
	case election.KindBallot, election.KindUnused:
		return election.CheckBallotForm
	case election.KindShare:
		return election.CheckShareProofs
	case election.KindPaper: // the batch lists another hash
		return election.CheckPaperBatch
	}
	return election.CheckEntryForm
}

// wrongSignatures: each one missing, each one invalid, and one more.
func wrongSignatures(full *script, good *election.Entry) []refusal {
	var list []refusal
	add := func(name string, sigs []election.Signature) {
		list = append(list, refusal{
			name: name, check: election.CheckEntrySignatures,
			bad: func(*script, *election.Entry) *election.Entry {
				return &election.Entry{Kind: good.Kind, Body: good.Body, Signatures: sigs}
			},
		})
	}
	for i, sig := range good.Signatures {
		add(fmt.Sprint("missing signature of ", sig.Role), slices.Delete(slices.Clone(good.Signatures), i, i+1))
		invalid := slices.Clone(good.Signatures)
		invalid[i].Sig[0] ^= 1
		add(fmt.Sprint("invalid signature of ", sig.Role), invalid)
	}
	other := full.teller(1)
	if good.Kind == election.KindBatch {
		other = full.presidium()
	}
	extra := full.sign(good, append(full.signers(good), other)...)
	add("extra signature", extra.Signatures)
	return list
}

// wrongPhases tries an entry of every kind that the phase does not accept. The
// order of the log decides, and no clock (attack S14).
func wrongPhases(full, s *script) []refusal {
	var list []refusal
	seen := make(map[election.Kind]bool)
	for _, e := range full.Entries {
		if seen[e.Kind] || s.State.Accepts(e.Kind) || s.State.Phase() == election.PhaseDraft {
			continue
		}
		seen[e.Kind] = true
		list = append(list, refusal{
			name: fmt.Sprintf("%v while %v", e.Kind, s.State.Phase()), check: election.CheckEntryPhase,
			bad: func(*script, *election.Entry) *election.Entry { return e },
		})
	}
	return list
}

// resigned is an entry with another body, signed by the same people.
func resigned(full *script, good *election.Entry, body []byte) *election.Entry {
	return full.sign(&election.Entry{Kind: good.Kind, Body: body}, full.signers(good)...)
}

func flip(b []byte, at int) []byte {
	c := slices.Clone(b)
	c[at] ^= 1
	return c
}

// edit returns a function that changes the body of the good entry and lets the
// same people sign it.
func edit[B interface{ Marshal() []byte }](change func(B)) func(*script, *election.Entry) *election.Entry {
	return func(s *script, good *election.Entry) *election.Entry {
		b := parsed(good).(B)
		change(b)
		return resigned(s, good, b.Marshal())
	}
}

// raw is edit on bytes, for bodies that Marshal would not write.
func raw(change func([]byte) []byte) func(*script, *election.Entry) *election.Entry {
	return func(s *script, good *election.Entry) *election.Entry {
		return resigned(s, good, change(slices.Clone(good.Body)))
	}
}
