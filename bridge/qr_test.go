//go:build !js

package bridge

import (
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/skip2/go-qrcode"
)

// levels are ours, with what another implementation calls them.
var levels = map[*QRLevel]qrcode.RecoveryLevel{QRLow: qrcode.Low, QRMedium: qrcode.Medium}

// library draws a text with another implementation.
func library(t *testing.T, text string, level *QRLevel) []string {
	t.Helper()
	code, err := qrcode.New(text, levels[level])
	if err != nil {
		t.Fatal(err)
	}
	var rows []string
	for _, row := range code.Bitmap() {
		line := make([]byte, len(row))
		for i, dark := range row {
			line[i] = '0'
			if dark {
				line[i] = '1'
			}
		}
		rows = append(rows, string(line))
	}
	return rows
}

// TestQRVersions compares each version with another implementation. The choice
// of the mask is left to the maker, so that any of the eight will do.
func TestQRVersions(t *testing.T) {
	for level := range levels {
		for v := 1; v <= qrVersions; v++ {
			for _, letter := range []string{"A", "a"} {
				if letter == "a" && !slices.Contains([]int{1, 9, 10, 26, 27, 40}, v) {
					continue // where the count's width changes is enough
				}
				compareQR(t, level, v, letter)
			}
		}
	}
}

func compareQR(t *testing.T, level *QRLevel, v int, letter string) {
	t.Helper()
	text := longest(letter, v, level)
	data, ok := level.data(text, v)
	if !ok {
		t.Fatalf("version %d: %d characters do not fit", v, len(text))
	}
	want := library(t, text, level)
	if !slices.ContainsFunc(everyMask(data, v, level), func(rows []string) bool { return slices.Equal(rows, want) }) {
		t.Errorf("level %d, version %d, %d of %q: drawn differently", level.format, v, len(text), letter)
	}
}

// longest is the longest text of one letter that fits into a version.
func longest(letter string, v int, level *QRLevel) string {
	n := sort.Search(5000, func(n int) bool {
		_, ok := level.data(strings.Repeat(letter, n), v)
		return !ok
	})
	return strings.Repeat(letter, n-1)
}

func everyMask(data []byte, v int, level *QRLevel) (all [][]string) {
	for mask := range 8 {
		g := newGrid(v, level.format)
		g.drawPatterns()
		g.drawWords(level.words(data, v))
		g.mask(mask)
		g.drawFormat(mask)
		all = append(all, g.rows())
	}
	return all
}

func TestQR(t *testing.T) {
	for level := range levels {
		for _, text := range []string{"", "PJ1:AEBAGAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAD76OTKAGA", "piaojue-promise-v1\nAAAA\n", "票决"} {
			rows, err := QR(text, level)
			if err != nil {
				t.Fatal(err)
			}
			if len(rows) < 21+2*qrQuiet || len(rows[0]) != len(rows) || strings.Contains(rows[qrQuiet-1], "1") || rows[4][4:11] != "1111111" {
				t.Errorf("%q: got %d rows, %q", text, len(rows), rows)
			}
			v := (len(rows) - 2*qrQuiet - 17) / 4
			data, _ := level.data(text, v)
			if all := everyMask(data, v, level); !slices.ContainsFunc(all, func(x []string) bool { return slices.Equal(x, rows) }) {
				t.Errorf("%q: drawn under no mask", text)
			}
		}
	}
	for level, most := range map[*QRLevel]int{QRLow: 2953, QRMedium: 2331} {
		if _, err := QR(strings.Repeat("a", most+1), level); err != errQR {
			t.Errorf("%d bytes: got %v", most+1, err)
		}
		if _, err := QR(strings.Repeat("a", most), level); err != nil {
			t.Errorf("%d bytes: got %v", most, err)
		}
	}
	if rows, err := QR(strings.Repeat("a", 800), QRMedium); err != nil || len(rows) > 17+4*25+2*qrQuiet {
		t.Errorf("the longest key file is drawn in %d rows, too fine for paper: %v", len(rows), err)
	}
}
