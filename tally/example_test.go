package tally_test

import (
	"fmt"
	"log"

	"piaojue/ballot"
	"piaojue/group"
	"piaojue/tally"
)

func must[T any](v T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return v
}

// Three trustees make a key; any two of them open the sum of three ballots.
func Example() {
	manifest, trustees, root := [32]byte{1}, [32]byte{2}, [32]byte{3} // hashes
	statics := []*group.Scalar{tally.GenerateStatic(), tally.GenerateStatic(), tally.GenerateStatic()}
	setup := &tally.Setup{Threshold: 2, Session: tally.SessionID(manifest, trustees, 1)}
	for _, d := range statics {
		setup.StaticKeys = append(setup.StaticKeys, new(group.Element).ScalarBaseMult(d))
	}

	// Each message goes through the log, where everybody verifies it.
	var dealings []*tally.Dealing
	for i, d := range statics {
		msg1 := must(tally.Deal(setup, i+1, d))
		dealings = append(dealings, must(tally.ParseDealing(setup, i+1, msg1)))
	}
	var agreements [][]byte
	for i, d := range statics {
		agreements = append(agreements, must(tally.Agree(setup, dealings, i+1, d)))
	}
	key := must(tally.NewJointKey(setup, dealings))

	aggregate := tally.NewAggregate(2)
	for _, choice := range [][]uint64{{1, 0}, {1, 1}, {1, 0}} {
		if err := aggregate.Add(encrypt(key.Y, choice)); err != nil {
			log.Fatal(err)
		}
	}
	closing := tally.CloseContext(key.Context(tally.VoteContext(manifest)), 9, root, aggregate)

	var shares []*tally.DecryptionShare
	for _, i := range []int{3, 1} {
		keyShare := must(tally.Recover(setup, dealings, agreements, i, statics[i-1]))
		body := must(keyShare.Decrypt(closing, aggregate))
		shares = append(shares, must(tally.VerifyShare(closing, key, i, aggregate, body)))
	}
	fmt.Println(must(tally.Combine(key, aggregate, shares)))
	// Output: [3 1]
}

// encrypt does what package ballot does, without credential and proofs.
func encrypt(y *group.Element, choice []uint64) []ballot.Ciphertext {
	c := make([]ballot.Ciphertext, len(choice))
	for p, v := range choice {
		r := group.RandomScalar()
		c[p].Alpha.ScalarBaseMult(r)
		c[p].Beta.Add(new(group.Element).ScalarMult(r, y), new(group.Element).ScalarBaseMult(new(group.Scalar).SetUint64(v)))
	}
	return c
}
