package election

// Issued says where the issuance of a roll leaf stands, and for which blinded
// messages it is: the same ones get the same answer, others none (attack V7).
type Issued struct {
	Entry uint64
	Paper bool // a sheet of paper was handed out instead

	key    *secret
	vector Imprint
}

// For reports whether it is for the blinded messages with this hash.
func (i Issued) For(vector [32]byte) bool {
	return i.key != nil && !i.Paper && i.vector == i.key.imprint(vector)
}

// issuances are those of an epoch, by roll index. They stand in small pages: a
// map takes twice as much, and a slice as much as a hostile manifest claims.
type issuances struct {
	key   secret
	pages map[uint32]*[pageSize]slot
	count uint32
}

const pageSize = 16

// slot is an issuance in 16 bytes. It is empty if the entry is 0, which is always
// the manifest.
type slot struct {
	entry  entryIndex // with onPaper
	vector Imprint
}

const onPaper = 1 << 31

func newIssuances() *issuances {
	return &issuances{key: newSecret(), pages: make(map[uint32]*[pageSize]slot)}
}

func (n *issuances) get(index uint32) (Issued, bool) {
	page := n.pages[index/pageSize]
	if page == nil {
		return Issued{}, false
	}
	x := page[index%pageSize]
	return Issued{Entry: uint64(x.entry &^ onPaper), Paper: x.entry&onPaper != 0, key: &n.key, vector: x.vector}, x.entry != 0
}

// put notes an issuance for the blinded messages with a hash.
func (n *issuances) put(index uint32, entry uint64, vector [32]byte) {
	*n.slot(index) = slot{entryIndex(entry), n.key.imprint(vector)}
}

// putPaper notes a sheet.
func (n *issuances) putPaper(index uint32, entry uint64) {
	*n.slot(index) = slot{entry: entryIndex(entry) | onPaper}
}

// slot returns the one to be filled.
func (n *issuances) slot(index uint32) *slot {
	page := n.pages[index/pageSize]
	if page == nil {
		page = new([pageSize]slot)
		n.pages[index/pageSize] = page
	}
	x := &page[index%pageSize]
	if x.entry == 0 {
		n.count++
	}
	return x
}

// Issued returns the issuance of a roll index in the epoch in force.
func (s *State) Issued(index uint32) (Issued, bool) {
	return s.IssuedIn(s.lastEpoch(), index)
}

// IssuedIn returns the issuance of a roll index in an epoch, in force or over:
// the registers of issuers have all of them.
func (s *State) IssuedIn(epoch, index uint32) (Issued, bool) {
	e := s.epochOf(epoch)
	if e == nil {
		return Issued{}, false
	}
	return e.issued.get(index)
}

// OpeningOf returns the opening of an epoch, in force or over; nil if there was
// none.
func (s *State) OpeningOf(epoch uint32) *Opening {
	e := s.epochOf(epoch)
	if e == nil {
		return nil
	}
	return e.opening
}

// epochOf: epochs are numbered from 1 without gaps.
func (s *State) epochOf(number uint32) *epoch {
	switch last := s.lastEpoch(); {
	case number == 0 || number > last:
		return nil
	case number == last:
		return s.epoch
	}
	return s.former[number-1]
}

// over is what is kept of an epoch that is over.
func (e *epoch) over() *epoch {
	return &epoch{opening: e.opening, issued: e.issued}
}
