package node

import (
	"bytes"
	"context"
	"errors"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/transparency-dev/formats/log"
	"golang.org/x/mod/sumdb/note"

	"piaojue/pgtest"
)

func (m *machine) put(name, data string) {
	m.Helper()
	must(m, os.WriteFile(filepath.Join(m.config.Keys, name), []byte(data), 0o600))
}

// has returns what is in a file; empty if there is none.
func (m *machine) has(name string) string {
	m.Helper()
	data, err := os.ReadFile(filepath.Join(m.config.Keys, name))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		m.Fatal(err)
	}
	return string(data)
}

// TestKeysAreOnEveryNode: what a leader has drawn is on another node when Spread
// returns, readable by its owner only; what only a follower has comes to the
// leader; the key of the link stays where it is.
func TestKeysAreOnEveryNode(t *testing.T) {
	c := newCluster(t)
	a := c.add("a").await()
	if err := a.Spread(t.Context()); !errors.Is(err, ErrAlone) { // nobody else is there
		t.Errorf("got %v, want %v", err, ErrAlone)
	}
	health := func() (keys, followers string) {
		resp, _ := a.send("GET", "/healthz", nil)
		return resp.Header.Get("Piaojue-Keys"), resp.Header.Get("Piaojue-Followers")
	}
	if keys, followers := health(); keys != "here-only" || followers != "0" {
		t.Errorf("alone: %q, %q", keys, followers)
	}
	b := c.add("b")
	b.put("elder.log.key", "of b")
	a.put("node.key", "secret")
	a.until("the follower is not heard of", func() bool {
		there, _, _ := a.spread.followers("")
		return there == 1
	})
	begun := time.Now()
	for _, name := range []string{"v.log.key", "v.promise.key", "v.issuer.key", "v.box.key"} {
		a.put(name, "first "+name)
	}
	must(t, a.Spread(t.Context()))
	t.Logf("on the other node after %v", time.Since(begun))
	for _, name := range []string{"v.log.key", "v.promise.key", "v.issuer.key", "v.box.key"} {
		if got, want := b.has(name), "first "+name; got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
		info, err := os.Stat(filepath.Join(b.config.Keys, name))
		must(t, err)
		if got, want := info.Mode().Perm(), os.FileMode(0o600); got != want {
			t.Errorf("%s: mode %v, want %v", name, got, want)
		}
	}
	if keys, followers := health(); keys != "copied" || followers != "1" {
		t.Errorf("two: %q, %q", keys, followers)
	}
	a.until("the leader lacks a key", func() bool { return a.has("elder.log.key") == "of b" })
	if b.has("node.key") != "" {
		t.Error("the key of the link was copied")
	}
}

// TestSpreadAfterTakeOver: a new leader gives its followers the time to find it
// before it takes itself to be alone.
func TestSpreadAfterTakeOver(t *testing.T) {
	c := newCluster(t)
	a := c.add("a").await()
	go func() {
		time.Sleep(300 * time.Millisecond)
		files, _ := a.keys.list()
		a.spread.hear("b", tag(files), "")
	}()
	if err := a.Spread(t.Context()); err != nil {
		t.Errorf("got %v", err)
	}
}

// TestSpreadAlone: a follower that is there and gets no keys is not waited for
// without end.
func TestSpreadAlone(t *testing.T) {
	c := newCluster(t)
	a := c.add("a").await()
	a.spread.hear("b", "other", "")
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if err := a.Spread(ctx); !errors.Is(err, ErrAlone) {
		t.Errorf("got %v, want %v", err, ErrAlone)
	}
}

// TestDestroyedKeys (V14): the key of a ballot box that one node has destroyed is
// destroyed on every node, and comes back from none.
func TestDestroyedKeys(t *testing.T) {
	f := &folder{path: t.TempDir()}
	must(t, f.take("v.box.key", []byte("k"), true))
	must(t, f.take("v.box.key", []byte("other"), true)) // the first one is kept aside
	must(t, f.take("v2.box.key", []byte("k2"), true))
	must(t, f.take("v.box.gone", []byte("\n"), true))
	must(t, f.take("v.box.key", []byte("k"), true))
	must(t, f.take("v.box.key", []byte("k"), false))
	left, err := filepath.Glob(filepath.Join(f.path, "*"))
	must(t, err)
	for i := range left {
		left[i] = filepath.Base(left[i])
	}
	if want := []string{"v.box.gone", "v2.box.key"}; !slices.Equal(left, want) {
		t.Errorf("left are %q, want %q", left, want)
	}
}

// TestMarksOfFollowers: a mark that a follower has kept from another database does
// not destroy the key of a box in use; that of the leader does.
func TestMarksOfFollowers(t *testing.T) {
	f := &folder{path: t.TempDir()}
	must(t, f.take("v.box.key", []byte("in use"), false))
	if err := f.take("v.box.gone", []byte("destroyed\n"), false); !errors.Is(err, errMark) {
		t.Errorf("got %v, want %v", err, errMark)
	}
	if got, err := f.read("v.box.key"); err != nil || string(got) != "in use" {
		t.Errorf("the key is %q, %v", got, err)
	}
	must(t, f.take("v.box.gone", []byte("destroyed\n"), true))
	if _, err := f.read("v.box.key"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the key is still there: %v", err)
	}
}

// TestRestsOfKeys (V14): what a crash has left of a key that came is overwritten,
// when the node starts and when the key of any box is destroyed.
func TestRestsOfKeys(t *testing.T) {
	f := &folder{path: t.TempDir()}
	rest := filepath.Join(f.path, "incoming-1")
	for what, fn := range map[string]func() error{
		"start":   f.clean,
		"mark":    func() error { return f.take("v.box.gone", []byte("\n"), true) },
		"keyring": func() error { return Keyring{pgtest.NewKeys(), f.path}.EraseBoxKey("v") },
	} {
		must(t, os.WriteFile(rest, []byte("key of a box"), 0o600))
		other := filepath.Join(t.TempDir(), "other") // sees what is written over it
		must(t, os.Link(rest, other))
		must(t, fn())
		if _, err := os.Stat(rest); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s: the rest is there: %v", what, err)
		}
		if got, err := os.ReadFile(other); err != nil || bytes.Contains(got, []byte("key")) {
			t.Errorf("%s: %q is left, %v", what, got, err)
		}
	}
}

// TestUnfinishedPut (V14): a file that cannot take its name is overwritten.
func TestUnfinishedPut(t *testing.T) {
	f := &folder{path: t.TempDir()}
	must(t, os.MkdirAll(filepath.Join(f.path, "v.box.key", "x"), 0o700))
	if err := f.put("v.box.key", []byte("k")); err == nil {
		t.Error("a folder was replaced")
	}
	if left, _ := filepath.Glob(filepath.Join(f.path, incoming)); len(left) != 0 {
		t.Errorf("left are %q", left)
	}
}

// TestKeyring (V14): what the store destroys here is destroyed on every node that
// copies the folder.
func TestKeyring(t *testing.T) {
	inner := pgtest.NewKeys()
	k := Keyring{inner, t.TempDir()}
	f, other := &folder{path: k.Folder}, &folder{path: t.TempDir()}
	for _, x := range []*folder{f, other} {
		must(t, x.take("v.box.key", []byte("k"), true))
	}
	for range 2 {
		must(t, k.EraseBoxKey("v"))
	}
	if !inner.Erased("v") {
		t.Error("the keyring beneath was not told")
	}
	mark, err := f.read("v.box.gone")
	must(t, err)
	must(t, other.take("v.box.gone", mark, true))
	for _, x := range []*folder{f, other} {
		if _, err := x.read("v.box.key"); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("the key is still there: %v", err)
		}
	}
}

// TestKeysNeverLost: another key of the same name takes the place of one only if it
// is the leader's, and both are kept.
func TestKeysNeverLost(t *testing.T) {
	f := &folder{path: t.TempDir()}
	must(t, f.take("v.log.key", []byte("one"), false))
	must(t, f.take("v.log.key", []byte("one"), false))
	if err := f.take("v.log.key", []byte("two"), false); err == nil {
		t.Error("a follower has replaced a key")
	}
	must(t, f.take("v.log.key", []byte("two"), true))
	all, err := filepath.Glob(filepath.Join(f.path, "v.log.key*"))
	must(t, err)
	var held []string
	for _, path := range all {
		data, err := os.ReadFile(path)
		must(t, err)
		held = append(held, string(data))
	}
	if want := []string{"two", "one"}; !slices.Equal(held, want) {
		t.Errorf("held are %q, want %q", held, want)
	}
}

// head is a signed checkpoint of some size.
func head(t *testing.T, size uint64) []byte {
	t.Helper()
	sk, _, err := note.GenerateKey(nil, "example.org/log")
	must(t, err)
	signer, err := note.NewSigner(sk)
	must(t, err)
	text := log.Checkpoint{Origin: "example.org/log", Size: size, Hash: bytes.Repeat([]byte{1}, 32)}.Marshal()
	signed, err := note.Sign(&note.Note{Text: string(text)}, signer)
	must(t, err)
	return signed
}

// TestRestoredKeys (S2): of a vote that was restored no other node gets the keys until
// witnesses were asked; of other votes each does.
func TestRestoredKeys(t *testing.T) {
	c := newCluster(t)
	a := c.machine("a")
	a.put("v.log.key", "restored")
	a.put("w.log.key", "other")
	mark := filepath.Join(a.config.Keys, "v"+restoredSuffix)
	must(t, os.WriteFile(mark, nil, 0o600))
	a.run()
	a.await()
	b := c.add("b")
	b.until("the key of another vote does not come", func() bool { return b.has("w.log.key") == "other" })
	if _, err := b.ask(t.Context(), b.leading.Load(), "GET", "/keys/v.log.key", nil); err == nil {
		t.Error("it is given to who asks")
	}
	if got := b.has("v.log.key"); got != "" {
		t.Errorf("the key of a restored vote came: %q", got)
	}
	if err := a.Spread(t.Context()); !errors.Is(err, ErrAlone) {
		t.Errorf("the keys count as copied: %v", err)
	}
	must(t, os.Remove(mark))
	b.until("the key does not come after that", func() bool { return b.has("v.log.key") == "restored" })
}

// TestHeadsOnlyGrow (S2): a shorter checkpoint takes no longer one's place: that
// one shows that the database is older.
func TestHeadsOnlyGrow(t *testing.T) {
	f := &folder{path: t.TempDir()}
	for _, x := range []struct{ size, want uint64 }{{3, 3}, {7, 7}, {5, 7}, {8, 8}} {
		offered := head(t, x.size)
		must(t, f.take("v.head", offered, true))
		kept, err := f.read("v.head")
		must(t, err)
		if got, want := bytes.Equal(kept, offered), x.want == x.size; got != want {
			t.Errorf("size %d is kept: %t, want %t", x.size, got, want)
		}
	}
	if err := f.take("v.head", []byte("nonsense"), true); err == nil {
		t.Error("nonsense is kept as a checkpoint")
	}
}

// TestNamesOfKeys: nothing outside the folder is read or written, and nothing in it
// that is not to be copied.
func TestNamesOfKeys(t *testing.T) {
	f := &folder{path: t.TempDir()}
	for _, name := range []string{"../v.log.key", "v/x.log.key", "node.key", "v.node.key", ".log.key", "v.log.key.x", "V.log.key", ""} {
		if err := f.take(name, []byte("x"), true); err == nil {
			t.Errorf("%q was written", name)
		}
		if _, err := f.read(name); !errors.Is(err, errName) {
			t.Errorf("%q was read: %v", name, err)
		}
	}
}

// FuzzParseList: what parses is what formatList writes.
func FuzzParseList(f *testing.F) {
	f.Add(formatList([]file{{"v.log.key", [32]byte{1}}, {"administration.head", [32]byte{2}}}))
	f.Add([]byte("00 v.log.key\n"))
	f.Add([]byte(""))
	f.Fuzz(func(t *testing.T, text []byte) {
		files, err := parseList(text)
		if err == nil && !bytes.Equal(formatList(files), text) {
			t.Error("another text")
		}
	})
}

// FuzzArrive: where another node says that a request came from is an address and a
// port, or nothing.
func FuzzArrive(f *testing.F) {
	f.Add("https 192.0.2.1:4430")
	f.Add("http [2001:db8::1%eth0]:1")
	f.Add("https")
	f.Fuzz(func(t *testing.T, header string) {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header[clientHeader] = []string{header}
		ok := arrive(r)
		if _, err := netip.ParseAddrPort(r.RemoteAddr); err != nil || r.Header.Get(clientHeader) != "" {
			t.Errorf("%q: %q", header, r.RemoteAddr)
		}
		if scheme, address, _ := strings.Cut(header, " "); ok && (r.RemoteAddr != address || r.TLS != nil && scheme != "https") {
			t.Errorf("%q: %q", header, r.RemoteAddr)
		}
	})
}
