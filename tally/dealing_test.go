package tally

import (
	"bytes"
	"encoding/binary"
	"testing"

	"piaojue/group"
)

// Offsets in the msg1 of a 2-of-3 ceremony.
const (
	popAt       = 2 * elementSize
	ephemeralAt = popAt + signatureSize
	framesAt    = ephemeralAt + elementSize
)

func TestDealingRoundTrip(t *testing.T) {
	c := newDealings(t, 2, 3)
	for i, d := range c.dealings {
		msg1 := d.Marshal()
		if got, want := d.Index(), i+1; got != want {
			t.Errorf("index %d, want %d", got, want)
		}
		if again := c.parse(t, i+1, msg1).Marshal(); !bytes.Equal(again, msg1) {
			t.Error("dealing does not re-encode to itself")
		}
	}
}

func TestBadDealing(t *testing.T) {
	c := newDealings(t, 2, 3)
	good := c.dealings[1].Marshal()
	c.parse(t, 2, good)
	other := c.dealings[2].Marshal()
	setAt := func(at int, b ...byte) func([]byte) []byte {
		return func(msg1 []byte) []byte { copy(msg1[at:], b); return msg1 }
	}
	frame := func(at int, length uint64) func([]byte) []byte {
		return setAt(at, binary.BigEndian.AppendUint64(nil, length)...)
	}
	identity := make([]byte, elementSize)
	nonCanonical := bytes.Repeat([]byte{0xff}, 32)
	tests := map[string]struct {
		spoil func([]byte) []byte
		want  error
	}{
		"empty":               {func(b []byte) []byte { return nil }, errDealingLength},
		"truncated":           {func(b []byte) []byte { return b[:len(b)-1] }, errDealingLength},
		"trailing":            {func(b []byte) []byte { return append(b, 0) }, errDealingLength},
		"oneShareFewer":       {func(b []byte) []byte { return b[:len(b)-8-sealedSize] }, errDealingLength},
		"thresholdElevation":  {func(b []byte) []byte { return append(b[:elementSize:elementSize], b...) }, errDealingLength},
		"oneCommitmentFewer":  {func(b []byte) []byte { return b[elementSize:] }, errDealingLength},
		"identityCommitment0": {setAt(0, identity...), errIdentity},
		"identityCommitment1": {setAt(elementSize, identity...), errIdentity},
		"identityEphemeral":   {setAt(ephemeralAt, identity...), errIdentity},
		"lengthZero":          {frame(framesAt, 0), errFrame},
		"lengthBelow":         {frame(framesAt, 47), errFrame},
		"lengthAbove":         {frame(framesAt, 49), errFrame},
		"lengthOfAllTheRest":  {frame(framesAt, uint64(len(good)-framesAt-8)), errFrame},
		"lengthHuge":          {frame(framesAt, 1<<64-1), errFrame},
		"lengthSigned":        {frame(framesAt+2*(8+sealedSize), 1<<63|48), errFrame},
		"lengthLittleEndian":  {setAt(framesAt, 48, 0, 0, 0, 0, 0, 0, 0), errFrame},
		"otherCommitment":     {setAt(elementSize, other[elementSize:2*elementSize]...), errPossession},
		"otherEphemeral":      {setAt(ephemeralAt, other[ephemeralAt:framesAt]...), errPossession},
		"otherProof":          {setAt(popAt, other[popAt:ephemeralAt]...), errPossession},
		"proofOfIdentity":     {setAt(popAt, identity...), errPossession},
		"proofNotCanonical":   {setAt(popAt+elementSize, nonCanonical...), errPossession},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := ParseDealing(c.setup, 2, test.spoil(bytes.Clone(good)))
			wantBlame(t, err, 2, test.want)
		})
	}
	t.Run("commitmentNotCanonicalG2", func(t *testing.T) {
		if _, err := ParseDealing(c.setup, 2, setAt(0, nonCanonical...)(bytes.Clone(good))); err == nil {
			t.Error("accepted")
		}
	})
}

// Whoever replays another's dealing as his own fails no later than when shares
// are decrypted: the static keys are in H6.
func TestDealingOfAnotherTrustee(t *testing.T) {
	c := newDealings(t, 2, 3)
	c.dealings[2] = c.parse(t, 3, c.dealings[1].Marshal())
	_, err := Agree(c.setup, c.dealings, 1, c.statics[0])
	wantBlame(t, err, 3, errDecrypt)
}

// A dealing of an earlier attempt has another context.
func TestDealingOfAnotherSession(t *testing.T) {
	c := newDealings(t, 2, 3)
	again := *c.setup
	again.Session = SessionID([32]byte{1}, [32]byte{2}, 2)
	_, err := ParseDealing(&again, 1, c.dealings[0].Marshal())
	wantBlame(t, err, 1, errPossession)
}

func TestDealingsMustBeThoseOfTheSetup(t *testing.T) {
	c, other := newDealings(t, 2, 3), newDealings(t, 2, 3)
	d := c.dealings
	if _, err := NewJointKey(c.setup, d); err != nil {
		t.Fatal(err)
	}
	swapped := *c.setup // K8: t and n are not interchangeable
	swapped.Threshold = 3
	if _, err := NewJointKey(&swapped, d); err == nil {
		t.Error("accepted dealings of another threshold")
	}
	for name, list := range map[string][]*Dealing{
		"missing":  {d[0], d[1]},
		"nil":      {d[0], nil, d[2]},
		"order":    {d[1], d[0], d[2]},
		"twiceK4":  {d[0], d[1], d[1]},
		"surplus":  {d[0], d[1], d[2], d[2]},
		"elseK7":   {d[0], d[1], other.dealings[2]},
		"noneOfIt": nil,
	} {
		if _, err := NewJointKey(c.setup, list); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// Rogue key (attack G6, K1): the last dealer picks C_0 so that the joint key is
// one he knows. He cannot prove possession of C_0.
func TestRogueKey(t *testing.T) {
	c := newDealings(t, 2, 3)
	own := newDealer(2)
	msg1, err := own.deal(c.setup, 3, c.statics[2])
	if err != nil {
		t.Fatal(err)
	}
	d := c.parse(t, 3, msg1)
	rogue := publicKey(own.a[0])
	rogue.Subtract(rogue, &c.dealings[0].commitments[0])
	rogue.Subtract(rogue, &c.dealings[1].commitments[0])
	d.commitments[0] = *rogue.Encode()
	pop, err := sign(own.a[0], d.possession(), nil)
	if err != nil {
		t.Fatal(err)
	}
	d.pop = [signatureSize]byte(pop)
	_, err = ParseDealing(c.setup, 3, d.Marshal())
	wantBlame(t, err, 3, errPossession)
}

// The last trustee picks minus the sum of the others (attack G6). One who knows
// their secrets can prove possession; the joint key is refused then.
func TestJointKeyIsIdentity(t *testing.T) {
	setup, statics := newSetup(2, 3)
	c := &ceremony{setup: setup, statics: statics}
	last := newDealer(2)
	last.a[0] = group.NewScalar()
	for i := range 3 {
		dealer := last
		if i < 2 {
			dealer = newDealer(2)
			last.a[0].Subtract(last.a[0], dealer.a[0])
		}
		msg1, err := dealer.deal(setup, i+1, statics[i])
		if err != nil {
			t.Fatal(err)
		}
		c.dealings = append(c.dealings, c.parse(t, i+1, msg1))
	}
	_, err := NewJointKey(setup, c.dealings)
	wantError(t, err, errJointKey)
	_, err = Agree(setup, c.dealings, 1, statics[0])
	wantError(t, err, errJointKey)
}
