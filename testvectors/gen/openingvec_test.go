package gen

import (
	"testing"

	"piaojue/ballot"
	"piaojue/group"
	"piaojue/tally"
)

type openingFile struct {
	KeyContext   bin           `json:"key_context"`
	Positions    int           `json:"positions"`
	Ballots      [][][2]bin    `json:"ballots"` // per ballot, per position α and β
	Aggregate    [][2]bin      `json:"aggregate"`
	Size         uint64        `json:"size"`
	Root         bin           `json:"root"`
	CloseContext bin           `json:"close_context"`
	Shares       []shareVector `json:"shares"`
	Totals       []uint32      `json:"totals"`
}

// shareVector is a share with the Lagrange coefficient that it has beside the
// other two.
type shareVector struct {
	Trustee           int   `json:"trustee"`
	VerificationShare bin   `json:"verification_share"`
	Factors           bin   `json:"factors"`
	Challenges        []bin `json:"challenges"`
	Lagrange          bin   `json:"lagrange"`
}

// openingVectors open five ballots of three positions under the key of
// ceremony.json, with the shares of trustees 5, 2 and 4.
func openingVectors(t *testing.T) openingFile {
	t.Helper()
	c := newCeremony(t)
	seed(t, "opening")
	key := c.keyContext()
	f := openingFile{KeyContext: key[:], Positions: 3, Size: 77}
	c.aggregate = tally.NewAggregate(3)
	for _, bits := range [][]int{{1, 0, 1}, {1, 0, 0}, {0, 0, 1}, {1, 0, 0}, {1, 0, 0}} {
		cs := c.encryptBits(bits)
		check(c.aggregate.Add(cs))
		f.Ballots = append(f.Ballots, encodePairs(cs))
	}
	root, sums := secretOf("closing root"), c.aggregate.Ciphertexts()
	f.Root, f.Aggregate = root[:], encodePairs(sums)
	context := tally.CloseContext(key, f.Size, root, c.aggregate)
	if closeContext(key, f.Size, root, 5, sums) != context {
		panic("close context")
	}
	f.CloseContext = context[:]
	var shares []*tally.DecryptionShare
	for _, i := range []int{5, 2, 4} {
		s, parsed := c.shareVector(i, context)
		f.Shares, shares = append(f.Shares, s), append(shares, parsed)
	}
	f.Totals = must(tally.Combine(c.joint, c.aggregate, shares))
	return f
}

func (c *ceremony) encryptBits(bits []int) []ballot.Ciphertext {
	d := &draft{vote: c.vote, ciphertexts: make([]ballot.Ciphertext, len(bits))}
	for i, bit := range bits {
		d.randomness, d.values = append(d.randomness, group.RandomScalar()), append(d.values, scalar(bit))
		d.encrypt(i)
	}
	return d.ciphertexts
}

func encodePairs(cs []ballot.Ciphertext) [][2]bin {
	var list [][2]bin
	for i := range cs {
		list = append(list, [2]bin{cs[i].Alpha.Bytes(), cs[i].Beta.Bytes()})
	}
	return list
}

func (c *ceremony) shareVector(i int, context group.Context) (shareVector, *tally.DecryptionShare) {
	factors := must(c.keyShare(i).Decrypt(context, c.aggregate))
	s := shareVector{
		Trustee: i, VerificationShare: c.joint.VerificationShare(i).Bytes(), Factors: factors, Lagrange: lagrange(i, 5, 2, 4).Bytes(),
	}
	for p, sum := range c.aggregate.Ciphertexts() {
		part := factors[128*p:][:128]
		e := equality{"share proof", context, i, p, &sum.Alpha, c.joint.VerificationShare(i), must(group.ParseElement(part[:32]))}
		s.Challenges = append(s.Challenges, e.checked(part[32:]))
	}
	return s, must(tally.VerifyShare(context, c.joint, i, c.aggregate, factors))
}

// lagrange returns λ_i at 0 beside others.
func lagrange(i int, all ...int) *group.Scalar {
	l := scalar(1)
	for _, j := range all {
		if j != i {
			l.Multiply(l, scalar(j))
			l.Multiply(l, new(group.Scalar).Invert(scalar(j-i)))
		}
	}
	return l
}

// contextFile has the contexts of the main vote, from the top down.
type contextFile struct {
	Root        bin         `json:"root"`
	Manifest    bin         `json:"manifest"`
	Vote        bin         `json:"vote"`
	Trustees    int         `json:"trustees"`
	Threshold   int         `json:"threshold"`
	JointKey    bin         `json:"joint_key"`
	Commitments []bin       `json:"commitments"`
	Key         bin         `json:"key"`
	Ballots     []contextOf `json:"ballots"`
	Size        uint64      `json:"size"`
	ClosingRoot bin         `json:"closing_root"`
	Count       int         `json:"count"`
	Aggregate   [][2]bin    `json:"aggregate"`
	Close       bin         `json:"close"`
}

// contextOf belongs to a ballot of the main vote, by the index of its entry.
type contextOf struct {
	Entry    uint64 `json:"entry"`
	Context  bin    `json:"context"`
	SealCode bin    `json:"seal_code"`
}

func contextVectors(v *vote) contextFile {
	root, vote, key := rootContext(), voteContext(v.hash), v.keyContext()
	closing, sums := v.root(v.closing), v.aggregate.Ciphertexts()
	closed := closeContext(key, v.closing, closing, uint64(v.aggregate.Count()), sums)
	if v.closeContext() != closed {
		panic("close context")
	}
	f := contextFile{
		Root: root[:], Manifest: v.hash[:], Vote: vote[:], Trustees: trusteeCount, Threshold: threshold, JointKey: v.joint.Y.Bytes(),
		Key: key[:], Size: v.closing, ClosingRoot: closing[:], Count: v.aggregate.Count(), Aggregate: encodePairs(sums), Close: closed[:],
	}
	for _, d := range v.dealings {
		for _, c := range splitDealing(d.Marshal(), threshold).commitments {
			f.Commitments = append(f.Commitments, c)
		}
	}
	f.Ballots = v.ballotContexts()
	return f
}
