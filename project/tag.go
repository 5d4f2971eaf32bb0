package project

import (
	"fmt"
	"strconv"
)

// TagKind says whose code it is.
type TagKind uint8

// The kinds of codes: 一人一码, 一家一码, 一事一码.
const (
	TagDeputy     TagKind = 1 + iota // D: an actor
	TagStation                       // H: a unit
	TagSuggestion                    // S
	TagProject                       // P

	lastTag = TagProject
)

const tagLetters = " DHSP"

// Tag is the code of a deputy, station, suggestion or project, as it stands in
// a QR code and on a poster: a letter, the number with at least five digits, a
// hyphen and a check digit: S00042-5. It is public, and opens nothing.
type Tag struct {
	Of     TagKind
	Number uint32
}

const errTag flaw = "project: not a code, or mistyped"

// String returns the code, "" if it is none.
func (t Tag) String() string {
	if t.Of == 0 || t.Of > lastTag || t.Number == 0 {
		return ""
	}
	digits := fmt.Sprintf("%05d", t.Number)
	return fmt.Sprintf("%c%s-%d", tagLetters[t.Of], digits, damm(int(t.Of), digits))
}

// ParseTag parses a code. Any single wrong digit, any two neighbours swapped,
// and a wrong letter are found.
func ParseTag(text string) (Tag, error) {
	if len(text) < 8 || len(text) > 13 {
		return Tag{}, errTag
	}
	n, err := strconv.ParseUint(text[1:len(text)-2], 10, 32)
	if err != nil {
		return Tag{}, errTag
	}
	for of := TagDeputy; of <= lastTag; of++ {
		if t := (Tag{of, uint32(n)}); t.String() == text {
			return t, nil
		}
	}
	return Tag{}, errTag
}

// dammTable is the quasigroup of order 10 of Damm's thesis (2004).
const dammTable = "0317598642" + "7092154863" + "4206871359" + "1750983426" + "6123045978" +
	"3674209581" + "5869720134" + "8945362017" + "9438617205" + "2581436790"

func damm(first int, digits string) int {
	x := int(dammTable[first] - '0')
	for i := range len(digits) {
		x = int(dammTable[10*x+int(digits[i]-'0')] - '0')
	}
	return x
}
