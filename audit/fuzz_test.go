package audit

import (
	"bytes"
	"io/fs"
	"testing"

	"piaojue/testvectors"
)

// Each target states that what parses has exactly one encoding.

func FuzzParseCheckpoint(f *testing.F) {
	f.Add(testCheckpoint.Marshal())
	f.Add([]byte("o\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if c, err := parseCheckpoint(b); err == nil && !bytes.Equal(c.Marshal(), b) {
			t.Errorf("%q is not canonical", b)
		}
	})
}

func FuzzOpenExact(f *testing.F) {
	p := testPolicy(f)
	f.Add(cosignTest(f, signTest(f, testCheckpoint), "w0", "w1", "w2"))
	f.Add(signTest(f, testCheckpoint))
	for _, b := range vectors(f, "records.json", "checkpoint") {
		f.Add(b)
	}
	for _, b := range vectors(f, "records.json", "closing") {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if s, err := p.OpenExact(b); err == nil && !bytes.Equal(s.Marshal(), b) {
			t.Errorf("%q is not canonical", b)
		}
	})
}

func FuzzParseKey(f *testing.F) {
	f.Add("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")
	f.Add("remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2")
	for _, b := range vectors(f, "log.json", "vkey") {
		f.Add(string(b))
	}
	f.Fuzz(func(t *testing.T, s string) {
		if k, err := ParseKey(s); err == nil && k.String() != s {
			t.Errorf("%q is not canonical", s)
		}
	})
}

func FuzzParseTile(f *testing.F) {
	for _, s := range []string{"tile/0/000", "tile/2/x001/x234/067.p/255", "tile/entries/x001/000.p/1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		tile, err := ParseTile(s)
		if err != nil {
			return
		}
		if tile.Path() != s {
			t.Errorf("%q is not canonical: %q", s, tile.Path())
		}
		tile.Within(1 << 40) // must not panic
	})
}

func FuzzParseHashes(f *testing.F) {
	f.Add(make([]byte, 64), 2)
	f.Add(make([]byte, 65), 2)
	f.Fuzz(func(t *testing.T, b []byte, n int) {
		if n < 1 || n > tileWidth {
			return
		}
		tile := Leaves(0, uint64(n))[0]
		hashes, err := tile.ParseHashes(b)
		if err != nil {
			return
		}
		var again []byte
		for _, h := range hashes {
			again = append(again, h[:]...)
		}
		if !bytes.Equal(again, b) {
			t.Error("does not encode to the same bytes")
		}
	})
}

func FuzzParseBundle(f *testing.F) {
	b, err := marshalBundle(testEntries(3))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b, 3)
	f.Fuzz(func(t *testing.T, b []byte, n int) {
		if n < 0 || n > tileWidth {
			return
		}
		entries, err := parseBundle(b, n)
		if err != nil {
			return
		}
		if got, err := marshalBundle(entries); err != nil || len(entries) != n || !bytes.Equal(got, b) {
			t.Errorf("%x is not canonical: %v", b, err)
		}
	})
}

func FuzzParseReceipt(f *testing.F) {
	r, _ := makeReceipt(f, 5, 3)
	f.Add(r.Marshal())
	r.Extra = []byte("age")
	f.Add(r.Marshal())
	p := testPolicy(f)
	for _, b := range vectors(f, "log.json", "receipt") {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := ParseReceipt(b)
		if err != nil {
			return
		}
		if !bytes.Equal(r.Marshal(), b) {
			t.Errorf("%q is not canonical", b)
		}
		if _, err := r.Verify([32]byte{1}, p); err == nil {
			t.Errorf("%q proves an entry that is not in the log", b)
		}
	})
}

func FuzzParsePromise(f *testing.F) {
	p := NewPromise(testKey("promise"), [32]byte{1}, 2, [32]byte{3})
	f.Add(p.Marshal())
	f.Fuzz(func(t *testing.T, b []byte) {
		if p, err := ParsePromise(b); err == nil && !bytes.Equal(p.Marshal(), b) {
			t.Errorf("%x is not canonical", b)
		}
	})
}

func FuzzParseAddCheckpoint(f *testing.F) {
	f.Add(request(f, growMemory(f, 7), 7, 3).Marshal())
	key := testLogKey(f, testOrigin)
	f.Fuzz(func(t *testing.T, b []byte) {
		a, err := ParseAddCheckpoint(b)
		if err != nil {
			return
		}
		if !bytes.Equal(a.Marshal(), b) {
			t.Errorf("%q is not canonical", b)
		}
		a.Check([]*Key{key}, Checkpoint{Origin: testOrigin, Size: 3}) // must not panic
	})
}

// An archive that passes holds exactly the files of its checkpoint.
func FuzzOpenArchive(f *testing.F) {
	f.Add(makeZip(f, smallRecord(f)...))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := openZip(b)
		if err != nil {
			return
		}
		signed, closing, err := r.checkFiles()
		if err != nil {
			return
		}
		c, err := ReadCheckpoint(signed)
		if err != nil {
			t.Fatal(err)
		}
		want := len(newLayout(c.Size).files)
		if closing {
			want++
		}
		got := 0
		fs.WalkDir(r.fsys, ".", func(_ string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				got++
			}
			return err
		})
		if got != want {
			t.Errorf("%d files pass for %d", got, want)
		}
	})
}

// FuzzOpenCosigned: what a terminal kept of its witness, from a disk that others
// may have had in hand.
func FuzzOpenCosigned(f *testing.F) {
	log, err := LogKey(testOrigin, publicKey(testKey(testOrigin)))
	if err != nil {
		f.Fatal(err)
	}
	witness, err := WitnessKey("w0", publicKey(testKey("w0")))
	if err != nil {
		f.Fatal(err)
	}
	good := cosignTest(f, signTest(f, testCheckpoint), "w0")
	if _, at, err := OpenCosigned(good, []*Key{log}, witness); err != nil || at != 1700000000 {
		f.Fatalf("%d, %v", at, err)
	}
	f.Add(good)
	f.Add(signTest(f, testCheckpoint))
	f.Add(cosignTest(f, signTest(f, testCheckpoint), "w1", "w0"))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, at, err := OpenCosigned(b, []*Key{log}, witness)
		if err == nil && (at != 1700000000 || s.Size != testCheckpoint.Size) {
			t.Errorf("%q says size %d at %d", b, s.Size, at)
		}
	})
}

// vectors are the values of a field of the test vectors.
func vectors(f *testing.F, file, field string) [][]byte {
	f.Helper()
	all, err := testvectors.Field(file, field)
	if err != nil {
		f.Fatal(err)
	}
	return all
}
