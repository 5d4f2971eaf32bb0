package ballot

import (
	"encoding/hex"
	"math/big"
	"reflect"
	"slices"
	"testing"

	"piaojue/group"
)

// multiple returns n·G; RFC 9496, Appendix A.1 lists the first ones.
func multiple(n uint64) *group.Element {
	return new(group.Element).ScalarBaseMult(new(group.Scalar).SetUint64(n)).Encode()
}

func run(from byte) (b [32]byte) {
	for i := range b {
		b[i] = from + byte(i)
	}
	return b
}

func concat[T ~[64]byte](a, b [32]byte) T {
	return T(slices.Concat(a[:], b[:]))
}

// goldenParams and the values below stand for a ballot of two positions.
func goldenParams() *Params {
	return &Params{
		manifest:   run(1),
		opening:    run(2),
		keyContext: concat[group.Context](run(3), run(4)),
		grid:       &Grid{Positions: make([]Position, 2)},
		limits: []Limit{
			{Low: 0, High: 1, Terms: []Term{{0, 1}}},
			{Low: 0, High: 1, Terms: []Term{{1, 1}}},
			{Low: 1, High: 3, Terms: []Term{{0, 1}, {1, 3}}},
		},
		generator: multiple(1),
		jointKey:  multiple(2),
	}
}

func goldenCredential() *Credential {
	return &Credential{Key: run(5), Prefix: run(6), Signatures: [][]byte{
		slices.Repeat([]byte{7}, 384), slices.Repeat([]byte{8}, 384),
	}}
}

func goldenCiphertexts() []Ciphertext {
	return []Ciphertext{{*multiple(3), *multiple(4)}, {*multiple(5), *multiple(6)}}
}

// TestGolden compares with values computed by a script of forty lines that was
// written from PROTOCOL.md alone (attack F8: the specification has a field in
// the challenge, the code has not).
func TestGolden(t *testing.T) {
	p, c, cs := goldenParams(), goldenCredential(), goldenCiphertexts()
	context := p.ballotContext(c, cs)
	k := []commitment{{*multiple(7), *multiple(8)}, {*multiple(9), *multiple(0)}, {*multiple(1), *multiple(1)}}
	digest, seal := c.Digest(), p.sealCode(cs)
	vector := VectorHash(c.Signatures)
	tests := []struct {
		name string
		got  []byte
		want string
	}{
		{"credential digest", digest[:], "1fe955952b5b06021cb23a70c0db2fcc6e8845db26b51fc4b7740f54ca8074f9"},
		{"ballot context", context[:], "17bfc3008135c8eedcf3078617cd3716b59ac8529bb610ee4854e6341c2874f4" +
			"d21cd8642ec3a11d38df98246eabc3fdb28c2c28898e8d4bf1b536d07a92ba9b"},
		{"seal code", seal[:], "6e11a3997e0c3582cfcd607def2b2210485bb3055194ef16b32b4e25f9369d04"},
		{"position challenge", p.statement(1, context, cs).challenge(k[:2]).Bytes(),
			"060cf8d8f2242c70790826e57ccbf7d073beeada56b39088a7321a7796665700"},
		{"limit challenge", p.statement(2, context, cs).challenge(k).Bytes(),
			"c54452ba7d24bf480bf82112dc46ec74498e4bac12dd532b79657c139d325e07"},
		{"vector hash", vector[:], "5c4b795d0b2d82a7a1721d3bcfbc44925a9f616e024b5a17aad601e2f2fc0686"},
	}
	for _, test := range tests {
		if got := hex.EncodeToString(test.got); got != test.want {
			t.Errorf("%s: got %s, want %s", test.name, got, test.want)
		}
	}
}

// TestChallengeHasNoBias: F12, challenges are 512 bits reduced, not 252 bits
// cut off.
func TestChallengeHasNoBias(t *testing.T) {
	p, cs := goldenParams(), goldenCiphertexts()
	order, _ := new(big.Int).SetString("7237005577332262213973186563042994240857116359379907606001950938285454250989", 10)
	const n = 4000
	var high, odd int
	for i := range uint64(n) {
		s := p.statement(0, group.Context{byte(i), byte(i >> 8)}, cs)
		c := s.challenge(nil).Bytes()
		slices.Reverse(c)
		v := new(big.Int).SetBytes(c)
		if v.Cmp(order) >= 0 {
			t.Fatal("challenge is not reduced")
		}
		if v.Cmp(new(big.Int).Rsh(order, 1)) > 0 {
			high++
		}
		odd += int(v.Bit(0))
	}
	// Five standard deviations are 158.
	if min(high, odd) < n/2-158 || max(high, odd) > n/2+158 {
		t.Errorf("of %d challenges %d are in the upper half, %d are odd", n, high, odd)
	}
}

// A mutation is a copy of a statement that differs in one place.
type mutation struct {
	path string
	s    *statement
}

// mutations changes every field that reflection finds, so that a field added
// later is covered or fails the test.
func mutations(t *testing.T, s *statement) []mutation {
	t.Helper()
	var all []mutation
	fields := reflect.TypeFor[statement]()
	for i := range fields.NumField() {
		name := fields.Field(i).Name
		change := func(path string, f func(field any)) {
			c := cloneStatement(s)
			f(reflect.ValueOf(c).Elem().Field(i).Addr().Interface())
			all = append(all, mutation{name + path, c})
		}
		switch f := reflect.ValueOf(s).Elem().Field(i).Interface().(type) {
		case string:
			change("", func(f any) { *f.(*string) = "other proof" })
		case uint32:
			change(" + 1", func(f any) { *f.(*uint32)++ })
		case uint64:
			change(" + 1", func(f any) { *f.(*uint64)++ })
		case group.Context:
			for j := range f {
				change(" byte", func(f any) { f.(*group.Context)[j] ^= 1 })
			}
		case *group.Element:
			change(" + G", func(f any) { e := f.(**group.Element); (*e).Add(*e, group.Generator()) })
		case []Term:
			for j := range f {
				change(" position", func(f any) { (*f.(*[]Term))[j].Position ^= 1 })
				change(" weight", func(f any) { (*f.(*[]Term))[j].Weight++ })
			}
		case []*Ciphertext:
			for j := range f {
				change(" alpha", func(f any) { e := &(*f.(*[]*Ciphertext))[j].Alpha; e.Add(e, group.Generator()) })
				change(" beta", func(f any) { e := &(*f.(*[]*Ciphertext))[j].Beta; e.Add(e, group.Generator()) })
			}
		default:
			t.Fatalf("no mutation for field %s", name)
		}
	}
	return all
}

func cloneStatement(s *statement) *statement {
	c := *s
	c.Generator = new(group.Element).Set(s.Generator)
	c.JointKey = new(group.Element).Set(s.JointKey)
	c.Terms = slices.Clone(s.Terms)
	c.Ciphertexts = slices.Clone(s.Ciphertexts)
	for i, k := range c.Ciphertexts {
		copied := *k
		c.Ciphertexts[i] = &copied
	}
	return &c
}

// TestStatementMutation: F5 (Frozen Heart), also F6 and G3: every public input
// of a proof is in its challenge.
func TestStatementMutation(t *testing.T) {
	v := newVote(t, small["select_k"])
	b := v.parse(t, v.cast(t, 0, v.someBits(t)))
	context := v.ballotContext(&b.credential, b.ciphertexts)
	for i := range b.proofs {
		s, pr := v.statement(i, context, b.ciphertexts), &b.proofs[i]
		if !v.proofHolds(b, s, pr) {
			t.Fatalf("%s: good twin fails", v.place(i))
		}
		want := s.challenge(pr.commitments)
		for _, m := range mutations(t, s) {
			if m.s.challenge(pr.commitments).Equal(want) {
				t.Errorf("%s: %s is not in the challenge", v.place(i), m.path)
			}
			if v.proofHolds(b, m.s, pr) {
				t.Errorf("%s: holds after a change of %s", v.place(i), m.path)
			}
		}
		for j := range pr.commitments {
			for _, e := range []*group.Element{&pr.commitments[j].A, &pr.commitments[j].B} {
				kept := *e
				e.Add(e, group.Generator())
				if s.challenge(pr.commitments).Equal(want) || v.proofHolds(b, s, pr) {
					t.Errorf("%s: commitment %d is not in the challenge", v.place(i), j)
				}
				*e = kept
			}
		}
	}
}

// proofHolds checks one proof of a ballot for a given statement.
func (v *vote) proofHolds(b *Ballot, s *statement, pr *proof) bool {
	f := newFold(v.Params, &b.row)
	f.addProof(s, pr, f.addCiphertexts(&b.row))
	return f.holds()
}

// holdsUnder checks one proof as if the transcript had given this challenge.
func (v *vote) holdsUnder(b *Ballot, s *statement, pr *proof, challenge *group.Scalar) bool {
	f := newFold(v.Params, &b.row)
	f.addBranches(s, pr, challenge, f.addCiphertexts(&b.row))
	return f.holds()
}

// TestContextMutation: F5 for what proofs reach through the ballot context.
func TestContextMutation(t *testing.T) {
	p, c, cs := goldenParams(), goldenCredential(), goldenCiphertexts()
	want := p.ballotContext(c, cs)
	tests := []struct {
		name   string
		change func(p *Params, c *Credential, cs []Ciphertext)
	}{
		{"good twin", func(*Params, *Credential, []Ciphertext) {}},
		{"key context", func(p *Params, _ *Credential, _ []Ciphertext) { p.keyContext[63] ^= 1 }},
		{"one-time key", func(_ *Params, c *Credential, _ []Ciphertext) { c.Key[0] ^= 1 }},
		{"prefix", func(_ *Params, c *Credential, _ []Ciphertext) { c.Prefix[31] ^= 1 }},
		{"first signature", func(_ *Params, c *Credential, _ []Ciphertext) { c.Signatures[0][383] ^= 1 }},
		{"last signature", func(_ *Params, c *Credential, _ []Ciphertext) { c.Signatures[1][0] ^= 1 }},
		{"a signature less", func(_ *Params, c *Credential, _ []Ciphertext) { c.Signatures = c.Signatures[:1] }},
		{"alpha", func(_ *Params, _ *Credential, cs []Ciphertext) { cs[1].Alpha = *multiple(17) }},
		{"beta", func(_ *Params, _ *Credential, cs []Ciphertext) { cs[0].Beta = *multiple(17) }},
		{"order", func(_ *Params, _ *Credential, cs []Ciphertext) { slices.Reverse(cs) }},
	}
	for i, test := range tests {
		p, c, cs := goldenParams(), goldenCredential(), goldenCiphertexts()
		test.change(p, c, cs)
		if got := p.ballotContext(c, cs); (got != want) != (i > 0) {
			t.Errorf("%s: context changed is %t", test.name, got != want)
		}
	}
}
