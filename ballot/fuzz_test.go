package ballot

import (
	"bytes"
	"errors"
	"testing"

	"piaojue/testvectors"
)

// Each target states the same property of one parser: it refuses with
// ErrForm, or what it read encodes to the bytes it was read from; and what
// follows on hostile input does not panic.

func mustRoundTrip(t *testing.T, data []byte, err error, marshal func() []byte) {
	t.Helper()
	if err != nil {
		if !errors.Is(err, ErrForm) {
			t.Fatalf("got %v, want ErrForm", err)
		}
		return
	}
	if got := marshal(); !bytes.Equal(got, data) {
		t.Fatalf("read %x, wrote %x", data, got)
	}
}

func FuzzParse(f *testing.F) {
	v := newVote(f, small["select_k"])
	body := v.cast(f, 0, v.someBits(f))
	f.Add(body)
	f.Add(body[:100])
	f.Add(alter(body, func(b []byte) { b[v.proofSpan(0).from] ^= 1 }))
	for _, b := range vectors(f, "ballots.json", "body") {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := v.Parse(data)
		mustRoundTrip(t, data, err, func() []byte { return b.Marshal() })
		if err == nil {
			v.Verify(b)
		}
	})
}

func FuzzParseUnused(f *testing.F) {
	v := newVote(f, small["choose_1"])
	body, err := v.NewUnused(v.voter(f, 0).credential, v.voter(f, 0).sk)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(body)
	for _, b := range vectors(f, "ballots.json", "unused") {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		u, err := v.ParseUnused(data)
		mustRoundTrip(t, data, err, func() []byte { return u.Marshal() })
		if err == nil && v.VerifyUnused(u) == nil && !bytes.Equal(data, body) {
			t.Fatal("another unused verifies")
		}
	})
}

func FuzzParseChallenge(f *testing.F) {
	v := newVote(f, small["choose_1"])
	body, err := v.NewChallenge(run(7), v.voter(f, 0).credential, v.voter(f, 0).sk)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(body)
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := v.ParseChallenge(data)
		mustRoundTrip(t, data, err, func() []byte { return c.Marshal() })
		if err == nil && v.VerifyChallenge(c) == nil && !bytes.Equal(data, body) {
			t.Fatal("another challenge verifies")
		}
	})
}

func FuzzParseRevealed(f *testing.F) {
	v := newVote(f, small["choose_1"])
	s, err := v.Encrypt(v.someBits(f), v.voter(f, 0).credential.Key)
	if err != nil {
		f.Fatal(err)
	}
	r, err := s.Reveal()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(r.Marshal())
	f.Add([]byte{0, 0})
	for _, b := range vectors(f, "ballots.json", "revealed") {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := ParseRevealed(data)
		mustRoundTrip(t, data, err, func() []byte { return r.Marshal() })
		if err == nil {
			v.CheckRevealed(r, s.SealCode())
		}
	})
}

func FuzzParseIssuerKey(f *testing.F) {
	f.Add(testIssuers()[0].PublicKey().Modulus())
	for _, b := range vectors(f, "ballots.json", "moduli") {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		k, err := ParseIssuerKey(data)
		if err != nil {
			return
		}
		if !bytes.Equal(k.Modulus(), data) {
			t.Fatalf("read %x, wrote %x", data, k.Modulus())
		}
		// A hostile modulus must not hurt whoever asks it for a credential.
		if r, err := NewRequest(run(1), run(2), run(3), []*IssuerKey{k}); err == nil {
			r.Finalize([][]byte{data})
		}
	})
}

func FuzzParseIssuer(f *testing.F) {
	f.Add(testIssuers()[0].Marshal())
	f.Add([]byte{0x30, 0x03, 0x02, 0x01, 0x00})
	for _, b := range vectors(f, "credential.json", "private_key") {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := ParseIssuer(data)
		if err == nil && !bytes.Equal(s.Marshal(), data) {
			t.Fatalf("read %x, wrote %x", data, s.Marshal())
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
