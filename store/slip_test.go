package store

import (
	"bytes"
	"testing"

	"piaojue/election"
)

// testSlips are one of each kind.
func testSlips() []*slip {
	entry := []byte("entry")
	hash := election.HashEntry(entry)
	return []*slip{
		{kind: election.KindBallot, epoch: 1, hash: hash, key: hashOf("key"), seal: hashOf("seal"),
			alpha: hashOf("alpha"), commitment: hashOf("commitment"), entry: entry},
		{kind: election.KindUnused, epoch: 2, hash: hash, key: hashOf("key"), entry: entry},
		{kind: election.KindSpent, epoch: 3, seal: hashOf("seal")},
	}
}

func TestParseSlip(t *testing.T) {
	for _, want := range testSlips() {
		for _, size := range []int{want.need(), want.need() + 1, 5000} {
			slot := want.marshal(size)
			got, err := parseSlip(slot)
			must(t, err)
			if again := got.marshal(size); len(slot) != size || !bytes.Equal(again, slot) || !bytes.Equal(again, want.marshal(size)) {
				t.Errorf("kind %d in a slot of %d bytes comes back as %+v", want.kind, size, got)
			}
		}
	}
	if got, err := parseSlip(make([]byte, 5000)); got != nil || err != nil {
		t.Errorf("an empty slot: %+v, %v", got, err)
	}
}

// Each differs in one thing from a slip that is right.
func TestParseSlipRefuses(t *testing.T) {
	const ballot, unused, spent = 0, 1, 2
	for name, c := range map[string]struct {
		which int
		spoil func(*slip)
	}{
		"another kind":           {ballot, func(s *slip) { s.kind = election.KindOrder }},
		"no kind":                {ballot, func(s *slip) { s.kind = 0 }},
		"no epoch":               {ballot, func(s *slip) { s.epoch = 0 }},
		"entry changed":          {ballot, func(s *slip) { s.entry = []byte("Entry") }},
		"ballot without entry":   {ballot, func(s *slip) { s.entry, s.hash = nil, election.HashEntry(nil) }},
		"too long":               {ballot, func(s *slip) { s.entry = make([]byte, maxEntry+1); s.hash = election.HashEntry(s.entry) }},
		"unused with a seal":     {unused, func(s *slip) { s.seal[0] = 1 }},
		"unused with α":          {unused, func(s *slip) { s.alpha[0] = 1 }},
		"unused with commitment": {unused, func(s *slip) { s.commitment[31] = 1 }},
		"spent with a hash":      {spent, func(s *slip) { s.hash[0] = 1 }},
		"spent with a key":       {spent, func(s *slip) { s.key[0] = 1 }},
		"spent with α":           {spent, func(s *slip) { s.alpha[0] = 1 }},
		"spent with an entry":    {spent, func(s *slip) { s.entry = []byte{1} }},
	} {
		s := testSlips()[c.which]
		c.spoil(s)
		if _, err := parseSlip(s.marshal(s.need())); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	whole := testSlips()[ballot].marshal(5000)
	for name, b := range map[string][]byte{
		"cut":            whole[:slipHead],
		"cut in a field": whole[:20],
		"not zeros":      append(bytes.Clone(whole), 1),
	} {
		if _, err := parseSlip(b); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// TestSlipEveryByte: a slip of which any byte has changed is none.
func TestSlipEveryByte(t *testing.T) {
	for _, s := range testSlips() {
		whole := s.marshal(s.need() + 9)
		for i := range whole {
			spoiled := bytes.Clone(whole)
			spoiled[i] ^= 1
			if _, err := parseSlip(spoiled); err == nil {
				t.Errorf("kind %d: byte %d may be another one", s.kind, i)
			}
		}
	}
}

// What parses is what would be written.
func FuzzParseSlip(f *testing.F) {
	for _, s := range testSlips() {
		f.Add(s.marshal(s.need() + 9))
	}
	f.Add(make([]byte, slipHead))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := parseSlip(b)
		if err != nil {
			return
		}
		if s == nil { // zeros
			return
		}
		if s.need() <= len(b) && !bytes.Equal(s.marshal(len(b)), b) {
			t.Errorf("%x comes back as %x", b, s.marshal(len(b)))
		}
	})
}
