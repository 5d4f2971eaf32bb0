package client

import (
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"piaojue/audit"
	"piaojue/election"
)

// Outline is the log of one vote without what is in its entries: the hashes of
// all of them, and of the entries only the manifest and those that say how the
// log ends. It is enough to find a ballot by its tracking code on a telephone,
// where a [Board] would fetch and replay thousands of ballots; it cannot say
// that an entry keeps the rules. It is not safe for concurrent use.
//
// What an Outline fetches depends on the size of the log and never on what is
// looked for: the bundle of a ballot, asked for alone, would tell the server
// whose ballot is among those few. So that an entry is a ballot is said by its
// place. Between the order and the close entry stand the sections whose sizes the
// close entry names (PROTOCOL.md, "Close, opening, totals"); an Outline checks
// that they fill that space, each in ascending order. That the log has nothing
// but ballots in the place of ballots is check 18 of the verifier.
type Outline struct {
	head
	opened  *election.Manifest
	closing *audit.Signed // nil while there is none, or too few have cosigned
	box     *box          // nil before the close
	voided  bool
	broken  error
	replay  *Board // who says which epoch is in force, before the close
}

// NewOutline looks at the log of a vote, by the server's name for it, whose
// manifest has the given hash.
func NewOutline(send Transport, vote string, manifest [32]byte) *Outline {
	return &Outline{head: newHead(send, vote, manifest)}
}

// Manifest returns the manifest; it is nil before the first update.
func (o *Outline) Manifest() *election.Manifest { return o.opened }

// Voided reports whether the vote was declared void.
func (o *Outline) Voided() bool { return o.voided }

// Closing returns the verified closing checkpoint. It is nil as long as there is
// none that enough witnesses cosigned.
func (o *Outline) Closing() *audit.Signed { return o.closing }

// Close returns the close entry and its index; nil before the close.
func (o *Outline) Close() (c *election.Close, index uint64) {
	if o.box == nil {
		return nil, 0
	}
	return o.box.close, o.box.at
}

// Update fetches what is new and verifies it: that it continues what was seen,
// under a checkpoint that log and witnesses signed. An Outline that met ErrBoard
// stays broken.
func (o *Outline) Update() error {
	if o.broken != nil {
		return o.broken
	}
	err := o.update()
	if errors.Is(err, ErrBoard) {
		o.broken = err
	}
	return err
}

func (o *Outline) update() error {
	note, size, err := o.latest()
	if err != nil {
		return err
	}
	old, r := o.tree.size, o.newReader()
	if err := o.addHashes(size); err != nil {
		o.tree.truncate(old)
		return err
	}
	if err := o.extend(r, note); err != nil {
		err = o.accuse(note, err)
		o.tree.truncate(old)
		return err
	}
	if size == old && o.closing != nil {
		return nil // how it ends is known
	}
	return o.readEnd(r)
}

// extend compares the root of the tree, which has grown, with the signed one.
func (o *Outline) extend(r *reader, note []byte) error {
	if o.opened == nil {
		if err := o.readManifest(r); err != nil {
			return err
		}
	}
	return o.believe(note)
}

func (o *Outline) readManifest(r *reader) error {
	if o.tree.size == 0 {
		return errEmpty
	}
	raw, err := r.raw(0)
	if err != nil {
		return err
	}
	m, err := o.setPolicy(raw)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrBoard, err)
	}
	o.opened = m
	return nil
}

// Receipt makes the receipt of an entry, as that of a Board.
func (o *Outline) Receipt(entry [32]byte) (*audit.Receipt, error) {
	return o.receipt(entry, o.closingSize())
}

// CheckReceipt verifies a receipt that somebody brings, as that of a Board.
func (o *Outline) CheckReceipt(entry [32]byte, r *audit.Receipt) error {
	return o.checkReceipt(entry, r, o.closingSize())
}

// closingSize is the size of the closing checkpoint, 0 before the collection.
func (o *Outline) closingSize() uint64 {
	if o.box == nil {
		return 0
	}
	return o.box.size
}

// reader reads single entries of a tree, each of which it compares with its leaf
// hash; it keeps the bundles that it has fetched.
type reader struct {
	*head
	bundles map[uint64][][]byte // by index of the first entry
}

func (h *head) newReader() *reader { return &reader{head: h, bundles: make(map[uint64][][]byte)} }

func (r *reader) raw(index uint64) ([]byte, error) {
	tiles := audit.Bundles(index, r.tree.size)
	if len(tiles) == 0 {
		return nil, fmt.Errorf("%w: no entry %d", ErrBoard, index)
	}
	t := tiles[0]
	entries, ok := r.bundles[t.Start()]
	if !ok {
		data, err := r.get("/" + t.Path())
		if err != nil {
			return nil, err
		}
		if entries, err = t.ParseEntries(data); err != nil {
			return nil, fmt.Errorf("%w: %v", ErrBoard, err)
		}
		r.bundles[t.Start()] = entries
	}
	raw := entries[index-t.Start()]
	if tlog.RecordHash(raw) != r.tree.leaf(index) {
		return nil, fmt.Errorf("%w: entry %d has another hash", ErrBoard, index)
	}
	return raw, nil
}

func (r *reader) entry(index uint64) (*election.Entry, error) {
	raw, err := r.raw(index)
	if err != nil {
		return nil, err
	}
	e, err := election.ParseEntry(raw)
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrBoard, err)
	}
	return e, nil
}
