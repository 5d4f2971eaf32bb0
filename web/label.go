package web

import (
	"cmp"
	"strings"
	"unicode"
)

// hasHidden reports whether a text has characters that nobody sees (Unicode
// category Cf). They turn the direction of what follows, or make two places look
// alike that are not.
func hasHidden(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Cf, r) })
}

// checkHidden refuses such a text in a field, with a sentence of its own: who
// pasted it cannot see what is wrong.
func checkHidden(field, text string) error {
	if hasHidden(text) {
		return badField(field, "field.hidden")
	}
	return nil
}

// compareLabels orders terminals by zone and label, numbers in them by value:
// seat 2 comes before seat 10.
func compareLabels(zone1, zone2, label1, label2 string) int {
	return cmp.Or(compareNatural(zone1, zone2), compareNatural(label1, label2))
}

func compareNatural(a, b string) int {
	for a != "" && b != "" {
		na, ra := leadingNumber(a)
		nb, rb := leadingNumber(b)
		if na != "" && nb != "" {
			if c := cmp.Or(cmp.Compare(len(na), len(nb)), strings.Compare(na, nb)); c != 0 {
				return c
			}
			a, b = ra, rb
			continue
		}
		if a[0] != b[0] {
			break
		}
		a, b = a[1:], b[1:]
	}
	return strings.Compare(a, b)
}

// leadingNumber cuts the digits off that a text begins with, without zeros.
func leadingNumber(s string) (digits, rest string) {
	end := 0
	for end < len(s) && s[end] >= '0' && s[end] <= '9' {
		end++
	}
	if end == 0 {
		return "", s
	}
	return cmp.Or(strings.TrimLeft(s[:end], "0"), "0"), s[end:]
}
