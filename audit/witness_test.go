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
	s, keys, last := growMemory(t, 40), []*Key{testLogKey(t, testOrigin)}, Checkpoint{}
	for _, size := range []uint64{0, 1, 1, 7, 8, 40} {
		a, err := ParseAddCheckpoint(request(t, s, size, last.Size).Marshal())
		if err != nil {
			t.Fatal(err)
		}
		signed, err := a.Check(keys, last)
		if err != nil || signed.Size != size {
			t.Fatalf("size %d: %v, %v", size, signed, err)
		}
		last = signed.Checkpoint
	}
}

// S1, S2: a witness sees no second history, and none that goes back.
func TestWitnessRefuses(t *testing.T) {
	s, keys := growMemory(t, 40), []*Key{testLogKey(t, testOrigin)}
	fork := &memory{}
	if _, err := Append(t.Context(), fork, 0, append(testEntries(9), testEntries(31)...)); err != nil {
		t.Fatal(err)
	}
	first, err := request(t, s, 20, 0).Check(keys, Checkpoint{})
	if err != nil {
		t.Fatal(err)
	}
	last := first.Checkpoint
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
		if _, err := c.a.Check(keys, last); !errors.Is(err, c.want) {
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

// A witness serves other logs, too (C2SP tlog-checkpoint, signed-note): with
// extension lines, which it cosigns, with many foreign signatures, with several
// keys of one log; and no false line of a known key hides behind a good one.
func TestWitnessForeign(t *testing.T) {
	keys := []*Key{testLogKey(t, testOrigin), testLogKey(t, "b")}
	c := Checkpoint{Origin: testOrigin, Size: 3, Root: [32]byte{1}}
	sign := func(text string) []byte {
		signer, err := newSigner(testOrigin, typeEd25519, testKey(testOrigin))
		if err != nil {
			t.Fatal(err)
		}
		sig, err := signer.Sign([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return append([]byte(text+"\n"), signatureLine(signer.Name(), signer.KeyHash(), sig)...)
	}
	plain := string(c.Marshal())
	own, _ := splitNote(sign(plain))
	good := sign(plain)
	falseLine := string(sign("x\n" + plain)[len(plain)+3:])
	var crowd strings.Builder
	for i := range 16 {
		crowd.Write(signatureLine("pq"+string(rune('a'+i)), uint32(i), make([]byte, 5000)))
	}
	for name, test := range map[string]struct {
		note string
		want error
	}{
		"plain":              {string(good), nil},
		"extension":          {string(sign(plain + "ext\nmore\n")), nil},
		"foreign signatures": {string(good) + crowd.String(), nil},
		"empty extension":    {string(sign(plain + "\next\n")), errRequest},
		"second line false":  {string(good) + falseLine, ErrLogSignature},
		"first line false":   {string(own) + "\n" + falseLine + string(good[len(own)+1:]), ErrLogSignature},
		"no signature":       {string(own) + "\n", errRequest},
	} {
		a, err := ParseAddCheckpoint([]byte("old 0\n\n" + test.note))
		if err == nil {
			_, err = a.Check(keys, Checkpoint{})
		}
		if (err == nil) != (test.want == nil) || test.want != errRequest && !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		}
		if err != nil {
			continue
		}
		if _, err := Cosign([]byte(test.note), "w0", testKey("w0"), 1); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
