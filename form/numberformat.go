package form

import (
	"encoding/xml"
	"regexp"
	"strconv"
	"strings"
)

// A format is how the number in a cell is shown.
type format struct{ kind cellKind }

// builtIn are the number formats that a workbook does not spell out and that
// show a number as it is (ECMA-376, Part 1, Section 18.8.30): general, whole,
// decimals, grouped, and text.
var builtIn = map[int]cellKind{
	0: plainNumber, 1: plainNumber, 49: plainNumber,
	2: moneyNumber, 3: moneyNumber, 4: moneyNumber,
	37: moneyNumber, 38: moneyNumber, 39: moneyNumber, 40: moneyNumber, 41: moneyNumber, 43: moneyNumber,
}

// readStyles reads how cells show their numbers. What is shown otherwise than
// it is kept (a date, a percentage, 120万 for 1200000) must not be read as
// kept: the deputies would see another sum than the clerk.
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
			w.formats = append(w.formats, format{kindOfFormat(id, codes)})
		}
		return nil
	})
}

func kindOfFormat(id int, codes map[int]string) cellKind {
	if code, ok := codes[id]; ok {
		return kindOfCode(code)
	}
	if kind, ok := builtIn[id]; ok {
		return kind
	}
	return oddNumber
}

var (
	padding = regexp.MustCompile(`_.|\*.|\\[ ()-]|\[(Red|Black|Blue|红色|黑色|蓝色)\]|[ ()-]`)
	decimal = regexp.MustCompile(`^(?:#|[#?0]*#,##0|0)(?:\.[0#?]+)?$`)
)

// kindOfCode looks at the section of a format for positive numbers. A comma at
// its end divides by a thousand, quotes add units, 000 pads: all are odd.
func kindOfCode(code string) cellKind {
	positive, _, _ := strings.Cut(code, ";")
	positive = padding.ReplaceAllString(positive, "")
	switch {
	case strings.EqualFold(positive, "General"), positive == "@", positive == "0":
		return plainNumber
	case decimal.MatchString(positive):
		return moneyNumber
	}
	return oddNumber
}

func (w *workbook) kindOfNumber(style string) cellKind {
	if style == "" {
		return plainNumber
	}
	i, err := strconv.Atoi(style)
	if err != nil || i < 0 || i >= len(w.formats) {
		return oddNumber
	}
	return w.formats[i].kind
}
