package form

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"
	"time"

	"piaojue/lang"
)

// The texts of official forms: Chinese only, since that is what is filed.
//
//go:embed text/official.zh.txt
var officialText string

var official = sync.OnceValue(func() map[string]string {
	texts, err := lang.Read(officialText)
	if err != nil {
		panic("form: internal error: official.zh.txt: " + err.Error())
	}
	return texts
})

// words returns a text of the catalogue.
func words(id string, args ...any) string {
	text, ok := official()[id]
	switch {
	case !ok:
		return id
	case len(args) == 0:
		return text
	}
	return fmt.Sprintf(text, args...)
}

// beijing is the time of all forms, wherever they are made.
var beijing = time.FixedZone("UTC+8", 8*60*60)

// lastMoment is the end of year 9999: later ones are no times.
const lastMoment = 253402300799

// moment writes the time that an entry names.
func moment(unix uint64) string {
	if unix == 0 || unix > lastMoment {
		return words("tx.form_dash")
	}
	return time.Unix(int64(unix), 0).In(beijing).Format("2006年1月2日15时04分")
}

// dayOf is the day of a moment.
func dayOf(unix uint64) string {
	text, _, _ := strings.Cut(moment(unix), "日")
	if text == words("tx.form_dash") {
		return text
	}
	return text + "日"
}

// writtenDay writes the date of a manifest, which is a text: one of another form stays
// as it is.
func writtenDay(date string) string {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return date
	}
	return t.Format("2006年1月2日")
}

func joined(names []string) string {
	if len(names) == 0 {
		return words("tx.form_dash")
	}
	return strings.Join(names, "、")
}
