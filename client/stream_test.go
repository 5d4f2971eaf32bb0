package client_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"piaojue/client"
	"piaojue/election"
)

// streaming is a board that takes every new entry as if there were a million.
func (h *hall) streaming(send client.Transport) *client.Board {
	b := client.NewBoard(send, "v", h.manifest.Hash())
	client.SetWindow(b, 0)
	b.Keep()
	return b
}

// TestStream: a board that takes the log bundle by bundle comes to the same as
// one that takes it whole, at once and after it grew.
func TestStream(t *testing.T) {
	h := closed(t)
	whole := client.NewBoard(h.send, "v", h.manifest.Hash())
	whole.Keep()
	send := h.sendSize(15)
	late := h.streaming(func(r client.Request) ([]byte, error) { return send(r) })
	check(t, late.Update())
	if late.State().Size() != 15 {
		t.Fatalf("%d entries, want 15", late.State().Size())
	}
	send = h.send
	for _, x := range []*client.Board{whole, late} {
		check(t, x.Update())
	}
	if late.State().Phase() != whole.State().Phase() || late.State().Prev() != whole.State().Prev() ||
		late.Checkpoint().Root != whole.Checkpoint().Root || !slices.EqualFunc(late.Entries(), whole.Entries(), slices.Equal[[]byte]) {
		t.Errorf("phase %v, want %v", late.State().Phase(), whole.State().Phase())
	}
	e, _, err := mustTrustee(t, h, late).Share(h.record(), nil)
	check(t, err)
	check(t, h.post(e))
	check(t, late.Update())
	if got := late.State().Shares(); len(got) != 1 || len(late.Entries()) != int(h.state.Size()) {
		t.Errorf("shares of %v, %d entries", got, len(late.Entries()))
	}
}

func mustTrustee(t *testing.T, h *hall, b *client.Board) *client.Trustee {
	t.Helper()
	at, err := client.NewTrustee(b, h.roles[0], h.statics[0])
	check(t, err)
	return at
}

// TestStreamResumes: an answer that is lost on the way leaves a board that goes
// on where it was, and shows no checkpoint of entries that it has not seen.
func TestStreamResumes(t *testing.T) {
	h := closed(t)
	bundles := 0
	b := h.streaming(func(r client.Request) ([]byte, error) {
		if strings.Contains(r.Path, "/tile/entries/") {
			if bundles++; bundles == 2 { // the first had the manifest
				return nil, errors.New("no answer")
			}
		}
		return h.send(r)
	})
	if err := b.Update(); !errors.Is(err, client.ErrStale) || b.Checkpoint() != nil {
		t.Fatalf("error %v, want ErrStale", err)
	}
	check(t, b.Update())
	if b.State().Size() != h.state.Size() || len(b.Entries()) != int(h.state.Size()) {
		t.Errorf("%d entries, want %d", b.State().Size(), h.state.Size())
	}
}

// TestStreamResumesInside: when the answer is lost in the midst of the ballots,
// those that came are taken in, and the next update goes on behind them.
func TestStreamResumesInside(t *testing.T) {
	h, _ := session(t)
	for len(h.log.entries) < 235 { // so that the ballots lie in two bundles
		h.append(entry(election.NewEntry(election.NewSuspend(h.chain(), "停电"))), h.staffSign, h.presidiumSign)
		h.append(entry(election.NewEntry(election.NewResume(h.chain(), "来电"))), h.staffSign, h.presidiumSign)
	}
	h.close()
	if raw := h.log.entries; election.Kind(raw[255][0]) != election.KindBallot || election.Kind(raw[256][0]) != election.KindBallot {
		t.Fatal("the ballots lie in one bundle")
	}
	bundles := 0
	b := h.streaming(func(r client.Request) ([]byte, error) {
		if strings.Contains(r.Path, "/tile/entries/") {
			if bundles++; bundles == 3 { // the first was read for the manifest before
				return nil, errors.New("no answer")
			}
		}
		return h.send(r)
	})
	if err := b.Update(); !errors.Is(err, client.ErrStale) || b.Checkpoint() != nil || b.State().Size() != 256 || len(b.Entries()) != 256 {
		t.Fatalf("error %v, want ErrStale; %d entries, want 256", err, b.State().Size())
	}
	check(t, b.Update())
	if b.State().Phase() != h.state.Phase() || b.State().Numbers() != h.state.Numbers() || !slices.EqualFunc(b.Entries(), h.log.entries, slices.Equal[[]byte]) {
		t.Errorf("phase %v, %d entries", b.State().Phase(), len(b.Entries()))
	}
}

// TestStreamLies (S1): hashes that do not lead to the checkpoint, entries that do
// not lead to the hashes, and another manifest.
func TestStreamLies(t *testing.T) {
	for name, path := range map[string]string{"hash": "/tile/0/", "entry": "/tile/entries/", "checkpoint": "/checkpoint"} {
		h := closed(t)
		b := h.streaming(h.changing(path, flip(-40)))
		if err := b.Update(); !errors.Is(err, client.ErrBoard) && name != "checkpoint" || err == nil {
			t.Errorf("%s: error %v, want ErrBoard", name, err)
		}
	}
	h := closed(t)
	other := client.NewBoard(h.send, "v", [32]byte{1})
	client.SetWindow(other, 0)
	if err := other.Update(); !errors.Is(err, client.ErrBoard) {
		t.Errorf("another manifest: %v", err)
	}
}
