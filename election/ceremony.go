package election

import "piaojue/tally"

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
