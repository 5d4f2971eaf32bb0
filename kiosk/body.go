package kiosk

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"io"
)

// A Body is what a file holds. What is embedded stays where the program has it:
// a copy in memory would be as large as all programs of the pages.
type Body struct {
	bytes io.ReaderAt
	size  int64
}

// Embedded is the body of an embedded file.
func Embedded(from embed.FS, name string) *Body {
	f, err := from.Open(name)
	if err != nil {
		panic("kiosk: internal error: " + err.Error()) // who asks has found it there
	}
	info, _ := f.Stat() // fails for no embedded file
	return &Body{f.(io.ReaderAt), info.Size()}
}

// Made is a body in memory.
func Made(b []byte) *Body { return &Body{bytes.NewReader(b), int64(len(b))} }

// Open returns a reader that nobody else has.
func (b *Body) Open() *io.SectionReader { return io.NewSectionReader(b.bytes, 0, b.size) }

// Sum is the SHA-256 of the body.
func (b *Body) Sum() (sum [32]byte) {
	h := sha256.New()
	io.Copy(h, b.Open()) // reads memory
	h.Sum(sum[:0])
	return sum
}
