package election

// Close says what came into the log after the order.
type Close struct {
	Order   [32]byte // hash of the order entry
	Epoch   uint32
	Ballots uint32 // R
	Unused  uint32 // U
	Spent   uint32
}

// ParseClose parses the body of a close entry.
func ParseClose(b []byte) (*Close, error) {
	d := newDecoder(b)
	c := &Close{Order: d.bytes32(), Epoch: d.u32(), Ballots: d.u32(), Unused: d.u32(), Spent: d.u32()}
	return finish(d, "close", c)
}

// Marshal returns the bytes of the body.
func (c *Close) Marshal() []byte {
	var w encoder
	w.bytes(c.Order[:])
	for _, n := range []uint32{c.Epoch, c.Ballots, c.Unused, c.Spent} {
		w.AddUint32(n)
	}
	return w.sum()
}

func (c *Close) kind() Kind { return KindClose }

func (c *Close) signers(s *State) demand { return s.logKey() }

func (c *Close) apply(s *State, at place) error {
	err := first(
		at.demand(c.Order == s.box.order, CheckCloseOrder, CauseOther, "names another order"),
		at.demand(c.Epoch == s.lastEpoch(), CheckCloseOrder, CauseEpoch, "epoch %d, not %d", c.Epoch, s.lastEpoch()),
		at.demand(c.numbers() == s.box.numbers(), CheckCloseOrder, CauseNumbers,
			"ballots, unused, spent: %v, in the log: %v", c.numbers(), s.box.numbers()),
		at.demand(c.Ballots >= s.epoch.promises, CheckCountKept, CauseLost,
			"%d ballots, %d were promised", c.Ballots, s.epoch.promises),
	)
	if err == nil {
		s.closeHash = at.hash
	}
	return err
}

func (c *Close) numbers() [3]uint32 {
	return [3]uint32{c.Ballots, c.Unused, c.Spent}
}

// ExpectedClose returns the close entry that the log demands now, nil outside
// the phase closing.
func (s *State) ExpectedClose() *Close {
	if s.phase != PhaseClosing {
		return nil
	}
	n := s.box.numbers()
	return &Close{Order: s.box.order, Epoch: s.lastEpoch(), Ballots: n[0], Unused: n[1], Spent: n[2]}
}
