package election

import (
	"testing"

	"pgregory.net/rapid"
)

// A set and a map agree on what was put in and what was not, also on values that
// differ in one byte.
func TestSet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, want := newSet(), map[[32]byte]bool{}
		value := func(label string) (v [32]byte) {
			v[rapid.IntRange(0, 31).Draw(t, label+" place")] = rapid.Byte().Draw(t, label)
			return v
		}
		for range rapid.IntRange(0, 200).Draw(t, "adds") {
			v := value("added")
			s.add(v)
			want[v] = true
		}
		for range 50 {
			if v := value("asked"); s.Has(v) != want[v] {
				t.Errorf("%x: there %v, want %v", v, s.Has(v), want[v])
			}
		}
		if int(s.Len()) != len(want) {
			t.Errorf("%d values, want %d", s.Len(), len(want))
		}
	})
}

// TestSetClosed: a set that gave its memory back lets nothing new pass, and says
// how much was in it.
func TestSetClosed(t *testing.T) {
	s := newSet()
	s.add([32]byte{1})
	if s.Has([32]byte{2}) {
		t.Error("the twin: a value is there that was never put in")
	}
	s.Close()
	s.add([32]byte{3})
	if !s.Has([32]byte{1}) || !s.Has([32]byte{2}) || s.Len() != 1 {
		t.Errorf("%d values; open to others %v", s.Len(), !s.Has([32]byte{2}))
	}
}

// TestSetKeyed: two sets keep other imprints of one value, so that nobody can
// look for two values that collide.
func TestSetKeyed(t *testing.T) {
	one, _, _ := newSet().find([32]byte{1})
	other, _, _ := newSet().find([32]byte{1})
	if one == other {
		t.Error("two sets have one key")
	}
}

// TestIssuances: pages and slots do not run into each other, and what is on
// paper is told from what is not.
func TestIssuances(t *testing.T) {
	n := newIssuances()
	type issuance struct {
		entry  uint64
		vector [32]byte // zeros: a sheet
	}
	want := map[uint32]issuance{
		0:         {7, [32]byte{1}},
		15:        {8, [32]byte{}},
		16:        {9, [32]byte{2}},
		1<<32 - 1: {1<<22 + 1, [32]byte{3}},
	}
	for i, x := range want {
		for range 2 {
			if x.vector == [32]byte{} {
				n.putPaper(i, x.entry)
			} else {
				n.put(i, x.entry, x.vector)
			}
		}
	}
	for i, x := range want {
		got, ok := n.get(i)
		paper := x.vector == [32]byte{}
		if !ok || got.Entry != x.entry || got.Paper != paper || got.For(x.vector) == paper || got.For([32]byte{4}) {
			t.Errorf("%d: %v, %v, want %v", i, got, ok, x)
		}
	}
	if (Issued{}).For([32]byte{}) {
		t.Error("what was not issued is for something")
	}
	for _, i := range []uint32{1, 14, 17, 1000, 1<<32 - 2} {
		if got, ok := n.get(i); ok {
			t.Errorf("%d: %v is there", i, got)
		}
	}
	if n.count != uint32(len(want)) {
		t.Errorf("%d issuances, want %d", n.count, len(want))
	}
}

// TestEpochsOver: an epoch that is over still says what was issued in it.
func TestEpochsOver(t *testing.T) {
	s := NewState(nil)
	for number := uint32(1); number <= 3; number++ {
		if s.epoch != nil {
			s.former = append(s.former, s.epoch.over())
		}
		s.epoch = &epoch{opening: &Opening{Epoch: number, Issuers: []uint8{uint8(number)}}, issued: newIssuances()}
		s.epoch.issued.put(5, uint64(10*number), [32]byte{1})
	}
	for number := uint32(1); number <= 3; number++ {
		if x, ok := s.IssuedIn(number, 5); !ok || x.Entry != uint64(10*number) || s.OpeningOf(number).Issuers[0] != uint8(number) {
			t.Errorf("epoch %d: %v, %v", number, x, ok)
		}
	}
	for _, number := range []uint32{0, 4, 1<<32 - 1} {
		if _, ok := s.IssuedIn(number, 5); ok || s.OpeningOf(number) != nil {
			t.Errorf("epoch %d is there", number)
		}
	}
	if x, _ := s.Issued(5); x.Entry != 30 {
		t.Errorf("in force: entry %d, want 30", x.Entry)
	}
}
