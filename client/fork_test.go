package client_test

import (
	"errors"
	"testing"

	"piaojue/audit"
	"piaojue/client"
)

// TestForkEvidence (S1): a server that shows a Board or an Outline another
// history than before, shorter, as long or longer, is refused, with evidence that
// convicts it on its own. That no witness has cosigned it makes no difference.
func TestForkEvidence(t *testing.T) {
	h := newHall(t)
	h.approve()
	h.ceremony()
	honest := h.log
	size := uint64(len(honest.entries)) - 2
	for name, shown := range map[string]uint64{"shorter": size - 1, "equal": size, "longer": size + 2} {
		t.Run(name, func(t *testing.T) {
			h.log = honest
			served := h.sendSize(size)
			send := func(r client.Request) ([]byte, error) { return served(r) }
			b := h.board(send)
			o, err := h.outline(send)
			check(t, err)
			other := &memory{}
			entries := append([][]byte(nil), honest.entries[:shown]...)
			entries[1] = entries[2]
			_, err = audit.Append(t.Context(), other, 0, entries)
			check(t, err)
			h.log, served = other, h.sendSize(shown)
			convicted(t, b.Update())
			convicted(t, o.Update())
			for _, err := range []error{b.Update(), o.Update()} {
				if !errors.Is(err, client.ErrBoard) {
					t.Errorf("it recovers: %v", err)
				}
			}
			h.log = honest
		})
	}
}

// convicted checks that an error is a fork, with evidence that stands alone.
func convicted(t *testing.T, err error) {
	t.Helper()
	fork, ok := errors.AsType[*client.ForkError](err)
	if !ok || !errors.Is(err, client.ErrBoard) || errors.Is(err, client.ErrStale) {
		t.Fatalf("error %v, want a fork", err)
	}
	e, err := audit.ParseEvidence(fork.Evidence.Marshal())
	check(t, err)
	check(t, e.Verify())
}

// TestForkBeside (S1): a receipt, or a closing checkpoint, that the log's key
// signed and that is not of the history that is shown, is the same evidence.
func TestForkBeside(t *testing.T) {
	h, cast, _ := closedBox(t)
	o, err := h.outline(h.send)
	check(t, err)
	honest, closing := h.log, h.state.ClosingSize()
	good := h.receipt(cast)
	check(t, o.CheckReceipt(cast, good))
	entries := append([][]byte(nil), honest.entries...)
	entries[1] = entries[2]
	h.log = &memory{}
	_, err = audit.Append(t.Context(), h.log, 0, entries)
	check(t, err)
	forked, note := h.receipt(cast), h.checkpoint(closing)
	h.log = honest
	convicted(t, o.CheckReceipt(cast, forked))
	convicted(t, h.board(h.send).CheckReceipt(cast, forked))
	_, err = h.outline(h.changing("/closing", func([]byte) []byte { return note }))
	convicted(t, err)
}

// TestLogKey: a new witness learns the log's key from the manifest whose hash is
// on paper, before anybody has cosigned, and from no other (B7).
func TestLogKey(t *testing.T) {
	key, err := audit.WitnessKey("witness.example", public(keyOf("witness")))
	check(t, err)
	h := prepareHall(t)
	h.manifest.Policy = "witness w " + key.String() + "\nquorum w\n"
	h.freeze()
	got, err := client.LogKey(h.send, "v", h.manifest.Hash())
	check(t, err)
	if want := public(h.logKey); got.Public() != want || got.Name() != h.manifest.Origin {
		t.Errorf("key %v", got)
	}
	if _, err := client.LogKey(h.send, "v", [32]byte{1}); !errors.Is(err, client.ErrBoard) {
		t.Errorf("another manifest: %v", err)
	}
}
