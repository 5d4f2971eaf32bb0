package audit

import (
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"testing"
)

const testOrigin = "example.com/vote"

// testKey derives a key from a name, so that tests repeat.
func testKey(name string) ed25519.PrivateKey {
	seed := sha256.Sum256([]byte(name))
	return ed25519.NewKeyFromSeed(seed[:])
}

func publicKey(k ed25519.PrivateKey) [32]byte { return [32]byte(k[32:]) }

func testLogKey(t testing.TB, origin string) *Key {
	t.Helper()
	k, err := LogKey(origin, publicKey(testKey(origin)))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func openTestLog(t testing.TB, s Storage, last *Checkpoint) *Log {
	t.Helper()
	l, err := OpenLog(t.Context(), LogConfig{Storage: s, Origin: testOrigin, Key: testKey(testOrigin), Last: last})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// logPolicy accepts the test log without witnesses.
func logPolicy(t testing.TB) *Policy {
	t.Helper()
	return makePolicy(t, "quorum none\n", testOrigin)
}

func TestLogCheckpoint(t *testing.T) {
	ctx, s := t.Context(), &memory{}
	l := openTestLog(t, s, nil)
	if _, err := l.Append(ctx, 0, testEntries(10)); err != nil {
		t.Fatal(err)
	}
	signed, err := l.Checkpoint(ctx, 10)
	if err != nil {
		t.Fatal(err)
	}
	got, err := logPolicy(t).OpenExact(signed)
	if err != nil {
		t.Fatal(err)
	}
	root, _ := l.RootAt(ctx, 10)
	if want := (Checkpoint{testOrigin, 10, root}); got.Checkpoint != want {
		t.Errorf("checkpoint %v, want %v", got.Checkpoint, want)
	}
	if _, err := l.Checkpoint(ctx, 11); !errors.Is(err, errSize) {
		t.Errorf("checkpoint beyond the tree: %v, want %v", err, errSize)
	}
}

// S1, S2: a log never signs a smaller tree, nor one that is no continuation.
func TestLogRefusesRollback(t *testing.T) {
	ctx, s := t.Context(), &memory{}
	l := openTestLog(t, s, nil)
	if _, err := l.Append(ctx, 0, testEntries(10)); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Checkpoint(ctx, 8); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Checkpoint(ctx, 7); !errors.Is(err, ErrRollback) {
		t.Errorf("smaller checkpoint: %v, want %v", err, ErrRollback)
	}
	if _, err := l.Checkpoint(ctx, 8); err != nil {
		t.Errorf("same checkpoint again: %v", err)
	}
	// A backup is restored under the running log, and grows differently.
	*s = memory{}
	if _, err := l.Append(ctx, 0, append(testEntries(5), testEntries(7)...)); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Checkpoint(ctx, 12); !errors.Is(err, ErrRollback) {
		t.Errorf("inconsistent checkpoint: %v, want %v", err, ErrRollback)
	}
}

// S2: nor after a restart, with the last checkpoint known from elsewhere.
func TestOpenLogRefusesRollback(t *testing.T) {
	s := growMemory(t, 10)
	root, err := RootAt(t.Context(), s, 8)
	if err != nil {
		t.Fatal(err)
	}
	config := LogConfig{Origin: testOrigin, Key: testKey(testOrigin), Last: &Checkpoint{testOrigin, 8, root}}
	fork := &memory{}
	if _, err := Append(t.Context(), fork, 0, append(testEntries(5), testEntries(7)...)); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		s    Storage
		want error
	}{
		"the same": {s, nil}, "another tree": {fork, ErrRollback}, "a smaller one": {growMemory(t, 7), ErrRollback},
		"an empty one": {&memory{}, ErrRollback}, "as it was signed": {growMemory(t, 8), nil},
	} {
		config.Storage = c.s
		if _, err := OpenLog(t.Context(), config); !errors.Is(err, c.want) {
			t.Errorf("open with %s: %v, want %v", name, err, c.want)
		}
	}
}

func TestOpenLogOtherOrigin(t *testing.T) {
	last := Checkpoint{Origin: "example.com/other", Root: emptyRoot()}
	config := LogConfig{Storage: &memory{}, Origin: testOrigin, Key: testKey(testOrigin), Last: &last}
	if _, err := OpenLog(t.Context(), config); err == nil {
		t.Error("last checkpoint of another log: no error")
	}
	config.Last, config.Origin = nil, "two words"
	if _, err := OpenLog(t.Context(), config); err == nil {
		t.Error("bad origin: no error")
	}
}
