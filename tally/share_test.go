package tally

import (
	"bytes"
	"slices"
	"testing"

	"piaojue/ballot"
	"piaojue/group"
)

// encrypt makes one ballot for these bits.
func encrypt(y *group.Element, bits []bool) []ballot.Ciphertext {
	c := make([]ballot.Ciphertext, len(bits))
	for p, bit := range bits {
		r := group.RandomScalar()
		c[p].Alpha.ScalarBaseMult(r)
		c[p].Beta.ScalarMult(r, y)
		if bit {
			c[p].Beta.Add(&c[p].Beta, group.Generator())
		}
	}
	return c
}

// box is an aggregate with what it should open to.
type box struct {
	aggregate *Aggregate
	closing   group.Context
	totals    []uint32
}

// fill puts so many ballots into a box; position p gets every (p+1)st vote.
func fill(t testing.TB, k *JointKey, ballots, positions int) *box {
	t.Helper()
	b := &box{aggregate: NewAggregate(positions), totals: make([]uint32, positions)}
	for n := range ballots {
		bits := make([]bool, positions)
		for p := range bits {
			if bits[p] = n%(p+1) == 0; bits[p] {
				b.totals[p]++
			}
		}
		if err := b.aggregate.Add(encrypt(k.Y, bits)); err != nil {
			t.Fatal(err)
		}
	}
	b.closing = closeContext(k, b.aggregate)
	return b
}

func closeContext(k *JointKey, a *Aggregate) group.Context {
	return CloseContext(k.Context(testVote), 40, [32]byte{4}, a)
}

// opening returns everybody's verified share.
func (c *ceremony) opening(t testing.TB, b *box) []*DecryptionShare {
	t.Helper()
	var shares []*DecryptionShare
	for i, k := range c.shares {
		d, err := VerifyShare(b.closing, c.key, i+1, b.aggregate, decrypted(t, k, b))
		if err != nil {
			t.Fatal(err)
		}
		shares = append(shares, d)
	}
	return shares
}

func decrypted(t testing.TB, k *KeyShare, b *box) []byte {
	t.Helper()
	body, err := k.Decrypt(b.closing, b.aggregate)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// Garbage is named and skipped; t honest shares finish (attack K2).
func TestGarbageSharesAreNamedAndSkipped(t *testing.T) {
	c := newCeremony(t, 2, 5)
	b := fill(t, c.key, 7, 3)
	bodies := make([][]byte, 5)
	for i, k := range c.shares {
		bodies[i] = decrypted(t, k, b)
	}
	bodies[0] = nil
	bodies[1][len(bodies[1])-1] ^= 1
	bodies[3] = bodies[4] // a copy of another's
	var good []*DecryptionShare
	var bad []int
	for i, body := range bodies {
		d, err := VerifyShare(b.closing, c.key, i+1, b.aggregate, body)
		if err != nil {
			wantBlame(t, err, i+1, err)
			bad = append(bad, i+1)
			continue
		}
		good = append(good, d)
	}
	if len(bad) != 3 || bad[0] != 1 || bad[1] != 2 || bad[2] != 4 {
		t.Errorf("blamed %v, want [1 2 4]", bad)
	}
	wantTotals(t, c.key, b, good)
}

func TestBadShareNamesTrusteeAndPosition(t *testing.T) {
	c := newCeremony(t, 2, 3)
	b := fill(t, c.key, 5, 4)
	good := decrypted(t, c.shares[2], b)
	if _, err := VerifyShare(b.closing, c.key, 3, b.aggregate, good); err != nil {
		t.Fatal(err)
	}
	at := func(position, field int) int { return position*factorSize + field*32 }
	set := func(at int, b []byte) []byte {
		body := bytes.Clone(good)
		copy(body[at:], b)
		return body
	}
	swapped := set(at(1, 0), good[at(2, 0):at(3, 0)]) // F16
	copy(swapped[at(2, 0):], good[at(1, 0):at(2, 0)])
	ones := bytes.Repeat([]byte{0xff}, 32)
	const proofFails, length = "proof does not verify", "share has the wrong length"
	for name, test := range map[string]struct {
		body []byte
		want string
	}{
		"otherFactor":      {set(at(2, 0), good[:32]), "tally: trustee 3: position 2: " + proofFails},
		"identityFactorG5": {set(at(1, 0), make([]byte, 32)), "tally: trustee 3: position 1: " + proofFails},
		"identityA":        {set(at(1, 1), make([]byte, 32)), "tally: trustee 3: position 1: " + proofFails},
		"swappedPositions": {swapped, "tally: trustee 3: position 1: " + proofFails},
		"zPlusOrderG8":     {set(at(3, 3), plusOrder(good[at(3, 3):])), "tally: trustee 3: position 3: group: scalar is not below the group order"},
		"notCanonicalG2":   {set(at(0, 1), ones), "tally: trustee 3: position 0: group: not a canonical ristretto255 encoding"},
		"truncated":        {good[1:], "tally: trustee 3: " + length},
		"onePositionFewer": {good[:at(3, 0)], "tally: trustee 3: " + length},
		"trailing":         {append(bytes.Clone(good), 0), "tally: trustee 3: " + length},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := VerifyShare(b.closing, c.key, 3, b.aggregate, test.body)
			if err == nil || err.Error() != test.want {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}

// The forger of F2 against the real verifier: an undecryptable tally with
// shares that verify must not be possible.
func TestForgedShareNamesSender(t *testing.T) {
	c := newCeremony(t, 2, 3)
	b := fill(t, c.key, 5, 1)
	s := c.key.statement(b.closing, 2, b.aggregate, 0)
	p, weak := forgeImage(s, c.shares[1].x)
	if !s.weaklyVerify(p, weak) {
		t.Fatal("the forger does not know his trade")
	}
	_, err := VerifyShare(b.closing, c.key, 2, b.aggregate, p.appendTo(s.Image.Bytes()))
	wantBlame(t, err, 2, errProof)
}

// A share is for one aggregate, checkpoint, key, trustee (attacks K6, F13).
func TestShareIsBound(t *testing.T) {
	c, other := newCeremony(t, 2, 3), newCeremony(t, 2, 3)
	b := fill(t, c.key, 5, 2)
	body := decrypted(t, c.shares[0], b)
	if _, err := VerifyShare(b.closing, c.key, 1, b.aggregate, body); err != nil {
		t.Fatal(err)
	}
	swapped := fill(t, c.key, 5, 2)
	key := c.key.Context(testVote)
	for name, test := range map[string]struct {
		closing   group.Context
		key       *JointKey
		aggregate *Aggregate
	}{
		"swappedAggregateK6": {swapped.closing, c.key, swapped.aggregate},
		"sameContextOther":   {b.closing, c.key, swapped.aggregate},
		"otherSize":          {CloseContext(key, 41, [32]byte{4}, b.aggregate), c.key, b.aggregate},
		"otherRoot":          {CloseContext(key, 40, [32]byte{5}, b.aggregate), c.key, b.aggregate},
		"otherVote":          {CloseContext(c.key.Context(VoteContext([32]byte{9})), 40, [32]byte{4}, b.aggregate), c.key, b.aggregate},
		"otherKey":           {b.closing, other.key, b.aggregate},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := VerifyShare(test.closing, test.key, 1, test.aggregate, body)
			wantBlame(t, err, 1, errProof)
		})
	}
	// F13: who moves last and copies another's share or commitments gains nothing.
	_, err := VerifyShare(b.closing, c.key, 2, b.aggregate, body)
	wantBlame(t, err, 2, errProof)
	for _, i := range []int{-1, 0, 4} {
		_, err := VerifyShare(b.closing, c.key, i, b.aggregate, body)
		wantError(t, err, errIndex)
	}
}

// One ballot is never opened (attack K5). None can be: where all sheets are
// invalid the sum is empty, and all totals are 0.
func TestOneBallotIsNotOpened(t *testing.T) {
	c := newCeremony(t, 2, 2)
	for ballots, want := range []error{nil, errOneBallot, nil} {
		b := fill(t, c.key, ballots, 2)
		_, err := c.shares[0].Decrypt(b.closing, b.aggregate)
		wantError(t, err, want)
		if err != nil {
			continue
		}
		totals, err := Combine(c.key, b.aggregate, c.opening(t, b))
		wantError(t, err, nil)
		if !slices.Equal(totals, b.totals) {
			t.Errorf("%d ballots: totals %v, want %v", ballots, totals, b.totals)
		}
	}
}

func TestAggregateRefusesOtherGrid(t *testing.T) {
	c := newCeremony(t, 2, 2)
	a := NewAggregate(3)
	for _, positions := range []int{0, 2, 4} {
		if a.Add(encrypt(c.key.Y, make([]bool, positions))) == nil {
			t.Errorf("added a ballot of %d positions to 3", positions)
		}
	}
	if got := a.Count(); got != 0 {
		t.Errorf("counted %d", got)
	}
	if err := a.Add(encrypt(c.key.Y, make([]bool, 3))); err != nil {
		t.Error(err)
	}
	copied := a.Ciphertexts()
	copied[0].Alpha.Add(&copied[0].Alpha, group.Generator())
	if got := a.Ciphertexts()[0]; got.Alpha.Equal(&copied[0].Alpha) {
		t.Error("Ciphertexts gives the sums away to be changed")
	}
}
