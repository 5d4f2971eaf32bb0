package form

import (
	"regexp"
	"slices"
	"strings"

	"piaojue/lang"
)

// A column is one that a table may have. Its names in both languages are
// messages of package lang.
type column struct {
	id       string // column.<id>
	required bool
	wan      bool // an amount, written in units of 10,000 yuan
	date     bool // a date of a workbook is taken, as people write it
	digits   bool // numbers of people or projects, which lose zeros and digits
	padded   bool // with leading zeros if one has them
	// number is what a cell of a workbook may be beside text.
	number cellKind
	wide   float64 // of a workbook's column, in characters; 0 is usual
}

func (c column) name(l lang.Lang) string { return l.Text("column." + c.id) }

// title is what a writer puts into the header.
func (c column) title(l lang.Lang) string {
	if c.wan {
		return c.name(l) + "（" + l.Text("unit.wan") + "）"
	}
	return c.name(l)
}

// named says whether a normalised header cell names the column.
func (c column) named(header string) bool {
	if c.wan {
		header, _ = splitUnit(header)
	}
	for _, l := range []lang.Lang{lang.ZH, lang.EN} {
		if header == headerKey(c.name(l)) || slices.Contains(c.aliases(l), header) {
			return true
		}
	}
	return false
}

// aliases are other names that offices give to the column, as header keys.
func (c column) aliases(l lang.Lang) []string {
	id := "alias." + c.id
	text := l.Text(id)
	if text == id {
		return nil
	}
	names := strings.Split(text, "|")
	for i, name := range names {
		names[i] = headerKey(name)
	}
	return names
}

// ignored columns are common and say nothing.
var ignored = []column{{id: "serial"}, {id: "remark"}}

func isIgnored(key string) bool {
	return slices.ContainsFunc(ignored, func(c column) bool { return c.named(key) })
}

// pictures is a column that is refused with its own reason. The manifest is text:
// a picture of a project would be seen by deputies and be bound by nothing that
// they sign and compare, so that a server could show another one on each
// terminal, and no verifier would notice.
var pictures = column{id: "picture"}

// headerKey makes header cells comparable: full width, case, spaces and the
// star that marks required columns do not matter.
func headerKey(s string) string {
	return strings.Trim(strings.ToLower(identifier(s)), "*")
}

// A unit of money, in yuan. Reading yuan as 10,000 yuan would show the deputies
// a wrong sum, so that a unit that is named is never passed over.
var units = map[string]uint64{
	"元": 1, "yuan": 1, "万": 10_000, "万元": 10_000, "10,000yuan": 10_000, "亿": 100_000_000, "亿元": 100_000_000,
}

const wanYuan = 10_000

var (
	unitAtEnd = regexp.MustCompile(`[(\[/]?(10,000yuan|yuan|万元|亿元|元)[)\]]?$`)
	unitNamed = regexp.MustCompile(`单位[:为是]?(?:人民币)?(万元|亿元|元)`)
)

// splitUnit parts a header key like 总投资(万元) into name and unit, which is 0
// if none is named.
func splitUnit(key string) (string, uint64) {
	m := unitAtEnd.FindStringSubmatchIndex(key)
	if m == nil || m[0] == 0 {
		return key, 0
	}
	return key[:m[0]], units[key[m[2]:m[3]]]
}
