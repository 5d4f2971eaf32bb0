package web

import (
	"errors"
	"testing"
	"time"

	"piaojue/client"
	"piaojue/election"
)

// TestResume (V13): a terminal dies after each step in turn, and another one
// goes on with the badge. Each deputy has one credential and one ballot.
func TestResume(t *testing.T) {
	s := newStage(t)
	s.config.Grace = time.Millisecond
	s.restart()
	s.deputies = 5
	s.begin()
	steps := []func(*client.Voter) error{
		func(v *client.Voter) error { return v.Identify() },
		func(v *client.Voter) error { return v.Obtain() },
		func(v *client.Voter) error { _, err := v.Seal(marks(0)); return err },
		func(v *client.Voter) error { return v.Cast() },
	}
	for dies := range len(steps) + 1 {
		first := s.device(dies)
		for _, step := range steps[:dies] {
			must(t, step(first))
		}
		second := s.device(dies)
		must(t, second.Identify())
		must(t, second.Obtain())
		decided, err := second.Resume()
		if err != nil || decided != (dies == len(steps)) {
			t.Fatalf("after %d steps: decided %t, %v", dies, decided, err)
		}
		_, err = second.Seal(marks(1))
		if decided {
			if !errors.Is(err, client.ErrDecided) {
				t.Errorf("sealed a second ballot: %v", err)
			}
			continue
		}
		must(t, err)
		must(t, second.Cast())
		// The first terminal wakes up again: its ballot comes too late.
		if err := finish(first, steps[dies:]); !refusedWith(err, codeSecondBallot) {
			t.Errorf("after %d steps, the first terminal: %v", dies, err)
		}
	}
	s.order()
	s.await(election.PhaseClosed)
	if got := s.board.State().Numbers(); got.I != 5 || got.R != 5 {
		t.Errorf("numbers %+v", got)
	}
}

func finish(v *client.Voter, steps []func(*client.Voter) error) error {
	for _, step := range steps {
		if err := step(v); err != nil {
			return err
		}
	}
	return nil
}
