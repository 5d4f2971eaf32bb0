package form

import (
	"regexp"
	"strconv"
	"time"
)

// Wish is a line of a hotline's export.
type Wish struct {
	Thing         string // what is asked for
	District      string // as the hotline calls it; empty: not said
	Field         string
	Day           uint32 // yyyymmdd; 0: not said
	Person, Phone string // whom to answer; empty: nobody
}

// Place is a line of a directory: a unit or a deputy, and what it belongs to.
type Place struct{ Name, Parent string }

var (
	wishColumns = []column{
		{id: "thing", required: true, wide: 50},
		{id: "district"},
		{id: "field"},
		{id: "day", date: true, number: plainNumber},
		{id: "person"},
		{id: "phone", number: plainNumber},
	}
	placeColumns = []column{
		{id: "place", required: true, wide: 30},
		{id: "parent", wide: 30},
	}
)

const (
	// MaxWishes is how many lines of an export are taken at a time.
	MaxWishes = 1000
	// maxThing bounds what a line says, in bytes.
	maxThing = 3000
)

// ReadWishes reads the export of a hotline. The error is [RowErrors].
func ReadWishes(data []byte) ([]Wish, error) {
	return readTable(data, wishColumns, MaxWishes, func(r *record) Wish {
		r.require("thing")
		return Wish{
			Thing: r.text("thing", maxThing), District: r.text("district", maxShort), Field: r.text("field", maxShort),
			Day: r.day("day"), Person: r.text("person", maxShort), Phone: r.text("phone", maxShort),
		}
	})
}

// ReadPlaces reads a directory. Each name stands once. The error is [RowErrors].
func ReadPlaces(data []byte) ([]Place, error) {
	names := make(map[string]int)
	return readTable(data, placeColumns, maxRows, func(r *record) Place {
		r.require("place")
		p := Place{r.text("place", maxShort), r.text("parent", maxShort)}
		r.unique("place", sameAs(p.Name), names)
		return p
	})
}

var dayOfTime = regexp.MustCompile(`^(\d{4})\D{1,3}(\d{1,2})\D{1,3}(\d{1,2})(?:\D.*)?$`)

// day takes a day as offices and programs write it, also with a time behind it.
func (r *record) day(id string) uint32 {
	text := r.text(id, maxShort)
	if text == "" {
		return 0
	}
	m := dayOfTime.FindStringSubmatch(text)
	if m == nil {
		r.fail(id, "row.day")
		return 0
	}
	year, _ := strconv.Atoi(m[1]) // three numbers, as the pattern says
	month, _ := strconv.Atoi(m[2])
	day, _ := strconv.Atoi(m[3])
	d := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if year < 2000 || year > 2199 || int(d.Month()) != month || d.Day() != day {
		r.fail(id, "row.day")
		return 0
	}
	return uint32(year*10000 + month*100 + day)
}
