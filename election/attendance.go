package election

import "fmt"

// Attendance adds deputies who checked in to those who ever did. Nobody is
// ever taken off: P counts everyone.
type Attendance struct {
	Chain
	Indexes []uint32 // roll indexes, strictly ascending
	Present uint32   // distinct ones in this and all earlier entries
}

// ParseAttendance parses the body of an attendance entry.
func ParseAttendance(b []byte) (*Attendance, error) {
	d := newDecoder(b)
	a := &Attendance{Chain: decodeChain(d), Indexes: list16(d, (*decoder).u32), Present: d.u32()}
	for i := 1; i < len(a.Indexes); i++ {
		d.expect(a.Indexes[i-1] < a.Indexes[i], "roll indexes are not ascending")
	}
	return finish(d, "attendance", a)
}

// Marshal returns the bytes of the body.
func (a *Attendance) Marshal() []byte {
	var w encoder
	a.Chain.encode(&w)
	w.count16(len(a.Indexes))
	for _, i := range a.Indexes {
		w.AddUint32(i)
	}
	w.AddUint32(a.Present)
	return w.sum()
}

func (a *Attendance) kind() Kind { return KindAttendance }

func (a *Attendance) signers(s *State) demand { return s.scrutineers(2) }

func (a *Attendance) apply(s *State, at place) error {
	return at.fail(CheckAttendanceRoll, a.admit(s))
}

func (a *Attendance) admit(s *State) error {
	n, present := s.manifest.Deputies, s.present
	for _, i := range a.Indexes {
		if i >= n {
			return because(CauseBeyond, fmt.Errorf("roll index %d of %d deputies", i, n))
		}
		if !s.checkedIn.has(i) {
			present++
		}
	}
	if a.Present != present {
		return because(CauseNumbers, fmt.Errorf("says %d are present, there are %d", a.Present, present))
	}
	for _, i := range a.Indexes {
		s.checkedIn.set(i)
	}
	s.present = present
	return nil
}

// bitmap is a set of roll indexes. It is made of small pages, because a hostile
// manifest may claim any number of deputies.
type bitmap map[uint32]*[8]uint64

func (b bitmap) has(i uint32) bool {
	page := b[i/512]
	return page != nil && page[i%512/64]&(1<<(i%64)) != 0
}

func (b bitmap) set(i uint32) {
	page := b[i/512]
	if page == nil {
		page = new([8]uint64)
		b[i/512] = page
	}
	page[i%512/64] |= 1 << (i % 64)
}
