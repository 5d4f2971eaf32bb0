package form

import (
	"encoding/xml"
	"regexp"
	"strconv"
	"strings"
)

// A format is how the number in a cell is shown.
type format struct {
	kind  cellKind
	month bool // a date without its day
	pad   int  // to how many digits a number is filled up
}

// builtIn are the number formats that a workbook does not spell out and that
// show a number as it is (ECMA-376, Part 1, Section 18.8.30): general, whole,
// decimals, grouped, and text.
var builtIn = map[int]format{
	0: {kind: plainNumber}, 1: {kind: plainNumber}, 49: {kind: plainNumber},
	2: {kind: moneyNumber}, 3: {kind: moneyNumber}, 4: {kind: moneyNumber},
	37: {kind: moneyNumber}, 38: {kind: moneyNumber}, 39: {kind: moneyNumber}, 40: {kind: moneyNumber},
	41: {kind: moneyNumber}, 43: {kind: moneyNumber},
	14: {kind: dateNumber}, 15: {kind: dateNumber}, 17: {kind: dateNumber, month: true},
	// Those of Excel in Chinese.
	27: {kind: dateNumber, month: true}, 30: {kind: dateNumber}, 31: {kind: dateNumber}, 36: {kind: dateNumber, month: true},
	50: {kind: dateNumber, month: true}, 52: {kind: dateNumber, month: true}, 57: {kind: dateNumber, month: true},
}

// readStyles reads how cells show their numbers. What is shown otherwise than
// it is kept (a percentage, 120万 for 1200000) must not be read as kept: the
// deputies would see another sum than the clerk.
func (w *workbook) readStyles(links map[string]link) error {
	name, ok := linked(links, "styles")
	if !ok {
		return nil
	}
	codes := make(map[int]string)
	inCells := false
	return w.part(name, func(_ *xml.Decoder, e xml.StartElement) error {
		switch e.Name.Local {
		case "numFmt":
			if id, err := strconv.Atoi(attribute(e, "numFmtId")); err == nil && len(codes) < maxStyles {
				codes[id] = attribute(e, "formatCode")
			}
		case "cellXfs":
			inCells = true
		case "cellStyleXfs", "cellStyles", "dxfs":
			inCells = false
		case "xf":
			if !inCells {
				return nil
			}
			if len(w.formats) == maxStyles {
				return errLarge
			}
			id, _ := strconv.Atoi(attribute(e, "numFmtId"))
			w.formats = append(w.formats, formatNumbered(id, codes))
		}
		return nil
	})
}

func formatNumbered(id int, codes map[int]string) format {
	if code, ok := codes[id]; ok {
		return formatOfCode(code)
	}
	if f, ok := builtIn[id]; ok {
		return f
	}
	return format{kind: oddNumber}
}

var (
	padding = regexp.MustCompile(`_.|\*.|\\[ ()-]|\[(Red|Black|Blue|红色|黑色|蓝色)\]|[ ()-]`)
	decimal = regexp.MustCompile(`^(?:#|[#?0]*#,##0|0)(?:\.[0#?]+)?$`)
)

// formatOfCode looks at the section of a format for positive numbers. A comma
// at its end divides by a thousand, quotes add units: both are odd.
func formatOfCode(code string) format {
	positive, _, _ := strings.Cut(code, ";")
	plain := padding.ReplaceAllString(positive, "")
	switch {
	case strings.EqualFold(plain, "General"), plain == "@", plain == "0":
		return format{kind: plainNumber}
	case decimal.MatchString(plain):
		return format{kind: moneyNumber}
	case len(plain) > 1 && len(plain) <= 15 && strings.Trim(plain, "0") == "":
		return format{kind: paddedNumber, pad: len(plain)}
	}
	return dateFormat(positive)
}

func (w *workbook) formatOf(style string) format {
	if style == "" {
		return format{kind: plainNumber}
	}
	i, err := strconv.Atoi(style)
	if err != nil || i < 0 || i >= len(w.formats) {
		return format{kind: oddNumber}
	}
	return w.formats[i]
}
