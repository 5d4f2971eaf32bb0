package web

import (
	"bytes"
	"net/http"
	"testing"
	"time"

	"piaojue/election"
)

// TestEpochs: after a second opening everybody votes again. Who did not hear of
// it is told.
func TestEpochs(t *testing.T) {
	s := newStage(t)
	s.config.Grace = time.Millisecond
	s.restart()
	s.begin()
	old := s.holder()
	s.cast(0, marks(0))
	late := s.voter(1)
	_, err := late.Seal(marks(1))
	must(t, err)
	s.opening(2, 0)
	if got := s.inBox(); got.Ballots != 0 {
		t.Errorf("%d ballots of the first epoch are in the box", got.Ballots)
	}
	if got := s.put("/ballots", old.finish(t, old.seal(t))); got.code() != codeOldEpoch {
		t.Errorf("a ballot of the first epoch: %d %s", got.status, got.body)
	}
	if err := late.Cast(); !refusedWith(err, codeOldEpoch) {
		t.Errorf("a terminal of the first epoch: %v", err)
	}
	s.cast(0, marks(0))
	s.cast(1, marks(0))
	s.restart()
	if got := s.put("/ballots", old.finish(t, old.seal(t))); got.code() != codeOldEpoch {
		t.Errorf("after a restart: %d %s", got.status, got.body)
	}
	s.order()
	s.collect()
	if got := s.update().Numbers(); got.I != 2 || got.R != 2 {
		t.Errorf("numbers %+v", got)
	}
}

// TestSuspend: while the vote is suspended nothing is taken, and nothing lost.
func TestSuspend(t *testing.T) {
	s := newStage(t)
	s.begin()
	first, second := s.holder(), s.holder()
	kept, waiting := first.finish(t, first.seal(t)), second.finish(t, second.seal(t))
	promise := s.put("/ballots", kept)
	s.organize(election.NewEntry(election.NewSuspend(s.chain(), "停电")))
	if got := s.put("/ballots", waiting); got.code() != codeSuspended {
		t.Errorf("while suspended: %d %s", got.status, got.body)
	}
	if got := s.put("/ballots", kept); !bytes.Equal(got.body, promise.body) {
		t.Errorf("a kept ballot while suspended: %d %s", got.status, got.body)
	}
	s.restart()
	s.organize(election.NewEntry(election.NewResume(s.chain(), "来电")))
	if got := s.put("/ballots", waiting); got.status != http.StatusOK {
		t.Errorf("after: %d %s", got.status, got.body)
	}
	s.organize(election.NewEntry(election.NewVoid(s.chain(), "作废")))
	if got := s.put("/ballots", kept); got.code() != codeVoided {
		t.Errorf("void: %d %s", got.status, got.body)
	}
	if got := s.inBox(); got.Ballots != 0 {
		t.Errorf("%d ballots of a void vote are kept", got.Ballots)
	}
}

// TestNotOpen: before the opening the box takes nothing.
func TestNotOpen(t *testing.T) {
	s := newStage(t)
	s.draft()
	s.freeze()
	if got := s.put("/ballots", []byte("x")); got.code() != codeNotOpen {
		t.Errorf("got %d %s", got.status, got.body)
	}
	if got := s.send("", "POST", "/box/none/ballots", []byte("x")); got.code() != codeNotFound {
		t.Errorf("no such vote: %d %s", got.status, got.body)
	}
}
