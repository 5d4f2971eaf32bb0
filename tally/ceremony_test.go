package tally

import (
	"errors"
	"testing"

	"piaojue/group"
)

// ceremony is a whole one with honest trustees, to be spoilt by tests.
type ceremony struct {
	setup      *Setup
	statics    []*group.Scalar
	dealings   []*Dealing
	agreements [][]byte
	shares     []*KeyShare
	key        *JointKey
}

var testVote = VoteContext([32]byte{1})

func newSetup(threshold, n int) (*Setup, []*group.Scalar) {
	s := &Setup{Threshold: threshold, Session: SessionID([32]byte{1}, [32]byte{2}, 1)}
	statics := make([]*group.Scalar, n)
	for i := range statics {
		statics[i] = GenerateStatic()
		s.StaticKeys = append(s.StaticKeys, publicKey(statics[i]))
	}
	return s, statics
}

// newDealings runs the ceremony up to the dealings.
func newDealings(t testing.TB, threshold, n int) *ceremony {
	t.Helper()
	c := new(ceremony)
	c.setup, c.statics = newSetup(threshold, n)
	for i := range n {
		msg1, err := Deal(c.setup, i+1, c.statics[i])
		if err != nil {
			t.Fatal(err)
		}
		c.dealings = append(c.dealings, c.parse(t, i+1, msg1))
	}
	return c
}

func (c *ceremony) parse(t testing.TB, i int, msg1 []byte) *Dealing {
	t.Helper()
	d, err := ParseDealing(c.setup, i, msg1)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func newCeremony(t testing.TB, threshold, n int) *ceremony {
	t.Helper()
	c := newDealings(t, threshold, n)
	for i := range n {
		sig, err := Agree(c.setup, c.dealings, i+1, c.statics[i])
		if err != nil {
			t.Fatal(err)
		}
		c.agreements = append(c.agreements, sig)
	}
	for i := range n {
		share, err := Recover(c.setup, c.dealings, c.agreements, i+1, c.statics[i])
		if err != nil {
			t.Fatal(err)
		}
		c.shares = append(c.shares, share)
	}
	c.key = c.shares[0].JointKey()
	return c
}

// spoil replaces trustee i's dealing by one whose share for trustee j is spoilt
// before it is encrypted. Everything public about it verifies.
func (c *ceremony) spoil(t *testing.T, i, j int, spoil func(plaintext []byte) []byte) {
	t.Helper()
	dealer := newDealer(c.setup.Threshold)
	msg1, err := dealer.deal(c.setup, i, c.statics[i-1])
	if err != nil {
		t.Fatal(err)
	}
	d := c.parse(t, i, msg1)
	channel := channelTo(dealer.e, c.statics[i-1], c.setup.key(j))
	key, nonce := channel.h6(&d.ephemeral, c.setup.key(i), c.setup.key(j), d.context)
	d.ciphertexts[j-1] = seal(key, nonce, spoil(evaluate(dealer.a, j).Bytes()))
	c.dealings[i-1] = c.parse(t, i, d.Marshal())
}

// wantBlame checks that err blames this trustee for this.
func wantBlame(t *testing.T, err error, accused int, want error) {
	t.Helper()
	var b *BlameError
	if !errors.As(err, &b) {
		t.Fatalf("error %v, want one that blames trustee %d", err, accused)
	}
	if b.Accused != accused {
		t.Errorf("blamed trustee %d, want %d", b.Accused, accused)
	}
	if !errors.Is(err, want) {
		t.Errorf("error %v, want %v", err, want)
	}
}

func wantError(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("error %v, want %v", err, want)
	}
}

func TestCeremonyMakesOneKey(t *testing.T) {
	c := newCeremony(t, 3, 5)
	for i, share := range c.shares {
		if got, want := share.Index(), i+1; got != want {
			t.Errorf("index %d, want %d", got, want)
		}
		if !share.JointKey().Y.Equal(c.key.Y) {
			t.Errorf("trustee %d has another joint key", i+1)
		}
		if !publicKey(share.x).Equal(c.key.VerificationShare(i + 1)) {
			t.Errorf("trustee %d's share is not behind the verification share", i+1)
		}
	}
	// y = Σ λ_i·x_i for any t of them.
	ds := []*DecryptionShare{{index: 5}, {index: 1}, {index: 4}}
	y := group.NewScalar()
	for n, l := range lagrange(ds) {
		y.Add(y, new(group.Scalar).Multiply(&l, c.shares[ds[n].index-1].x))
	}
	if !publicKey(y).Equal(c.key.Y) {
		t.Error("shares do not make up the joint key")
	}
}

func TestTwoDealingsOfOneTrusteeDiffer(t *testing.T) {
	c := newDealings(t, 2, 3)
	msg1, err := Deal(c.setup, 1, c.statics[0])
	if err != nil {
		t.Fatal(err)
	}
	if c.parse(t, 1, msg1).commitments[0].Equal(&c.dealings[0].commitments[0]) {
		t.Error("the same secret twice")
	}
}
