package audit

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
)

// makeReceipt proves entry index of a log of size entries.
func makeReceipt(t testing.TB, size, index int) (*Receipt, [32]byte) {
	t.Helper()
	s := growMemory(t, size)
	l := openTestLog(t, s, nil)
	signed, err := l.Checkpoint(t.Context(), uint64(size))
	if err != nil {
		t.Fatal(err)
	}
	proof, err := l.ProveInclusion(t.Context(), uint64(size), uint64(index))
	if err != nil {
		t.Fatal(err)
	}
	r := &Receipt{Index: uint64(index), Proof: proof, Checkpoint: cosignTest(t, signed, "w0", "w1")}
	return r, tlog.RecordHash(s.entries[index])
}

func TestReceipt(t *testing.T) {
	for _, size := range []int{1, 2, 300} {
		made, entry := makeReceipt(t, size, size/2)
		r, err := ParseReceipt(made.Marshal())
		if err != nil {
			t.Fatal(err)
		}
		s, err := r.Verify(entry, testPolicy(t))
		if err != nil || s.Size != uint64(size) {
			t.Errorf("receipt in a log of %d: %v, %v", size, s, err)
		}
	}
}

func TestReceiptRefuses(t *testing.T) {
	p := testPolicy(t)
	for name, c := range map[string]struct {
		change func(r *Receipt, entry *[32]byte)
		want   error
	}{
		"other entry": {func(_ *Receipt, e *[32]byte) { e[0] ^= 1 }, ErrReceipt},
		"other index": {func(r *Receipt, _ *[32]byte) { r.Index++ }, ErrReceipt},
		"beyond":      {func(r *Receipt, _ *[32]byte) { r.Index = 300 }, ErrReceipt},
		"other hash":  {func(r *Receipt, _ *[32]byte) { r.Proof[3][0] ^= 1 }, ErrReceipt},
		"short proof": {func(r *Receipt, _ *[32]byte) { r.Proof = r.Proof[1:] }, ErrReceipt},
		"long proof":  {func(r *Receipt, _ *[32]byte) { r.Proof = append(r.Proof, tlog.Hash{}) }, ErrReceipt},
		"no quorum":   {func(r *Receipt, _ *[32]byte) { r.Checkpoint = withoutLine(r.Checkpoint, "w1") }, ErrWitnesses},
		"no log":      {func(r *Receipt, _ *[32]byte) { r.Checkpoint = withoutLine(r.Checkpoint, testOrigin) }, errCheckpoint},
	} {
		r, entry := makeReceipt(t, 300, 150)
		if _, err := r.Verify(entry, p); err != nil {
			t.Fatalf("%s: before the change: %v", name, err)
		}
		c.change(r, &entry)
		if _, err := r.Verify(entry, p); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

func TestParseReceiptRefuses(t *testing.T) {
	r, _ := makeReceipt(t, 3, 2)
	good := string(r.Marshal())
	for name, bad := range map[string]string{
		"empty":          "",
		"other version":  strings.Replace(good, "@v1", "@v2", 1),
		"leading zero":   strings.Replace(good, "index 2", "index 02", 1),
		"negative":       strings.Replace(good, "index 2", "index -2", 1),
		"huge index":     strings.Replace(good, "index 2", "index 9223372036854775808", 1),
		"no index":       strings.Replace(good, "index 2\n", "", 1),
		"return":         strings.Replace(good, "index 2\n", "index 2\r\n", 1),
		"bad extra":      strings.Replace(good, "index 2", "extra !\nindex 2", 1),
		"extra later":    strings.Replace(good, "index 2", "index 2\nextra AAAA", 1),
		"no checkpoint":  strings.SplitAfter(good, "\n\n")[0],
		"no empty line":  strings.Replace(good, "\n\n", "\n", 1),
		"too many lines": strings.Replace(good, "\n\n", "\n"+strings.Repeat(tlog.Hash{}.String()+"\n", 64)+"\n", 1),
		"too long":       good + strings.Repeat(" ", maxReceipt),
	} {
		if bad == good {
			t.Fatalf("%s: nothing changed", name)
		}
		if _, err := ParseReceipt([]byte(bad)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	withExtra := strings.Replace(good, "index 2", "extra YWdl\nindex 2", 1)
	if r, err := ParseReceipt([]byte(withExtra)); err != nil || string(r.Extra) != "age" {
		t.Errorf("receipt with extra = %v, %v", r, err)
	}
}

// S3: a promise binds vote, epoch, entry and promise key.
func TestPromise(t *testing.T) {
	key := testKey("promise")
	made := NewPromise(key, [32]byte{1}, 2, [32]byte{3})
	p, err := ParsePromise(made.Marshal())
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Verify(publicKey(key)); err != nil {
		t.Fatal(err)
	}
	if err := p.Verify(publicKey(testKey("other"))); err == nil {
		t.Error("other key: no error")
	}
	b := made.Marshal()
	for i := range b {
		bad := bytes.Clone(b)
		bad[i] ^= 1
		if p, err := ParsePromise(bad); err == nil && p.Verify(publicKey(key)) == nil {
			t.Errorf("byte %d changed: no error", i)
		}
	}
	for _, bad := range [][]byte{nil, b[:len(b)-1], append(bytes.Clone(b), 0)} {
		if _, err := ParsePromise(bad); err == nil {
			t.Errorf("promise of %d bytes: no error", len(bad))
		}
	}
}
