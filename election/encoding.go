package election

import (
	"errors"
	"fmt"
	"unicode/utf8"

	"golang.org/x/crypto/cryptobyte"
)

var (
	errShort    = errors.New("ends too early")
	errTrailing = errors.New("has trailing bytes")
	errText     = errors.New("is not UTF-8 text without control characters")
	errEncode   = errors.New("a text or list is too long for its format")
)

// decoder reads the formats of PROTOCOL.md, "Notation". After the first
// failure every read returns zero, and done reports that failure.
type decoder struct {
	rest cryptobyte.String
	size int
	err  error
}

func newDecoder(b []byte) *decoder {
	return &decoder{rest: b, size: len(b)}
}

func (d *decoder) fail(err error) {
	if d.err == nil {
		d.err = fmt.Errorf("byte %d: %w", d.size-len(d.rest), err)
		d.rest = nil
	}
}

// expect fails unless a value is in its stated range.
func (d *decoder) expect(ok bool, what string) {
	if !ok {
		d.fail(errors.New(what))
	}
}

// done ends a format: trailing bytes make the whole object invalid (G7).
func (d *decoder) done(name string) error {
	if len(d.rest) > 0 {
		d.fail(errTrailing)
	}
	if d.err != nil {
		return fmt.Errorf("%s: %w", name, d.err)
	}
	return nil
}

// finish returns what was parsed, or nil.
func finish[T any](d *decoder, name string, v *T) (*T, error) {
	if err := d.done(name); err != nil {
		return nil, err
	}
	return v, nil
}

func (d *decoder) need(ok bool) {
	if !ok {
		d.fail(errShort)
	}
}

func (d *decoder) u8() (v uint8) {
	d.need(d.rest.ReadUint8(&v))
	return v
}

func (d *decoder) u16() (v uint16) {
	d.need(d.rest.ReadUint16(&v))
	return v
}

func (d *decoder) u32() (v uint32) {
	d.need(d.rest.ReadUint32(&v))
	return v
}

func (d *decoder) u64() (v uint64) {
	d.need(d.rest.ReadUint64(&v))
	return v
}

func (d *decoder) bytes32() (v [32]byte) {
	d.need(d.rest.CopyBytes(v[:]))
	return v
}

func (d *decoder) bytes64() (v [64]byte) {
	d.need(d.rest.CopyBytes(v[:]))
	return v
}

func (d *decoder) bytes(n int) []byte {
	v := make([]byte, n)
	d.need(d.rest.CopyBytes(v))
	return v
}

// remaining takes all that is left: a message whose format belongs to package
// ballot or tally.
func (d *decoder) remaining() []byte {
	v := append([]byte(nil), d.rest...)
	d.rest = nil
	return v
}

func (d *decoder) text8() string {
	return d.text(int(d.u8()), false)
}

func (d *decoder) text16() string {
	return d.text(int(d.u16()), false)
}

// lines16 is a str16 in which U+000A is allowed.
func (d *decoder) lines16() string {
	return d.text(int(d.u16()), true)
}

func (d *decoder) text(n int, lines bool) string {
	var v []byte
	d.need(d.rest.ReadBytes(&v, n))
	if d.err == nil && !validText(string(v), lines) {
		d.fail(errText)
	}
	if d.err != nil {
		return ""
	}
	return string(v)
}

// list8 and list16 read a count and that many items. They allocate as items
// come, never by the count.
func list8[T any](d *decoder, item func(*decoder) T) []T {
	return list(d, int(d.u8()), item)
}

func list16[T any](d *decoder, item func(*decoder) T) []T {
	return list(d, int(d.u16()), item)
}

func list[T any](d *decoder, n int, item func(*decoder) T) []T {
	var items []T
	for range n {
		v := item(d)
		if d.err != nil {
			return nil
		}
		items = append(items, v)
	}
	return items
}

// validText says what a str8 or str16 may hold, apart from its length.
func validText(s string, lines bool) bool {
	for _, r := range s {
		control := r < 0x20 || r == 0x7f
		if control && !(lines && r == '\n') {
			return false
		}
	}
	return utf8.ValidString(s)
}

// encoder writes the formats of PROTOCOL.md, "Notation".
type encoder struct {
	cryptobyte.Builder
}

func (e *encoder) bytes(b []byte) {
	e.AddBytes(b)
}

func (e *encoder) text8(s string) {
	e.count8(len(s))
	e.bytes([]byte(s))
}

func (e *encoder) text16(s string) {
	e.count16(len(s))
	e.bytes([]byte(s))
}

func (e *encoder) count8(n int) {
	if n > 0xff {
		e.SetError(errEncode)
	}
	e.AddUint8(uint8(n))
}

func (e *encoder) count16(n int) {
	if n > 0xffff {
		e.SetError(errEncode)
	}
	e.AddUint16(uint16(n))
}

// sum returns what was written, nil if it did not fit.
func (e *encoder) sum() []byte {
	b, err := e.Bytes()
	if err != nil {
		return nil
	}
	return b
}
