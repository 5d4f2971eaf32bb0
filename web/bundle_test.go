package web

import (
	"bytes"
	"fmt"
	"net/http"
	"testing"

	"piaojue/audit"
)

// TestBundles (S8): a bundle that is sent in parts is byte for byte the one that
// package audit makes, whatever its size.
func TestBundles(t *testing.T) {
	s := newStage(t)
	s.begin()
	for i := range s.deputies {
		s.issue(s.asker(i).body(nil))
	}
	log := s.config.DB.Log(s.vote)
	size, err := log.Size(t.Context())
	must(t, err)
	if size <= bundleStep {
		t.Fatalf("a log of %d entries has no bundle of two parts", size)
	}
	for n := uint64(1); n <= size; n++ {
		path := fmt.Sprintf("tile/entries/000.p/%d", n)
		tile, err := audit.ParseTile(path)
		must(t, err)
		want, err := audit.ReadTile(t.Context(), log, size, tile)
		must(t, err)
		got := s.send("", "GET", "/board/v1/"+path, nil)
		if got.status != http.StatusOK || !bytes.Equal(got.body, want) || got.header.Get("Content-Type") != mediaBinary {
			t.Errorf("%s: %d, %d bytes, want %d", path, got.status, len(got.body), len(want))
		}
	}
	if got := s.send("", "GET", fmt.Sprintf("/board/v1/tile/entries/000.p/%d", size+1), nil); got.status != http.StatusNotFound {
		t.Errorf("beyond the end: %d", got.status)
	}
	if full, err := audit.ParseTile("tile/entries/001"); err != nil || width(full) != 256 || full.Start() != 256 {
		t.Errorf("a full bundle: %v", err)
	}
}
