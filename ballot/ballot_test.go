package ballot

import (
	"bytes"
	"errors"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"piaojue/group"
)

// A span is where a part of a body lies.
type span struct{ from, to int }

func (s span) of(body []byte) []byte { return body[s.from:s.to] }

func (p *Params) ciphertextSpan(i int) span {
	from := 32 + credentialSize(len(p.issuers)) + i*ciphertextSize
	return span{from, from + ciphertextSize}
}

func (p *Params) proofSpan(i int) span {
	s := p.ciphertextSpan(len(p.grid.Positions) - 1)
	for j := range i + 1 {
		s.from = s.to
		s.to += proofSize(p.limits[j].Low, p.limits[j].High)
	}
	return s
}

// resign puts the holder's signature under a changed body, as any voter can.
func (v *vote) resign(w *voter, body []byte) []byte {
	message := body[:len(body)-signatureSize]
	return append(slices.Clone(message), group.Sign(w.sk, "ballot", v.manifest, message)...)
}

// alter changes a copy of a body.
func alter(body []byte, change func(body []byte)) []byte {
	c := slices.Clone(body)
	change(c)
	return c
}

func swap(a, b []byte) {
	t := slices.Clone(a)
	copy(a, b)
	copy(b, t)
}

func TestParseRoundTrip(t *testing.T) {
	for name, s := range small {
		v := newVote(t, s)
		body := v.cast(t, 0, v.someBits(t))
		b := v.mustPass(t, body)
		if !bytes.Equal(b.Marshal(), body) {
			t.Errorf("%s: encodes to other bytes", name)
		}
		if b.Key() != v.voter(t, 0).credential.Key {
			t.Errorf("%s: wrong key", name)
		}
		if want := v.grid.BodySize(1); len(body) != want {
			t.Errorf("%s: %d bytes, want %d", name, len(body), want)
		}
		if got := b.FirstCommitment(); !bytes.Equal(got[:], v.proofSpan(0).of(body)[:32]) {
			t.Errorf("%s: wrong first commitment", name)
		}
	}
}

// TestEqualLength: B8. Nothing but the vote decides about the length.
func TestEqualLength(t *testing.T) {
	v := newVote(t, small["select_k"])
	for n, c := range []Choice{
		{Marks: []Mark{For, None, None}}, {Marks: []Mark{For, For, None}}, {Abstain: true}, {Spoil: true},
	} {
		if got := len(v.cast(t, n, v.fill(t, c))); got != v.BodySize() {
			t.Errorf("%+v: %d bytes, want %d", c, got, v.BodySize())
		}
	}
}

// TestParseRefuses: F9, F10, G2, G5, G7, G8. Each body is signed anew, so that
// only its form is wrong.
func TestParseRefuses(t *testing.T) {
	v := newVote(t, small["select_k"])
	w := v.voter(t, 0)
	good := v.cast(t, 0, v.someBits(t))
	alpha, beta := v.ciphertextSpan(1), v.ciphertextSpan(1)
	alpha.to -= 32
	beta.from += 32
	last := v.proofSpan(len(v.limits) - 1)
	z, c := span{last.to - 32, last.to}, span{last.from + 4*32, last.from + 5*32}
	identity, negative, huge := make([]byte, 32), append(make([]byte, 31), 0x80), bytes.Repeat([]byte{0xff}, 32)
	tests := []struct {
		name string
		body []byte
	}{
		{"good twin", good},
		{"empty", nil},
		{"G7 a byte less", good[:len(good)-1]},
		{"G7 a byte more", append(slices.Clone(good), 0)},
		{"G7 zero before", append([]byte{0}, good...)},
		{"other manifest", alter(good, func(b []byte) { b[0] ^= 1 })},
		{"G5 small-order key", alter(good, func(b []byte) { copy(b[32:64], append([]byte{1}, make([]byte, 31)...)) })},
		{"G7 non-canonical key", alter(good, func(b []byte) { copy(b[32:64], huge) })},
		{"G5 alpha identity", alter(good, func(b []byte) { copy(alpha.of(b), identity) })},
		{"G5 beta identity", alter(good, func(b []byte) { copy(beta.of(b), identity) })},
		{"G2 odd alpha", alter(good, func(b []byte) { alpha.of(b)[0] |= 1 })},
		{"G2 beta above p", alter(good, func(b []byte) { copy(beta.of(b), huge) })},
		{"G2 high bit", alter(good, func(b []byte) { copy(beta.of(b), negative) })},
		{"G2 commitment", alter(good, func(b []byte) { last.of(b)[0] |= 1 })},
		{"G8 challenge plus order", alter(good, func(b []byte) { addOrder(c.of(b)) })},
		{"G8 response plus order", alter(good, func(b []byte) { addOrder(z.of(b)) })},
		{"G8 response all ones", alter(good, func(b []byte) { copy(z.of(b), huge) })},
	}
	for i, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			body := test.body
			if i > 0 && len(body) > signatureSize {
				body = v.resign(w, body)
			}
			b, err := v.Parse(body)
			if i == 0 && err != nil || i > 0 && !errors.Is(err, ErrForm) {
				t.Error(err)
			}
			if err != nil && b != nil {
				t.Error("ballot and error")
			}
		})
	}
}

// addOrder adds the group order to a little-endian scalar.
func addOrder(s []byte) {
	order, _ := new(big.Int).SetString("7237005577332262213973186563042994240857116359379907606001950938285454250989", 10)
	slices.Reverse(s)
	new(big.Int).Add(new(big.Int).SetBytes(s), order).FillBytes(s)
	slices.Reverse(s)
}

// TestZeroCommitment: commitments alone may be any element, the identity too;
// a verifier that refuses it would differ from the specification.
func TestZeroCommitment(t *testing.T) {
	v := newVote(t, small["select_k"])
	body := alter(v.cast(t, 0, v.someBits(t)), func(b []byte) { clear(v.proofSpan(2).of(b)[:32]) })
	v.mustFail(t, v.resign(v.voter(t, 0), body), "position 2")
}

// TestWrongShape: F9 and F10. Proofs with a branch more or less, and ballots
// with an option more or less, made for another grid of the same vote.
func TestWrongShape(t *testing.T) {
	v := newVote(t, lanzhou)
	shape := func(change func(*Style)) []byte {
		s := lanzhou
		change(&s)
		other := newVote(t, s)
		return other.cast(t, 0, other.someBits(t))
	}
	v.mustPass(t, shape(func(*Style) {}))
	for name, body := range map[string][]byte{
		"F9 branch more":       shape(func(s *Style) { s.MaxMarks = 11 }),
		"F9 branch less":       shape(func(s *Style) { s.MaxMarks = 9 }),
		"F9 higher bound":      shape(func(s *Style) { s.MaxMarks, s.MinMarks, s.AllowSpoil = 11, 2, true }),
		"F10 12 options":       shape(func(s *Style) { s.Options = 12 }),
		"F10 14 options":       shape(func(s *Style) { s.Options = 14 }),
		"F10 without spoil":    shape(func(s *Style) { s.AllowSpoil = false }),
		"padded to the length": append(make([]byte, 288), shape(func(s *Style) { s.Options = 12 })...),
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := v.Parse(body); !errors.Is(err, ErrForm) {
				t.Error(err)
			}
		})
	}
}

// TestEveryByte: every one-bit change of a body fails: its form or the
// signature, and if the voter signs anew, the credential or a proof. (In one
// mode every byte, in the others every fifth.)
func TestEveryByte(t *testing.T) {
	for _, name := range []string{"select_k", "yna_each", "yna_capped", "choose_1", "satisfaction_3"} {
		t.Run(name, func(t *testing.T) {
			v := newVote(t, small[name])
			body := v.cast(t, 0, v.someBits(t))
			v.mustPass(t, body)
			step := 5
			if name == "select_k" {
				step = 1
			}
			for i := 0; i < len(body); i += step {
				bad := alter(body, func(b []byte) { b[i] ^= 1 << (rand.Uint32() % 8) })
				b, err := v.Parse(bad)
				if err != nil {
					continue
				}
				if v.VerifySignature(b) == nil {
					t.Errorf("byte %d: signature verifies", i)
				}
				if v.unsignedHolds(b, i) {
					t.Errorf("byte %d: all but the signature verifies", i)
				}
			}
		})
	}
}

// unsignedHolds makes the check that byte i is under, besides the signature.
func (v *vote) unsignedHolds(b *Ballot, i int) bool {
	switch {
	case i >= len(b.body)-signatureSize:
		return false
	case i >= v.ciphertextSpan(0).from:
		return v.proofsHold(&b.row)
	}
	return v.VerifyCredential(b) == nil
}

// TestEveryByteOfLanzhou covers every byte of the ballot with 13 options. The
// proofs are left out: to hash and compare is enough for the signature.
func TestEveryByteOfLanzhou(t *testing.T) {
	v := newVote(t, lanzhou)
	body := v.cast(t, 0, v.someBits(t))
	good := v.mustPass(t, body)
	for i := range body {
		b := *good
		b.body = alter(body, func(b []byte) { b[i] ^= 1 << (rand.Uint32() % 8) })
		if v.VerifySignature(&b) == nil {
			t.Errorf("byte %d: signature verifies", i)
		}
	}
}
