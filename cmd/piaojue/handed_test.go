package main

import (
	"errors"
	"testing"

	"piaojue/client"
	"piaojue/election"
)

// TestHanded: while witnesses are slow, a trustee's device hands in no step
// twice; the next step, and the same one of another ceremony, go on.
func TestHanded(t *testing.T) {
	c := new(election.Ceremony)
	dealing, agreement := &election.Entry{Kind: election.KindDealing}, &election.Entry{Kind: election.KindAgreement}
	h := make(handed)
	if got, err := h.due(c, dealing, nil); got != dealing || err != nil {
		t.Fatalf("got %v, %v", got, err)
	}
	// The server refused it, or did not answer: it is due still.
	if got, err := h.due(c, dealing, nil); got != dealing || err != nil {
		t.Fatalf("got %v, %v", got, err)
	}
	h.note(c, dealing)
	if got, err := h.due(c, dealing, nil); got != nil || !errors.Is(err, client.ErrWait) {
		t.Errorf("handed in again: got %v, %v", got, err)
	}
	if got, err := h.due(c, agreement, nil); got != agreement || err != nil {
		t.Errorf("got %v, %v", got, err)
	}
	other := errors.New("other")
	if _, err := h.due(c, nil, other); err != other {
		t.Errorf("got %v", err)
	}
	if got, err := h.due(c, nil, nil); got != nil || err != nil {
		t.Errorf("done: got %v, %v", got, err)
	}
	delete(h, handedStep{[32]byte{}, election.KindDealing})
	h[handedStep{[32]byte{1}, election.KindDealing}] = true // of trustees who were replaced
	if got, err := h.due(c, dealing, nil); got != dealing || err != nil {
		t.Errorf("another ceremony: got %v, %v", got, err)
	}
}
