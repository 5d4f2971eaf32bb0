package election

import (
	"crypto/sha256"
	"errors"
	"fmt"
)

// MaxEntry is the length of the longest entry: what a tlog-tiles bundle holds.
const MaxEntry = 65000

// ErrLong means that an entry would not fit into the log.
var ErrLong = errors.New("election: the entry is too long")

// What is around a body, and for how many signatures there is room. Where the
// format sets no number, people go on signing: three are enough for whatever can
// be long, and sixteen are more than stand around a ballot box. A certificate may
// bear more, and is short.
const (
	frameSize     = 1 + 2 + 1 // kind, length, number of signatures
	signatureSize = 2 + 64    // role, index, sig
	fixedRoom     = 2         // no kind with a fixed number needs more
	openRoom      = 16
)

// room returns for how many signatures NewEntry leaves room.
func (k Kind) room() int {
	switch k {
	case KindBallot, KindSpent, KindUnused, KindPaper:
		return 0
	case KindAttendance, KindBadge, KindSheets, KindBatch, KindCollection, KindCertificate:
		return openRoom
	}
	return fixedRoom
}

// Entry is a line of the log: `u8 kind ‖ u16 len(body) ‖ body ‖ list8 of
// signature`.
type Entry struct {
	Kind       Kind
	Body       []byte
	Signatures []Signature
}

// body is a parsed body. All bodies of this package are bodies; the interface
// stays unexported because nobody else can say what an entry means.
type body interface {
	// Marshal returns the bytes, or nil if the format cannot hold them.
	Marshal() []byte

	kind() Kind

	// signers says whose signatures the entry must bear.
	signers(*State) demand

	// apply makes the checks that belong to the body alone and, if none
	// fails, changes the state.
	apply(*State, place) error
}

// NewEntry returns an unsigned entry. The body is parsed again, so that nothing
// is signed that others would not read, nor anything that the log could not hold
// with its signatures: that is ErrLong.
func NewEntry(b body) (*Entry, error) {
	e := &Entry{Kind: b.kind(), Body: b.Marshal()}
	if e.Body == nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrLong, e.Kind, errEncode)
	}
	if size := frameSize + len(e.Body) + e.Kind.room()*signatureSize; size > MaxEntry {
		return nil, fmt.Errorf("%w: %s: %d bytes with %d signatures, at most %d fit", ErrLong, e.Kind, size, e.Kind.room(), MaxEntry)
	}
	if _, err := parseBody(e); err != nil {
		return nil, fmt.Errorf("election: %w", err)
	}
	return e, nil
}

// ParseEntry parses an entry strictly. It says nothing about the body.
func ParseEntry(b []byte) (*Entry, error) {
	if len(b) > MaxEntry {
		return nil, fmt.Errorf("election: entry: %d bytes are more than %d", len(b), MaxEntry)
	}
	d := newDecoder(b)
	e := &Entry{Kind: Kind(d.u8())}
	d.expect(e.Kind.valid(), "no such kind")
	e.Body = d.bytes(int(d.u16()))
	e.Signatures = list8(d, decodeSignature)
	d.expect(ascending(e.Signatures), "signatures are not in ascending order")
	if err := d.done("entry"); err != nil {
		return nil, fmt.Errorf("election: %w", err)
	}
	return e, nil
}

// Marshal returns the bytes of the entry, or nil if they are more than
// MaxEntry.
func (e *Entry) Marshal() []byte {
	var w encoder
	w.AddUint8(uint8(e.Kind))
	w.count16(len(e.Body))
	w.bytes(e.Body)
	w.count8(len(e.Signatures))
	for i := range e.Signatures {
		e.Signatures[i].encode(&w)
	}
	b := w.sum()
	if len(b) > MaxEntry {
		return nil
	}
	return b
}

// Hash returns the leaf hash of RFC 6962. The hash of an entry always means
// this; that of a ballot is its tracking code.
func (e *Entry) Hash() [32]byte {
	return HashEntry(e.Marshal())
}

// HashEntry returns the leaf hash of a marshalled entry.
func HashEntry(entry []byte) [32]byte {
	h := sha256.New()
	h.Write([]byte{0})
	h.Write(entry)
	return [32]byte(h.Sum(nil))
}
