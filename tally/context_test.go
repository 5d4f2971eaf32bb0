package tally

import (
	"bytes"
	"crypto/sha512"
	"encoding/binary"
	"encoding/hex"
	"math/big"
	"slices"
	"testing"

	"piaojue/ballot"
	"piaojue/group"
)

// oracle hashes items as PROTOCOL.md, Section 3, describes them, without
// package group: attack F8 is code that leaves out what the text puts in.
type oracle []byte

func newOracle(name string) *oracle {
	o := new(oracle)
	return o.bytes("piaojue-v1", []byte(name))
}

func (o *oracle) item(label string, kind byte, data []byte) *oracle {
	*o = append(*o, byte(len(label)))
	*o = append(*o, label...)
	*o = append(*o, kind)
	*o = binary.BigEndian.AppendUint32(*o, uint32(len(data)))
	*o = append(*o, data...)
	return o
}

func (o *oracle) bytes(label string, b []byte) *oracle {
	return o.item(label, 1, b)
}

func (o *oracle) uint(label string, v uint64) *oracle {
	return o.item(label, 2, binary.BigEndian.AppendUint64(nil, v))
}

func (o *oracle) element(label string, e *group.Element) *oracle {
	return o.item(label, 3, e.Bytes())
}

func (o *oracle) list(label string, n uint64) *oracle {
	return o.item(label, 4, binary.BigEndian.AppendUint64(nil, n))
}

func (o *oracle) sum() []byte {
	sum := sha512.Sum512(*o)
	return sum[:]
}

// challenge reduces all 512 bits with math/big (attack F12).
func (o *oracle) challenge() []byte {
	sum, l := o.sum(), bytes.Clone(groupOrder)
	slices.Reverse(sum)
	slices.Reverse(l)
	c := new(big.Int).SetBytes(sum)
	c.Mod(c, new(big.Int).SetBytes(l))
	b := c.FillBytes(make([]byte, 32))
	slices.Reverse(b)
	return b
}

func TestContextsFollowTheProtocol(t *testing.T) {
	c := newCeremony(t, 2, 3)
	b := fill(t, c.key, 3, 2)

	root := newOracle("root").bytes("suite", []byte("piaojue-v1")).element("generator", group.Generator())
	manifest := [32]byte{1}
	vote := newOracle("vote").bytes("context", root.sum()).bytes("manifest", manifest[:])
	wantSum(t, "vote", testVote, vote)

	key := newOracle("key").bytes("context", vote.sum()).uint("trustees", 3).uint("threshold", 2)
	key.element("joint key", c.key.Y).list("commitments", 6)
	for _, d := range c.dealings {
		key.element("commitment", &d.commitments[0]).element("commitment", &d.commitments[1])
	}
	wantSum(t, "key", c.key.Context(testVote), key)

	checkpoint := [32]byte{4}
	closing := newOracle("close").bytes("context", key.sum()).uint("size", 40).bytes("root", checkpoint[:])
	closing.uint("ballots", 3).list("aggregate", 2)
	for _, sum := range b.aggregate.Ciphertexts() {
		closing.element("alpha", &sum.Alpha).element("beta", &sum.Beta)
	}
	wantSum(t, "close", b.closing, closing)
}

func wantSum(t *testing.T, name string, got group.Context, want *oracle) {
	t.Helper()
	if !bytes.Equal(got[:], want.sum()) {
		t.Errorf("%s context is not that of PROTOCOL.md", name)
	}
}

func TestChallengesFollowTheProtocol(t *testing.T) {
	s, x := newStatement()
	for _, name := range []string{"share proof", "complaint proof"} {
		s.Name = name
		p := s.prove(x, newHedge())
		o := newOracle(name).bytes("context", s.Context[:]).uint("trustee", 2).uint("place", 5)
		o.element("generator", group.Generator()).element("base", &s.Base)
		o.element("public", &s.Public).element("image", &s.Image)
		o.element("a", &p.a).element("b", &p.b)
		if got, want := s.challenge(&p.a, &p.b).Bytes(), o.challenge(); !bytes.Equal(got, want) {
			t.Errorf("%s: challenge %x, want %x", name, got, want)
		}
	}
}

// The places of a complaint's two proofs: 2·accused and 2·accused + 1.
func TestComplaintStatements(t *testing.T) {
	c := newDealings(t, 2, 3)
	d := &dispute{setup: c.setup, accused: c.dealings[1], vote: testVote, accuser: 3}
	channel := channelFrom(c.statics[2], &c.dealings[1].ephemeral, c.setup.key(2))
	for _, test := range []struct {
		s     *statement
		place uint64
		base  *group.Element
		image *group.Element
	}{
		{d.ephemeral(channel), 4, &c.dealings[1].ephemeral, channel.se},
		{d.static(channel), 5, c.setup.key(2), channel.sd},
	} {
		s := test.s
		if s.Name != "complaint proof" || s.Context != testVote || s.Trustee != 3 || s.Place != test.place ||
			!s.Base.Equal(test.base) || !s.Public.Equal(c.setup.key(3)) || !s.Image.Equal(test.image) {
			t.Errorf("statement at place %d is %+v", test.place, s)
		}
	}
}

// t and n are bound (attack K8), and each commitment: contexts of keys that
// differ in one of them differ, though Y is the same.
func TestKeyContextBindsSizesAndCommitments(t *testing.T) {
	c := newCeremony(t, 2, 3)
	want := c.key.Context(testVote)
	if c.key.Context(testVote) != want {
		t.Fatal("context of one key differs")
	}
	swapped, threshold, trustees, commitment := *c.key, *c.key, *c.key, *c.key
	swapped.Threshold, swapped.shares = 3, c.key.shares[:2]
	threshold.Threshold = 3
	trustees.shares = c.key.shares[:2]
	commitment.commitments = slices.Clone(c.key.commitments)
	commitment.commitments[3].Add(&commitment.commitments[3], group.Generator())
	for name, k := range map[string]*JointKey{
		"swapped": &swapped, "threshold": &threshold, "trustees": &trustees, "commitment": &commitment,
	} {
		if k.Context(testVote) == want {
			t.Errorf("%s: not in the key context", name)
		}
	}
	if c.key.Context(VoteContext([32]byte{2})) == want {
		t.Error("vote context is not in the key context")
	}
}

// TestAccumulated hashes what a fixed 2-of-3 ceremony and opening send, so that
// no change of format goes unseen.
func TestAccumulated(t *testing.T) {
	v := &vector{T: 2, N: 3, SessionTag: []byte("accumulated")}
	c := newVectorCeremony(t, []byte("seed"), v)
	h := sha512.New()
	for _, d := range c.dealings {
		h.Write(d.Marshal())
	}
	accused := c.dealings[1]
	d := &dispute{setup: c.setup, accused: accused, vote: testVote, accuser: 3}
	channel := channelFrom(c.statics[2], &accused.ephemeral, c.setup.key(2))
	h.Write(d.prove(channel, c.statics[2], nil).marshal())
	for i := range c.statics {
		share, err := receive(c.setup, c.dealings, i+1, c.statics[i])
		if err != nil {
			t.Fatal(err)
		}
		a := NewAggregate(2)
		for _, label := range []string{"one", "two"} {
			r := c.scalar(label)
			var x ballot.Ciphertext
			x.Alpha.ScalarBaseMult(r)
			x.Beta.ScalarMult(r, share.key.Y)
			if err := a.Add([]ballot.Ciphertext{x, x}); err != nil {
				t.Fatal(err)
			}
		}
		h.Write(share.decrypt(closeContext(share.key, a), a, nil))
	}
	const want = "46af09d11c3c05011545053bc2aa9799e74205de683ee15b8561c2a6a2f02a8f"
	if got := hex.EncodeToString(h.Sum(nil)[:32]); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
