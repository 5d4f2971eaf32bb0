package client

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"

	"piaojue/audit"
	"piaojue/election"
)

// box is what came out of the ballot box, as the close entry says.
type box struct {
	close *election.Close
	at    uint64 // index of the close entry
	size  uint64 // of the closing checkpoint; 0 before the collection
}

// Place is where an entry stands in the log.
type Place struct {
	Entry [32]byte // its hash: the tracking code
	Index uint64

	// Kind is what the entry is by its place: KindBallot, KindSpent or
	// KindUnused; 0 if it is none of those that came out of the box.
	Kind election.Kind
}

// Find returns the places of all entries whose hash begins with the given bytes.
func (o *Outline) Find(start []byte) (found []Place) {
	for i := range o.tree.size {
		if leaf := o.tree.leaf(i); len(start) > 0 && bytes.HasPrefix(leaf[:], start) {
			found = append(found, Place{Entry: leaf, Index: i, Kind: o.kind(i)})
		}
	}
	return found
}

// kind says to which section of the box an entry belongs.
func (o *Outline) kind(index uint64) election.Kind {
	if o.box == nil {
		return 0
	}
	for _, g := range o.box.sections() {
		if g.from <= index && index < g.to {
			return g.kind
		}
	}
	return 0
}

// Ballots returns where the ballots stand in the log: from the first index up to
// but not including the second; both are 0 before the close.
func (o *Outline) Ballots() (from, to uint64) {
	if o.box == nil {
		return 0, 0
	}
	g := o.box.sections()[0]
	return g.from, g.to
}

// section is where one kind of what came out of the box stands.
type section struct {
	kind     election.Kind
	from, to uint64
}

func (b *box) sections() [3]section {
	c := b.close
	from := b.at - b.count()
	spent := from + uint64(c.Ballots)
	unused := spent + uint64(c.Spent)
	return [3]section{{election.KindBallot, from, spent}, {election.KindSpent, spent, unused}, {election.KindUnused, unused, b.at}}
}

func (b *box) count() uint64 {
	return uint64(b.close.Ballots) + uint64(b.close.Spent) + uint64(b.close.Unused)
}

// checkBox compares what the close entry says with the tree: the order that it
// names, right before the sections, and the order within each (PROTOCOL.md, check
// 23). A close entry with other numbers would call something a ballot that is
// none.
func (o *Outline) checkBox(b *box) error {
	if n := b.count(); n >= b.at || o.tree.leaf(b.at-n-1) != b.close.Order {
		return fmt.Errorf("%w: between order and close there are not %d entries", ErrBoard, n)
	}
	for _, g := range b.sections() {
		for i := g.from + 1; i < g.to; i++ {
			last, next := o.tree.leaf(i-1), o.tree.leaf(i)
			if bytes.Compare(last[:], next[:]) >= 0 {
				return fmt.Errorf("%w: entry %d is not in ascending order", ErrBoard, i)
			}
		}
	}
	return nil
}

// readEnd finds out how the log ends: whether it is closed, collected, void.
func (o *Outline) readEnd(r *reader) error {
	last, voided, err := o.last(r)
	if err != nil {
		return err
	}
	e, err := r.entry(last)
	if err != nil {
		return err
	}
	var closing *audit.Signed
	b := &box{}
	switch {
	case e.Kind == election.KindClose || e.Kind == election.KindBatch || e.Kind == election.KindPaper:
		b.at, err = o.closeBefore(r, last)
	case e.Kind >= election.KindCollection && e.Kind <= election.KindDestruction || e.Kind >= election.KindDecision:
		if closing, err = o.readClosing(); err != nil {
			return err
		}
		if closing == nil && e.Kind != election.KindCollection {
			return fmt.Errorf("%w: the closing checkpoint is not there", ErrStale)
		}
		b.size = last + 1
		if closing != nil {
			b.size = closing.Size
		}
		b.at, err = o.closeOf(r, b.size-1)
	default:
		o.voided = voided
		return nil
	}
	if err != nil {
		return err
	}
	if err := o.readBox(r, b); err != nil {
		return err
	}
	o.box, o.closing, o.voided = b, closing, voided
	return nil
}

// readClosing returns the closing checkpoint, nil if there is none yet that
// enough witnesses cosigned: the latest one, which they have, holds the box too.
func (o *Outline) readClosing() (*audit.Signed, error) {
	note, err := fetchClosing(func(path string) ([]byte, error) { return o.get("/" + path) }, o.tree.size)
	switch {
	case errors.Is(err, fs.ErrNotExist): // a record without one
		return nil, nil
	case err != nil && !errors.Is(err, ErrStale):
		return nil, fmt.Errorf("%w: %v", ErrBoard, err)
	case err != nil || note == nil:
		return nil, err
	}
	signed, err := o.open(note)
	if errors.Is(err, ErrStale) {
		return nil, nil
	}
	if err != nil {
		if f := o.fork(note, &o.tree); f != nil {
			return nil, f
		}
	}
	if err == nil && signed.Size == 0 {
		err = fmt.Errorf("%w: the closing checkpoint is empty", ErrBoard)
	}
	return signed, err
}

// maxAfterVoid bounds what is read of a log that was declared void.
const maxAfterVoid = 512

// last returns the index of the last entry that is neither the declaration that
// the vote is void nor, after it, that a key is destroyed or which vote is next.
func (o *Outline) last(r *reader) (index uint64, voided bool, err error) {
	end := o.tree.size - 1
	for n := range uint64(maxAfterVoid) {
		if n > end {
			break
		}
		e, err := r.entry(end - n)
		if err != nil {
			return 0, false, err
		}
		if e.Kind == election.KindVoid && end > n {
			return end - n - 1, true, nil
		}
		if e.Kind != election.KindDestruction && e.Kind != election.KindSuccessor {
			break
		}
	}
	return end, false, nil
}

// readBox reads the close entry, and compares it with the tree.
func (o *Outline) readBox(r *reader, b *box) error {
	e, err := r.entry(b.at)
	if err != nil {
		return err
	}
	if e.Kind != election.KindClose {
		return fmt.Errorf("%w: entry %d is not the close entry", ErrBoard, b.at)
	}
	if b.close, err = election.ParseClose(e.Body); err != nil {
		return fmt.Errorf("%w: %v", ErrBoard, err)
	}
	o.ending, o.endingAt = e.Marshal(), b.at
	return o.checkBox(b)
}

// closeOf returns the index of the close entry that the collection entry at an
// index names: paper may stand between them.
func (o *Outline) closeOf(r *reader, at uint64) (uint64, error) {
	e, err := r.entry(at)
	if err != nil {
		return 0, err
	}
	if e.Kind != election.KindCollection {
		return 0, fmt.Errorf("%w: entry %d is not the collection", ErrBoard, at)
	}
	c, err := election.ParseCollection(e.Body)
	if err != nil {
		return 0, fmt.Errorf("%w: %v", ErrBoard, err)
	}
	index, ok := o.tree.find(c.Close)
	if !ok || index >= at {
		return 0, fmt.Errorf("%w: the collection is not that of an entry before it", ErrBoard)
	}
	return index, nil
}

// closeBefore goes back to the close entry over the paper that was entered
// after it.
func (o *Outline) closeBefore(r *reader, at uint64) (uint64, error) {
	for ; at > 0; at-- {
		e, err := r.entry(at)
		if err != nil || e.Kind == election.KindClose {
			return at, err
		}
		if e.Kind != election.KindBatch && e.Kind != election.KindPaper {
			break
		}
	}
	return 0, fmt.Errorf("%w: paper without a close entry", ErrBoard)
}
