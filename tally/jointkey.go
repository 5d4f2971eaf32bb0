package tally

import (
	"errors"

	"piaojue/group"
)

// JointKey is the public key that ballots are encrypted to. It is immutable and
// safe for concurrent use.
type JointKey struct {
	Y         *group.Element // not the identity; not to be written to
	Threshold int

	commitments []group.Element // C_{1,0} ... C_{1,t-1}, C_{2,0} ... C_{n,t-1}
	shares      []group.Element // Y_1 ... Y_n
}

var errJointKey = errors.New("tally: joint key is the identity")

// NewJointKey makes the joint key Y = Σ C_{j,0} of all dealings, which must be
// those of s, in order.
func NewJointKey(s *Setup, dealings []*Dealing) (*JointKey, error) {
	if err := s.checkDealings(dealings); err != nil {
		return nil, err
	}
	k := &JointKey{Threshold: s.Threshold}
	sums := make([]group.Element, s.Threshold)
	for _, d := range dealings {
		k.commitments = append(k.commitments, d.commitments...)
		for c := range sums {
			sums[c].Add(&sums[c], &d.commitments[c])
		}
	}
	if sums[0].IsIdentity() {
		return nil, errJointKey // trustees who know each other's secrets (attack G6)
	}
	k.Y = sums[0].Encode()
	for i := range dealings {
		k.shares = append(k.shares, *evaluateCommitments(sums, i+1).Encode())
	}
	return k, nil
}

// Trustees returns n.
func (k *JointKey) Trustees() int {
	return len(k.shares)
}

// VerificationShare returns Y_i = x_i·G of trustee i from 1 to n. The caller
// must not write to it.
func (k *JointKey) VerificationShare(i int) *group.Element {
	return &k.shares[i-1]
}
