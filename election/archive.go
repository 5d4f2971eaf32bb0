package election

// Archive names the tree that is kept (封存).
type Archive struct {
	Chain
	Size uint64
	Root [32]byte
}

// ParseArchive parses the body of an archive entry.
func ParseArchive(b []byte) (*Archive, error) {
	d := newDecoder(b)
	a := &Archive{Chain: decodeChain(d), Size: d.u64(), Root: d.bytes32()}
	return finish(d, "archive", a)
}

// Marshal returns the bytes of the body.
func (a *Archive) Marshal() []byte {
	var w encoder
	a.Chain.encode(&w)
	w.AddUint64(a.Size)
	w.bytes(a.Root[:])
	return w.sum()
}

func (a *Archive) kind() Kind { return KindArchive }

func (a *Archive) signers(s *State) demand { return s.presidium() }

func (a *Archive) apply(s *State, at place) error {
	return at.demand(a.Size > s.announcement, CheckArchiveRoot, CauseEarly,
		"size %d does not cover the announcement, entry %d", a.Size, s.announcement)
}

func (a *Archive) tree() (size uint64, root [32]byte) { return a.Size, a.Root }
