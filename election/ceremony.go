package election

import (
	"errors"
	"fmt"

	"piaojue/tally"
)

// Ceremony is one attempt at the key ceremony: what its log entries say so
// far. Callers must not change what its methods return.
type Ceremony struct {
	trustees   *Trustees
	hash       [32]byte // of the trustees entry
	setup      *tally.Setup
	dealings   []*tally.Dealing // nil where none came yet
	agreements [][]byte
	ready      []bool
	joint      *tally.JointKey // once all dealings are there
	complaint  *Complaint      // nothing goes on after one
}

func newCeremony(t *Trustees, hash [32]byte, setup *tally.Setup) *Ceremony {
	n := len(t.Scrutineers)
	return &Ceremony{
		trustees:   t,
		hash:       hash,
		setup:      setup,
		dealings:   make([]*tally.Dealing, n),
		agreements: make([][]byte, n),
		ready:      make([]bool, n),
	}
}

// Trustees returns the trustees entry in force.
func (c *Ceremony) Trustees() *Trustees { return c.trustees }

// Hash returns the hash of the trustees entry, which dealings, agreements,
// complaints, ready entries and destructions name.
func (c *Ceremony) Hash() [32]byte { return c.hash }

// Setup returns what the messages of the ceremony are made with.
func (c *Ceremony) Setup() *tally.Setup { return c.setup }

// Dealings returns one dealing per trustee, nil where none came yet.
func (c *Ceremony) Dealings() []*tally.Dealing { return c.dealings }

// Agreements returns one CertEq signature per trustee, nil where none came yet.
func (c *Ceremony) Agreements() [][]byte { return c.agreements }

// Ready returns who has proved to be able to open.
func (c *Ceremony) Ready() []bool { return c.ready }

// JointKey returns the joint key, nil until all dealings are there. Nobody may
// encrypt to it before all are ready: see State.JointKey.
func (c *Ceremony) JointKey() *tally.JointKey { return c.joint }

// Complaint returns the complaint that ended this attempt, or nil.
func (c *Ceremony) Complaint() *Complaint { return c.complaint }

func (c *Ceremony) dealt() bool {
	return c.joint != nil
}

func (c *Ceremony) agreed() bool {
	for _, a := range c.agreements {
		if a == nil {
			return false
		}
	}
	return true
}

func (c *Ceremony) allReady() bool {
	for _, r := range c.ready {
		if !r {
			return false
		}
	}
	return true
}

// message is the head of what trustees send in a ceremony and after it.
type message struct {
	Trustees [32]byte // hash of the trustees entry
	Index    uint8    // of the sender, from 1
}

func (m message) encode(w *encoder) {
	w.bytes(m.Trustees[:])
	w.AddUint8(m.Index)
}

func decodeMessage(d *decoder) message {
	m := message{Trustees: d.bytes32(), Index: d.u8()}
	d.expect(m.Index > 0, "index is zero")
	return m
}

// check ties a message to the attempt: one of an earlier attempt is refused.
func (m message) check(s *State) error {
	if m.Trustees != s.ceremony.hash {
		return errors.New("names other trustees than those in force")
	}
	return nil
}

func (m message) place() int {
	return int(m.Index) - 1
}

// Dealing is a trustee's first message: commitments, a proof of possession,
// and a share for each trustee, encrypted.
type Dealing struct {
	message
	Msg []byte // msg1 of COCKTAIL-DKG
}

// NewDealing returns the body of a dealing entry.
func NewDealing(trustees [32]byte, index uint8, msg1 []byte) *Dealing {
	return &Dealing{message{trustees, index}, msg1}
}

// ParseDealing parses the body of a dealing entry, up to msg1.
func ParseDealing(b []byte) (*Dealing, error) {
	d := newDecoder(b)
	m := &Dealing{decodeMessage(d), d.remaining()}
	return finish(d, "dealing", m)
}

// Marshal returns the bytes of the body.
func (m *Dealing) Marshal() []byte {
	var w encoder
	m.encode(&w)
	w.bytes(m.Msg)
	return w.sum()
}

func (m *Dealing) kind() Kind { return KindDealing }

func (m *Dealing) signers(s *State) demand { return s.scrutineer(m.Index) }

func (m *Dealing) apply(s *State, at place) error {
	return at.fail(CheckCeremonyDealings, m.admit(s))
}

func (m *Dealing) admit(s *State) error {
	if err := m.check(s); err != nil {
		return err
	}
	c := s.ceremony
	if c.dealings[m.place()] != nil {
		return fmt.Errorf("second dealing of trustee %d", m.Index)
	}
	dealing, err := tally.ParseDealing(c.setup, int(m.Index), m.Msg)
	if err != nil {
		return err
	}
	c.dealings[m.place()] = dealing
	err = c.join()
	if err != nil {
		c.dealings[m.place()] = nil // a refused entry changes nothing
	}
	return err
}

// join makes the joint key of the last dealing. It refuses a dealing that makes
// it the identity (attack G6).
func (c *Ceremony) join() error {
	for _, d := range c.dealings {
		if d == nil {
			return nil
		}
	}
	joint, err := tally.NewJointKey(c.setup, c.dealings)
	c.joint = joint
	return err
}
