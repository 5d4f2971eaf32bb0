package store

import (
	"crypto/rand"
	"crypto/sha256"

	"piaojue/election"
)

// index is what lies in one vote's part of the box, in memory. It alone keeps
// the rule that nothing lies there twice: an index in the file would grow in the
// order of casting.
//
// A million ballots have four values each, so it keeps 12 bytes of a hash of each
// under a secret. Nobody who does not know the secret can make two values with one
// print; that two of four million have one by chance happens in one of 10^15
// boxes.
type index struct {
	secret [32]byte

	keys                map[fingerprint]handedIn // ballots and unused credentials, by one-time key
	alphas, commitments map[fingerprint]struct{} // of ballots
	seals               map[fingerprint]election.Kind
	spent               map[[32]byte]struct{} // the seal codes themselves: entries are made of them
	count               BoxCount
}

// fingerprint is what is kept of a value.
type fingerprint [12]byte

// handedIn is what lies in a slot.
type handedIn struct {
	slot uint32
	hash fingerprint // of the entry
}

// values that have prints.
const (
	printKey = iota
	printHash
	printAlpha
	printCommitment
	printSeal
)

func newIndex() *index {
	x := &index{
		keys: map[fingerprint]handedIn{}, alphas: map[fingerprint]struct{}{}, commitments: map[fingerprint]struct{}{},
		seals: map[fingerprint]election.Kind{}, spent: map[[32]byte]struct{}{},
	}
	rand.Read(x.secret[:])
	return x
}

func (x *index) print(value byte, v [32]byte) fingerprint {
	b := make([]byte, 0, 65)
	b = append(append(append(b, x.secret[:]...), value), v[:]...)
	sum := sha256.Sum256(b)
	return fingerprint(sum[:])
}

// known compares a slip with what is there, but for the seal code of a ballot.
func (x *index) known(s *slip) Outcome {
	if s.kind == election.KindSpent {
		return x.knownSpent(s)
	}
	if o := x.handedIn(s.key, s.hash); o != 0 {
		return o
	}
	if s.kind == election.KindBallot && (has(x.alphas, x.print(printAlpha, s.alpha)) || has(x.commitments, x.print(printCommitment, s.commitment))) {
		return Copied
	}
	return 0
}

// handedIn compares an entry with what lies there under its one-time key.
func (x *index) handedIn(key, hash [32]byte) Outcome {
	old, ok := x.keys[x.print(printKey, key)]
	switch {
	case !ok:
		return 0
	case old.hash == x.print(printHash, hash):
		return Same
	}
	return OtherBallot
}

func (x *index) knownSpent(s *slip) Outcome {
	switch x.seals[x.print(printSeal, s.seal)] {
	case election.KindSpent:
		return Same
	case election.KindBallot:
		return SealCast
	}
	return 0
}

// sealed looks for the seal code of a ballot.
func (x *index) sealed(s *slip) Outcome {
	if s.kind != election.KindBallot {
		return 0
	}
	switch x.seals[x.print(printSeal, s.seal)] {
	case election.KindSpent:
		return SealSpent
	case election.KindBallot:
		return Copied
	}
	return 0
}

// add adds a slip that is not known.
func (x *index) add(s *slip, slot int64) {
	if s.kind != election.KindUnused {
		x.seals[x.print(printSeal, s.seal)] = s.kind
	}
	if s.kind == election.KindSpent {
		x.spent[s.seal] = struct{}{}
		x.count.Spent++
		return
	}
	x.keys[x.print(printKey, s.key)] = handedIn{uint32(slot), x.print(printHash, s.hash)}
	if s.kind == election.KindUnused {
		x.count.Unused++
		return
	}
	x.alphas[x.print(printAlpha, s.alpha)] = struct{}{}
	x.commitments[x.print(printCommitment, s.commitment)] = struct{}{}
	x.count.Ballots++
}

// shut forgets what makes a ballot a copy of another one, for no ballot comes any
// more. Before the close a server needs the memory.
func (x *index) shut() {
	rest := newIndex()
	x.alphas, x.commitments = rest.alphas, rest.commitments
	for print, kind := range x.seals {
		if kind == election.KindSpent {
			rest.seals[print] = kind
		}
	}
	x.seals = rest.seals
}

// find finds the slot of what was handed in with a one-time key.
func (x *index) find(key [32]byte) (slot int64, ok bool) {
	h, ok := x.keys[x.print(printKey, key)]
	return int64(h.slot), ok
}

func has(m map[fingerprint]struct{}, key fingerprint) bool {
	_, ok := m[key]
	return ok
}
