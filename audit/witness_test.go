package audit

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

// request asks for a cosignature on size entries of s, after old.
func request(t testing.TB, s Storage, size, old uint64) *AddCheckpoint {
	t.Helper()
	root, err := RootAt(t.Context(), s, size)
	if err != nil {
		t.Fatal(err)
	}
	proof, err := ProveConsistency(t.Context(), s, size, old)
	if err != nil {
		t.Fatal(err)
	}
	return &AddCheckpoint{Old: old, Proof: proof, Checkpoint: signTest(t, Checkpoint{testOrigin, size, root})}
}

func TestWitness(t *testing.T) {
	s, key, last := growMemory(t, 40), testLogKey(t, testOrigin), Checkpoint{}
	for _, size := range []uint64{0, 1, 1, 7, 8, 40} {
		a, err := ParseAddCheckpoint(request(t, s, size, last.Size).Marshal())
		if err != nil {
			t.Fatal(err)
		}
		if last, err = a.Check(key, last); err != nil || last.Size != size {
			t.Fatalf("size %d: %v, %v", size, last, err)
		}
	}
}

// S1, S2: a witness sees no second history, and none that goes back.
func TestWitnessRefuses(t *testing.T) {
	s, key := growMemory(t, 40), testLogKey(t, testOrigin)
	fork := &memory{}
	if _, err := Append(t.Context(), fork, 0, append(testEntries(9), testEntries(31)...)); err != nil {
		t.Fatal(err)
	}
	last, err := request(t, s, 20, 0).Check(key, Checkpoint{})
	if err != nil {
		t.Fatal(err)
	}
	other := request(t, s, 30, 20)
	other.Checkpoint = signTest(t, Checkpoint{Origin: "other", Size: 30})
	forged := request(t, s, 30, 20)
	forged.Checkpoint = bytes.Replace(forged.Checkpoint, []byte("\n30\n"), []byte("\n31\n"), 1)
	longer := request(t, s, 30, 20)
	longer.Proof = append(longer.Proof, longer.Proof[0])
	same := request(t, fork, 20, 20)
	backwards := request(t, s, 10, 10)
	backwards.Old = 20
	for name, c := range map[string]struct {
		a    *AddCheckpoint
		want error
	}{
		"fork":                   {request(t, fork, 30, 20), ErrInconsistent},
		"fork of the same size":  {same, ErrInconsistent},
		"wrong proof":            {longer, ErrInconsistent},
		"behind":                 {request(t, s, 30, 10), ErrStale},
		"from nothing":           {request(t, fork, 30, 0), ErrStale},
		"back":                   {backwards, ErrOldSize},
		"other log":              {other, ErrUnknownLog},
		"not signed by the log":  {forged, ErrLogSignature},
		"consistent, as a check": {request(t, s, 30, 20), nil},
	} {
		if _, err := c.a.Check(key, last); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

func TestParseAddCheckpointRefuses(t *testing.T) {
	good := string(request(t, growMemory(t, 7), 7, 3).Marshal())
	for name, bad := range map[string]string{
		"empty":         "",
		"leading zero":  strings.Replace(good, "old 3", "old 03", 1),
		"no old":        strings.Replace(good, "old 3\n", "", 1),
		"bad hash":      strings.Replace(good, "old 3\n", "old 3\nAAAA\n", 1),
		"many hashes":   strings.Replace(good, "old 3\n", "old 3\n"+strings.Repeat(strings.Repeat("A", 43)+"=\n", 64), 1),
		"no checkpoint": strings.SplitAfter(good, "\n\n")[0],
		"return":        strings.ReplaceAll(good, "\n", "\r\n"),
	} {
		if _, err := ParseAddCheckpoint([]byte(bad)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
