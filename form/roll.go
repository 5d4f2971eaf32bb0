package form

import (
	"strings"

	"piaojue/election"
	"piaojue/lang"
)

// maxNumber bounds a roll number: it is also the name of a value in a key file.
const maxNumber = 64

var rollColumns = []column{
	{id: "name", required: true},
	{id: "number", required: true, digits: true, padded: true, number: plainNumber},
	{id: "delegation", wide: 22},
	{id: "seat", number: plainNumber},
	{id: "sex"},
	{id: "ethnicity"},
	{id: "large_type", number: plainNumber},
	{id: "standing"},
}

var standings = []struct {
	standing election.Standing
	id       string
}{
	{election.Sitting, "standing.sitting"},
	{election.Vacant, "standing.vacant"},
	{election.OnLeave, "standing.on_leave"},
}

// ReadRoll reads the table of deputies. Roll numbers and seats are unique; a
// vacant seat needs neither name nor number. The error is [RowErrors].
func ReadRoll(data []byte) ([]election.Deputy, error) {
	numbers, seats := make(map[string]int), make(map[string]int)
	return readTable(data, rollColumns, maxRows, func(r *record) election.Deputy {
		if r.refuseExample("number") {
			return election.Deputy{}
		}
		d := readDeputy(r)
		if d.Standing != election.Vacant {
			r.require("name")
			r.require("number")
		}
		r.unique("number", sameAs(d.Number), numbers)
		r.unique("seat", sameAs(d.Seat), seats)
		return d
	})
}

func readDeputy(r *record) election.Deputy {
	return election.Deputy{
		Name:       r.name("name"),
		Number:     r.digits("number", maxNumber),
		Delegation: r.text("delegation", maxShort),
		Seat:       r.identifier("seat", maxShort),
		Sex:        r.text("sex", maxShort),
		Ethnicity:  r.text("ethnicity", maxShort),
		LargeType:  r.truth("large_type"),
		Standing:   r.standing("standing"),
	}
}

// truth takes yes and no in both languages, and the ways in which offices tick
// a box. An empty cell is no.
func (r *record) truth(id string) bool {
	switch text := strings.ToLower(identifier(r.raw(id))); text {
	case lang.ZH.Text("word.yes"), lang.EN.Text("word.yes"), "1", "√", "✓", "☑", "y", "true":
		return true
	case lang.ZH.Text("word.no"), lang.EN.Text("word.no"), "0", "×", "☐", "n", "false", "":
		return false
	}
	r.fail(id, "row.yes_no")
	return false
}

// standing takes an empty cell for a sitting deputy.
func (r *record) standing(id string) election.Standing {
	text := identifier(r.raw(id))
	for _, s := range standings {
		for _, l := range []lang.Lang{lang.ZH, lang.EN} {
			if text == identifier(l.Text(s.id)) {
				return s.standing
			}
		}
	}
	if text != "" {
		r.fail(id, "row.standing")
	}
	return election.Sitting
}

// WriteRoll writes the table that [ReadRoll] reads. Without deputies it is the
// template.
func WriteRoll(l lang.Lang, deputies []election.Deputy) []byte {
	return writeTable(l, rollColumns, rollRows(l, deputies))
}

func rollRows(l lang.Lang, deputies []election.Deputy) [][]string {
	rows := make([][]string, len(deputies))
	for i, d := range deputies {
		rows[i] = rollRow(l, d)
	}
	return rows
}

// rollRow gives the cells of a deputy in the order of rollColumns.
func rollRow(l lang.Lang, d election.Deputy) []string {
	return []string{
		d.Name, d.Number, d.Delegation, d.Seat, d.Sex, d.Ethnicity, yesNo(l, d.LargeType), standingName(l, d.Standing),
	}
}

func yesNo(l lang.Lang, yes bool) string {
	if yes {
		return l.Text("word.yes")
	}
	return l.Text("word.no")
}

func standingName(l lang.Lang, standing election.Standing) string {
	for _, s := range standings {
		if s.standing == standing {
			return l.Text(s.id)
		}
	}
	return ""
}
