//go:build !js

package main

import (
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/skip2/go-qrcode"
)

// library draws a text with another implementation.
func library(t *testing.T, text string) []string {
	t.Helper()
	code, err := qrcode.New(text, qrcode.Low)
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
	for v := 1; v <= qrVersions; v++ {
		for _, letter := range []string{"A", "a"} {
			if letter == "a" && !slices.Contains([]int{1, 9, 10, 26, 27, 40}, v) {
				continue // where the count's width changes is enough
			}
			text := longest(letter, v)
			data, ok := qrData(text, v)
			if !ok {
				t.Fatalf("version %d: %d characters do not fit", v, len(text))
			}
			want := library(t, text)
			if !slices.ContainsFunc(everyMask(data, v), func(rows []string) bool { return slices.Equal(rows, want) }) {
				t.Errorf("version %d, %d of %q: drawn differently", v, len(text), letter)
			}
		}
	}
}

// longest is the longest text of one letter that fits into a version.
func longest(letter string, v int) string {
	n := sort.Search(5000, func(n int) bool {
		_, ok := qrData(strings.Repeat(letter, n), v)
		return !ok
	})
	return strings.Repeat(letter, n-1)
}

func everyMask(data []byte, v int) (all [][]string) {
	for mask := range 8 {
		g := newGrid(v)
		g.drawPatterns()
		g.drawWords(qrWords(data, v))
		g.mask(mask)
		g.drawFormat(mask)
		all = append(all, g.rows())
	}
	return all
}

func TestQRRows(t *testing.T) {
	for _, text := range []string{"", "PJ1:AEBAGAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAD76OTKAGA", "piaojue-promise-v1\nAAAA\n", "票决"} {
		rows, err := qrRows(text)
		if err != nil {
			t.Fatal(err)
		}
		if len(rows) < 21+2*qrQuiet || len(rows[0]) != len(rows) || strings.Contains(rows[qrQuiet-1], "1") || rows[4][4:11] != "1111111" {
			t.Errorf("%q: got %d rows, %q", text, len(rows), rows)
		}
		g := newGrid((len(rows) - 2*qrQuiet - 17) / 4)
		data, _ := qrData(text, g.version)
		if all := everyMask(data, g.version); !slices.ContainsFunc(all, func(x []string) bool { return slices.Equal(x, rows) }) {
			t.Errorf("%q: drawn under no mask", text)
		}
	}
	if _, err := qrRows(strings.Repeat("a", 2954)); err != errQR {
		t.Errorf("2,954 bytes: got %v", err)
	}
}
