package election

import (
	"errors"

	"piaojue/ballot"
)

// BallotBody is the body of a ballot entry, and UnusedBody that of an unused entry, both
// as package ballot makes and parses them. The credential in them stands for
// nobody, so the entries bear no signature of a role.
type (
	BallotBody []byte
	UnusedBody []byte
)

// ParseBallotBody accepts any bytes: only the parameters of the epoch tell what a
// ballot is.
func ParseBallotBody(b []byte) (BallotBody, error) { return BallotBody(b), nil }

// ParseUnusedBody accepts any bytes, as ParseBallotBody does.
func ParseUnusedBody(b []byte) (UnusedBody, error) { return UnusedBody(b), nil }

// Marshal returns the bytes of the body.
func (c BallotBody) Marshal() []byte { return append([]byte{}, c...) }

// Marshal returns the bytes of the body.
func (u UnusedBody) Marshal() []byte { return append([]byte{}, u...) }

func (BallotBody) kind() Kind { return KindBallot }
func (UnusedBody) kind() Kind { return KindUnused }

func (BallotBody) signers(*State) demand { return demand{} }
func (UnusedBody) signers(*State) demand { return demand{} }

func (c BallotBody) apply(s *State, at place) error {
	params := s.epoch.params
	b, err := params.Parse(c)
	if err != nil {
		return at.fail(CheckBallotForm, err)
	}
	if err := params.Verify(b); err != nil {
		return at.fail(BallotCheck(err), err)
	}
	return s.admitBallot(b, at)
}

func (u UnusedBody) apply(s *State, at place) error {
	params := s.epoch.params
	b, err := params.ParseUnused(u)
	if err != nil {
		return at.fail(CheckBallotForm, err)
	}
	if err := params.VerifyUnused(b); err != nil {
		return at.fail(BallotCheck(err), err)
	}
	return s.admitUnused(b, at)
}

// BallotCheck returns the check that an error of package ballot belongs to.
func BallotCheck(err error) CheckID {
	switch {
	case errors.Is(err, ballot.ErrCredential):
		return CheckBallotCredential
	case errors.Is(err, ballot.ErrSignature):
		return CheckBallotSignature
	case errors.Is(err, ballot.ErrProof):
		return CheckBallotProofs
	}
	return CheckBallotForm
}

// admitBallot takes a ballot whose credential, signature and proofs verify.
func (s *State) admitBallot(b *ballot.Ballot, at place) error {
	m := newMarks(b)
	err := first(
		at.fail(CheckBallotUnique, s.box.checkKey(b.Key())),
		at.fail(CheckBallotUnique, s.box.checkMarks(m)),
		at.fail(CheckCloseOrder, s.box.checkOrder(KindBallot, at.hash)),
	)
	if err != nil {
		return err
	}
	if err := s.box.aggregate.Add(b.Ciphertexts()); err != nil {
		return at.fail(CheckBallotForm, err)
	}
	s.box.keys.Put(b.Key(), entryIndex(at.index))
	s.box.addMarks(m)
	s.box.advance(KindBallot, at.hash)
	return nil
}

func (s *State) admitUnused(u *ballot.Unused, at place) error {
	key := u.Key()
	if err := s.box.checkKey(key); err != nil {
		return at.fail(CheckBallotUnique, err)
	}
	if err := s.box.checkOrder(KindUnused, at.hash); err != nil {
		return at.fail(CheckCloseOrder, err)
	}
	s.box.keys.Put(key, entryIndex(at.index))
	s.box.unused++
	s.box.advance(KindUnused, at.hash)
	return nil
}

// HandedIn returns which entry of the log a one-time key has handed in: a ballot, or
// the credential unused.
func (s *State) HandedIn(key [32]byte) (entry uint64, ok bool) {
	if s.box == nil {
		return 0, false
	}
	at, ok := s.box.keys.Get(key)
	return uint64(at), ok
}

// Spent is the seal code of a ballot that was challenged, and so can never be
// cast (attack B3).
type Spent struct {
	Seal [32]byte
}

// ParseSpent parses the body of a spent entry.
func ParseSpent(b []byte) (*Spent, error) {
	d := newDecoder(b)
	return finish(d, "spent", &Spent{Seal: d.bytes32()})
}

// Marshal returns the bytes of the body.
func (p *Spent) Marshal() []byte {
	return append([]byte{}, p.Seal[:]...)
}

func (p *Spent) kind() Kind { return KindSpent }

func (p *Spent) signers(*State) demand { return demand{} }

func (p *Spent) apply(s *State, at place) error {
	if s.box.seals.Has(p.Seal) {
		return at.fail(CheckBallotUnique, errSpent)
	}
	if err := s.box.checkOrder(KindSpent, at.hash); err != nil {
		return at.fail(CheckCloseOrder, err)
	}
	s.box.spent++
	s.box.advance(KindSpent, at.hash)
	return nil
}
