package ballot

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"piaojue/group"
)

// TestForeignBallot: a ballot that was parsed for one vote is not looked at by
// another, whose grid may differ.
func TestForeignBallot(t *testing.T) {
	a, b := newVote(t, small["select_k"]), newVote(t, small["satisfaction_3"])
	foreign := b.parse(t, b.cast(t, 0, b.someBits(t)))
	for _, err := range append(a.VerifyBatch([]*Ballot{foreign, nil}), a.Verify(foreign), a.Verify(nil),
		a.VerifySignature(foreign), a.VerifyProofs(foreign)) {
		if !errors.Is(err, ErrForm) {
			t.Errorf("got %v", err)
		}
	}
}

// TestBatchNamesTheBad: a batch says of each ballot what Verify says.
func TestBatchNamesTheBad(t *testing.T) {
	v := newVote(t, lanzhou) // 74 ballots fill one fold
	body := v.cast(t, 0, v.someBits(t))
	w := v.voter(t, 0)
	bad := map[int][]byte{
		0:  v.resign(w, alter(body, func(b []byte) { v.proofSpan(0).of(b)[4*32]++ })),
		31: v.resign(w, alter(body, func(b []byte) { swap(v.proofSpan(3).of(b), v.proofSpan(7).of(b)) })),
		32: alter(body, func(b []byte) { b[len(b)-1] ^= 1 }),
		33: v.resign(w, alter(body, func(b []byte) { b[100] ^= 1 })),
		80: v.resign(w, alter(body, func(b []byte) { v.proofSpan(15).of(b)[900]++ })),
		99: v.resign(w, alter(body, func(b []byte) { clear(v.proofSpan(14).of(b)[:32]) })),
	}
	ballots := make([]*Ballot, 100)
	for i := range ballots {
		ballots[i] = v.parse(t, body)
		if bad[i] != nil {
			ballots[i] = v.parse(t, bad[i])
		}
	}
	errs := v.VerifyBatch(ballots)
	for i, err := range errs {
		want := v.expected(t, ballots, i, bad)
		if fmt.Sprint(err) != want {
			t.Errorf("ballot %d: got %v, want %s", i, err, want)
		}
	}
	for i, place := range map[int]string{0: "position 0", 31: "position 3", 80: "limit 0", 99: "position 14"} {
		if errs[i] == nil || !strings.HasSuffix(errs[i].Error(), place) {
			t.Errorf("ballot %d: got %v, want %s", i, errs[i], place)
		}
	}
	if got := v.VerifyBatch(nil); len(got) != 0 {
		t.Errorf("empty batch: %v", got)
	}
}

func (v *vote) expected(t *testing.T, ballots []*Ballot, i int, bad map[int][]byte) string {
	t.Helper()
	if bad[i] == nil {
		return "<nil>"
	}
	err := v.Verify(ballots[i])
	if err == nil {
		t.Errorf("ballot %d is not bad", i)
	}
	return fmt.Sprint(err)
}

// TestErrorsCancel: two wrong proofs whose errors add up to zero fail all the
// same, because every equation has a weight of its own.
func TestErrorsCancel(t *testing.T) {
	v := newVote(t, small["choose_1"])
	w := v.voter(t, 0)
	n := len(v.limits) - 1
	shift := func(d int64) *Ballot {
		b := v.parse(t, v.cast(t, 0, v.someBits(t)))
		z := &b.proofs[n].responses[0]
		z.Add(z, integer(d))
		copy(v.proofSpan(n).of(b.body)[64:], z.Bytes())
		return v.parse(t, v.resign(w, b.body))
	}
	v.mustVerify(t, []*Ballot{shift(0), shift(0)})
	for i, err := range v.VerifyBatch([]*Ballot{shift(1), shift(-1)}) {
		v.mustRefuse(t, err, ErrProof, "limit 0")
		if err == nil {
			t.Errorf("ballot %d passes", i)
		}
	}
}

// TestErrorsCancelInABranch: the two equations of one branch have weights of
// their own, too. The prover shifts a by Δ and b by −Δ before the challenge is
// made, so that everything else about the proof is right.
func TestErrorsCancelInABranch(t *testing.T) {
	v := newVote(t, small["choose_1"]) // its limit has one branch
	f := v.forge(v.voter(t, 0), numbers(v.someBits(t)))
	n := len(v.limits) - 1
	r := group.NewScalar()
	for i := range f.randomness {
		r.Add(r, &f.randomness[i])
	}
	shifted := func(d int64) []byte {
		var k commitment
		nonce, delta := group.RandomScalar(), new(group.Element).ScalarBaseMult(integer(d))
		k.A.Add(v.multG.Mult(&k.A, nonce), delta).Encode()
		k.B.Subtract(v.multY.Mult(&k.B, nonce), delta).Encode()
		c := v.statement(n, f.context(), f.ciphertexts).challenge([]commitment{k})
		z := nonce.Add(nonce, c.Multiply(c, r))
		proofs := f.proofs(truth)
		proofs[n] = &proof{commitments: []commitment{k}, responses: []group.Scalar{*z}}
		return f.body(proofs)
	}
	good, bad := shifted(0), shifted(1)
	v.mustPass(t, good)
	v.mustFail(t, bad, "limit 0")
	errs := v.VerifyBatch([]*Ballot{v.parse(t, good), v.parse(t, bad)})
	v.mustRefuse(t, errs[1], ErrProof, "limit 0")
	if errs[0] != nil {
		t.Errorf("the good ballot: %v", errs[0])
	}
}
