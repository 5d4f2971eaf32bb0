package web

import (
	"bytes"
	"encoding/hex"
	"net/http"
	"strings"
	"testing"

	"piaojue/audit"
	"piaojue/project"
)

// The record that anybody downloads passes the verifier, with the key that the
// server names, and holds nothing that is not public (attack S7).
func TestProjectRecord(t *testing.T) {
	s := newStage(t)
	var public, hidden project.Blob
	s.world(2, func(w *worldBuilder) {
		w.work(1)
		public, hidden = w.report(1, 100, 10).Text, w.words("内部")
		w.do(worldRoadsClerk, &project.Request{Project: 1, For: project.RuledAdjust, Text: hidden})
	})
	archive := s.do("", "GET", "/projects/record.zip", nil)
	record, err := audit.OpenArchive(bytes.NewReader(archive), int64(len(archive)))
	must(t, err)
	key := s.server.projects.state.Organisation().LogKey
	report := audit.VerifyProjects(record, audit.ProjectOptions{Log: &key})
	if !report.Verified || !report.Known || report.Held != 1 {
		t.Errorf("%+v", report.Findings)
	}
	board := "/board/projects/"
	note := s.do("", "GET", board+"checkpoint", nil)
	head, err := audit.ReadCheckpoint(note)
	must(t, err)
	for _, tile := range append(audit.Tiles(head.Size), audit.Bundles(0, head.Size)...) {
		s.do("", "GET", board+tile.Path(), nil)
	}
	file := s.do("", "GET", board+"content/"+hex.EncodeToString(public[:]), nil)
	if project.HashBlob(file) != public {
		t.Error("another content")
	}
	for _, path := range []string{"content/" + hex.EncodeToString(hidden[:]), "tile/0/x001/000", "tile/8/0/000", "content/zz"} {
		if got := s.send("", "GET", board+path, nil); got.status != http.StatusNotFound || strings.Contains(string(got.body), "内部") {
			t.Errorf("%s: %d", path, got.status)
		}
	}
}
