package web

import (
	"crypto/rand"
	"net/http"
	"slices"
	"sync"
	"testing"
)

// TestManyChallenges (S8): spent seal codes end up in the log, so they are
// bounded: those of one key, and those of all.
func TestManyChallenges(t *testing.T) {
	s := newStage(t)
	s.begin()
	challenge := func(h *holder) (string, []byte) {
		var seal [32]byte
		rand.Read(seal[:])
		body, err := h.params.NewChallenge(seal, h.cred, h.key)
		must(t, err)
		got := s.put("/challenges", body)
		return string(got.code()), body
	}
	for i := range s.deputies {
		h := s.holder()
		var last []byte
		for j := range maxOwnChecks {
			var got string
			if got, last = challenge(h); got != "" {
				t.Fatalf("challenge %d of key %d: %s", j+1, i+1, got)
			}
		}
		if i == s.deputies-1 {
			break // now all together have used up theirs
		}
		if got, _ := challenge(h); got != string(codeOwnChecks) {
			t.Errorf("challenge %d of a key: %q", maxOwnChecks+1, got)
		}
		if got := s.put("/challenges", last); got.status != http.StatusNoContent {
			t.Errorf("the last one again: %d %s", got.status, got.body)
		}
		if i == 0 {
			if got := s.put("/ballots", h.finish(t, h.seal(t))); got.status != http.StatusOK {
				t.Errorf("cast after all challenges: %d %s", got.status, got.body)
			}
		}
	}
	if got, _ := challenge(s.holder()); got != string(codeManyChecks) {
		t.Errorf("challenge %d of all: %q", maxChecks*s.deputies+1, got)
	}
}

// TestFalseProofs (S8): after three ballots whose proofs do not hold a one-time
// key is looked at no more; what fails before the proofs counts for nobody, and
// others are not touched, also not in one batch.
func TestFalseProofs(t *testing.T) {
	s := newStage(t)
	s.begin()
	bad := func(h *holder) []byte {
		return h.resign(t, h.finish(t, h.seal(t)), func(b []byte) { b[len(b)-96] ^= 1 })
	}
	h := s.holder()
	for range 5 { // not signed by the key: anybody could have sent them
		entry := bad(h)
		entry[len(entry)-2] ^= 1
		if got := s.put("/ballots", entry); got.code() != codeBadSignature {
			t.Errorf("not signed: %d %s", got.status, got.body)
		}
	}
	for i := range maxFalse - 1 {
		if got := s.put("/ballots", bad(h)); got.code() != codeBadProof {
			t.Errorf("false proof %d: %d %s", i+1, got.status, got.body)
		}
	}
	if got := s.put("/ballots", h.finish(t, h.seal(t))); got.status != http.StatusOK {
		t.Errorf("a good one after %d false: %d %s", maxFalse-1, got.status, got.body)
	}
	h = s.holder()
	entries := [][]byte{h.finish(t, h.seal(t))}
	for range 3 * maxFalse {
		entries = append(entries, bad(h))
	}
	var codes []code
	var mu sync.Mutex
	var wg sync.WaitGroup
	for _, entry := range entries[1:] {
		wg.Go(func() {
			got := s.put("/ballots", entry).code()
			mu.Lock()
			defer mu.Unlock()
			codes = append(codes, got)
		})
	}
	wg.Wait()
	slices.Sort(codes)
	want := slices.Concat(slices.Repeat([]code{codeBadProof}, maxFalse), slices.Repeat([]code{codeFalseProofs}, 2*maxFalse))
	if !slices.Equal(codes, want) {
		t.Errorf("false proofs at once: %v", codes)
	}
	if got := s.put("/ballots", entries[0]); got.code() != codeFalseProofs {
		t.Errorf("a good one after %d false: %d %s", maxFalse, got.status, got.body)
	}
	entries[0][len(entries[0])-2] ^= 1
	if got := s.put("/ballots", entries[0]); got.code() != codeBadSignature {
		t.Errorf("somebody else asks with the key: %d %s", got.status, got.body)
	}
	other := s.holder()
	if got := s.put("/ballots", other.finish(t, other.seal(t))); got.status != http.StatusOK {
		t.Errorf("another key: %d %s", got.status, got.body)
	}
}
