package tally

import (
	"fmt"
	"testing"

	"piaojue/group"
)

func benchCeremonies(b *testing.B, run func(b *testing.B, c *ceremony)) {
	for _, size := range [][2]int{{3, 5}, {18, 35}} {
		c := newCeremony(b, size[0], size[1])
		b.Run(fmt.Sprintf("%d-of-%d", size[0], size[1]), func(b *testing.B) {
			b.ReportAllocs()
			run(b, c)
		})
	}
}

func BenchmarkDeal(b *testing.B) {
	benchCeremonies(b, func(b *testing.B, c *ceremony) {
		for b.Loop() {
			if _, err := Deal(c.setup, 1, c.statics[0]); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkParseDealing(b *testing.B) {
	benchCeremonies(b, func(b *testing.B, c *ceremony) {
		msg1 := c.dealings[0].Marshal()
		for b.Loop() {
			if _, err := ParseDealing(c.setup, 1, msg1); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkAgree(b *testing.B) {
	benchCeremonies(b, func(b *testing.B, c *ceremony) {
		for b.Loop() {
			if _, err := Agree(c.setup, c.dealings, 1, c.statics[0]); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkVerifyAgreement(b *testing.B) {
	benchCeremonies(b, func(b *testing.B, c *ceremony) {
		for b.Loop() {
			if err := VerifyAgreement(c.setup, c.dealings, 1, c.agreements[0]); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkRecover(b *testing.B) {
	benchCeremonies(b, func(b *testing.B, c *ceremony) {
		for b.Loop() {
			if _, err := Recover(c.setup, c.dealings, c.agreements, 1, c.statics[0]); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// crowd is a box of so many ballots that nobody cast one by one.
func crowd(k *JointKey, ballots, positions int) *box {
	b := &box{aggregate: NewAggregate(positions)}
	b.aggregate.count = ballots
	b.aggregate.sums = encrypt(k.Y, make([]bool, positions))
	for p := range positions {
		total := ballots - p*ballots/positions
		b.totals = append(b.totals, uint32(total))
		sum := &b.aggregate.sums[p].Beta
		sum.Add(sum, publicKey(new(group.Scalar).SetUint64(uint64(total))))
	}
	b.closing = closeContext(k, b.aggregate)
	return b
}

const benchPositions = 15 // 13 options, abstain, spoil

func BenchmarkDecrypt(b *testing.B) {
	c := newCeremony(b, 3, 5)
	box := crowd(c.key, 304, benchPositions)
	for b.Loop() {
		decrypted(b, c.shares[0], box)
	}
}

func BenchmarkVerifyShare(b *testing.B) {
	c := newCeremony(b, 3, 5)
	box := crowd(c.key, 304, benchPositions)
	body := decrypted(b, c.shares[0], box)
	for b.Loop() {
		if _, err := VerifyShare(box.closing, c.key, 1, box.aggregate, body); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCombine(b *testing.B) {
	c := newCeremony(b, 3, 5)
	for _, ballots := range []int{304, 1_000_000} {
		box := crowd(c.key, ballots, benchPositions)
		shares := c.opening(b, box)
		b.Run(fmt.Sprint(ballots), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Combine(c.key, box.aggregate, shares); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkAggregateAdd(b *testing.B) {
	c := newCeremony(b, 2, 2)
	ciphertexts := encrypt(c.key.Y, make([]bool, benchPositions))
	a := NewAggregate(benchPositions)
	for b.Loop() {
		if err := a.Add(ciphertexts); err != nil {
			b.Fatal(err)
		}
	}
}
