package audit

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
)

// forkAt is a tree that has other entries from an index on.
func forkAt(t testing.TB, at, size int) *memory {
	t.Helper()
	entries := testEntries(size)
	for i := at; i < size; i++ {
		entries[i] = append(entries[i], " of another history"...)
	}
	s := &memory{}
	if _, err := Append(t.Context(), s, 0, entries); err != nil {
		t.Fatal(err)
	}
	return s
}

func headOf(t testing.TB, s Storage, size uint64) []byte {
	t.Helper()
	root, err := RootAt(t.Context(), s, size)
	if err != nil {
		t.Fatal(err)
	}
	return signTest(t, Checkpoint{testOrigin, size, root})
}

func evidence(t testing.TB, one, other []byte) *Evidence {
	t.Helper()
	e, err := NewEvidence(testLogKey(t, testOrigin), one, other)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// S1: whatever the sizes, two histories are proven by the entries of one, and
// where the proof of the liar's own log holds the root, by that. The twins are
// the same pairs of one history.
func TestEvidence(t *testing.T) {
	honest, fork := growMemory(t, 40), forkAt(t, 3, 40)
	for _, size := range []struct{ first, second uint64 }{{20, 20}, {20, 31}, {7, 40}, {16, 33}, {39, 40}, {4, 5}} {
		e := evidence(t, headOf(t, fork, size.second), headOf(t, honest, size.first))
		full, err := e.WithTree(reader(t.Context(), fork))
		if err != nil {
			t.Fatal(err)
		}
		wantEvidence(t, "tree", full, nil)
		proof, err := ProveConsistency(t.Context(), fork, size.second, size.first)
		if err != nil {
			t.Fatal(err)
		}
		var want error
		if size.first != size.second && size.first&(size.first-1) == 0 {
			want = ErrUnproven
		}
		wantEvidence(t, "proof", e.WithProof(proof), want)
		same := evidence(t, headOf(t, honest, size.second), headOf(t, honest, size.first))
		agreed, err := same.WithTree(reader(t.Context(), honest))
		if err != nil {
			t.Fatal(err)
		}
		wantEvidence(t, "one history", agreed, ErrNoEvidence)
	}
}

// wantEvidence checks an evidence as its reader would, from the text.
func wantEvidence(t *testing.T, name string, e *Evidence, want error) {
	t.Helper()
	read, err := ParseEvidence(e.Marshal())
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if err := read.Verify(); !errors.Is(err, want) || (err == nil) != (want == nil) {
		first, second := e.Heads()
		t.Errorf("%s of %d and %d: %v, want %v", name, first.Size, second.Size, err, want)
	}
}

// A proof that somebody spoilt convicts nobody: anybody may send one with two
// checkpoints of an honest log.
func TestEvidenceSpoiltProof(t *testing.T) {
	s := growMemory(t, 40)
	e := evidence(t, headOf(t, s, 21), headOf(t, s, 33))
	proof, err := ProveConsistency(context.Background(), s, 33, 21)
	if err != nil {
		t.Fatal(err)
	}
	wantEvidence(t, "honest", e.WithProof(proof), ErrNoEvidence)
	for i := range proof {
		bad := bytes.Clone(proof[i][:])
		bad[0] ^= 1
		spoilt := append([]tlog.Hash(nil), proof...)
		spoilt[i] = tlog.Hash(bad)
		wantEvidence(t, "spoilt", e.WithProof(spoilt), ErrUnproven)
	}
	wantEvidence(t, "short", e.WithProof(proof[1:]), ErrUnproven)
	wantEvidence(t, "long", e.WithProof(append(proof, proof[0])), ErrUnproven)
	wantEvidence(t, "none", e, ErrUnproven)
}

// Every byte of an evidence counts: changed anywhere it convicts nobody.
func TestEvidenceEveryByte(t *testing.T) {
	e := evidence(t, headOf(t, growMemory(t, 40), 21), headOf(t, forkAt(t, 3, 40), 33))
	e, err := e.WithTree(reader(t.Context(), forkAt(t, 3, 40)))
	if err != nil {
		t.Fatal(err)
	}
	text := e.Marshal()
	wantEvidence(t, "unchanged", e, nil)
	for i := 0; i < len(text); i += thin {
		bad := bytes.Clone(text)
		bad[i] ^= 1
		if read, err := ParseEvidence(bad); err == nil && read.Verify() == nil {
			t.Errorf("byte %d changed: it still convicts", i)
		}
	}
	for name, bad := range map[string][]byte{
		"empty": nil, "cut": text[:len(text)-1], "longer": append(bytes.Clone(text), '\n'), "huge": make([]byte, maxEvidence+1),
	} {
		if _, err := ParseEvidence(bad); !errors.Is(err, ErrNoEvidence) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Checkpoints that another key signed make no evidence against this one.
func TestEvidenceOtherKey(t *testing.T) {
	head := headOf(t, growMemory(t, 4), 4)
	other := signTest(t, Checkpoint{Origin: "other", Size: 4})
	if _, err := NewEvidence(testLogKey(t, testOrigin), head, other); err == nil {
		t.Error("another log's checkpoint: no error")
	}
	if _, err := NewEvidence(testLogKey(t, testOrigin), []byte("x"), head); err == nil {
		t.Error("no checkpoint: no error")
	}
}

func FuzzParseEvidence(f *testing.F) {
	e := evidence(f, headOf(f, growMemory(f, 40), 21), headOf(f, forkAt(f, 3, 40), 33))
	f.Add(e.Marshal())
	f.Add(e.WithProof([]tlog.Hash{{1}, {2}}).Marshal())
	f.Fuzz(func(t *testing.T, b []byte) {
		e, err := ParseEvidence(b)
		if err != nil {
			return
		}
		if !bytes.Equal(e.Marshal(), b) {
			t.Errorf("%q is not canonical", b)
		}
		e.Verify() // must not panic
	})
}
