package client_test

import (
	"bytes"
	"errors"
	"testing"

	"piaojue/audit"
	"piaojue/client"
	"piaojue/election"
)

// promised is the server's word for an entry, in an epoch.
func (h *hall) promised(epoch uint32, entry [32]byte) *audit.Promise {
	p := audit.NewPromise(h.promise, h.manifest.Hash(), epoch, entry)
	return &p
}

// TestFate (S3): what the outline of a log says of a promise, and of what the
// same promise would be if one thing were another.
func TestFate(t *testing.T) {
	h, cast, unused := closedBox(t)
	o, err := h.outline(h.send)
	check(t, err)
	_, collected := h.at(election.KindCollection)
	late := election.HashEntry(h.log.entries[collected])
	for name, test := range map[string]struct {
		promise *audit.Promise
		want    client.Fate
	}{
		"kept":        {h.promised(1, cast), client.FateKept},
		"keptUnused":  {h.promised(1, unused), client.FateKept},
		"dropped":     {h.promised(1, [32]byte{7}), client.FateBroken},
		"late":        {h.promised(1, late), client.FateBroken},
		"formerEpoch": {h.promised(0, [32]byte{7}), client.FateFormer},
	} {
		fate, b, err := o.Fate(test.promise)
		if err != nil || fate != test.want || (b != nil) != (fate == client.FateBroken) {
			t.Fatalf("%s: %s, %v", name, fate, err)
		}
		if b != nil {
			read, err := audit.ParseBreach(b.Marshal())
			check(t, err)
			check(t, read.Verify())
		}
		of, err := h.board(h.send).Breach(test.promise)
		if (err == nil) != (fate == client.FateBroken) || err != nil && !errors.Is(err, audit.ErrNoEvidence) {
			t.Errorf("%s: the board says %v", name, err)
		}
		if err == nil && !bytes.Equal(of.Checkpoint, b.Checkpoint) {
			t.Errorf("%s: the board has another checkpoint", name)
		}
	}
}

// TestFateFalsePromise: what the server did not sign for this vote is no promise.
func TestFateFalsePromise(t *testing.T) {
	h, cast, _ := closedBox(t)
	o, err := h.outline(h.send)
	check(t, err)
	otherKey := audit.NewPromise(h.logKey, h.manifest.Hash(), 1, [32]byte{7})
	otherVote := audit.NewPromise(h.promise, [32]byte{1}, 1, [32]byte{7})
	for name, p := range map[string]*audit.Promise{"otherKey": &otherKey, "otherVote": &otherVote} {
		if _, b, err := o.Fate(p); !errors.Is(err, client.ErrPromise) || b != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if fate, _, err := o.Fate(h.promised(1, cast)); err != nil || fate != client.FateKept {
		t.Errorf("the twin: %s, %v", fate, err)
	}
}

// TestFateBeforeClose: nobody is accused before the close, or of a vote that
// was voided before it.
func TestFateBeforeClose(t *testing.T) {
	h := voting(t)
	p := h.cast(0, choice(0)).Promise()
	o, err := h.outline(h.send)
	check(t, err)
	for want, p := range map[client.Fate]*audit.Promise{client.FateWaits: p, client.FateFormer: h.promised(0, p.Entry)} {
		if fate, b, err := o.Fate(p); err != nil || fate != want || b != nil {
			t.Errorf("%s, %v, want %s", fate, err, want)
		}
	}
	if _, err := h.board(h.send).Breach(p); !errors.Is(err, client.ErrNotClosed) {
		t.Errorf("the board: %v", err)
	}
	h.append(entry(election.NewEntry(election.NewVoid(h.chain(), "停电"))), h.staffSign, h.presidiumSign)
	check(t, o.Update())
	if fate, b, err := o.Fate(p); err != nil || fate != client.FateVoided || b != nil {
		t.Errorf("voided: %s, %v", fate, err)
	}
}
