package form

import (
	"strings"

	"piaojue/election"
)

// A Census says of a roll who counts.
type Census struct {
	Sitting, OnLeave, Vacant int
}

// CountRoll counts a roll by standing.
func CountRoll(deputies []election.Deputy) (c Census) {
	for _, d := range deputies {
		switch d.Standing {
		case election.Vacant:
			c.Vacant++
		case election.OnLeave:
			c.OnLeave++
		default:
			c.Sitting++
		}
	}
	return c
}

// N is the number of deputies, of whom quorum and majority are counted: who is
// on leave counts, a vacant seat does not.
func (c Census) N() int { return c.Sitting + c.OnLeave }

// RollNotes says what is allowed in a roll but may be a slip, for people to look
// at before they import it.
func RollNotes(deputies []election.Deputy) []Cause {
	var notes []Cause
	shortest, longest := 0, 0
	names, numbers := make(map[string]string), true
	for _, d := range deputies {
		if d.Name != "" && d.Standing != election.Vacant {
			if first, ok := names[d.Name]; ok && len(notes) < maxNotes {
				notes = append(notes, Cause{"note.same_name", []any{d.Name, first, d.Number}})
			}
			names[d.Name] = d.Number
		}
		if d.Number == "" {
			continue
		}
		if shortest == 0 || len(d.Number) < shortest {
			shortest = len(d.Number)
		}
		longest = max(longest, len(d.Number))
		numbers = numbers && allDigits(d.Number) && !strings.HasPrefix(d.Number, "0")
	}
	if numbers && shortest < longest {
		notes = append(notes, Cause{"note.uneven", []any{shortest, longest}})
	}
	return notes
}

const maxNotes = 20
