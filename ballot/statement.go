package ballot

import (
	"golang.org/x/crypto/cryptobyte"

	"piaojue/group"
)

// statement is what one range proof claims: that Σ weight·plaintext over the
// terms lies in Low … High. Prover and verifier both call challenge, so that no
// field can be left out on one side only; a test changes every field, found by
// reflection, and expects another challenge (attack F5).
type statement struct {
	Name        string // "position proof" or "limit proof"
	Context     group.Context
	Place       uint64
	Low, High   uint32
	Terms       []Term
	Generator   *group.Element
	JointKey    *group.Element
	Ciphertexts []*Ciphertext // one per term
}

// commitment is the first message of one branch.
type commitment struct {
	A, B group.Element
}

// proof is a disjunctive Chaum–Pedersen proof, one branch per value. The last
// challenge is what the others leave of the transcript's.
type proof struct {
	commitments []commitment
	challenges  []group.Scalar // one less than commitments
	responses   []group.Scalar
}

// branches returns how many values lie in low … high.
func branches(low, high uint32) int {
	return int(high-low) + 1
}

func proofSize(low, high uint32) int {
	n := branches(low, high)
	return n*64 + (n-1)*32 + n*32
}

// statement returns the claim of proof i of a ballot.
func (p *Params) statement(i int, context group.Context, cs []Ciphertext) *statement {
	l := p.limits[i]
	s := &statement{
		Name:        "position proof",
		Context:     context,
		Place:       uint64(i),
		Low:         l.Low,
		High:        l.High,
		Terms:       l.Terms,
		Generator:   p.generator,
		JointKey:    p.jointKey,
		Ciphertexts: make([]*Ciphertext, len(l.Terms)),
	}
	if n := len(p.grid.Positions); i >= n {
		s.Name, s.Place = "limit proof", uint64(i-n)
	}
	for j, t := range l.Terms {
		s.Ciphertexts[j] = &cs[t.Position]
	}
	return s
}

// challenge absorbs the whole statement and then the commitments: a prover who
// could choose either after the challenge could prove anything (attack F1).
func (s *statement) challenge(commitments []commitment) *group.Scalar {
	t := group.NewTranscript(s.Name)
	t.Bytes("context", s.Context[:])
	t.Uint("place", s.Place)
	t.Uint("low", uint64(s.Low))
	t.Uint("high", uint64(s.High))
	t.List("terms", len(s.Terms))
	for _, term := range s.Terms {
		t.Uint("position", uint64(term.Position))
		t.Uint("weight", uint64(term.Weight))
	}
	t.Element("generator", s.Generator)
	t.Element("joint key", s.JointKey)
	t.List("statement", len(s.Ciphertexts))
	for _, c := range s.Ciphertexts {
		t.Element("alpha", &c.Alpha)
		t.Element("beta", &c.Beta)
	}
	t.List("commitments", len(commitments))
	for i := range commitments {
		t.Element("a", &commitments[i].A)
		t.Element("b", &commitments[i].B)
	}
	return t.Challenge()
}

// read takes off s a proof of exactly the branches that the limit demands: the
// grid, not the ballot, says how many there are (attacks F9, F10).
func (pr *proof) read(s *cryptobyte.String, low, high uint32) bool {
	n := branches(low, high)
	pr.commitments = make([]commitment, n)
	scalars := make([]group.Scalar, 2*n-1)
	pr.challenges, pr.responses = scalars[:n-1], scalars[n-1:]
	for i := range pr.commitments {
		if !readElement(s, &pr.commitments[i].A) || !readElement(s, &pr.commitments[i].B) {
			return false
		}
	}
	for i := range scalars {
		if !readScalar(s, &scalars[i]) {
			return false
		}
	}
	return true
}

func (pr *proof) appendTo(b []byte) []byte {
	for i := range pr.commitments {
		b = pr.commitments[i].A.AppendBytes(b)
		b = pr.commitments[i].B.AppendBytes(b)
	}
	for i := range pr.challenges {
		b = pr.challenges[i].AppendBytes(b)
	}
	for i := range pr.responses {
		b = pr.responses[i].AppendBytes(b)
	}
	return b
}

// lastChallenge returns c − Σ of the challenges that the proof carries.
func (pr *proof) lastChallenge(c *group.Scalar) *group.Scalar {
	last := new(group.Scalar).Set(c)
	for i := range pr.challenges {
		last.Subtract(last, &pr.challenges[i])
	}
	return last
}
