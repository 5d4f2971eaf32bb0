package project

// UnitKind says what a unit is.
type UnitKind uint8

// The kinds of units.
const (
	UnitDistrict   UnitKind = 1 + iota // 镇街, 村社: a place
	UnitDepartment                     // 部门, 单位
	UnitCommittee                      // 工委, 专委
	UnitStation                        // 代表之家, 工作站, 联络站

	lastUnitKind = UnitStation
)

// Unit is an organisation or a place. Numbers count from 1.
type Unit struct {
	Number uint32
	Of     UnitKind
	Name   string
	Parent uint32 // the unit it belongs to, or 0
	Closed bool   // it is no more; new things are not given to it
}

// Kind says what entry it is. A new unit bears the next number; an existing
// one keeps what it is, and all else is replaced.
func (*Unit) Kind() Kind { return KindUnit }

func (b *Unit) fields(c *codec) {
	c.number(&b.Number)
	enum(c, &b.Of, lastUnitKind)
	c.name(&b.Name)
	c.u32(&b.Parent)
	c.flag(&b.Closed)
}

func (*Unit) about() []Ref { return nil }

func (b *Unit) check(s *State, _ place) error {
	n := len(s.units)
	if int(b.Number) > n+1 {
		return fault(CodeNumber, "unit %d, the next is %d", b.Number, n+1)
	}
	if int(b.Number) <= n && s.units[b.Number-1].Of != b.Of {
		return fault(CodeNumber, "unit %d is of another kind", b.Number)
	}
	// A parent stands before its children, so that nobody belongs to itself.
	if b.Parent >= b.Number {
		return fault(CodeUnknown, "unit %d cannot belong to unit %d", b.Number, b.Parent)
	}
	return nil
}

func (b *Unit) apply(s *State, _ place) {
	if int(b.Number) > len(s.units) {
		s.units = append(s.units, *b)
		return
	}
	s.units[b.Number-1] = *b
}

// checkUnit checks that there is such a unit that still exists; want 0 means
// that there must be none.
func (s *State) checkUnit(number uint32, want UnitKind) error {
	if want == 0 && number == 0 {
		return nil
	}
	if number == 0 || int(number) > len(s.units) {
		return fault(CodeUnknown, "there is no unit %d", number)
	}
	u := s.units[number-1]
	if u.Of != want || u.Closed {
		return fault(CodeUnknown, "unit %d is closed, or of another kind", number)
	}
	return nil
}

// maybeUnit is checkUnit where 0 is allowed.
func (s *State) maybeUnit(number uint32, want UnitKind) error {
	if number == 0 {
		return nil
	}
	return s.checkUnit(number, want)
}

// Unit returns a unit.
func (s *State) Unit(number uint32) (Unit, bool) {
	return get(s.units, number)
}

// Units returns the number of units; they count from 1.
func (s *State) Units() int { return len(s.units) }

// get returns thing number n, where things count from 1.
func get[T any](things []T, n uint32) (v T, ok bool) {
	if n == 0 || int64(n) > int64(len(things)) {
		return v, false
	}
	return things[n-1], true
}
