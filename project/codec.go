package project

import (
	"unicode/utf8"

	"golang.org/x/crypto/cryptobyte"
)

// flaw is an error that is a constant: nothing of it is built at start, in
// programs that link this package for its types only.
type flaw string

func (f flaw) Error() string { return string(f) }

const (
	errShort    flaw = "ends too early"
	errTrailing flaw = "has trailing bytes"
	errText     flaw = "is not UTF-8 text without control characters"
	errLong     flaw = "a text or list is too long for its format"
	errRange    flaw = "a value is out of its range"
)

// codec reads or writes a format of PROTOCOL.md, "Notation". Each format is
// described once, as a sequence of calls on the fields, and that description
// runs in both directions: reader and writer cannot disagree. After the first
// failure nothing more is read or written.
type codec struct {
	in     cryptobyte.String
	out    cryptobyte.Builder
	writes bool
	err    error
	blobs  []content // what the body commits to, in order
}

func reader(b []byte) *codec { return &codec{in: b} }

func writer() *codec { return &codec{writes: true} }

// done ends reading: trailing bytes make the whole object invalid.
func (c *codec) done() error {
	if c.err == nil && len(c.in) > 0 {
		c.err = errTrailing
	}
	return c.err
}

// sum ends writing. It returns nil if the format cannot hold the values.
func (c *codec) sum() []byte {
	b, err := c.out.Bytes()
	if err != nil || c.err != nil {
		return nil
	}
	return b
}

// expect refuses values out of their range, in both directions.
func (c *codec) expect(ok bool, why error) {
	if !ok && c.err == nil {
		c.err = why
		c.in = nil
	}
}

func (c *codec) u8(v *uint8) {
	if c.writes {
		c.out.AddUint8(*v)
		return
	}
	c.expect(c.in.ReadUint8(v), errShort)
}

func (c *codec) u16(v *uint16) {
	if c.writes {
		c.out.AddUint16(*v)
		return
	}
	c.expect(c.in.ReadUint16(v), errShort)
}

func (c *codec) u32(v *uint32) {
	if c.writes {
		c.out.AddUint32(*v)
		return
	}
	c.expect(c.in.ReadUint32(v), errShort)
}

func (c *codec) u64(v *uint64) {
	if c.writes {
		c.out.AddUint64(*v)
		return
	}
	c.expect(c.in.ReadUint64(v), errShort)
}

// number is the number of a thing; the first is 1.
func (c *codec) number(v *uint32) {
	c.u32(v)
	c.expect(*v > 0, errRange)
}

// flag is a u8 that is 0 or 1.
func (c *codec) flag(v *bool) {
	var b uint8
	if *v {
		b = 1
	}
	c.u8(&b)
	c.expect(b <= 1, errRange)
	if !c.writes {
		*v = b == 1
	}
}

// enum is a u8 from 1 to last.
func enum[T ~uint8](c *codec, v *T, last T) {
	choice(c, v, last)
	c.expect(*v > 0, errRange)
}

// choice is a u8 from 0, which means none, to last.
func choice[T ~uint8](c *codec, v *T, last T) {
	b := uint8(*v)
	c.u8(&b)
	c.expect(b <= uint8(last), errRange)
	if !c.writes {
		*v = T(b)
	}
}

func (c *codec) date(v *Date) {
	c.u32((*uint32)(v))
	c.expect(v.Valid(), errDate)
}

// anyDate is a date or 0, which means none.
func (c *codec) anyDate(v *Date) {
	c.u32((*uint32)(v))
	c.expect(*v == 0 || v.Valid(), errDate)
}

func (c *codec) hash(v *[32]byte) {
	if c.writes {
		c.out.AddBytes(v[:])
		return
	}
	c.expect(c.in.CopyBytes(v[:]), errShort)
}

func (c *codec) bytes(v *[]byte, n int) {
	if c.writes {
		c.expect(len(*v) == n, errRange)
		c.out.AddBytes(*v)
		return
	}
	var b []byte
	c.expect(c.in.ReadBytes(&b, n), errShort)
	if c.err == nil {
		*v = append([]byte(nil), b...)
	}
}

// text8 is a str8, name one that is not empty; lines16 is a str16 that is not
// empty, in which U+000A is allowed.
func (c *codec) text8(v *string) {
	n := uint8(len(*v))
	c.expect(len(*v) <= 0xff, errLong)
	c.u8(&n)
	c.text(v, int(n), false)
}

func (c *codec) name(v *string) {
	c.text8(v)
	c.expect(*v != "", errRange)
}

func (c *codec) lines16(v *string) {
	n := uint16(len(*v))
	c.expect(len(*v) <= 0xffff, errLong)
	c.u16(&n)
	c.text(v, int(n), true)
	c.expect(*v != "", errRange)
}

func (c *codec) text(v *string, n int, lines bool) {
	b := []byte(*v)
	if !c.writes {
		b = nil
		c.expect(c.in.ReadBytes(&b, n), errShort)
	}
	c.expect(validText(b, lines), errText)
	if c.err != nil {
		return
	}
	if c.writes {
		c.out.AddBytes(b)
		return
	}
	*v = string(b)
}

func validText(b []byte, lines bool) bool {
	for _, x := range b {
		if (x < 0x20 || x == 0x7f) && !(lines && x == '\n') {
			return false
		}
	}
	return utf8.Valid(b)
}

// list8 and list16 read or write a count and so many items. They allocate as
// items come, never by the count.
func list8[T any](c *codec, v *[]T, item func(*T)) {
	n := uint8(len(*v))
	c.expect(len(*v) <= 0xff, errLong)
	c.u8(&n)
	list(c, v, int(n), item)
}

func list16[T any](c *codec, v *[]T, item func(*T)) {
	n := uint16(len(*v))
	c.expect(len(*v) <= 0xffff, errLong)
	c.u16(&n)
	list(c, v, int(n), item)
}

func list[T any](c *codec, v *[]T, n int, item func(*T)) {
	for i := 0; i < n && c.err == nil; i++ {
		if !c.writes {
			var zero T
			*v = append(*v, zero)
		}
		item(&(*v)[i])
	}
}

// numbers8 and numbers16 are lists of different numbers of things.
func (c *codec) numbers8(v *[]uint32) {
	list8(c, v, c.number)
	c.expect(distinct(*v), errRange)
}

func (c *codec) numbers16(v *[]uint32) {
	list16(c, v, c.number)
	c.expect(distinct(*v), errRange)
}

func distinct[T comparable](v []T) bool {
	seen := make(map[T]bool, len(v))
	for _, n := range v {
		if seen[n] {
			return false
		}
		seen[n] = true
	}
	return true
}
