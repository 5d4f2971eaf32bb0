package form

import (
	"regexp"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// maxExact is how many digits of a number a spreadsheet keeps.
const maxExact = 15

var (
	wholeFloat = regexp.MustCompile(`^([0-9]{1,15})\.0+$`)
	scientific = regexp.MustCompile(`^[0-9](\.[0-9]+)?[Ee]\+?[0-9]{1,3}$`)
)

func allDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// digits gives the number of a person or a project, as identifier does. A
// spreadsheet that took it for a number wrote 1.0 for 1, which is undone; where
// it has dropped digits or zeros, nobody can say what was typed.
func (r *record) digits(id string, most int) string {
	text := r.raw(id)
	number := plainDigits(text)
	switch {
	case scientific.MatchString(number):
		r.fail(id, "row.lost_digits", shown(number))
		return ""
	case allDigits(number) && len(number) < r.sheet.padding[id]:
		r.fail(id, "row.lost_zeros", shown(number))
		return ""
	}
	return r.limit(id, number, most)
}

func plainDigits(text string) string {
	return wholeFloat.ReplaceAllString(identifier(text), "$1")
}

// checkPadding notes how long numbers are where some begin with zeros: then a
// shorter one has lost them, and is another deputy's number or nobody's.
func (s *sheet) checkPadding(body []line) {
	s.padding = make(map[string]int)
	for _, c := range s.columns {
		at, ok := s.at[c.id]
		if !ok || !c.padded {
			continue
		}
		for _, l := range body {
			number := plainDigits(unguard(trim(cellOf(l.cells, at))))
			if allDigits(number) && number[0] == '0' {
				s.padding[c.id] = max(s.padding[c.id], len(number))
			}
		}
	}
}

// sameID is sameAs without zeros at the beginning: 01 and 1 would be one project
// to everybody in the hall.
func sameID(id string) string {
	if allDigits(id) {
		return strings.TrimLeft(id[:len(id)-1], "0") + id[len(id)-1:]
	}
	return sameAs(id)
}

// sameAs is what two texts have in common that people take for the same: width
// and case do not matter, nor which of the many dashes it is.
func sameAs(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r >= '\u2010' && r <= '\u2015', r == '\u2212':
			return '-'
		case space(r):
			return -1
		}
		return r
	}, s)
	return strings.ToLower(norm.NFKC.String(s))
}
