package form

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"piaojue/lang"
)

var unquoted = regexp.MustCompile(`"[^"]*"|\[[^\]]*\]|\\.`)

// dateFormat looks whether a format shows a date with its year, without time.
func dateFormat(code string) format {
	code = strings.ToLower(unquoted.ReplaceAllString(code, ""))
	has := func(letters string) bool { return strings.ContainsAny(code, letters) }
	if !has("y") || !has("m") || has("hsne%0#?") {
		return format{kind: oddNumber}
	}
	return format{kind: dateNumber, month: !has("d")}
}

// date writes a date that a workbook keeps as a number of days, as people write
// it. It is empty if the number is none.
func (w *workbook) date(number string, month bool) string {
	n, err := strconv.Atoi(number)
	if err != nil {
		return ""
	}
	if w.mac {
		n += 1462
	}
	return day(n, month)
}

// The days that are taken for dates: Excel counts a 29 February 1900 that was
// none, and knows years of four digits.
const firstDay, lastDay = 61, 2_958_465

func day(n int, month bool) string {
	if n < firstDay || n > lastDay {
		return ""
	}
	y, m, d := time.Date(1899, time.December, 30+n, 0, 0, 0, 0, time.UTC).Date()
	// Chinese whatever the language of the screen: it is data of the manifest.
	if month {
		return lang.ZH.Text("date.month", y, int(m))
	}
	return lang.ZH.Text("date.day", y, int(m), d)
}

// Serial numbers of the years 2000 to 2099.
const serial2000, serial2100 = 36526, 73050

// deadline gives a text. A date that lost its format has become a number, which
// would mean nothing on the ballot.
func (r *record) deadline(id string) string {
	text := r.text(id, maxShort)
	n, err := strconv.Atoi(identifier(text))
	if err == nil && n >= serial2000 && n < serial2100 {
		r.fail(id, "row.serial_date", n, day(n, false))
		return ""
	}
	return text
}
