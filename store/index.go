package store

import (
	"piaojue/election"
)

// index is what lies in one vote's part of the box, in memory. It alone keeps
// the rule that nothing lies there twice: an index in the file would grow in the
// order of casting.
type index struct {
	hashes, keys        map[[32]byte]int64 // slots of ballots and unused credentials
	alphas, commitments map[[32]byte]int64 // slots of ballots
	seals               map[[32]byte]election.Kind
	count               BoxCount
}

func newIndex() *index {
	return &index{
		hashes: map[[32]byte]int64{}, keys: map[[32]byte]int64{},
		alphas: map[[32]byte]int64{}, commitments: map[[32]byte]int64{},
		seals: map[[32]byte]election.Kind{},
	}
}

// known compares a slip with what is there, but for the seal code of a ballot.
func (x *index) known(s *slip) Outcome {
	if s.kind == election.KindSpent {
		return x.knownSpent(s)
	}
	if has(x.hashes, s.hash) {
		return Same
	}
	if has(x.keys, s.key) {
		return OtherBallot
	}
	if s.kind == election.KindBallot && (has(x.alphas, s.alpha) || has(x.commitments, s.commitment)) {
		return Copied
	}
	return 0
}

func (x *index) knownSpent(s *slip) Outcome {
	switch x.seals[s.seal] {
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
	switch x.seals[s.seal] {
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
		x.seals[s.seal] = s.kind
	}
	if s.kind == election.KindSpent {
		x.count.Spent++
		return
	}
	x.hashes[s.hash], x.keys[s.key] = slot, slot
	if s.kind == election.KindUnused {
		x.count.Unused++
		return
	}
	x.alphas[s.alpha], x.commitments[s.commitment] = slot, slot
	x.count.Ballots++
}

func has[V any](m map[[32]byte]V, key [32]byte) bool {
	_, ok := m[key]
	return ok
}
