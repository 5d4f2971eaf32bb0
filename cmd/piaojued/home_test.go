package main

import (
	"errors"
	"testing"

	"piaojue/node"
	"piaojue/web"
)

// TestMarkOfBoxKey (V14): what nodes write where the key of a box is destroyed is
// what keeps the server from drawing another one.
func TestMarkOfBoxKey(t *testing.T) {
	folder := t.TempDir()
	must(t, web.MakeBoxKey(folder, "v"))
	must(t, node.Keyring{Keyring: web.NewKeyring(folder), Folder: folder}.EraseBoxKey("v"))
	if err := web.MakeBoxKey(folder, "v"); !errors.Is(err, web.ErrBoxGone) {
		t.Errorf("got %v, want %v", err, web.ErrBoxGone)
	}
}
