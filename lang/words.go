package lang

import (
	_ "embed"
	"strings"
	"sync"
)

// words.txt has 256 lines: a word of two Chinese characters that everybody
// knows by ear, and an English one. Line n stands for the byte n.
//
//go:embed words.txt
var wordsText string

var words = sync.OnceValue(func() [][]string {
	var all [][]string
	for line := range strings.Lines(wordsText) {
		all = append(all, strings.Fields(line))
	}
	return all
})

// Words says bytes as words, one for each, so that people can compare a
// fingerprint aloud. Six words tell one key from 2⁴⁸ others.
func (l Lang) Words(b []byte) []string {
	column := 0
	if l == EN {
		column = 1
	}
	said := make([]string, len(b))
	for i, x := range b {
		said[i] = words()[x][column]
	}
	return said
}
