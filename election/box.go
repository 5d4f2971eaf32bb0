package election

import (
	"bytes"
	"errors"
	"fmt"

	"piaojue/ballot"
	"piaojue/tally"
)

// box is what came into the log after the order: ballots, spent seal codes and
// unused credentials, in this order, each group sorted by entry hash, so that
// the log does not tell when anything was cast.
type box struct {
	order [32]byte // hash of the order entry
	stage Kind
	last  [32]byte // hash of the latest entry of this stage

	keys        *Table[entryIndex] // K of ballots and unused
	seals       *set               // seal codes of ballots
	alphas      *set               // first α of ballots
	commitments *set               // first commitment of ballots

	aggregate     *tally.Aggregate // of ballots, then of paper too
	unused, spent uint32

	batch           *Batch   // the last one
	header          [32]byte // of that batch
	entered         int      // how many of its entries came
	ids             map[[32]byte]bool
	sheets, invalid uint32 // of all batches
}

func newBox(order [32]byte, positions int) *box {
	return &box{
		order:       order,
		stage:       KindBallot,
		keys:        NewTable[entryIndex](),
		seals:       newSet(),
		alphas:      newSet(),
		commitments: newSet(),
		aggregate:   tally.NewAggregate(positions),
		ids:         make(map[[32]byte]bool),
	}
}

// numbers returns what a close entry says: the ballots that were cast, U and
// the number of spent seal codes.
func (b *box) numbers() [3]uint32 {
	return [3]uint32{b.keys.Len() - b.unused, b.unused, b.spent}
}

// close gives back what is only asked when a ballot comes. Where the entry of a
// one-time key is, its holder may ask later.
func (b *box) close() {
	for _, s := range []*set{b.seals, b.alphas, b.commitments} {
		s.Close()
	}
}

// checkOrder checks that an entry comes after the latest one: kinds stand in
// the order of their numbers, and hashes ascend.
func (b *box) checkOrder(k Kind, hash [32]byte) error {
	if k < b.stage {
		return fmt.Errorf("%s after %s", k, b.stage)
	}
	if k == b.stage && bytes.Compare(hash[:], b.last[:]) <= 0 {
		return errors.New("entry hashes do not ascend")
	}
	return nil
}

func (b *box) advance(k Kind, hash [32]byte) {
	b.stage, b.last = k, hash
}

var (
	errKeyTwice        = because(CauseTwice, errors.New("second entry of one credential"))
	errSealTwice       = because(CauseCopied, errors.New("seal code of another ballot"))
	errAlphaTwice      = because(CauseCopied, errors.New("first ciphertext of another ballot"))
	errCommitmentTwice = because(CauseCopied, errors.New("first commitment of another ballot"))
	errSpent           = because(CauseSpent, errors.New("seal code of a ballot in the log"))
)

// marks are what must be unique to a ballot: what a copied ballot (B1) or one
// with reused randomness (F15) would share. So must be the credential (B4, B5).
type marks struct {
	seal, alpha, commitment [32]byte
}

func newMarks(b interface {
	SealCode() [32]byte
	Ciphertexts() []ballot.Ciphertext
	FirstCommitment() [32]byte
}) marks {
	return marks{
		seal:       b.SealCode(),
		alpha:      [32]byte(b.Ciphertexts()[0].Alpha.Bytes()),
		commitment: b.FirstCommitment(),
	}
}

func (b *box) checkKey(key [32]byte) error {
	if b.keys.Has(key) {
		return errKeyTwice
	}
	return nil
}

func (b *box) checkMarks(m marks) error {
	for _, c := range []struct {
		seen *set
		mark [32]byte
		err  error
	}{
		{b.seals, m.seal, errSealTwice},
		{b.alphas, m.alpha, errAlphaTwice},
		{b.commitments, m.commitment, errCommitmentTwice},
	} {
		if c.seen.Has(c.mark) {
			return c.err
		}
	}
	return nil
}

func (b *box) addMarks(m marks) {
	b.seals.add(m.seal)
	b.alphas.add(m.alpha)
	b.commitments.add(m.commitment)
}
