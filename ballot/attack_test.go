package ballot

import (
	"crypto/sha256"
	"errors"
	"slices"
	"testing"

	"piaojue/group"
)

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
	t.Run("ciphertexts", func(t *testing.T) {
		v.mustFail(t, v.resign(w, alter(good, ciphertexts)), "position 0")
	})
	t.Run("proofs", func(t *testing.T) {
		v.mustFail(t, v.resign(w, alter(good, proofs)), "position 3")
	})
	t.Run("both", func(t *testing.T) {
		v.mustFail(t, v.resign(w, alter(good, func(b []byte) { ciphertexts(b); proofs(b) })), "position 0")
	})
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
		t.Run(test.name, func(t *testing.T) {
			other := newVoteWith(t, s, test.change)
			b, err := v.Parse(other.cast(t, 0, other.someBits(t)))
			if err == nil {
				err = v.Verify(b)
			}
			if !errors.Is(err, test.want) {
				t.Errorf("got %v, want %v", err, test.want)
			}
		})
	}
}
