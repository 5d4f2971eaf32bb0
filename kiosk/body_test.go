package kiosk

import (
	"bytes"
	"io"
	"runtime"
	"testing"
)

// TestBodyInPlace: neither to find the parts nor to hash and read them copies what
// is embedded, the program above all.
func TestBodyInPlace(t *testing.T) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	var read int64
	for _, f := range staticFiles() {
		n, err := io.Copy(io.Discard, f.Body.Open())
		if err != nil {
			t.Error(err)
		}
		read += n
	}
	runtime.ReadMemStats(&after)
	if made := after.TotalAlloc - before.TotalAlloc; read < 4<<20 || made > uint64(read)/2 {
		t.Errorf("%d bytes were read, and %d made for it", read, made)
	}
}

// TestBodyReaders: each reader has its own place in a body, made or embedded.
func TestBodyReaders(t *testing.T) {
	want, err := Static.ReadFile("static/icon.svg")
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string]*Body{"embedded": Embedded(Static, "static/icon.svg"), "made": Made(bytes.Clone(want))} {
		first, second := b.Open(), b.Open()
		if _, err := first.Seek(10, io.SeekStart); err != nil {
			t.Fatal(err)
		}
		for r, want := range map[io.Reader][]byte{first: want[10:], second: want} {
			if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, want) {
				t.Errorf("%s: got %q, %v, want %q", name, got, err, want)
			}
		}
	}
}
