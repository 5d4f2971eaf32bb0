package web

import (
	"math"
	"strconv"
	"strings"

	"piaojue/lang"
)

// wishAnswers are the answers of a wish that are words. They become one text,
// which everybody can read without a program.
type wishAnswers struct {
	thing, why, place, spot string
	groups                  []string // numbers of wish.group_
}

// wishText writes the answers one below the other. It is Chinese whatever the
// page's language is: it belongs to the record.
func (a *wishAnswers) text() string {
	var b strings.Builder
	line := func(id, value string) {
		if value != "" {
			b.WriteString(pageText(lang.ZH, "wish.text_"+id) + "：" + value + "\n")
		}
	}
	var groups []string
	for _, g := range a.groups {
		groups = append(groups, pageText(lang.ZH, "wish.group_"+g))
	}
	line("thing", a.thing)
	line("why", a.why)
	line("place", a.place)
	line("spot", a.spot)
	line("groups", strings.Join(groups, "、"))
	return strings.TrimSuffix(b.String(), "\n")
}

// readSpot takes a place on the map, as a phone fills it in: degrees north and
// east. It is kept to three decimals, some hundred metres: enough to find the
// street, too little to find the flat.
func readSpot(text string) (string, bool) {
	north, east, ok := strings.Cut(text, ",")
	if !ok {
		north, east, ok = strings.Cut(text, "，")
	}
	n, err1 := strconv.ParseFloat(strings.TrimSpace(north), 64)
	e, err2 := strconv.ParseFloat(strings.TrimSpace(east), 64)
	if !ok || err1 != nil || err2 != nil || !(math.Abs(n) <= 90) || !(math.Abs(e) <= 180) {
		return "", false
	}
	return strconv.FormatFloat(n, 'f', 3, 64) + ", " + strconv.FormatFloat(e, 'f', 3, 64), true
}

// The labels of the lines that say what and where, and of the others.
var (
	gistLabels  = textLabels("thing", "place")
	otherLabels = textLabels("why", "spot", "groups")
)

func textLabels(ids ...string) map[string]bool {
	all := map[string]bool{}
	for _, id := range ids {
		all[pageText(lang.ZH, "wish.text_"+id)] = true
	}
	return all
}
