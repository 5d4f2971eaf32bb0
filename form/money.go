package form

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

var grouped = regexp.MustCompile(`^[0-9]{1,3}(,[0-9]{3})+(\.|$)`)

// ungroup leaves out commas between groups of three digits.
func ungroup(s string) string {
	if grouped.MatchString(s) {
		return strings.ReplaceAll(s, ",", "")
	}
	return s
}

var (
	amount  = regexp.MustCompile(`^([0-9]{1,16})(?:\.([0-9]{1,12}))?$`)
	ownUnit = regexp.MustCompile(`(万元|亿元|万|亿|元)$`)
)

// maxYuan is the largest sum: 15 digits before the point in units of 10,000
// yuan would not fit into a cell of a workbook.
const maxYuan = 9_999_999_999_999_999

// parseMoney reads an amount, in that unit or in the one that it names itself,
// and gives it in yuan, without floating point. A part of a yuan is refused.
func parseMoney(s string, unit uint64) (uint64, bool) {
	if own := ownUnit.FindString(s); own != "" {
		s, unit = strings.TrimSuffix(s, own), units[own]
	}
	m := amount.FindStringSubmatch(ungroup(s))
	if m == nil {
		return 0, false
	}
	places := len(strconv.FormatUint(unit, 10)) - 1
	fraction := strings.TrimRight(m[2], "0")
	if len(fraction) > places {
		return 0, false
	}
	digits := m[1] + fraction + strings.Repeat("0", places-len(fraction))
	yuan, err := strconv.ParseUint(digits, 10, 64)
	return yuan, err == nil && yuan <= maxYuan
}

// nothing is how offices write that there is no amount.
var nothing = []string{"", "-", "--", "/", "\\", "无"}

// money gives an amount in yuan.
func (r *record) money(id string) uint64 {
	text := identifier(r.raw(id))
	if slices.Contains(nothing, sameAs(text)) {
		return 0
	}
	yuan, ok := parseMoney(text, r.sheet.units[id])
	if !ok {
		r.fail(id, "row.money")
	}
	return yuan
}

// FormatWan writes yuan in units of 10,000, in the shortest form.
func FormatWan(yuan uint64) string {
	if yuan%wanYuan == 0 {
		return strconv.FormatUint(yuan/wanYuan, 10)
	}
	return strings.TrimRight(fmt.Sprintf("%d.%04d", yuan/wanYuan, yuan%wanYuan), "0")
}

// ParseWan reads an amount in units of 10,000 yuan, or in the unit that it names,
// and gives it in yuan. It reports false for what is no amount, or has parts of a
// yuan.
func ParseWan(text string) (yuan uint64, ok bool) {
	return parseMoney(identifier(text), wanYuan)
}
