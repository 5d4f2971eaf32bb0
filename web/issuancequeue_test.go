package web

import (
	"encoding/json"
	"net/http"
	"os"
	"sync"
	"testing"

	"piaojue/audit"
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

// TestIssuancesOfBrokenLog (V7): when the log can neither be written nor read, nobody
// who waits is told that an issuance is in it, neither those whose transaction
// failed together nor the same request that came twice, and nothing is logged later.
func TestIssuancesOfBrokenLog(t *testing.T) {
	for what, who := range map[string][]int{"together": {0, 1}, "twice": {0, 0}} {
		t.Run(what, func(t *testing.T) {
			s := newStage(t)
			s.begin()
			askers := []*asker{s.asker(0), s.asker(1)}
			var all []*logging
			v := s.server.voteCalled(s.vote)
			for _, i := range who {
				x, err := parseIssuance(askers[i].body(nil), v.view.Load())
				must(t, err)
				all = append(all, &logging{issuance: x})
			}
			size := s.update().Size()
			kept, err := os.ReadFile(headPath(v.config.Keys, v.id))
			must(t, err)
			must(t, v.do(t.Context(), func() error {
				v.last = &audit.Checkpoint{Origin: v.last.Origin, Size: size + 9} // continues nothing
				must(t, writeHead(v.config.Keys, v.id, []byte("damaged")))
				v.logTogether(t.Context(), all)
				return nil
			}))
			for i, x := range all {
				if !x.done || x.err == nil {
					t.Errorf("request %d: done %t, entry %d, %v", i, x.done, x.index, x.err)
				}
			}
			if got := s.issue(askers[0].body(nil)); got.code() != codeStorage {
				t.Errorf("afterwards: %d %s", got.status, got.body)
			}
			var health healthJSON
			must(t, json.Unmarshal(s.do("", "GET", "/healthz", nil), &health))
			if len(health.Votes) != 1 || health.Votes[0].Code != codeStorage {
				t.Errorf("health %+v", health)
			}
			must(t, writeHead(v.config.Keys, v.id, kept))
			s.restart()
			if got := s.update().Size(); got != size {
				t.Errorf("%d entries, want %d", got, size)
			}
			for i := range askers {
				if got := s.issue(askers[i].body(nil)); got.status != http.StatusOK {
					t.Errorf("request %d after the repair: %d %s", i, got.status, got.body)
				}
			}
		})
	}
}
