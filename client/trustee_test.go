package client_test

import (
	"errors"
	"testing"

	"piaojue/audit"
	"piaojue/client"
	"piaojue/election"
	"piaojue/group"
	"piaojue/tally"
)

// closed is a hall with three ballots, closed and collected.
func closed(t *testing.T) *hall {
	t.Helper()
	h := voting(t)
	h.cast(0, choice(0, 1))
	h.cast(1, choice(0))
	h.cast(2, ballotSpoiled)
	h.close()
	return h
}

func TestTrusteesOpen(t *testing.T) {
	h := closed(t)
	for _, i := range []int{3, 1} {
		e, closing, err := h.trustee(i).Share(h.record(), nil)
		check(t, err)
		if closing.Size != h.state.ClosingSize() {
			t.Errorf("opened at size %d, want %d", closing.Size, h.state.ClosingSize())
		}
		check(t, h.post(e))
	}
	r, err := h.state.ExpectedResult()
	check(t, err)
	if r.Totals[0] != 2 || r.Totals[1] != 1 || r.Totals[2] != 0 || r.Numbers.X != 1 {
		t.Errorf("totals %v, numbers %+v", r.Totals, r.Numbers)
	}
	h.append(entry(election.NewEntry(r)), h.logSign)
	e, err := h.trustee(2).Destroyed()
	check(t, err)
	if e.Kind != election.KindDestruction {
		t.Errorf("kind %v", e.Kind)
	}
}

// TestOneSumOnly (K5): a trustee who has opened one closing checkpoint opens
// that one again, after a crash, and no other, ever.
func TestOneSumOnly(t *testing.T) {
	h := closed(t)
	_, closing, err := h.trustee(1).Share(h.record(), nil)
	check(t, err)
	if _, again, err := h.trustee(1).Share(h.record(), &closing); err != nil || again != closing {
		t.Errorf("the same sum again: %v", err)
	}
	other := closing
	other.Root[0] ^= 1
	if e, _, err := h.trustee(1).Share(h.record(), &other); e != nil || !errors.Is(err, client.ErrOtherRoot) {
		t.Errorf("error %v, want ErrOtherRoot", err)
	}
}

func TestShareBeforeClose(t *testing.T) {
	h := voting(t)
	h.cast(0, choice(0))
	if e, _, err := h.trustee(1).Share(h.record(), nil); e != nil || !errors.Is(err, client.ErrRecord) {
		t.Errorf("error %v, want ErrRecord", err)
	}
}

// TestTooFew (K5, K11): one ballot is never opened, though the record is right.
func TestTooFew(t *testing.T) {
	h := voting(t)
	h.cast(0, choice(0))
	h.close()
	if e, _, err := h.trustee(1).Share(h.record(), nil); e != nil || !errors.Is(err, client.ErrTooFew) {
		t.Errorf("error %v, want ErrTooFew", err)
	}
}

// TestBadRecord: a trustee opens nothing on the word of the server. One ballot
// in the log is bad; its hash tree is not.
func TestBadRecord(t *testing.T) {
	h := closed(t)
	for i, raw := range h.log.entries {
		e, err := election.ParseEntry(raw)
		check(t, err)
		if e.Kind == election.KindBallot {
			e.Body[len(e.Body)-1] ^= 1
			h.rewrite(i, e.Marshal())
			break
		}
	}
	e, _, err := h.trustee3Share()
	if e != nil || !errors.Is(err, client.ErrRecord) {
		t.Errorf("error %v, want ErrRecord", err)
	}
}

// TestIncompleteRecord: a record without its closing checkpoint is in the right
// phase, and is refused all the same.
func TestIncompleteRecord(t *testing.T) {
	h := closed(t)
	files := h.recordFiles()
	delete(files, "closing")
	if e, _, err := h.trustee(1).Share(audit.OpenRecord(files), nil); e != nil || !errors.Is(err, client.ErrRecord) {
		t.Errorf("error %v, want ErrRecord", err)
	}
}

func TestNotTrustee(t *testing.T) {
	h := newHall(t)
	h.approve()
	b := h.board(h.send)
	if _, err := client.NewTrustee(b, h.roles[0], h.statics[0]); err != nil {
		t.Errorf("the twin: %v", err)
	}
	if _, err := client.NewTrustee(b, h.roles[1], h.statics[0]); !errors.Is(err, client.ErrNotTrustee) {
		t.Errorf("B7: other role key: %v", err)
	}
	if _, err := client.NewTrustee(b, h.roles[0], tally.GenerateStatic()); !errors.Is(err, client.ErrNotTrustee) {
		t.Errorf("B7: other static key: %v", err)
	}
}

// TestComplaint (K9): a dealer who sends one bad share is convicted by the one
// who got it, and the ceremony stops.
func TestComplaint(t *testing.T) {
	h := newHall(t)
	h.approve()
	for i := 1; i <= 3; i++ {
		e, err := h.trustee(i).Next()
		check(t, err)
		if i == 2 {
			e = h.spoilShare(e, 2, 3)
		}
		check(t, h.post(e))
	}
	if e, err := h.trustee(1).Next(); err != nil || e.Kind != election.KindAgreement {
		t.Errorf("trustee 1, whose shares are good: %v", err)
	}
	e, err := h.trustee(3).Next()
	check(t, err)
	if e.Kind != election.KindComplaint {
		t.Fatalf("trustee 3 sends %v, want a complaint", e.Kind)
	}
	check(t, h.post(e))
	if _, err := h.trustee(1).Next(); err == nil {
		t.Error("the ceremony goes on after a complaint")
	}
	h.statics = []*group.Scalar{tally.GenerateStatic(), tally.GenerateStatic(), tally.GenerateStatic()}
	h.approve()
	h.ceremony()
}

// spoilShare changes the ciphertext from dealer to one trustee.
func (h *hall) spoilShare(e *election.Entry, dealer, to int) *election.Entry {
	const head = 32 + 1 + 2*32 + 64 + 32 // trustees hash, index, C, PoP, E
	e.Body[head+(to-1)*(8+48)+8] ^= 1
	h.scrutineerSign(dealer)(e)
	return e
}
