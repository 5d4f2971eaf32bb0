package tally

import (
	"bytes"
	"testing"

	"piaojue/group"
)

// A bad share is proven to everybody (attack K9), whatever is bad about it.
func TestComplaint(t *testing.T) {
	for name, test := range badShares {
		t.Run(name, func(t *testing.T) {
			c := newDealings(t, 2, 3)
			c.spoil(t, 2, 3, test.spoil)
			c.wantProven(t, 2, 3)
		})
	}
	t.Run("doesNotDecrypt", func(t *testing.T) {
		c := newDealings(t, 2, 3)
		c.dealings[1].ciphertexts[2][0] ^= 1
		c.wantProven(t, 2, 3)
	})
	t.Run("ownShare", func(t *testing.T) {
		c := newDealings(t, 2, 3)
		c.spoil(t, 3, 3, badShares["anotherShare"].spoil)
		c.wantProven(t, 3, 3)
	})
}

func (c *ceremony) wantProven(t *testing.T, accused, accuser int) {
	t.Helper()
	evidence, err := Complain(c.setup, c.dealings[accused-1], testVote, accuser, c.statics[accuser-1])
	if err != nil {
		t.Fatal(err)
	}
	if err := VerifyComplaint(c.setup, c.dealings[accused-1], testVote, accuser, evidence); err != nil {
		t.Errorf("complaint of trustee %d against %d: %v", accuser, accused, err)
	}
}

// Evidence about a good share would give that share away.
func TestNoEvidenceAgainstHonestDealer(t *testing.T) {
	c := newDealings(t, 2, 3)
	_, err := Complain(c.setup, c.dealings[1], testVote, 3, c.statics[2])
	wantBlame(t, err, 3, errUnfounded)
	_, err = Complain(c.setup, c.dealings[1], testVote, 3, c.statics[0])
	wantError(t, err, errStatic)
	_, err = Complain(c.setup, nil, testVote, 3, c.statics[2])
	wantError(t, err, errDealing)
}

// A complaint against an honest dealer is refused, even with true evidence.
func TestComplaintAgainstHonestDealer(t *testing.T) {
	c := newDealings(t, 2, 3)
	err := VerifyComplaint(c.setup, c.dealings[1], testVote, 3, c.evidence(t, 2, 3).marshal())
	wantBlame(t, err, 3, errUnfounded)
}

// evidence is what Complain would say if it did not look at the share.
func (c *ceremony) evidence(t *testing.T, accused, accuser int) *evidence {
	t.Helper()
	d := c.dealings[accused-1]
	dispute, err := newDispute(c.setup, d, testVote, accuser)
	if err != nil {
		t.Fatal(err)
	}
	static := c.statics[accuser-1]
	return dispute.prove(channelFrom(static, &d.ephemeral, c.setup.key(accused)), static, newHedge())
}

// Evidence with a lie in it frames nobody: each of these would make a good
// share look bad if it were believed.
func TestFalseEvidence(t *testing.T) {
	c := newDealings(t, 2, 3)
	honest := c.evidence(t, 2, 3)
	swap := func(e *evidence) { e.se, e.sd = e.sd, e.se }
	tests := map[string]struct {
		spoil func(e *evidence)
		want  error
	}{
		"noneIsUnfounded": {func(e *evidence) {}, errUnfounded},
		"otherSe":         {func(e *evidence) { e.se = publicKey(group.RandomScalar()) }, errChannel},
		"otherSd":         {func(e *evidence) { e.sd = publicKey(group.RandomScalar()) }, errChannel},
		"identitySeG5":    {func(e *evidence) { e.se = group.NewElement() }, errChannel},
		"identitySdG5":    {func(e *evidence) { e.sd = group.NewElement() }, errChannel},
		"swappedElements": {swap, errChannel},
		"swappedProofs":   {func(e *evidence) { e.proofSe, e.proofSd = e.proofSd, e.proofSe }, errChannel},
		"swappedBoth": {func(e *evidence) {
			swap(e)
			e.proofSe, e.proofSd = e.proofSd, e.proofSe
		}, errChannel},
		"oneProofTwice": {func(e *evidence) { e.proofSd = e.proofSe }, errChannel},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			e := *honest
			test.spoil(&e)
			err := VerifyComplaint(c.setup, c.dealings[1], testVote, 3, e.marshal())
			wantBlame(t, err, 3, test.want)
		})
	}
}

// Evidence holds for one vote, one dealing and one accuser.
func TestEvidenceIsBound(t *testing.T) {
	c := newDealings(t, 2, 4)
	c.spoil(t, 2, 3, badShares["anotherShare"].spoil)
	evidence, err := Complain(c.setup, c.dealings[1], testVote, 3, c.statics[2])
	if err != nil {
		t.Fatal(err)
	}
	verify := func(accused *Dealing, vote group.Context, i int, body []byte) error {
		return VerifyComplaint(c.setup, accused, vote, i, body)
	}
	if err := verify(c.dealings[1], testVote, 3, evidence); err != nil {
		t.Fatal(err)
	}
	wantBlame(t, verify(c.dealings[1], VoteContext([32]byte{2}), 3, evidence), 3, errChannel)
	wantBlame(t, verify(c.dealings[1], testVote, 4, evidence), 4, errChannel)
	wantBlame(t, verify(c.dealings[0], testVote, 3, evidence), 3, errChannel)
	wantBlame(t, verify(c.dealings[1], testVote, 3, evidence[1:]), 3, errEvidence)
	wantBlame(t, verify(c.dealings[1], testVote, 3, append(bytes.Clone(evidence), 0)), 3, errEvidence)
	wantBlame(t, verify(c.dealings[1], testVote, 3, nil), 3, errEvidence)
	wantError(t, verify(c.dealings[1], testVote, 0, evidence), errIndex)
	wantError(t, verify(c.dealings[1], testVote, 5, evidence), errIndex)
	wantError(t, verify(nil, testVote, 3, evidence), errDealing)
	for _, at := range []int{0, 32, 64, 96, 160, 192} { // every element
		body := bytes.Clone(evidence)
		copy(body[at:], bytes.Repeat([]byte{0xff}, 32))
		if err := verify(c.dealings[1], testVote, 3, body); err == nil {
			t.Errorf("element at %d: accepted though not canonical", at)
		}
	}
	body := bytes.Clone(evidence)
	copy(body[evidenceSize-32:], plusOrder(body[evidenceSize-32:])) // G8
	if err := verify(c.dealings[1], testVote, 3, body); err == nil {
		t.Error("accepted a scalar above the order")
	}
}
