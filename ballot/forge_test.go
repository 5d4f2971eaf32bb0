package ballot

import (
	"errors"
	"testing"

	"piaojue/group"
)

// forgery is a dishonest device: it encrypts any numbers and proves what it
// likes, with the honest prover's own functions.
type forgery struct {
	*vote
	by          *voter
	values      []int64
	randomness  []group.Scalar
	ciphertexts []Ciphertext
}

func (v *vote) forge(by *voter, values []int64) *forgery {
	f := &forgery{
		vote:        v,
		by:          by,
		values:      values,
		randomness:  make([]group.Scalar, len(values)),
		ciphertexts: make([]Ciphertext, len(values)),
	}
	for i, m := range values {
		f.randomness[i].Set(group.RandomScalar())
		v.encrypt(&f.ciphertexts[i], &f.randomness[i], integer(m))
	}
	return f
}

func integer(v int64) *group.Scalar {
	if v < 0 {
		s := integer(-v)
		return s.Negate(s)
	}
	return new(group.Scalar).SetUint64(uint64(v))
}

func (f *forgery) context() group.Context {
	return f.ballotContext(f.by.credential, f.ciphertexts)
}

// proofs proves every limit with the value that claim makes of the true sum.
func (f *forgery) proofs(claim func(l Limit, sum int64) uint64) []*proof {
	context := f.context()
	p := &prover{params: f.Params, nonces: newNonces(context, nil)}
	var proofs []*proof
	for i, l := range f.limits {
		var sum int64
		r := group.NewScalar()
		for _, t := range l.Terms {
			sum += int64(t.Weight) * f.values[t.Position]
			w := integer(int64(t.Weight))
			r.Add(r, w.Multiply(w, &f.randomness[t.Position]))
		}
		proofs = append(proofs, p.prove(f.statement(i, context, f.ciphertexts), r, claim(l, sum)))
	}
	return proofs
}

// truth claims what is encrypted, and clamped the nearest admissible value.
func truth(_ Limit, sum int64) uint64 { return uint64(sum) }

func clamped(l Limit, sum int64) uint64 {
	return uint64(min(max(sum, int64(l.Low)), int64(l.High)))
}

func (f *forgery) body(proofs []*proof) []byte {
	return f.assemble(f.by.credential, f.by.sk, f.ciphertexts, proofs)
}

// mustFail parses a body whose credential and signature are good, and demands
// that the proof at place is the first to fail.
func (v *vote) mustFail(t *testing.T, body []byte, place string) {
	t.Helper()
	b := v.parse(t, body)
	if err := v.VerifyCredential(b); err != nil {
		t.Fatal(err)
	}
	if err := v.VerifySignature(b); err != nil {
		t.Fatal(err)
	}
	v.mustRefuse(t, v.Verify(b), ErrProof, place)
	v.mustRefuse(t, v.VerifyBatch([]*Ballot{b})[0], ErrProof, place)
}

func (v *vote) mustRefuse(t *testing.T, err, want error, place string) {
	t.Helper()
	got := "no error"
	if err != nil {
		got = err.Error()
	}
	if !errors.Is(err, want) || place != "" && got != want.Error()+": "+place {
		t.Errorf("got %s, want %v: %s", got, want, place)
	}
}

// mustPass is the positive twin of the two.
func (v *vote) mustPass(t *testing.T, body []byte) *Ballot {
	t.Helper()
	b := v.parse(t, body)
	if err := v.Verify(b); err != nil {
		t.Fatal(err)
	}
	if err := v.VerifyBatch([]*Ballot{b})[0]; err != nil {
		t.Fatal(err)
	}
	return b
}

func numbers(bits []bool) []int64 {
	values := make([]int64, len(bits))
	for i, b := range bits {
		values[i] = int64(bit(b))
	}
	return values
}
