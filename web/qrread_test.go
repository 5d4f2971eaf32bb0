package web

import (
	"fmt"
	"strings"
	"testing"
)

// square is a QR code as a reader sees it, without its border.
type square struct {
	size    int
	dark    map[[2]int]bool
	centres []int // of alignment patterns
	blocks  int
	checks  int // words of each block that only correct errors
}

// readQR reads the text off a code of level M, drawn as a path of an SVG: one
// segment of bytes, of version 17 or 18.
func readQR(t testing.TB, path string) string {
	t.Helper()
	s := &square{dark: make(map[[2]int]bool)}
	for _, part := range strings.Split(strings.Trim(path, "Mz"), "zM") {
		var x, y int
		if _, err := fmt.Sscanf(part, "%d %dh1v1h-1", &x, &y); err != nil {
			t.Fatalf("%q: %v", part, err)
		}
		s.dark[[2]int{x - 4, y - 4}] = true
		s.size = max(s.size, x-3)
	}
	switch version := (s.size - 17) / 4; version {
	case 17:
		s.centres, s.blocks, s.checks = []int{6, 30, 54, 78}, 10, 28
	case 18:
		s.centres, s.blocks, s.checks = []int{6, 30, 56, 82}, 9+4, 26
	default:
		t.Fatalf("version %d, of %d modules", version, s.size)
	}
	words := s.order(s.words())
	if mode := words[0] >> 4; mode != 4 {
		t.Fatalf("mode %d", mode)
	}
	text := make([]byte, int(words[0]&15)<<12|int(words[1])<<4|int(words[2]>>4))
	for i := range text {
		text[i] = words[i+2]<<4 | words[i+3]>>4
	}
	return string(text)
}

// fixed reports whether a module belongs to a pattern.
func (s *square) fixed(x, y int) bool {
	n := s.size
	if x == 6 || y == 6 || x < 9 && y < 9 || x >= n-8 && y < 9 || x < 9 && y >= n-8 || x >= n-11 && y < 6 || y >= n-11 && x < 6 {
		return true
	}
	for _, cx := range s.centres {
		for _, cy := range s.centres {
			corner := cx == 6 && cy == 6 || cx == 6 && cy == n-7 || cx == n-7 && cy == 6
			if !corner && max(cx-x, x-cx, cy-y, y-cy) <= 2 {
				return true
			}
		}
	}
	return false
}

// masked reports whether the mask that the code names flips a module.
func (s *square) masked(x, y int) bool {
	mask := 0b101
	for i := range 3 {
		if s.dark[[2]int{2 + i, 8}] {
			mask ^= 4 >> i
		}
	}
	return []bool{
		(x+y)%2 == 0, y%2 == 0, x%3 == 0, (x+y)%3 == 0, (x/3+y/2)%2 == 0,
		x*y%2+x*y%3 == 0, (x*y%2+x*y%3)%2 == 0, ((x+y)%2+x*y%3)%2 == 0,
	}[mask]
}

// words goes through the columns, two by two, from the right.
func (s *square) words() []byte {
	var words []byte
	bits, up := 0, true
	for right := s.size - 1; right > 0; right -= 2 {
		if right == 6 {
			right--
		}
		for i := range s.size {
			y := i
			if up {
				y = s.size - 1 - i
			}
			for _, x := range []int{right, right - 1} {
				if s.fixed(x, y) {
					continue
				}
				if bits%8 == 0 {
					words = append(words, 0)
				}
				if s.dark[[2]int{x, y}] != s.masked(x, y) {
					words[bits/8] |= 128 >> (bits % 8)
				}
				bits++
			}
		}
		up = !up
	}
	return words[:bits/8]
}

// order puts the words of the blocks one after the other.
func (s *square) order(words []byte) []byte {
	short, long := len(words)/s.blocks-s.checks, len(words)%s.blocks
	blocks := make([][]byte, s.blocks)
	for i, w := range words[:len(words)-s.blocks*s.checks] {
		at := i % s.blocks
		if i >= short*s.blocks {
			at = s.blocks - long + i - short*s.blocks
		}
		blocks[at] = append(blocks[at], w)
	}
	var all []byte
	for _, b := range blocks {
		all = append(all, b...)
	}
	return all
}
