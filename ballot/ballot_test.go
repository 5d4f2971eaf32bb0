package ballot

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
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
		{"a byte less", good[:len(good)-1]},
		{"a byte more", append(slices.Clone(good), 0)},
		{"zero before", append([]byte{0}, good...)},
		{"other manifest", alter(good, func(b []byte) { b[0] ^= 1 })},
		{"small-order key", alter(good, func(b []byte) { copy(b[32:64], append([]byte{1}, make([]byte, 31)...)) })},
		{"non-canonical key", alter(good, func(b []byte) { copy(b[32:64], huge) })},
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
		body := test.body
		if i > 0 && len(body) > signatureSize {
			body = v.resign(w, body)
		}
		b, err := v.Parse(body)
		if i == 0 && err != nil || i > 0 && !errors.Is(err, ErrForm) {
			t.Errorf("%s: %v", test.name, err)
		}
		if err != nil && b != nil {
			t.Errorf("%s: ballot and error", test.name)
		}
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
		if _, err := v.Parse(body); !errors.Is(err, ErrForm) {
			t.Errorf("%s: %v", name, err)
		}
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
		return v.proofsHold(b)
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

// TestTransplant: F16. Options 3 and 7 change places, with and without proofs.
func TestTransplant(t *testing.T) {
	v := newVote(t, lanzhou)
	w := v.voter(t, 0)
	bits := make([]bool, len(v.grid.Positions))
	bits[3] = true
	good := v.cast(t, 0, bits)
	v.mustPass(t, v.resign(w, good))
	ciphertexts := func(b []byte) { swap(v.ciphertextSpan(3).of(b), v.ciphertextSpan(7).of(b)) }
	proofs := func(b []byte) { swap(v.proofSpan(3).of(b), v.proofSpan(7).of(b)) }
	v.mustFail(t, v.resign(w, alter(good, ciphertexts)), "position 0")
	v.mustFail(t, v.resign(w, alter(good, proofs)), "position 3")
	v.mustFail(t, v.resign(w, alter(good, func(b []byte) { ciphertexts(b); proofs(b) })), "position 0")
}

// TestCopy: B1. A thief with a credential of their own submits what they saw
// of another's ballot.
func TestCopy(t *testing.T) {
	v := newVote(t, lanzhou)
	victim, thief := v.voter(t, 0), v.voter(t, 1)
	bits := make([]bool, len(v.grid.Positions))
	bits[3], bits[4] = true, true
	stolen := v.parse(t, v.cast(t, 0, bits))
	copied := func(change func(f *forgery, proofs []*proof)) []byte {
		f := &forgery{vote: v, by: thief, ciphertexts: slices.Clone(stolen.ciphertexts)}
		proofs := make([]*proof, len(stolen.proofs))
		for i := range proofs {
			pr := stolen.proofs[i]
			proofs[i] = &pr
		}
		change(f, proofs)
		return f.body(proofs)
	}
	v.mustPass(t, copied(func(f *forgery, _ []*proof) { f.by = victim }))
	t.Run("whole", func(t *testing.T) {
		v.mustFail(t, copied(func(*forgery, []*proof) {}), "position 0")
	})
	t.Run("one option", func(t *testing.T) {
		own := v.forge(thief, numbers(bits))
		own.ciphertexts[3] = stolen.ciphertexts[3]
		proofs := own.proofs(truth)
		proofs[3] = &stolen.proofs[3]
		v.mustFail(t, own.body(proofs), "position 3")
	})
	t.Run("one option, sum adjusted", func(t *testing.T) {
		own := v.forge(thief, numbers(bits))
		own.ciphertexts[3] = stolen.ciphertexts[3]
		v.mustFail(t, own.body(own.proofs(truth)), "position 3")
	})
	t.Run("re-randomised", func(t *testing.T) {
		v.mustFail(t, copied(func(f *forgery, proofs []*proof) { v.rerandomise(f, proofs) }), "position 0")
	})
	t.Run("re-randomised, own credential", func(t *testing.T) {
		body := copied(func(f *forgery, proofs []*proof) { f.by = victim; v.rerandomise(f, proofs) })
		v.mustFail(t, body, "position 0")
	})
	t.Run("permuted", func(t *testing.T) {
		v.mustFail(t, copied(func(f *forgery, proofs []*proof) {
			slices.Reverse(f.ciphertexts[:13])
			slices.Reverse(proofs[:13])
		}), "position 0")
	})
}

// rerandomise adds an encryption of zero to each ciphertext and mends the
// responses for the old challenges.
func (v *vote) rerandomise(f *forgery, proofs []*proof) {
	for i := range f.ciphertexts {
		s, c := group.RandomScalar(), &f.ciphertexts[i]
		c.Alpha.Add(&c.Alpha, v.multG.Mult(new(group.Element), s)).Encode()
		c.Beta.Add(&c.Beta, v.multY.Mult(new(group.Element), s)).Encode()
		pr := *proofs[i]
		pr.responses = slices.Clone(pr.responses)
		pr.responses[0].Add(&pr.responses[0], s.Multiply(s, &pr.challenges[0]))
		proofs[i] = &pr
	}
}

// TestClash: B2. A device that seals two voters' ballots with the same
// randomness cannot give both the same tracking code, and the copies show.
func TestClash(t *testing.T) {
	v := newVote(t, small["select_k"])
	first := v.forge(v.voter(t, 0), []int64{1, 0, 0, 0, 0})
	second := *first
	second.by = v.voter(t, 1)
	a, b := first.body(first.proofs(truth)), second.body(second.proofs(truth))
	one, two := v.mustPass(t, a), v.mustPass(t, b)
	if sha256.Sum256(a) == sha256.Sum256(b) || one.Key() == two.Key() {
		t.Error("one ballot stands for two credentials")
	}
	if one.SealCode() != two.SealCode() || !one.ciphertexts[0].Alpha.Equal(&two.ciphertexts[0].Alpha) {
		t.Error("the copy does not show")
	}
	honest := v.parse(t, v.cast(t, 1, v.fill(t, Choice{Marks: []Mark{For, None, None}})))
	if one.SealCode() == honest.SealCode() || one.FirstCommitment() == honest.FirstCommitment() {
		t.Error("honest ballots of one choice look alike")
	}
}

// TestOtherVote: V1, V2, B6. A ballot of a vote that differs in one field.
func TestOtherVote(t *testing.T) {
	s := small["select_k"]
	v := newVote(t, s)
	tests := []struct {
		name   string
		change func(*Config)
		want   error
	}{
		{"good twin", func(*Config) {}, nil},
		{"manifest", func(c *Config) { c.Manifest[31] ^= 1 }, ErrForm},
		{"opening", func(c *Config) { c.Opening[0] ^= 1 }, ErrCredential},
		{"issuer", func(c *Config) { c.Issuers = publicKeys(testIssuers()[1:2]) }, ErrCredential},
		{"key context", func(c *Config) { c.KeyContext[0] ^= 1 }, ErrProof},
		{"joint key", func(c *Config) { c.JointKey = multiple(0x7e58) }, ErrProof},
		{"one more issuer", func(c *Config) { c.Issuers = publicKeys(testIssuers()[:2]) }, ErrForm},
	}
	for _, test := range tests {
		other := newVoteWith(t, s, test.change)
		b, err := v.Parse(other.cast(t, 0, other.someBits(t)))
		if err == nil {
			err = v.Verify(b)
		}
		if !errors.Is(err, test.want) {
			t.Errorf("%s: got %v, want %v", test.name, err, test.want)
		}
	}
}

// TestForeignBallot: a ballot that was parsed for one vote is not looked at by
// another, whose grid may differ.
func TestForeignBallot(t *testing.T) {
	a, b := newVote(t, small["select_k"]), newVote(t, small["satisfaction_3"])
	foreign := b.parse(t, b.cast(t, 0, b.someBits(t)))
	for _, err := range append(a.VerifyBatch([]*Ballot{foreign, nil}), a.Verify(foreign), a.Verify(nil),
		a.VerifySignature(foreign), a.VerifyProofs(foreign)) {
		if !errors.Is(err, ErrForm) {
			t.Errorf("got %v", err)
		}
	}
}

// TestBatchNamesTheBad: a batch says of each ballot what Verify says.
func TestBatchNamesTheBad(t *testing.T) {
	v := newVote(t, lanzhou) // 74 ballots fill one fold
	body := v.cast(t, 0, v.someBits(t))
	w := v.voter(t, 0)
	bad := map[int][]byte{
		0:  v.resign(w, alter(body, func(b []byte) { v.proofSpan(0).of(b)[4*32]++ })),
		31: v.resign(w, alter(body, func(b []byte) { swap(v.proofSpan(3).of(b), v.proofSpan(7).of(b)) })),
		32: alter(body, func(b []byte) { b[len(b)-1] ^= 1 }),
		33: v.resign(w, alter(body, func(b []byte) { b[100] ^= 1 })),
		80: v.resign(w, alter(body, func(b []byte) { v.proofSpan(15).of(b)[900]++ })),
		99: v.resign(w, alter(body, func(b []byte) { clear(v.proofSpan(14).of(b)[:32]) })),
	}
	ballots := make([]*Ballot, 100)
	for i := range ballots {
		ballots[i] = v.parse(t, body)
		if bad[i] != nil {
			ballots[i] = v.parse(t, bad[i])
		}
	}
	errs := v.VerifyBatch(ballots)
	for i, err := range errs {
		want := v.expected(t, ballots, i, bad)
		if fmt.Sprint(err) != want {
			t.Errorf("ballot %d: got %v, want %s", i, err, want)
		}
	}
	for i, place := range map[int]string{0: "position 0", 31: "position 3", 80: "limit 0", 99: "position 14"} {
		if errs[i] == nil || !strings.HasSuffix(errs[i].Error(), place) {
			t.Errorf("ballot %d: got %v, want %s", i, errs[i], place)
		}
	}
	if got := v.VerifyBatch(nil); len(got) != 0 {
		t.Errorf("empty batch: %v", got)
	}
}

func (v *vote) expected(t *testing.T, ballots []*Ballot, i int, bad map[int][]byte) string {
	t.Helper()
	if bad[i] == nil {
		return "<nil>"
	}
	err := v.Verify(ballots[i])
	if err == nil {
		t.Errorf("ballot %d is not bad", i)
	}
	return fmt.Sprint(err)
}

// TestErrorsCancel: two wrong proofs whose errors add up to zero fail all the
// same, because every equation has a weight of its own.
func TestErrorsCancel(t *testing.T) {
	v := newVote(t, small["choose_1"])
	w := v.voter(t, 0)
	n := len(v.limits) - 1
	shift := func(d int64) *Ballot {
		b := v.parse(t, v.cast(t, 0, v.someBits(t)))
		z := &b.proofs[n].responses[0]
		z.Add(z, integer(d))
		copy(v.proofSpan(n).of(b.body)[64:], z.Bytes())
		return v.parse(t, v.resign(w, b.body))
	}
	v.mustVerify(t, []*Ballot{shift(0), shift(0)})
	for i, err := range v.VerifyBatch([]*Ballot{shift(1), shift(-1)}) {
		v.mustRefuse(t, err, ErrProof, "limit 0")
		if err == nil {
			t.Errorf("ballot %d passes", i)
		}
	}
}
