package ballot

import (
	"bytes"
	_ "embed"
	"encoding/binary"
	"errors"
	"os"
	"slices"
	"testing"
)

// onPaper is a vote without issuers.
func onPaper(t testing.TB, s Style) *vote {
	return newVoteWith(t, s, func(c *Config) { c.Issuers = nil })
}

// enter makes a paper entry as a teller does.
func (v *vote) enter(t testing.TB, bits []bool, batch [32]byte, number uint32) ([]byte, *Revealed) {
	t.Helper()
	s, err := v.Encrypt(bits, [32]byte{})
	if err != nil {
		t.Fatal(err)
	}
	body, r, err := s.FinishPaper(batch, number)
	if err != nil {
		t.Fatal(err)
	}
	return body, r
}

func TestPaper(t *testing.T) {
	for name, style := range small {
		v := onPaper(t, style)
		bits, batch := v.someBits(t), run(3)
		body, r := v.enter(t, bits, batch, 7)
		b, err := v.ParsePaper(body)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := v.VerifyPaper(b); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if b.Batch() != batch || b.Number() != 7 || !bytes.Equal(b.Marshal(), body) {
			t.Errorf("%s: batch, number or bytes are not what was put in", name)
		}
		if got, err := v.CheckPaper(b, r); err != nil || !slices.Equal(got, bits) {
			t.Errorf("%s: opened as %v, %v, want %v", name, got, err, bits)
		}
	}
}

// TestPaperElsewhere: a sheet cannot be entered again at another place, nor in
// another batch or vote (attack B1).
func TestPaperElsewhere(t *testing.T) {
	v := onPaper(t, small["select_k"])
	body, _ := v.enter(t, v.someBits(t), run(3), 7)
	for _, c := range []struct {
		name   string
		change func(b []byte)
		want   error
	}{
		{"good twin", func([]byte) {}, nil},
		{"another vote", func(b []byte) { b[0] ^= 1 }, ErrForm},
		{"another batch", func(b []byte) { b[32] ^= 1 }, ErrProof},
		{"another number", func(b []byte) { binary.BigEndian.PutUint32(b[64:], 8) }, ErrProof},
		{"another ciphertext", func(b []byte) { copy(b[paperHead:], b[paperHead+ciphertextSize:][:32]) }, ErrProof},
	} {
		b, err := v.ParsePaper(alter(body, c.change))
		if err == nil {
			err = v.VerifyPaper(b)
		}
		if !errors.Is(err, c.want) || (err == nil) != (c.want == nil) {
			t.Errorf("%s: got %v, want %v", c.name, err, c.want)
		}
	}
	if _, err := v.ParsePaper(append(body, 0)); !errors.Is(err, ErrForm) {
		t.Errorf("trailing byte: got %v", err)
	}
}

// TestPaperOpening: what a teller reveals must be what the entry holds.
func TestPaperOpening(t *testing.T) {
	v := onPaper(t, small["select_k"])
	bits := v.someBits(t)
	body, r := v.enter(t, bits, run(3), 1)
	b, err := v.ParsePaper(body)
	if err != nil {
		t.Fatal(err)
	}
	_, other := v.enter(t, bits, run(3), 1)
	if _, err := v.CheckPaper(b, other); !errors.Is(err, ErrProof) {
		t.Errorf("opening of another entry: got %v", err)
	}
	if _, err := v.CheckPaper(b, r); err != nil {
		t.Errorf("good twin: %v", err)
	}
}

// TestPaperSpends: what is finished as one thing is never another (attack B3).
func TestPaperSpends(t *testing.T) {
	v := newVote(t, small["select_k"])
	w, bits := v.voter(t, 0), v.someBits(t)
	s, err := v.Encrypt(bits, w.credential.Key)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Finish(w.credential, w.sk); err != nil {
		t.Fatal(err)
	}
	if body, r, err := s.FinishPaper(run(3), 1); body != nil || r != nil || !errors.Is(err, ErrSpent) {
		t.Errorf("a cast ballot was opened: %v", err)
	}
}

// TestPaperOnly: without issuers no credential is good. If nobody must sign,
// everybody could vote as often as they please (attack V1).
func TestPaperOnly(t *testing.T) {
	v := onPaper(t, small["select_k"])
	c := newVote(t, small["select_k"]).voter(t, 0)
	free := &Credential{Key: c.credential.Key, Prefix: c.credential.Prefix}
	if err := v.verifyCredential(free); !errors.Is(err, ErrCredential) {
		t.Errorf("credential: got %v", err)
	}
	if _, err := v.NewUnused(free, c.sk); !errors.Is(err, ErrCredential) {
		t.Errorf("unused: got %v", err)
	}
	if _, err := v.NewChallenge(run(7), free, c.sk); !errors.Is(err, ErrCredential) {
		t.Errorf("challenge: got %v", err)
	}
	if _, err := NewRequest(run(1), run(2), run(3), nil); err == nil {
		t.Error("a request to nobody was made")
	}
}

// paperSeed verifies under onPaper(small["select_k"]). It lies in a file, since
// each process that fuzzes must know the same one: TestWriteSeeds wrote it.
//
//go:embed testdata/paper.bin
var paperSeed []byte

func FuzzParsePaper(f *testing.F) {
	v := onPaper(f, small["select_k"])
	good, err := v.ParsePaper(paperSeed)
	if err == nil {
		err = v.VerifyPaper(good)
	}
	if err != nil {
		f.Fatalf("the seed: %v", err)
	}
	f.Add(paperSeed)
	f.Add(paperSeed[:100])
	for _, b := range vectors(f, "paper.json", "body") {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := v.ParsePaper(data)
		mustRoundTrip(t, data, err, func() []byte { return b.Marshal() })
		if err == nil && v.VerifyPaper(b) == nil && !bytes.Equal(data, paperSeed) {
			t.Fatal("another paper entry verifies")
		}
	})
}

// TestWriteSeeds makes the seeds anew, after a change of the format, with
// PIAOJUE_SEEDS=1.
func TestWriteSeeds(t *testing.T) {
	if os.Getenv("PIAOJUE_SEEDS") == "" {
		return
	}
	v := onPaper(t, small["select_k"])
	body, _ := v.enter(t, v.someBits(t), run(3), 7)
	if err := os.WriteFile("testdata/paper.bin", body, 0o644); err != nil {
		t.Fatal(err)
	}
}
