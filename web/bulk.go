package web

import (
	"context"
	"errors"

	"piaojue/project"
	"piaojue/store"
)

// bulkSize is how many entries become durable at a time: one by one, a table of
// thousands would wait for the disk thousands of times. Readers of the state wait
// meanwhile.
const bulkSize = 64

// recordAll is record for many deeds of one actor, in their order. Those that say
// errThere are left out. What fails takes with it those of its own bulk, and
// nothing before.
func (p *projects) recordAll(ctx context.Context, all []*deed) error {
	for len(all) > 0 {
		n := min(bulkSize, len(all))
		if err := p.recordBulk(ctx, all[:n]); err != nil {
			return err
		}
		all = all[n:]
	}
	return nil
}

func (p *projects) recordBulk(ctx context.Context, all []*deed) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.broken != nil {
		return because(codeStorage, p.broken)
	}
	size := p.state.Size()
	var note []byte
	err := p.db.Update(ctx, func(tx *store.ProjectsTx) error {
		for _, d := range all {
			made, err := p.recordNext(ctx, tx, d)
			if err != nil && !errors.Is(err, errThere) {
				return err
			}
			if err == nil {
				note = made
			}
		}
		return nil
	})
	if err != nil && !errors.Is(err, store.ErrUnclean) {
		if p.state.Size() != size { // it has run ahead of what did not become durable
			return errors.Join(err, p.rebuild())
		}
		return err
	}
	if note != nil {
		p.keep(p.log, note)
	}
	return err
}

// recordNext writes one entry and takes it in, so that the next one follows it:
// nobody sees the state before the transaction is durable.
func (p *projects) recordNext(ctx context.Context, tx *store.ProjectsTx, d *deed) (note []byte, err error) {
	body, err := d.body(p.state)
	if err != nil {
		return nil, err
	}
	entry, err := p.state.Draft(d.actor, p.day(), body)
	if err != nil {
		return nil, err
	}
	if actor, _ := p.state.Actor(d.actor); actor.Key != [32]byte{} {
		return nil, errUnsigned
	}
	if note, err = p.write(ctx, tx, entry, body, d); err != nil {
		return nil, err
	}
	return note, p.takeIn(entry)
}

// write puts an entry and all that belongs to it into a transaction.
func (p *projects) write(ctx context.Context, tx *store.ProjectsTx, entry *project.Entry, body project.Body, d *deed) (note []byte, err error) {
	for _, b := range d.blobs {
		if err := tx.PutBlob(b.hash, b.file, b.preview); err != nil {
			return nil, err
		}
	}
	if err := erase(tx, body); err != nil {
		return nil, err
	}
	if d.also != nil {
		if err := d.also(tx, body, p.state.Size()); err != nil {
			return nil, err
		}
	}
	return p.append(ctx, tx, entry.Marshal())
}
