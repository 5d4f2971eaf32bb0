package form

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// space is what people cannot see at the ends of a cell: all of Unicode's
// spaces, and the marks that come with text copied from web pages and chats.
func space(r rune) bool {
	return unicode.IsSpace(r) || r == '\u200b' || r == '\ufeff'
}

func trim(s string) string { return strings.TrimFunc(s, space) }

// oneLine turns line breaks and tabs inside a cell into single spaces: the
// texts of a manifest hold no control characters (PROTOCOL.md, Section 2).
func oneLine(s string) string {
	if !strings.ContainsAny(s, "\n\r\t") {
		return s
	}
	parts := strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || r == '\r' || r == '\t' })
	return strings.Join(parts, " ")
}

// Narrow turns the full-width forms of ASCII into ASCII.
func Narrow(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '\uff01' && r <= '\uff5e' {
			return r - 0xfee0
		}
		return r
	}, s)
}

// identifier narrows and leaves out all spaces: two spellings of one roll
// number would be two deputies.
func identifier(s string) string {
	return strings.Map(func(r rune) rune {
		if space(r) {
			return -1
		}
		return r
	}, Narrow(s))
}

// personName leaves out the spaces with which offices pad names of two Han
// characters to the width of three; those in other names stay, as one space.
func personName(s string) string {
	var b strings.Builder
	var last rune
	words := strings.FieldsFunc(s, space)
	for _, word := range words {
		first, _ := utf8.DecodeRuneInString(word)
		if b.Len() > 0 && !(unicode.Is(unicode.Han, last) && unicode.Is(unicode.Han, first)) {
			b.WriteByte(' ')
		}
		b.WriteString(word)
		last, _ = utf8.DecodeLastRuneInString(word)
	}
	return b.String()
}

// badCharacter refuses what cannot be read, what only the machine of its maker
// can show, and what nobody can see but changes how others read the text.
func badCharacter(s string) *Cause {
	for _, r := range s {
		switch {
		case r == utf8.RuneError:
			return &Cause{ID: "row.unreadable"}
		case unicode.Is(unicode.Co, r):
			return &Cause{"row.private_character", []any{fmt.Sprintf("U+%04X", r)}}
		case r == '\n' || r == '\r' || r == '\t':
		case unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector), r == '\u2800':
			return &Cause{"row.hidden_character", []any{fmt.Sprintf("U+%04X", r)}}
		// What Unicode has not assigned passes: the newest characters for
		// names are ahead of the tables of any release of Go.
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp):
			return &Cause{"row.hidden_character", []any{fmt.Sprintf("U+%04X", r)}}
		}
	}
	return nil
}
