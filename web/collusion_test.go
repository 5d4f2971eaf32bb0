package web

import (
	"bytes"
	"errors"
	"fmt"
	"testing"
	"time"

	"piaojue/audit"
	"piaojue/election"
	"piaojue/store"
)

// TestOneHonestIssuer (V7, V8): S has two members. The server and its issuer do
// all they can; the other one, which is honest, gives nobody a second signature,
// and none for a deputy who is not checked in. Each refusal has a good twin.
func TestOneHonestIssuer(t *testing.T) {
	s := newStage(t)
	key, path := s.second()
	s.draft()
	s.freeze()
	s.approve()
	s.ceremony()
	s.checkIn(0, 1, 2) // not deputy 3
	s.opening(1, 0, 1)
	w := s.watchedIssuer(key, path)
	ask := func(body []byte) answer { return w.ask(s.path("/issuances"), body) }
	refused := func(what string, got answer, codes ...code) {
		t.Helper()
		for _, c := range codes {
			if got.code() == c {
				return
			}
		}
		t.Errorf("%s: %d %s, want %v", what, got.status, got.body, codes)
	}
	a, absent := s.asker(0), s.asker(3)
	first := a.body(nil)
	refused("before it is in the log", ask(first), codeNoIssuer)
	s.issue(first)
	good := ask(first)
	if good.status != 200 || !bytes.Equal(ask(first).body, good.body) {
		t.Fatalf("the honest twin: %d %s", good.status, good.body)
	}
	a.draw() // the server's issuer signs whatever the server likes; this one does not
	refused("second messages", ask(a.body(nil)), codeIssued)
	refused("not checked in", ask(absent.body(nil)), codeNoIssuer, codeNotCheckedIn)
	refused("an opening of its own", ask(a.body(func(i *election.Issuance) { i.Opening[0] ^= 1 })), codeOldEpoch)
	refused("a leaf of its own", ask(a.body(func(i *election.Issuance) { i.Leaf.Commitment[0] ^= 1 })), codeBadBadge, codeNoIssuer, codeIssued, codeNotInRoll)
	thief := s.asker(1)
	thief.leaf, thief.path = absent.leaf, absent.path
	refused("a present deputy's badge for an absent one", ask(thief.body(nil)), codeBadBadge, codeNoIssuer)

	// A new epoch: what was signed in the former one is of no use, and one is
	// all there is in this one, too.
	s.opening(2, 0, 1)
	if got := ask(first); !bytes.Equal(got.body, good.body) { // it has not read the log since
		refused("messages of the former epoch", got, codeOldEpoch)
	}
	again := s.asker(0)
	s.issue(again.body(nil))
	if got := ask(again.body(nil)); got.status != 200 {
		t.Errorf("the honest twin in epoch 2: %d %s", got.status, got.body)
	}
	refused("messages of the former epoch", ask(first), codeOldEpoch)
	again.draw()
	refused("second messages in epoch 2", ask(again.body(nil)), codeIssued)

	rows, err := w.db.IssuerRows(t.Context(), registerOf(s.manifest), 0)
	must(t, err)
	if list, err := audit.ParseRegister(rows); err != nil || len(list) != 2 || list[0].Epoch != 1 || list[1].Epoch != 2 {
		t.Errorf("its register: %+v, %v", list, err)
	}
}

// TestForkedForIssuer (S1, V7): a server that shows the honest issuer another
// history, in which the deputy asked with other messages, gets no second
// signature: neither from the running one nor after a restart without its board.
func TestForkedForIssuer(t *testing.T) {
	s := newStage(t)
	key, path := s.second()
	s.begin()
	w := s.watchedIssuer(key, path)
	a := s.asker(0)
	body := a.body(nil)
	s.issue(body)
	if got := w.ask(s.path("/issuances"), body); got.status != 200 {
		t.Fatalf("the honest twin: %d %s", got.status, got.body)
	}
	// The register alone decides, whatever a log says later.
	forged := store.Issuance{Epoch: 1, Index: a.leaf.Index, Vector: [32]byte{1}}
	if _, err := w.db.Issue(t.Context(), registerOf(s.manifest), forged); err == nil {
		t.Error("another vector has been reserved")
	}
	s.restart()
	fresh := s.watchedIssuer(key, path)
	if got := fresh.ask(s.path("/issuances"), body); got.status != 200 {
		t.Errorf("after a restart: %d %s", got.status, got.body)
	}
	if _, err := fresh.db.Issue(t.Context(), registerOf(s.manifest), forged); err == nil {
		t.Error("another vector has been reserved after a restart")
	}
}

// TestWholeSetColludes (V8, and SECURITY.md, "Honest limits"):
// deputies were issued credentials and did not vote; a server that has all keys
// of S casts ballots in their place. The record verifies and shows no credential
// unaccounted for, where an honest one would show how many; one ghost more than
// that makes the vote void.
func TestWholeSetColludes(t *testing.T) {
	const silent, honest = 10, 3
	for _, test := range []struct {
		ghosts      int
		unaccounted uint32
		void        bool
	}{{0, silent, false}, {silent, 0, false}, {silent + 1, 0, true}} {
		t.Run(fmt.Sprint(test.ghosts), func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			s.deputies = silent + honest
			s.config.Grace = time.Millisecond
			s.restart()
			s.begin()
			for i := range silent {
				must(t, s.obtain(honest+i))
			}
			for i := range honest {
				s.cast(i, marks(0))
			}
			for range test.ghosts {
				h := s.holder() // of a credential that nobody asked for
				if got := s.put("/ballots", h.finish(s, h.seal(s))); got.status != 200 {
					t.Fatalf("ghost: %d %s", got.status, got.body)
				}
			}
			s.order()
			if test.void {
				s.await(election.PhaseClosed)
				if n := s.update().Numbers(); n.R+n.U <= n.I {
					t.Errorf("numbers %+v", n)
				}
				e, err := election.NewEntry(s.board.State().ExpectedCollection(1))
				must(t, err)
				for i, k := range s.scrutineers[:2] {
					e.Sign(election.RoleScrutineer, uint8(i+1), k.role, s.manifest)
				}
				if err := s.board.State().Apply(e); !failsCheck(err, election.CheckNumbersOrder) {
					t.Errorf("a collection is accepted, or refused for another reason: %v", err)
				}
				return
			}
			s.collect()
			r := s.published()
			if n := r.Numbers; r.Failed() || n.Unaccounted() != test.unaccounted || n.R != uint32(honest+test.ghosts) {
				t.Errorf("failed %v, numbers %+v", r.Failed(), n)
			}
			if r.Status(election.CheckIssuersRegister) != audit.Passed || r.Issuers[0].Signed != silent+honest {
				t.Errorf("register: %+v", r.Issuers)
			}
		})
	}
}

func failsCheck(err error, c election.CheckID) bool {
	failed, ok := errors.AsType[*election.CheckError](err)
	return ok && failed.Check == c
}
