package audit

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"piaojue/election"
)

// closedVote is the log of an honest vote; all tests read the same one.
func closedVote(t testing.TB) *writer {
	t.Helper()
	return newWriter(t, script{}).run()
}

// only returns the first entry of a kind, and its index.
func (w *writer) only(k election.Kind) (raw []byte, at uint64) {
	w.Helper()
	i := slices.IndexFunc(w.store.entries, func(e []byte) bool { return e[0] == byte(k) })
	if i < 0 {
		w.Fatalf("no %s", k)
	}
	return w.store.entries[i], uint64(i)
}

// breach is what somebody brings who holds a promise of the epoch for an entry.
func (w *writer) breach(epoch uint32, entry [32]byte) Breach {
	w.Helper()
	p := NewPromise(testKey("promise"), w.hash, epoch, entry)
	b := Breach{Promise: &p, Manifest: w.store.entries[0]}
	b.Close, b.At = w.only(election.KindClose)
	return w.under(b, w.closing)
}

// under puts a breach under the checkpoint of a size, cosigned.
func (w *writer) under(b Breach, size uint64) Breach {
	w.Helper()
	b.Leaves = nil
	for _, e := range w.store.entries[:size] {
		b.Leaves = append(b.Leaves, election.HashEntry(e))
	}
	b.Checkpoint = cosignTest(w, signTest(w, Checkpoint{testOrigin, size, w.root(size)}), "w0", "w2")
	return b
}

// S3: a promise for what the closed log does not have convicts the server,
// whichever checkpoint shows the close. A promise for a ballot or unused entry
// that it has, and one of an epoch that ended before, convict nobody.
func TestBreach(t *testing.T) {
	w := closedVote(t)
	for _, size := range []uint64{w.closing, w.size()} {
		b, err := NewBreach(w.under(w.breach(1, [32]byte{7}), size))
		if err != nil {
			t.Fatal(err)
		}
		read, err := ParseBreach(b.Marshal())
		if err != nil || read.Verify() != nil {
			t.Errorf("dropped, of %d: %v, %v", size, err, read.Verify())
		}
		if _, late := read.Late(); late {
			t.Error("what is nowhere came late")
		}
	}
	for _, k := range []election.Kind{election.KindBallot, election.KindUnused} {
		raw, _ := w.only(k)
		if _, err := NewBreach(w.breach(1, election.HashEntry(raw))); !errors.Is(err, ErrKept) || !errors.Is(err, ErrNoEvidence) {
			t.Errorf("%s: %v, want ErrKept", k, err)
		}
	}
	if _, err := NewBreach(w.breach(0, [32]byte{7})); !errors.Is(err, ErrFormer) || !errors.Is(err, ErrNoEvidence) {
		t.Errorf("former epoch: %v, want ErrFormer", err)
	}
	if _, err := NewBreach(w.breach(2, [32]byte{7})); err != nil {
		t.Errorf("an epoch that was never opened: %v", err)
	}
}

// S3, S14: an entry behind the close came too late, and the file says where it
// stands.
func TestBreachLate(t *testing.T) {
	w := closedVote(t)
	raw, at := w.only(election.KindCollection)
	b, err := NewBreach(w.breach(1, election.HashEntry(raw)))
	if err != nil {
		t.Fatal(err)
	}
	if index, late := b.Late(); !late || index != at {
		t.Errorf("late %v, at %d", late, index)
	}
}

// Nobody is convicted by a file in which one thing is not as it should be. The
// twin of all of them is the first.
func TestBreachConvictsNobody(t *testing.T) {
	w, other := closedVote(t), newWriter(t, script{deputies: 13}).run()
	entry := [32]byte{7}
	for name, spoil := range map[string]func(b *Breach){
		"twin":           func(*Breach) {},
		"other key":      func(b *Breach) { *b.Promise = NewPromise(testKey("log"), w.hash, 1, entry) },
		"other vote":     func(b *Breach) { *b.Promise = NewPromise(testKey("promise"), other.hash, 1, entry) },
		"other manifest": func(b *Breach) { b.Manifest = other.store.entries[0] },
		// The keys are the same: who wrote a manifest around an honest log's key
		// and a promise key of his own would accuse it of what he signed.
		"forged manifest": func(b *Breach) {
			b.Manifest, *b.Promise = other.store.entries[0], NewPromise(testKey("promise"), other.hash, 1, entry)
		},
		"no manifest":    func(b *Breach) { b.Manifest = b.Close },
		"other close":    func(b *Breach) { b.Close, _ = w.only(election.KindCount) },
		"no close":       func(b *Breach) { b.Close, b.At = w.only(election.KindOrder) },
		"early close":    func(b *Breach) { b.At-- },
		"late close":     func(b *Breach) { b.At = uint64(len(b.Leaves)) },
		"first close":    func(b *Breach) { b.At, b.Close = 0, b.Manifest },
		"other hash":     func(b *Breach) { b.Leaves[3][0] ^= 1 },
		"swapped hashes": func(b *Breach) { b.Leaves[2], b.Leaves[3] = b.Leaves[3], b.Leaves[2] },
		"one less":       func(b *Breach) { b.Leaves = b.Leaves[:len(b.Leaves)-1] },
		"one more":       func(b *Breach) { b.Leaves = append(b.Leaves, entry) },
		"other log":      func(b *Breach) { b.Checkpoint = signTest(t, Checkpoint{"other", w.closing, w.root(w.closing)}) },
		"other root":     func(b *Breach) { b.Checkpoint = signTest(t, Checkpoint{testOrigin, w.closing, [32]byte{1}}) },
		"one more line": func(b *Breach) {
			b.Checkpoint = extended(Checkpoint{testOrigin, w.closing, w.root(w.closing)}, "more\n")
		},
		"no more line": func(b *Breach) { b.Checkpoint = extended(Checkpoint{testOrigin, w.closing, w.root(w.closing)}, "") },
		"not signed":   func(b *Breach) { b.Checkpoint = b.Checkpoint[:len(b.Checkpoint)-9] },
	} {
		b, err := NewBreach(w.breach(1, entry))
		if err != nil {
			t.Fatal(err)
		}
		promise := *b.Promise
		b.Promise, b.Leaves = &promise, slices.Clone(b.Leaves)
		spoil(b)
		good := name == "twin" || name == "no more line"
		if err := b.Verify(); (err == nil) != good || err != nil && !errors.Is(err, ErrNoEvidence) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := NewBreach(*b); (err == nil) != good {
			t.Errorf("%s: made, %v", name, err)
		}
	}
}

// Every byte of the file counts: changed anywhere it convicts nobody.
func TestBreachEveryByte(t *testing.T) {
	w := closedVote(t)
	b, err := NewBreach(w.breach(1, [32]byte{7}))
	if err != nil {
		t.Fatal(err)
	}
	text := b.Marshal()
	if !IsBreach(text) || IsBreach(text[1:]) {
		t.Error("it does not say what it is")
	}
	for i := 0; i < len(text); i += 5 * thin {
		bad := bytes.Clone(text)
		bad[i] ^= 1
		if read, err := ParseBreach(bad); err == nil && read.Verify() == nil {
			t.Errorf("byte %d changed: it still convicts", i)
		}
	}
	for name, bad := range map[string][]byte{
		"empty": nil, "cut": text[:len(text)-1], "longer": append(bytes.Clone(text), '\n'), "huge": make([]byte, MaxBreach+1),
	} {
		if read, err := ParseBreach(bad); err == nil && read.Verify() == nil {
			t.Errorf("%s: it still convicts", name)
		}
	}
}

// extended signs a checkpoint with more lines, which Sign refuses to do.
func extended(c Checkpoint, lines string) []byte {
	text := append(c.Marshal(), lines...)
	k, sk := publicKey(testKey(testOrigin)), testKey(testOrigin)
	id := sha256.Sum256(slices.Concat([]byte(c.Origin), []byte{'\n', typeEd25519}, k[:]))
	sig := base64.StdEncoding.EncodeToString(append(id[:4], ed25519.Sign(sk, text)...))
	return fmt.Appendf(text, "\n— %s %s\n", c.Origin, sig)
}

func FuzzParseBreach(f *testing.F) {
	p := NewPromise(testKey("promise"), [32]byte{1}, 1, [32]byte{7})
	b := &Breach{Promise: &p, Manifest: []byte("m"), Close: []byte("c"), At: 1, Leaves: make([]tlog.Hash, 2), Checkpoint: headOf(f, growMemory(f, 2), 2)}
	f.Add(b.Marshal())
	for _, b := range vectors(f, "breach.json", "text") {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		b, err := ParseBreach(text)
		if err != nil {
			return
		}
		if !bytes.Equal(b.Marshal(), text) {
			t.Errorf("%q is not canonical", text)
		}
		b.Verify() // must not panic
		b.Name()
		b.Late()
	})
}
