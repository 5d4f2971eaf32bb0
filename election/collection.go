package election

// Collection says that the ballots were counted before the box was opened
// (清点). It is the last leaf of the closing checkpoint.
type Collection struct {
	Chain
	Close   [32]byte // hash of the close entry
	Issued  uint32   // I
	Ballots uint32   // cast at terminals
	Unused  uint32   // U
	Paper   uint32   // sheets collected
}

// ParseCollection parses the body of a collection entry.
func ParseCollection(b []byte) (*Collection, error) {
	d := newDecoder(b)
	c := &Collection{Chain: decodeChain(d), Close: d.bytes32()}
	c.Issued, c.Ballots, c.Unused, c.Paper = d.u32(), d.u32(), d.u32(), d.u32()
	return finish(d, "collection", c)
}

// Marshal returns the bytes of the body.
func (c *Collection) Marshal() []byte {
	var w encoder
	c.Chain.encode(&w)
	w.bytes(c.Close[:])
	for _, n := range []uint32{c.Issued, c.Ballots, c.Unused, c.Paper} {
		w.AddUint32(n)
	}
	return w.sum()
}

func (c *Collection) kind() Kind { return KindCollection }

func (c *Collection) signers(s *State) demand { return s.scrutineers(2) }

// apply refuses the collection of a vote with more ballots than were issued:
// all that may follow is void.
func (c *Collection) apply(s *State, at place) error {
	n := s.Numbers()
	err := first(
		at.demand(n.P <= n.N && n.I <= n.P, CheckNumbersOrder, CausePlain, "%d deputies, %d present, %d issued", n.N, n.P, n.I),
		at.demand(!n.Surplus(), CheckNumbersOrder, CauseSurplus,
			"%d ballots, %d of them on paper, and %d unused, but %d were issued, %d of them on paper", n.R, n.Paper, n.U, n.I, n.Sheets),
		at.demand(c.Close == s.closeHash, CheckCollectionNumbers, CauseOther, "names another close entry"),
		at.demand(c.numbers() == n.collected(), CheckCollectionNumbers, CausePlain,
			"issued, ballots, unused, paper: %v, in the log: %v", c.numbers(), n.collected()),
	)
	if err == nil {
		s.closingSize = at.index + 1
		s.box.close()
	}
	return err
}

func (c *Collection) numbers() [4]uint32 {
	return [4]uint32{c.Issued, c.Ballots, c.Unused, c.Paper}
}

// collected returns what a collection entry says.
func (n Numbers) collected() [4]uint32 {
	return [4]uint32{n.I, n.R - n.Paper, n.U, n.Paper}
}

// ExpectedCollection returns the collection entry that the log demands now, nil
// outside the phase closed.
func (s *State) ExpectedCollection(time uint64) *Collection {
	if !s.Accepts(KindCollection) {
		return nil
	}
	n := s.Numbers()
	return &Collection{
		Chain:   Chain{Prev: s.prev, Time: time},
		Close:   s.closeHash,
		Issued:  n.I,
		Ballots: n.R - n.Paper,
		Unused:  n.U,
		Paper:   n.Paper,
	}
}
