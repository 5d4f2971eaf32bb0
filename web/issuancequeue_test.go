package web

import (
	"net/http"
	"sync"
	"testing"
)

// TestIssuancesTogether (V7): requests that come at the same time share a
// transaction, and each gets what it would get alone: of two of one leaf one is
// logged, and one that is refused takes nobody along.
func TestIssuancesTogether(t *testing.T) {
	s := newStage(t)
	s.deputies = 12
	s.begin()
	var bodies [][]byte
	var want []code
	for i := range s.deputies {
		a := s.asker(i)
		bodies, want = append(bodies, a.body(nil)), append(want, "")
		if i == 5 { // another request of the same leaf
			a.draw()
			bodies, want = append(bodies, a.body(nil)), append(want, codeIssued)
		}
	}
	v := s.server.voteCalled(s.vote)
	hold, held := make(chan struct{}), make(chan struct{})
	go v.do(t.Context(), func() error { close(held); <-hold; return nil })
	<-held
	size := v.view.Load().size
	all := make([]*logging, len(bodies))
	for i, body := range bodies {
		x, err := parseIssuance(body, v.view.Load())
		must(t, err)
		all[i] = &logging{issuance: x}
	}
	v.issuances.waiting = all[1:]
	close(hold)
	var wg sync.WaitGroup
	wg.Go(func() {
		if got := s.issue(bodies[0]); got.status != http.StatusOK {
			t.Errorf("the first: %d %s", got.status, got.body)
		}
	})
	wg.Wait()
	seen := map[uint64]bool{}
	for i, x := range all[1:] {
		if !x.done || (x.err == nil) != (want[i+1] == "") || x.err != nil && toRefusal(x.err).code != want[i+1] {
			t.Errorf("request %d: done %t, %v", i+1, x.done, x.err)
		}
		if x.err == nil && (seen[x.index] || x.index < size) {
			t.Errorf("request %d is entry %d", i+1, x.index)
		}
		seen[x.index] = true
	}
	for i, body := range bodies {
		if got := s.issue(body); got.code() != want[i] {
			t.Errorf("request %d again: %d %s", i, got.status, got.body)
		}
	}
	if got := s.update().Size(); got != size+uint64(s.deputies) {
		t.Errorf("%d entries, want %d more than %d", got, s.deputies, size)
	}
}
