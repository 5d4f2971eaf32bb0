package client_test

import (
	"errors"
	"testing"

	"piaojue/audit"
	"piaojue/client"
	"piaojue/election"
	"piaojue/tally"
)

// opener is a trustee who has the record and no board.
func (h *hall) opener(i int) (*client.Opening, error) {
	return client.NewOpening(h.record(), client.OpeningConfig{Manifest: h.manifest.Hash(), Role: h.roles[i-1], Static: h.statics[i-1]})
}

// TestOpening: who goes by the record alone makes the share that the log takes,
// finds it there again, and destroys the key.
func TestOpening(t *testing.T) {
	h := closed(t)
	for _, i := range []int{3, 1} {
		o, err := h.opener(i)
		check(t, err)
		e, closing, err := o.Share(nil)
		check(t, err)
		if closing.Size != h.state.ClosingSize() || int(o.Index()) != i {
			t.Errorf("trustee %d opened at size %d, want %d", o.Index(), closing.Size, h.state.ClosingSize())
		}
		check(t, h.post(e))
	}
	r, err := h.state.ExpectedResult()
	check(t, err)
	if r.Totals[0] != 2 || r.Totals[1] != 1 || r.Numbers.X != 1 {
		t.Errorf("totals %v, numbers %+v", r.Totals, r.Numbers)
	}
	o, err := h.opener(1)
	check(t, err)
	if got := o.State().Shares(); len(got) != 2 || got[1] != 1 {
		t.Errorf("shares of %v, want 3 and 1", got)
	}
	e, err := o.Destroyed()
	if err != nil || e.Kind != election.KindDestruction {
		t.Errorf("kind %v, %v", e.Kind, err)
	}
}

// TestOpeningRefuses (B7, K5): keys of nobody, another vote, a record that is
// spoilt, one that stops too early, and another sum than before.
func TestOpeningRefuses(t *testing.T) {
	h := closed(t)
	good := client.OpeningConfig{Manifest: h.manifest.Hash(), Role: h.roles[0], Static: h.statics[0]}
	open := func(record *audit.Record, change func(c *client.OpeningConfig)) error {
		c := good
		change(&c)
		_, err := client.NewOpening(record, c)
		return err
	}
	same := func(*client.OpeningConfig) {}
	check(t, open(h.record(), same))
	if err := open(h.record(), func(c *client.OpeningConfig) { c.Role = h.roles[1] }); !errors.Is(err, client.ErrNotTrustee) {
		t.Errorf("other role key: %v", err)
	}
	if err := open(h.record(), func(c *client.OpeningConfig) { c.Static = tally.GenerateStatic() }); !errors.Is(err, client.ErrNotTrustee) {
		t.Errorf("other static key: %v", err)
	}
	if err := open(h.record(), func(c *client.OpeningConfig) { c.Manifest[0] ^= 1 }); !errors.Is(err, client.ErrRecord) {
		t.Errorf("other manifest: %v", err)
	}
	files := h.recordFiles()
	delete(files, "closing")
	if err := open(audit.OpenRecord(files), same); !errors.Is(err, client.ErrRecord) {
		t.Errorf("without the closing checkpoint: %v", err)
	}
	o, err := h.opener(1)
	check(t, err)
	if e, _, err := o.Share(&client.Closing{Size: 1}); e != nil || !errors.Is(err, client.ErrOtherRoot) {
		t.Errorf("another sum: %v", err)
	}
	early := voting(t)
	o, err = early.opener(1)
	check(t, err)
	if e, _, err := o.Share(nil); e != nil || !errors.Is(err, client.ErrRecord) {
		t.Errorf("before the close: %v", err)
	}
}
