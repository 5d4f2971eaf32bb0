package tally

import (
	"reflect"
	"testing"

	"piaojue/group"
)

// newStatement returns a true statement and its witness.
func newStatement() (*statement, *group.Scalar) {
	x := group.RandomScalar()
	s := &statement{Name: shareProof, Context: testVote, Trustee: 2, Place: 5}
	s.Base = *publicKey(group.RandomScalar())
	s.Public = *publicKey(x)
	s.Image.ScalarMult(x, &s.Base)
	return s, x
}

func TestProof(t *testing.T) {
	s, x := newStatement()
	if err := s.verify(s.prove(x, newHedge())); err != nil {
		t.Fatal(err)
	}
	wantError(t, s.verify(s.prove(group.RandomScalar(), newHedge())), errProof)
	wantError(t, s.verify(new(proof)), errProof)
	s.Image.Add(&s.Image, group.Generator())
	wantError(t, s.verify(s.prove(x, newHedge())), errProof)
}

// Each field of a statement is in the challenge (attack F5). Reflection finds
// fields that somebody adds and forgets to absorb.
func TestProofBindsEveryField(t *testing.T) {
	s, x := newStatement()
	p := s.prove(x, newHedge())
	if err := s.verify(p); err != nil {
		t.Fatal(err)
	}
	fields := reflect.TypeFor[statement]()
	for n := range fields.NumField() {
		name := fields.Field(n).Name
		mutant := *s
		mutate(t, reflect.ValueOf(&mutant).Elem().Field(n))
		if mutant.challenge(&p.a, &p.b).Equal(s.challenge(&p.a, &p.b)) {
			t.Errorf("%s is not in the challenge", name)
		}
		if mutant.verify(p) == nil {
			t.Errorf("%s: proof verifies for another one", name)
		}
	}
	if s.challenge(&p.b, &p.a).Equal(s.challenge(&p.a, &p.b)) {
		t.Error("commitments are not in the challenge")
	}
}

func mutate(t *testing.T, v reflect.Value) {
	t.Helper()
	switch f := v.Addr().Interface().(type) {
	case *string:
		*f = complaintProof
	case *group.Context:
		f[63] ^= 1
	case *uint64:
		*f++
	case *group.Element:
		f.Add(f, group.Generator())
	default:
		t.Fatalf("no mutation for a field of type %T", f)
	}
}

// The computed challenge is compared (attack F7): proofs whose equations hold
// for another challenge than the hash do not verify.
func TestProofOfAnotherChallenge(t *testing.T) {
	s, x := newStatement()
	c, z := group.RandomScalar(), group.RandomScalar()
	random := new(proof)
	random.z = *z
	random.a.Subtract(publicKey(z), new(group.Element).ScalarMult(c, &s.Public))
	random.b.Subtract(new(group.Element).ScalarMult(z, &s.Base), new(group.Element).ScalarMult(c, &s.Image))
	wantError(t, s.verify(random), errProof)

	good := s.prove(x, newHedge())
	for name, delta := range map[string]*group.Scalar{"challenge": x, "response": new(group.Scalar).SetUint64(1)} {
		offByOne := *good // z = w + (c+1)·x, or z + 1
		offByOne.z.Add(&offByOne.z, delta)
		if s.verify(&offByOne) == nil {
			t.Errorf("%s off by one verifies", name)
		}
	}
	if err := s.verify(good); err != nil {
		t.Error(err)
	}
}

// weaklyVerify checks the equations for a challenge that left something out.
func (s *statement) weaklyVerify(p *proof, c *group.Scalar) bool {
	a := new(group.Element).Add(&p.a, new(group.Element).ScalarMult(c, &s.Public))
	b := new(group.Element).Add(&p.b, new(group.Element).ScalarMult(c, &s.Image))
	return a.Equal(publicKey(&p.z)) && b.Equal(new(group.Element).ScalarMult(&p.z, &s.Base))
}

// forgeImage is the forger of F2: he picks commitments with different secrets,
// hashes them without the image, and solves for the image. The trustee's own
// key is x, so the first equation is honest; the image is not x·Base.
func forgeImage(s *statement, x *group.Scalar) (*proof, *group.Scalar) {
	u, v := group.RandomScalar(), group.RandomScalar()
	p := new(proof)
	p.a = *publicKey(u)
	p.b.ScalarMult(v, &s.Base)
	s.Image = *group.NewElement()
	c := s.challenge(&p.a, &p.b)
	p.z.Multiply(c, x)
	p.z.Add(&p.z, u)
	k := new(group.Scalar).Subtract(&p.z, v)
	s.Image.ScalarMult(k.Multiply(k, new(group.Scalar).Invert(c)), &s.Base)
	return p, c
}

// forgeBase is the forger of F3: the image is fixed, and he solves for the
// ciphertext.
func forgeBase(s *statement, x *group.Scalar) (*proof, *group.Scalar) {
	u := group.RandomScalar()
	p := new(proof)
	p.a = *publicKey(u)
	p.b = *publicKey(group.RandomScalar())
	s.Image = *publicKey(group.RandomScalar())
	s.Base = *group.NewElement()
	c := s.challenge(&p.a, &p.b)
	p.z.Multiply(c, x)
	p.z.Add(&p.z, u)
	s.Base.ScalarMult(c, &s.Image)
	s.Base.Add(&s.Base, &p.b)
	s.Base.ScalarMult(new(group.Scalar).Invert(&p.z), &s.Base)
	return p, c
}

// Both forgers convince a verifier whose challenge leaves out what they solve
// for, and fail against ours (attacks F1, F2, F3).
func TestForgers(t *testing.T) {
	for name, forge := range map[string]func(*statement, *group.Scalar) (*proof, *group.Scalar){
		"imageF2": forgeImage,
		"baseF3":  forgeBase,
	} {
		t.Run(name, func(t *testing.T) {
			s, x := newStatement()
			p, c := forge(s, x)
			if !s.weaklyVerify(p, c) {
				t.Fatal("the forger does not know his trade")
			}
			if new(group.Element).ScalarMult(x, &s.Base).Equal(&s.Image) {
				t.Fatal("the statement is true")
			}
			wantError(t, s.verify(p), errProof)
		})
	}
}

// Nonces are hedged (attack F15): one hedge for two statements gives two
// nonces, and one statement proven twice gives two as well.
func TestProofNonce(t *testing.T) {
	s, x := newStatement()
	hedge := newHedge()
	p := s.prove(x, hedge)
	if again := s.prove(x, hedge); !again.a.Equal(&p.a) {
		t.Error("nonce depends on more than witness, hedge and statement")
	}
	if again := s.prove(x, newHedge()); again.a.Equal(&p.a) {
		t.Error("nonce repeats")
	}
	s.Place++
	if again := s.prove(x, hedge); again.a.Equal(&p.a) {
		t.Error("one nonce for two statements")
	}
}
