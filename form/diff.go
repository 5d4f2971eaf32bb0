package form

import (
	"strings"

	"piaojue/election"
	"piaojue/lang"
)

// A Diff says how an imported table differs from the one at hand, for people to
// look at before the one takes the other's place.
type Diff struct {
	Added     []Row
	Removed   []Row
	Changed   []Change
	Unchanged int
	// Reordered: rows of both tables stand in another order. For candidates
	// that is the order on the ballot.
	Reordered bool
}

// Same says whether nothing would change.
func (d Diff) Same() bool {
	return len(d.Added)+len(d.Removed)+len(d.Changed) == 0 && !d.Reordered
}

// A Row is a deputy or a candidate, as people name it.
type Row struct {
	Key  string // 代表证号 or 编号; may be empty for a vacant seat
	Name string
	Seat string // of a deputy
}

// A Change is a row of both tables with what is new in it.
type Change struct {
	Row
	Fields []FieldChange
}

// A FieldChange is one cell.
type FieldChange struct {
	Column   string // its name in the language asked for
	Old, New string // as [WriteRoll] and [WriteCandidates] write it, without guard
}

// DiffRoll compares rolls. A deputy is known by the roll number; a vacant seat
// without one by its seat and, without that, by all it says. Another number is
// another deputy: a badge hangs on it.
func DiffRoll(l lang.Lang, old, new []election.Deputy) Diff {
	row := func(d election.Deputy) entry {
		cells := rollRow(l, d)
		return entry{Row{d.Number, d.Name, d.Seat}, deputyKey(d, cells), cells}
	}
	return diff(titles(l, rollColumns), entries(old, row), entries(new, row))
}

func deputyKey(d election.Deputy, cells []string) string {
	switch {
	case d.Number != "":
		return "number " + d.Number
	case d.Seat != "":
		return "seat " + d.Seat
	}
	return "row " + strings.Join(cells, "\n")
}

// DiffCandidates compares candidates, which are known by their id.
func DiffCandidates(l lang.Lang, old, new []election.Option) Diff {
	row := func(o election.Option) entry {
		return entry{Row{Key: o.ID, Name: o.Name}, o.ID, candidateRow(o)}
	}
	return diff(titles(l, candidateColumns), entries(old, row), entries(new, row))
}

// An entry is a row with what it is known by.
type entry struct {
	row   Row
	key   string
	cells []string
}

func entries[T any](rows []T, row func(T) entry) []entry {
	all := make([]entry, len(rows))
	for i, r := range rows {
		all[i] = row(r)
	}
	return all
}

// diff pairs rows with the same key, in the order in which they stand: rows
// that say the same of two vacant seats are two.
func diff(titles []string, old, new []entry) Diff {
	var d Diff
	left := make(map[string][]int) // by key, what of old is not paired yet
	for i, e := range old {
		left[e.key] = append(left[e.key], i)
	}
	paired, last := make([]bool, len(old)), -1
	for _, e := range new {
		places := left[e.key]
		if len(places) == 0 {
			d.Added = append(d.Added, e.row)
			continue
		}
		left[e.key], paired[places[0]] = places[1:], true
		d.compare(titles, old[places[0]], e)
		d.Reordered = d.Reordered || places[0] < last
		last = max(last, places[0])
	}
	for i, e := range old {
		if !paired[i] {
			d.Removed = append(d.Removed, e.row)
		}
	}
	return d
}

func (d *Diff) compare(titles []string, old, new entry) {
	var fields []FieldChange
	for i, title := range titles {
		if old.cells[i] != new.cells[i] {
			fields = append(fields, FieldChange{title, old.cells[i], new.cells[i]})
		}
	}
	if fields == nil {
		d.Unchanged++
		return
	}
	d.Changed = append(d.Changed, Change{new.row, fields})
}
