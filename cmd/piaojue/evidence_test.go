package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"piaojue/audit"
	"piaojue/client"
	"piaojue/lang"
)

// forkedAt makes two checkpoints that one key signed, of these sizes.
func forkedAt(t *testing.T, one, other uint64) *audit.Evidence {
	t.Helper()
	seed := sha256.Sum256([]byte("log"))
	key := ed25519.NewKeyFromSeed(seed[:])
	vkey, err := audit.LogKey("vote.example.org/v1", [32]byte(key.Public().(ed25519.PublicKey)))
	if err != nil {
		t.Fatal(err)
	}
	var notes [][]byte
	for i, size := range []uint64{one, other} {
		note, err := audit.Sign(audit.Checkpoint{Origin: vkey.Name(), Size: size, Root: [32]byte{byte(i)}}, key)
		if err != nil {
			t.Fatal(err)
		}
		notes = append(notes, note)
	}
	e, err := audit.NewEvidence(vkey, notes[0], notes[1])
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// TestEvidence (S1): a file convicts a log, or says plainly that it does not,
// in both languages, and never with a number or a key out of place.
func TestEvidence(t *testing.T) {
	proven, open := forkedAt(t, 7, 7), forkedAt(t, 7, 9)
	for _, test := range []struct {
		name, zh, en string
		text         []byte
		status       int
	}{
		{"proven", "属实", "PROVEN", proven.Marshal(), exitDone},
		{"unproven", "尚不能证明", "not proven", open.Marshal(), exitFailed},
		{"damaged", "不能证明什么", "convicts nobody", proven.Marshal()[1:], exitFailed},
		{"agreeing", "不能证明什么", "convicts nobody", bytes.Replace(proven.Marshal(), proven.First, proven.Second, 1), exitFailed},
		{"huge", "不能证明什么", "convicts nobody", make([]byte, 1<<20), exitFailed},
	} {
		path := filepath.Join(t.TempDir(), "evidence.txt")
		if err := os.WriteFile(path, test.text, 0o600); err != nil {
			t.Fatal(err)
		}
		for l, want := range map[lang.Lang]string{lang.ZH: test.zh, lang.EN: test.en} {
			var said bytes.Buffer
			tool := newTestTool(l)
			tool.out, tool.err = &said, &said
			if got := tool.finish(tool.checkEvidence(path)); got != test.status {
				t.Errorf("%s: status %d, want %d", test.name, got, test.status)
			}
			if !strings.Contains(said.String(), want) || strings.Contains(said.String(), "%!") {
				t.Errorf("%s: it says\n%s", test.name, &said)
			}
		}
	}
}

// TestKeepEvidence: who meets a fork keeps what convicts it, once, for itself.
func TestKeepEvidence(t *testing.T) {
	t.Chdir(t.TempDir())
	e := forkedAt(t, 7, 7)
	for range 2 {
		var said bytes.Buffer
		tool := newTestTool(lang.EN)
		tool.err = &said
		if got := tool.finish(&client.ForkError{Evidence: e}); got != exitFailed || !strings.Contains(said.String(), e.Name()) {
			t.Errorf("status %d\n%s", got, &said)
		}
	}
	kept, err := os.ReadFile("evidence-vote.example.org_v1-7.txt")
	if err != nil || !bytes.Equal(kept, e.Marshal()) {
		t.Errorf("kept %q, %v", kept, err)
	}
}
