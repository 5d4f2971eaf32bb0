package project

import (
	"crypto/ed25519"
	"crypto/sha256"
)

// MaxEntry is the length of the longest entry: what a tlog-tiles bundle holds.
const MaxEntry = 65000

// Entry is a line of the log: `u8 kind ‖ day u32 ‖ actor u32 ‖ seq u32 ‖
// u16 len(body) ‖ body ‖ u8 signed ‖ sig[64] if signed`.
type Entry struct {
	Kind      Kind
	Day       Date   // of writing; never before that of an earlier entry
	Actor     uint32 // whose entry it is
	Seq       uint32 // the how-manieth of that actor, from 1
	Body      []byte
	Signature []byte // by the actor's key: 64 bytes, or nil if it has none
}

// Body is what an entry says. All bodies are types of this package.
type Body interface {
	// Kind says what entry it is.
	Kind() Kind

	// fields describes the format.
	fields(*codec)

	// about names what the entry is about. The first is its subject: the rules
	// ask for its stage and in whose hands it is.
	about() []Ref

	// check makes the checks that belong to the body alone.
	check(*State, place) error

	// apply changes the state. It cannot fail.
	apply(*State, place)
}

// place is where an entry stands, and who made it.
type place struct {
	index uint64
	day   Date
	by    *Actor
}

// NewEntry returns an unsigned entry, or an error if the format cannot hold the
// body, or the log not the entry with its signature.
func NewEntry(actor, seq uint32, day Date, b Body) (*Entry, error) {
	c := writer()
	b.fields(c)
	e := &Entry{Kind: b.Kind(), Day: day, Actor: actor, Seq: seq, Body: c.sum()}
	unsigned := e.Marshal()
	if e.Body == nil || unsigned == nil || len(unsigned)+ed25519.SignatureSize > MaxEntry {
		return nil, of(b.Kind(), fault(CodeForm, "%v", orLong(c.err)))
	}
	return e, nil
}

func orLong(err error) error {
	if err == nil {
		return errLong
	}
	return err
}

func (e *Entry) fields(c *codec) {
	enum(c, &e.Kind, lastKind)
	c.date(&e.Day)
	c.u32(&e.Actor)
	c.number(&e.Seq)
	n := uint16(len(e.Body))
	c.expect(len(e.Body) <= 0xffff, errLong)
	c.u16(&n)
	c.bytes(&e.Body, int(n))
}

// ParseEntry parses an entry strictly. It says nothing about the body.
func ParseEntry(b []byte) (*Entry, error) {
	e := &Entry{}
	if len(b) > MaxEntry {
		return nil, of(e.Kind, fault(CodeForm, "%d bytes are more than %d", len(b), MaxEntry))
	}
	c := reader(b)
	e.fields(c)
	var signed bool
	c.flag(&signed)
	if signed {
		c.bytes(&e.Signature, ed25519.SignatureSize)
	}
	if err := c.done(); err != nil {
		return nil, of(e.Kind, fault(CodeForm, "entry: %v", err))
	}
	return e, nil
}

// Marshal returns the bytes of the entry, or nil if the format cannot hold it.
func (e *Entry) Marshal() []byte {
	c := writer()
	e.fields(c)
	signed := e.Signature != nil
	c.flag(&signed)
	if signed {
		c.bytes(&e.Signature, ed25519.SignatureSize)
	}
	b := c.sum()
	if len(b) > MaxEntry {
		return nil
	}
	return b
}

// Hash returns the leaf hash of RFC 6962.
func (e *Entry) Hash() [32]byte {
	h := sha256.New()
	h.Write([]byte{0})
	h.Write(e.Marshal())
	return [32]byte(h.Sum(nil))
}

// Message returns what the actor signs: "piaojue-v1 project " ‖ name ‖ "\n" ‖
// log id[32] ‖ SHA-256(all of the entry before `signed`)[32]. That holds the
// day and the sequence number, so that no signature serves twice.
func (e *Entry) Message(log [32]byte) []byte {
	c := writer()
	e.fields(c)
	digest := sha256.Sum256(c.sum())
	m := append([]byte("piaojue-v1 project "), e.Kind.String()...)
	m = append(m, '\n')
	m = append(m, log[:]...)
	return append(m, digest[:]...)
}

// Sign signs the entry with the actor's key, for the log with that id.
func (e *Entry) Sign(sk ed25519.PrivateKey, log [32]byte) {
	e.Signature = ed25519.Sign(sk, e.Message(log))
}

// ParseBody parses the body of an entry, for showing it to people.
func ParseBody(e *Entry) (Body, error) {
	b, _, err := parseBody(e)
	return b, err
}

func parseBody(e *Entry) (Body, []content, error) {
	b := newBody(e.Kind)
	if b == nil {
		return nil, nil, of(e.Kind, fault(CodeForm, "no such kind"))
	}
	c := reader(e.Body)
	b.fields(c)
	if err := c.done(); err != nil {
		return nil, nil, of(e.Kind, fault(CodeForm, "body: %v", err))
	}
	return b, c.blobs, nil
}
