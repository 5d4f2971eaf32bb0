package election

import (
	"errors"
	"testing"
)

// TestBoxUnique: each mark of a ballot is looked at by itself. Two ballots with
// the same first α or commitment and different credentials come only from a
// device that reuses its randomness (F15) or a copy (B1), which proofs would
// catch as well.
func TestBoxUnique(t *testing.T) {
	b := newBox([32]byte{}, 1)
	b.addMarks(marks{seal: [32]byte{2}, alpha: [32]byte{3}, commitment: [32]byte{4}})
	fresh := marks{seal: [32]byte{6}, alpha: [32]byte{7}, commitment: [32]byte{8}}
	if err := b.checkMarks(fresh); err != nil {
		t.Errorf("fresh marks: %v", err)
	}
	for _, c := range []struct {
		name   string
		want   error
		change func(*marks)
	}{
		{"B2 seal code", errSealTwice, func(m *marks) { m.seal = [32]byte{2} }},
		{"B1 first ciphertext", errAlphaTwice, func(m *marks) { m.alpha = [32]byte{3} }},
		{"F15 first commitment", errCommitmentTwice, func(m *marks) { m.commitment = [32]byte{4} }},
	} {
		m := fresh
		c.change(&m)
		if err := b.checkMarks(m); !errors.Is(err, c.want) {
			t.Errorf("%s: error %v", c.name, err)
		}
	}
	b.keys.Put([32]byte{1}, 5)
	if err := b.checkKey([32]byte{1}); !errors.Is(err, errKeyTwice) {
		t.Errorf("B4 credential: error %v", err)
	}
	if err := b.checkKey([32]byte{5}); err != nil {
		t.Errorf("fresh credential: %v", err)
	}
	s := &State{}
	if _, ok := s.HandedIn([32]byte{1}); ok {
		t.Error("something was handed in before the order")
	}
	s.box = b
	b.close()
	if at, ok := s.HandedIn([32]byte{1}); !ok || at != 5 {
		t.Errorf("handed in with entry %d, %t", at, ok)
	}
	if _, ok := s.HandedIn([32]byte{5}); ok {
		t.Error("a fresh credential was handed in")
	}
}

// TestBoxOrder: ballots, then spent, then unused, each strictly ascending.
func TestBoxOrder(t *testing.T) {
	type entry struct {
		kind Kind
		hash byte
	}
	for _, c := range []struct {
		name    string
		entries []entry
		ok      bool
	}{
		{"ascending", []entry{{KindBallot, 1}, {KindBallot, 2}, {KindSpent, 1}, {KindUnused, 1}, {KindUnused, 2}}, true},
		{"no ballots", []entry{{KindSpent, 9}, {KindUnused, 1}}, true},
		{"the same hash", []entry{{KindBallot, 1}, {KindBallot, 1}}, false},
		{"descending", []entry{{KindUnused, 2}, {KindUnused, 1}}, false},
		{"ballot after spent", []entry{{KindBallot, 1}, {KindSpent, 2}, {KindBallot, 3}}, false},
		{"spent after unused", []entry{{KindUnused, 1}, {KindSpent, 2}}, false},
		{"ballot after unused", []entry{{KindUnused, 1}, {KindBallot, 2}}, false},
	} {
		b, ok := newBox([32]byte{}, 1), true
		for _, e := range c.entries {
			if b.checkOrder(e.kind, [32]byte{e.hash}) != nil {
				ok = false
				break
			}
			b.advance(e.kind, [32]byte{e.hash})
		}
		if ok != c.ok {
			t.Errorf("%s: accepted %v, want %v", c.name, ok, c.ok)
		}
	}
}

// TestCheckTotals: totals that no ballots can have, even if every proof said
// otherwise (K10).
func TestCheckTotals(t *testing.T) {
	r, err := SelectMajority.Rules(3, 2)
	if err != nil {
		t.Fatal(err)
	}
	g, err := r.Style().Grid() // three options, abstain, spoil
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		totals []uint32
		ok     bool
	}{
		{"possible", []uint32{5, 3, 1, 1, 1}, true},
		{"a total above R", []uint32{8, 1, 0, 0, 0}, false},
		{"too many marks", []uint32{7, 7, 1, 0, 0}, false},
		{"as many marks as possible", []uint32{7, 7, 0, 0, 0}, true},
		{"too few marks", []uint32{6, 0, 0, 0, 0}, false},
		{"as few marks as possible", []uint32{7, 0, 0, 0, 0}, true},
		{"who abstained also chose", []uint32{1, 0, 0, 7, 0}, false},
		{"all abstained", []uint32{0, 0, 0, 7, 0}, true},
	} {
		if err := checkTotals(g, c.totals, 7); (err == nil) != c.ok {
			t.Errorf("%s: error %v", c.name, err)
		}
	}
}

// TestBitmap: pages and words do not run into each other.
func TestBitmap(t *testing.T) {
	b := make(bitmap)
	set := []uint32{0, 1, 63, 64, 511, 512, 513, 1 << 20, 1<<32 - 1}
	for _, i := range set {
		b.set(i)
	}
	for _, i := range set {
		if !b.has(i) {
			t.Errorf("%d is missing", i)
		}
	}
	for _, i := range []uint32{2, 62, 65, 127, 128, 510, 514, 575, 1<<20 - 1, 1<<20 + 1, 1<<32 - 2} {
		if b.has(i) {
			t.Errorf("%d is there", i)
		}
	}
	if len(b) != 4 {
		t.Errorf("%d pages, want 4", len(b))
	}
}

// TestDemand: exactly the signatures that are demanded.
func TestDemand(t *testing.T) {
	two := demand{signers: []signer{{role: RoleStaff}, {role: RolePresidium}}}
	some := demand{signers: []signer{{role: RoleScrutineer, index: 1}, {role: RoleScrutineer, index: 2}, {role: RoleScrutineer, index: 3}}, quorum: 2}
	chief := some
	chief.chief = true
	staff, presidium := Signature{Role: RoleStaff}, Signature{Role: RolePresidium}
	s := func(i uint8) Signature { return Signature{Role: RoleScrutineer, Index: i} }
	for _, c := range []struct {
		name string
		d    demand
		sigs []Signature
		ok   bool
	}{
		{"both", two, []Signature{staff, presidium}, true},
		{"one of both", two, []Signature{staff}, false},
		{"neither", two, nil, false},
		{"one more", two, []Signature{staff, presidium, s(1)}, false},
		{"two of three", some, []Signature{s(2), s(3)}, true},
		{"three of three", some, []Signature{s(1), s(2), s(3)}, true},
		{"one of three", some, []Signature{s(2)}, false},
		{"a fourth", some, []Signature{s(1), s(2), s(4)}, false},
		{"a teller", some, []Signature{s(1), s(2), {Role: RoleTeller, Index: 1}}, false},
		{"with the chief", chief, []Signature{s(1), s(3)}, true},
		{"without the chief", chief, []Signature{s(2), s(3)}, false},
		{"nobody", demand{}, nil, true},
		{"nobody, but somebody signed", demand{}, []Signature{staff}, false},
		{"a trustee who does not exist", demand{quorum: 1}, nil, false},
		{"signed by a trustee who does not exist", demand{quorum: 1}, []Signature{s(1)}, false},
	} {
		if _, err := c.d.match(c.sigs); (err == nil) != c.ok {
			t.Errorf("%s: error %v", c.name, err)
		}
	}
}
