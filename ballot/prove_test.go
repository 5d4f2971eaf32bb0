package ballot

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"piaojue/group"
)

// TestEveryChoice: in every mode, every choice that the limits admit can be
// cast and counts as chosen; every other combination of bits is refused by
// Encrypt and, made all the same, by the verifier.
func TestEveryChoice(t *testing.T) {
	for name, s := range small {
		t.Run(name, func(t *testing.T) {
			v := newVote(t, s)
			for x := range uint64(1) << len(v.grid.Positions) {
				bits := bitsOf(x, len(v.grid.Positions))
				if v.grid.checkBits(bits) == nil {
					v.testAdmissible(t, bits)
				} else if x < 20 || x%37 == 0 {
					v.testInadmissible(t, bits)
				}
			}
		})
	}
}

func (v *vote) testAdmissible(t *testing.T, bits []bool) {
	t.Helper()
	b := v.mustPass(t, v.cast(t, 0, bits))
	for i, got := range v.decrypt(b.Ciphertexts()) {
		if want := int(bit(bits[i])); got != want {
			t.Errorf("position %d: got %d, want %d", i, got, want)
		}
	}
}

func (v *vote) testInadmissible(t *testing.T, bits []bool) {
	t.Helper()
	w := v.voter(t, 0)
	if _, err := v.Encrypt(bits, w.credential.Key); err == nil {
		t.Errorf("%s: Encrypt accepts", bitString(bits))
	}
	f := v.forge(w, numbers(bits))
	place := "limit " + fmt.Sprint(v.firstBroken(f.values))
	v.mustFail(t, f.body(f.proofs(truth)), place)
	v.mustFail(t, f.body(f.proofs(clamped)), place)
}

func (v *vote) firstBroken(values []int64) int {
	for i, l := range v.grid.Limits {
		var sum int64
		for _, t := range l.Terms {
			sum += int64(t.Weight) * values[t.Position]
		}
		if sum < int64(l.Low) || sum > int64(l.High) {
			return i
		}
	}
	return -1
}

// TestNoOtherPlaintexts: a position that holds anything but 0 or 1 cannot be
// proven, even where the sum of its limit is in bounds.
func TestNoOtherPlaintexts(t *testing.T) {
	tests := []struct {
		style  Style
		values []int64
		place  string
	}{
		{small["select_k"], []int64{1, 1, 0, 0, 0}, ""}, // good twin
		{small["select_k"], []int64{2, 0, 0, 0, 0}, "position 0"},
		{small["select_k"], []int64{1, 2, -1, 0, 0}, "position 1"},
		{small["select_k"], []int64{1, 1, 1, 0, -1}, "position 4"},
		{small["select_k"], []int64{0, 0, 0, -1, 2}, "position 3"},
		{small["yna_each"], []int64{1, 0, 0, 1, 0}, ""},
		{small["yna_each"], []int64{-1, 2, 0, 1, 0}, "position 0"},
		{small["yna_each"], []int64{2, 0, 1, 0, -1}, "position 0"},
		{small["yna_capped"], []int64{0, 1, 0, 1, 3, -2, 0}, "position 4"},
		{small["choose_1"], []int64{0, 0, 2, -1, 0}, "position 2"},
		{small["satisfaction_3"], []int64{1, 0, 0, 0, 0, 3, 0, -2, 0}, "position 5"},
		{small["select_k"], []int64{1 << 40, 0, 0, 0, 0}, "position 0"},
	}
	for _, test := range tests {
		t.Run(fmt.Sprint(test.style.Mode, test.values), func(t *testing.T) {
			v := newVote(t, test.style)
			f := v.forge(v.voter(t, 0), test.values)
			if test.place == "" {
				v.mustPass(t, f.body(f.proofs(truth)))
				return
			}
			v.mustFail(t, f.body(f.proofs(clamped)), test.place)
			v.mustFail(t, f.body(f.proofs(func(_ Limit, sum int64) uint64 { return uint64(uint32(sum)) })), test.place)
		})
	}
}

// TestRandomStyles draws styles and choices of realistic size.
func TestRandomStyles(t *testing.T) {
	modes := []Mode{SelectK, YNAEach, YNACapped, Choose1, Satisfaction3}
	rapid.Check(t, func(r *rapid.T) {
		s := Style{
			Mode:       rapid.SampledFrom(modes).Draw(r, "mode"),
			Options:    rapid.IntRange(1, 8).Draw(r, "options"),
			Exact:      rapid.Bool().Draw(r, "exact"),
			AllowSpoil: rapid.Bool().Draw(r, "spoil"),
		}
		s.MaxMarks = rapid.IntRange(1, s.Options).Draw(r, "max")
		s.MinMarks = rapid.IntRange(0, s.MaxMarks).Draw(r, "min")
		v := newVote(t, s)
		bits := rapid.SliceOfN(rapid.Bool(), len(v.grid.Positions), len(v.grid.Positions)).Draw(r, "bits")
		ok := v.grid.checkBits(bits) == nil
		if ok != rule(s, v.grid, bits) {
			r.Fatalf("%+v %s: limits admit is %t", s, bitString(bits), ok)
		}
		f := v.forge(v.voter(t, 0), numbers(bits))
		if got := v.Verify(v.parse(t, f.body(f.proofs(truth)))) == nil; got != ok {
			r.Fatalf("%+v %s: verifies is %t, want %t", s, bitString(bits), got, ok)
		}
	})
}

// TestWeakFiatShamir: F1. The forger fixes commitments, hashes only them, and
// then solves for the plaintext; a verifier with that weak hash would accept.
func TestWeakFiatShamir(t *testing.T) {
	v := newVote(t, small["choose_1"])
	w := v.voter(t, 0)
	tt, s, weak := group.RandomScalar(), group.RandomScalar(), group.NewTranscript("limit proof")
	k := commitment{}
	v.multG.Mult(&k.A, tt).Encode()
	k.B.Add(v.multG.Mult(new(group.Element), s), v.multY.Mult(new(group.Element), tt)).Encode()
	weak.Element("a", &k.A)
	weak.Element("b", &k.B)
	c := weak.Challenge()

	// b = t·Y + c·(1 − m)·G demands m = 1 − s/c.
	m := new(group.Scalar).Invert(c)
	m.Subtract(integer(1), m.Multiply(m, s))
	f := v.forge(w, make([]int64, len(v.grid.Positions)))
	v.encrypt(&f.ciphertexts[0], &f.randomness[0], m)
	r := group.NewScalar()
	for i := range f.randomness {
		r.Add(r, &f.randomness[i])
	}
	z := r.Add(r.Multiply(r, c), tt)
	pr := &proof{commitments: []commitment{k}, responses: []group.Scalar{*z}}

	proofs := f.proofs(clamped)
	n := len(v.grid.Positions)
	proofs[n] = pr
	b := v.parse(t, f.body(proofs))
	st := v.statement(n, f.context(), b.ciphertexts)
	if !v.holdsUnder(b, st, &b.proofs[n], c) {
		t.Fatal("the forger does not know its trade")
	}
	if v.proofHolds(b, st, &b.proofs[n]) {
		t.Fatal("forged proof holds")
	}
	v.mustRefuse(t, v.Verify(b), ErrProof, "")
}

// TestChallengeIsCompared: F7. All branches are simulated, under challenges
// that add up to anything but the transcript's.
func TestChallengeIsCompared(t *testing.T) {
	v := newVote(t, small["select_k"])
	w := v.voter(t, 0)
	f := v.forge(w, []int64{5, 0, 0, 0, 0})
	proofs := f.proofs(clamped)
	context := f.context()
	for i := range proofs {
		s := v.statement(i, context, f.ciphertexts)
		var sum *group.Scalar
		proofs[i], sum = v.simulate(s)
		b := v.parse(t, f.body(proofs))
		if !v.holdsUnder(b, s, &b.proofs[i], sum) {
			t.Fatalf("%s: simulation is wrong", v.place(i))
		}
		if v.proofHolds(b, s, &b.proofs[i]) {
			t.Errorf("%s: simulated proof holds", v.place(i))
		}
	}
	v.mustFail(t, f.body(proofs), "position 0")

	good := v.mustPass(t, v.cast(t, 0, v.someBits(t)))
	context = v.ballotContext(&good.credential, good.ciphertexts)
	for i := range good.proofs {
		s := v.statement(i, context, good.ciphertexts)
		c := s.challenge(good.proofs[i].commitments)
		if !v.holdsUnder(good, s, &good.proofs[i], c) {
			t.Errorf("%s: good twin fails", v.place(i))
		}
		if v.holdsUnder(good, s, &good.proofs[i], c.Add(c, integer(1))) {
			t.Errorf("%s: holds with the challenge off by one", v.place(i))
		}
	}
}

// simulate makes a proof without knowing anything, and the sum of its
// challenges.
func (v *vote) simulate(s *statement) (*proof, *group.Scalar) {
	var a, b Ciphertext // weighted sums A and B, in Alpha
	for i, t := range s.Terms {
		w := integer(int64(t.Weight))
		a.Alpha.Add(&a.Alpha, new(group.Element).ScalarMult(w, &s.Ciphertexts[i].Alpha))
		b.Alpha.Add(&b.Alpha, new(group.Element).ScalarMult(w, &s.Ciphertexts[i].Beta))
	}
	pr, sum := &proof{}, group.NewScalar()
	for value := s.Low; value <= s.High; value++ {
		c, z := group.RandomScalar(), group.RandomScalar()
		var k commitment
		k.A.Subtract(v.multG.Mult(new(group.Element), z), new(group.Element).ScalarMult(c, &a.Alpha)).Encode()
		shifted := new(group.Element).Subtract(&b.Alpha, multiple(uint64(value)))
		k.B.Subtract(v.multY.Mult(new(group.Element), z), shifted.ScalarMult(c, shifted)).Encode()
		pr.commitments = append(pr.commitments, k)
		pr.challenges = append(pr.challenges, *c)
		pr.responses = append(pr.responses, *z)
		sum.Add(sum, c)
	}
	pr.challenges = pr.challenges[:len(pr.challenges)-1]
	return pr, sum
}

// TestNoncesAreHedged: F15. Even if the system's randomness repeats itself,
// another statement or another secret gives other nonces.
func TestNoncesAreHedged(t *testing.T) {
	draw := func(fresh byte, context byte, secrets string) []byte {
		n := hedge([64]byte{fresh}, group.Context{context}, []byte(secrets))
		var a, b group.Scalar
		n.next(&a)
		n.next(&b)
		if a.Equal(&b) {
			t.Error("stream repeats")
		}
		return b.AppendBytes(a.Bytes())
	}
	base := draw(1, 2, "bits and r")
	if !slices.Equal(base, draw(1, 2, "bits and r")) {
		t.Error("same input, other nonces")
	}
	for i, other := range [][]byte{draw(2, 2, "bits and r"), draw(1, 3, "bits and r"), draw(1, 2, "other bits")} {
		if slices.Equal(base, other) {
			t.Errorf("input %d does not matter", i)
		}
	}
}

// TestNoSharedCommitments: F15 and G10. Two ballots of one client and one
// choice share no ciphertext and no commitment; nor do branches of one.
func TestNoSharedCommitments(t *testing.T) {
	v := newVote(t, small["yna_capped"])
	seen := map[string]bool{}
	add := func(what string, e *group.Element) {
		if key := string(e.Bytes()); seen[key] {
			t.Errorf("%s occurs twice", what)
		} else {
			seen[key] = true
		}
	}
	for range 4 {
		b := v.parse(t, v.cast(t, 0, v.someBits(t)))
		for i := range b.ciphertexts {
			add("alpha", &b.ciphertexts[i].Alpha)
			add("beta", &b.ciphertexts[i].Beta)
		}
		for i := range b.proofs {
			for j := range b.proofs[i].commitments {
				add("a", &b.proofs[i].commitments[j].A)
				add("b", &b.proofs[i].commitments[j].B)
			}
		}
	}
}
