package store

import "piaojue/election"

// index is what lies in one vote's part of the box, in memory. It alone keeps
// the rule that nothing lies there twice: an index in the file would grow in the
// order of casting.
//
// A million ballots have four values each, of which its tables keep 12 bytes.
// Nobody who does not know their keys can make two values that look the same; that
// two of four million do by chance happens in one of 10^15 boxes.
type index struct {
	keys                *election.Table[handedIn] // ballots and unused credentials, by one-time key
	alphas, commitments *election.Table[struct{}] // of ballots
	seals               *election.Table[election.Kind]
	spent               map[[32]byte]struct{} // the seal codes themselves: entries are made of them
	count               BoxCount
}

// handedIn is what lies in a slot.
type handedIn struct {
	slot uint32
	hash election.Imprint // of the entry, by the table of keys
}

func newIndex() *index {
	return &index{
		keys:        election.NewTable[handedIn](),
		alphas:      election.NewTable[struct{}](),
		commitments: election.NewTable[struct{}](),
		seals:       election.NewTable[election.Kind](),
		spent:       map[[32]byte]struct{}{},
	}
}

// known compares a slip with what is there, but for the seal code of a ballot.
func (x *index) known(s *slip) Outcome {
	if s.kind == election.KindSpent {
		return x.knownSpent(s)
	}
	if o := x.handedIn(s.key, s.hash); o != 0 {
		return o
	}
	if s.kind == election.KindBallot && (x.alphas.Has(s.alpha) || x.commitments.Has(s.commitment)) {
		return Copied
	}
	return 0
}

// handedIn compares an entry with what lies there under its one-time key.
func (x *index) handedIn(key, hash [32]byte) Outcome {
	old, ok := x.keys.Get(key)
	switch {
	case !ok:
		return 0
	case old.hash == x.keys.Imprint(hash):
		return Same
	}
	return OtherBallot
}

func (x *index) knownSpent(s *slip) Outcome {
	switch kind, _ := x.seals.Get(s.seal); kind {
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
	switch kind, _ := x.seals.Get(s.seal); kind {
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
		x.seals.Put(s.seal, s.kind)
	}
	if s.kind == election.KindSpent {
		x.spent[s.seal] = struct{}{}
		x.count.Spent++
		return
	}
	x.keys.Put(s.key, handedIn{uint32(slot), x.keys.Imprint(s.hash)})
	if s.kind == election.KindUnused {
		x.count.Unused++
		return
	}
	x.alphas.Put(s.alpha, struct{}{})
	x.commitments.Put(s.commitment, struct{}{})
	x.count.Ballots++
}

// shut forgets what makes a ballot a copy of another one, for no ballot comes any
// more. Before the close a server needs the memory.
func (x *index) shut() {
	rest := newIndex()
	x.alphas, x.commitments = rest.alphas, rest.commitments
	for seal := range x.spent {
		rest.seals.Put(seal, election.KindSpent)
	}
	x.seals = rest.seals
}

// find finds the slot of what was handed in with a one-time key.
func (x *index) find(key [32]byte) (slot int64, ok bool) {
	h, ok := x.keys.Get(key)
	return int64(h.slot), ok
}
