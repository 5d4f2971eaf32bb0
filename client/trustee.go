package client

import (
	"crypto/ed25519"
	"errors"
	"fmt"

	"piaojue/audit"
	"piaojue/election"
	"piaojue/group"
	"piaojue/tally"
)

var (
	// ErrNotTrustee means that the trustees entry in force does not name these
	// keys.
	ErrNotTrustee = errors.New("client: the trustees entry does not name these keys")

	// ErrWait means that the others must act first.
	ErrWait = errors.New("client: waiting for other trustees")

	// ErrOtherRoot means that this trustee has opened, or begun to open,
	// another sum of the same vote: a second one could show single votes.
	ErrOtherRoot = errors.New("client: this trustee has opened another sum of this vote")

	// ErrTooFew means that the sum of so few ballots would say how people voted.
	ErrTooFew = errors.New("client: too few ballots")

	// ErrRecord means that the log does not verify. The report says why.
	ErrRecord = errors.New("client: the record does not verify")
)

// Trustee is a scrutineer in the key ceremony and at the opening. The static
// key is fresh for this vote; the key share is made again from the log each
// time and never stored.
type Trustee struct {
	state  *election.State
	role   ed25519.PrivateKey
	static *group.Scalar
	index  uint8

	// Progress, if set, is called now and then while Share verifies the record,
	// with the number of entries that were gone through, of how many.
	Progress func(done, total uint64)
}

// NewTrustee finds the trustee's place in the trustees entry in force: both
// keys must be there, exactly as the trustee made them.
func NewTrustee(b *Board, role ed25519.PrivateKey, static *group.Scalar) (*Trustee, error) {
	return newTrustee(b.state, role, static)
}

func newTrustee(s *election.State, role ed25519.PrivateKey, static *group.Scalar) (*Trustee, error) {
	c := s.Ceremony()
	if c == nil {
		return nil, ErrNotTrustee
	}
	public := [32]byte(group.NewElement().ScalarBaseMult(static).Bytes())
	for i, x := range c.Trustees().Scrutineers {
		if x.StaticKey == public && x.RoleKey == [32]byte(role.Public().(ed25519.PublicKey)) {
			return &Trustee{state: s, role: role, static: static, index: uint8(i + 1)}, nil
		}
	}
	return nil, ErrNotTrustee
}

// Index returns the trustee's number, from 1.
func (t *Trustee) Index() uint8 { return t.index }

// Next returns the entry that the ceremony expects from this trustee now,
// signed: dealing, agreement, ready, or a complaint if another trustee's share
// is bad. It returns nil if this trustee is done, and ErrWait if others must
// act first. Update the Board between calls.
func (t *Trustee) Next() (*election.Entry, error) {
	c := t.state.Ceremony()
	i := int(t.index) - 1
	switch {
	case c.Complaint() != nil:
		return nil, fmt.Errorf("client: trustee %d complained about trustee %d: new trustees are needed",
			c.Complaint().Index, c.Complaint().Accused)
	case c.Ready()[i]:
		return nil, nil
	case c.Dealings()[i] == nil:
		return t.deal(c)
	case c.JointKey() == nil:
		return nil, ErrWait
	case c.Agreements()[i] == nil:
		return t.agree(c)
	case !allPresent(c.Agreements()):
		return nil, ErrWait
	}
	return t.ready(c)
}

func allPresent(agreements [][]byte) bool {
	for _, a := range agreements {
		if a == nil {
			return false
		}
	}
	return true
}

func (t *Trustee) deal(c *election.Ceremony) (*election.Entry, error) {
	msg, err := tally.Deal(c.Setup(), int(t.index), t.static)
	if err != nil {
		return nil, err
	}
	return t.sign(election.NewEntry(election.NewDealing(c.Hash(), t.index, msg)))
}

func (t *Trustee) agree(c *election.Ceremony) (*election.Entry, error) {
	sig, err := tally.Agree(c.Setup(), c.Dealings(), int(t.index), t.static)
	var blame *tally.BlameError
	if errors.As(err, &blame) {
		return t.complain(c, blame.Accused)
	}
	if err != nil {
		return nil, err
	}
	return t.sign(election.NewEntry(election.NewAgreement(c.Hash(), t.index, [64]byte(sig))))
}

func (t *Trustee) complain(c *election.Ceremony, accused int) (*election.Entry, error) {
	evidence, err := tally.Complain(c.Setup(), c.Dealings()[accused-1], t.state.VoteContext(), int(t.index), t.static)
	if err != nil {
		return nil, err
	}
	body, err := election.NewComplaint(c.Hash(), t.index, uint8(accused), evidence)
	if err != nil {
		return nil, err
	}
	return t.sign(election.NewEntry(body))
}

// ready proves to the trustee's own software that log and static key give the
// key share back. Read the static key from its file anew before.
func (t *Trustee) ready(c *election.Ceremony) (*election.Entry, error) {
	share, err := t.recover(c)
	if err != nil {
		return nil, err
	}
	return t.sign(election.NewEntry(election.NewReady(c.Hash(), t.index, [32]byte(share.JointKey().Y.Bytes()))))
}

func (t *Trustee) recover(c *election.Ceremony) (*tally.KeyShare, error) {
	return tally.Recover(c.Setup(), c.Dealings(), c.Agreements(), int(t.index), t.static)
}

func (t *Trustee) sign(e *election.Entry, err error) (*election.Entry, error) {
	if err != nil {
		return nil, err
	}
	e.Sign(election.RoleScrutineer, t.index, t.role, t.state.ManifestHash())
	return e, nil
}

// Closing is what a trustee is about to open.
type Closing struct {
	Size uint64
	Root [32]byte
}

// Share verifies the whole record at its closing checkpoint, every ballot and
// every signature, and returns this trustee's decryption share of the sum it
// recomputed, as a signed entry. opened is what this trustee has opened before,
// or nil. The caller records the returned Closing durably before the entry
// leaves the device.
func (t *Trustee) Share(record *audit.Record, opened *Closing) (*election.Entry, Closing, error) {
	manifest := t.state.ManifestHash()
	report, state := audit.Replay(record, audit.Options{Manifest: &manifest, Progress: t.Progress})
	return t.open(report, state, opened)
}

// open makes the share of a record that was gone through.
func (t *Trustee) open(report *audit.Report, state *election.State, opened *Closing) (*election.Entry, Closing, error) {
	if report.Failed() || state.Phase() != election.PhaseCollected {
		return nil, Closing{}, &ReportError{Report: report}
	}
	c, err := state.ClosingCheckpoint()
	if err != nil {
		return nil, Closing{}, err
	}
	closing := Closing{Size: c.Size, Root: c.Root}
	if opened != nil && *opened != closing {
		return nil, Closing{}, ErrOtherRoot
	}
	if err := state.CheckOpening(); err != nil {
		return nil, Closing{}, fmt.Errorf("%w: %w", ErrTooFew, err)
	}
	share, err := t.recover(state.Ceremony())
	if err != nil {
		return nil, Closing{}, err
	}
	factors, err := share.Decrypt(c.Context, c.Aggregate)
	if err != nil {
		return nil, Closing{}, err
	}
	e, err := t.sign(election.NewEntry(&election.Share{Size: c.Size, Root: c.Root, Index: t.index, Factors: factors}))
	return e, closing, err
}

// Destroyed returns the entry by which a trustee declares that the static key
// is destroyed.
func (t *Trustee) Destroyed() (*election.Entry, error) {
	c := t.state.Ceremony()
	return t.sign(election.NewEntry(election.NewDestruction(c.Hash(), t.index)))
}

// ReportError is an ErrRecord with the report.
type ReportError struct {
	Report *audit.Report
}

func (e *ReportError) Error() string { return ErrRecord.Error() }

// Unwrap returns ErrRecord.
func (e *ReportError) Unwrap() error { return ErrRecord }
