package main

import (
	"strings"
	"testing"

	"piaojue/lang"
)

// TestMemory: the manifest that was named first stays.
func TestMemory(t *testing.T) {
	m, err := openMemory(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if _, known, err := m.manifest("v1"); known || err != nil {
		t.Errorf("before: %t, %v", known, err)
	}
	for range 2 {
		if err := m.keepManifest("v1", [32]byte{1}); err != nil {
			t.Error(err)
		}
	}
	if err := m.keepManifest("v1", [32]byte{2}); err == nil {
		t.Error("another manifest replaced it")
	}
	if err := m.keepManifest("v2", [32]byte{2}); err != nil {
		t.Error(err)
	}
	tool := newTestTool(lang.EN)
	if got, err := tool.namedManifest(m, "v1"); err != nil || got != [32]byte{1} {
		t.Errorf("from memory: %x, %v", got, err)
	}
	tool.settings.manifest = hexOf([32]byte{2})
	if _, err := tool.namedManifest(m, "v1"); err == nil {
		t.Error("another manifest was taken")
	}
	tool.settings.manifest, tool.in = "", strings.NewReader(spaced([32]byte{9})+"\n")
	if got, err := tool.namedManifest(m, "v3"); err != nil || got != [32]byte{9} {
		t.Errorf("typed: %x, %v", got, err)
	}
}
