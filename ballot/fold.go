package ballot

import (
	"crypto/rand"
	"crypto/sha512"
	"encoding/binary"

	"piaojue/group"
)

// fold collects the equations of many proofs,
//
//	a + c·A − z·G = 0   and   b + c·(B − v·G) − z·Y = 0,
//
// each times a random weight, into one sum that is zero if all hold. If one
// does not, the sum is zero with a chance of 2⁻¹²⁸, since whoever made the
// proofs could not know the weights.
type fold struct {
	params  *Params
	weights *weights
	scalars []group.Scalar
	points  []group.Element
	g, y    group.Scalar // coefficients of the bases
}

func newFold(p *Params, rows ...*row) *fold {
	n := len(rows)*p.points() + 2
	return &fold{
		params:  p,
		weights: newWeights(rows),
		scalars: make([]group.Scalar, 0, n),
		points:  make([]group.Element, 0, n),
	}
}

// points returns the number of elements in a ballot.
func (p *Params) points() int {
	n := 2 * len(p.grid.Positions)
	for _, l := range p.limits {
		n += 2 * branches(l.Low, l.High)
	}
	return n
}

// addRow adds all proofs of a ballot.
func (f *fold) addRow(r *row) {
	base := f.addCiphertexts(r)
	for i := range r.proofs {
		f.addProof(f.params.statement(i, r.context, r.ciphertexts), &r.proofs[i], base)
	}
}

// addCiphertexts makes room for the coefficients of a ballot's ciphertexts,
// and returns where it begins.
func (f *fold) addCiphertexts(r *row) int {
	base := len(f.points)
	for i := range r.ciphertexts {
		f.points = append(f.points, r.ciphertexts[i].Alpha, r.ciphertexts[i].Beta)
		f.scalars = append(f.scalars, group.Scalar{}, group.Scalar{})
	}
	return base
}

// addProof recomputes the challenge from the whole statement: none is ever
// taken from the proof alone (attack F7).
func (f *fold) addProof(s *statement, pr *proof, base int) {
	f.addBranches(s, pr, s.challenge(pr.commitments), base)
}

func (f *fold) addBranches(s *statement, pr *proof, challenge *group.Scalar, base int) {
	var sumA, sumB group.Scalar
	last := pr.lastChallenge(challenge)
	for i := range pr.commitments {
		c := last
		if i < len(pr.challenges) {
			c = &pr.challenges[i]
		}
		f.addBranch(&pr.commitments[i], c, &pr.responses[i], uint64(s.Low)+uint64(i), &sumA, &sumB)
	}
	var w, x group.Scalar
	for _, t := range s.Terms {
		w.SetUint64(uint64(t.Weight))
		alpha, beta := &f.scalars[base+2*t.Position], &f.scalars[base+2*t.Position+1]
		alpha.Add(alpha, x.Multiply(&w, &sumA))
		beta.Add(beta, x.Multiply(&w, &sumB))
	}
}

// addBranch adds the two equations of the branch for value v; sumA and sumB
// collect the coefficients of A and B.
func (f *fold) addBranch(k *commitment, c, z *group.Scalar, v uint64, sumA, sumB *group.Scalar) {
	var wa, wb, x group.Scalar
	f.weights.next(&wa)
	f.weights.next(&wb)
	f.points = append(f.points, k.A, k.B)
	f.scalars = append(f.scalars, wa, wb)

	sumA.Add(sumA, x.Multiply(&wa, c))
	f.g.Subtract(&f.g, x.Multiply(&wa, z))
	f.y.Subtract(&f.y, x.Multiply(&wb, z))
	x.Multiply(&wb, c)
	sumB.Add(sumB, &x)
	if v > 0 {
		f.g.Subtract(&f.g, x.Multiply(&x, new(group.Scalar).SetUint64(v)))
	}
}

// holds says whether all equations hold. It ends the fold.
func (f *fold) holds() bool {
	f.points = append(f.points, *f.params.generator, *f.params.jointKey)
	f.scalars = append(f.scalars, f.g, f.y)
	return new(group.Element).VarTimeMultiScalarMult(f.scalars, f.points).IsIdentity()
}

// weights is a stream of 128-bit scalars that nobody can predict who has not
// fixed the batch: it is drawn from all its bytes and from fresh randomness.
type weights struct {
	seed    [64]byte
	counter uint64
	block   []byte
}

func newWeights(rows []*row) *weights {
	h := sha512.New()
	for _, r := range rows {
		h.Write(r.body)
	}
	var fresh [32]byte
	rand.Read(fresh[:]) // never fails: it stops the program instead
	h.Write(fresh[:])
	return &weights{seed: [64]byte(h.Sum(nil))}
}

func (w *weights) next(s *group.Scalar) {
	if len(w.block) == 0 {
		var in [72]byte
		copy(in[:], w.seed[:])
		binary.BigEndian.PutUint64(in[64:], w.counter)
		w.counter++
		block := sha512.Sum512(in[:])
		w.block = block[:]
	}
	var b [32]byte
	copy(b[:16], w.block)
	w.block = w.block[16:]
	if _, err := s.SetBytes(b[:]); err != nil {
		panic("ballot: internal error: " + err.Error())
	}
}
