package web

import (
	"context"
	"time"

	"piaojue/election"
	"piaojue/store"
)

// These are the server's own actions. They run on the vote's goroutine.

// ownEntry returns an entry signed with the log key.
func (v *vote) ownEntry(e *election.Entry, err error) (*election.Entry, error) {
	if err != nil {
		return nil, err
	}
	e.Sign(election.RoleLog, 0, v.keys.log, v.state.ManifestHash())
	return e, nil
}

// countStep hides who has cast: an exact count between two issuances, which name
// their deputies, would show that those before it all have, or that nobody else
// has since (PROTOCOL.md, "Entries", kind 11).
const countStep = 16

// count logs how many promises were given, rounded down to a multiple of
// countStep, if that has risen (attack S2). It reads the number in the
// transaction in which it is logged, so that it never promises what is not in
// the box.
func (v *vote) count() error {
	if !v.state.Accepts(election.KindCount) {
		return nil
	}
	return v.append(context.Background(), func(tx *store.Tx) ([]*election.Entry, error) {
		c, err := tx.CountBox()
		given := c.Ballots / countStep * countStep
		if err != nil || given <= v.state.Promises() {
			return nil, err
		}
		body := &election.Promises{Epoch: v.state.Opening().Epoch, Given: given}
		e, err := v.ownEntry(election.NewEntry(body))
		return []*election.Entry{e}, err
	})
}

// awaitClose starts the time in which terminals hand in unused credentials.
// After a restart it starts again.
func (v *vote) awaitClose() {
	if v.grace != nil {
		return
	}
	v.grace = time.After(v.config.Grace)
	v.closeIfSettled()
}

// closeIfSettled closes the box early if every credential is accounted for.
func (v *vote) closeIfSettled() {
	if v.state.Phase() != election.PhaseClosing {
		return
	}
	c, err := v.config.DB.CountBox(context.Background(), v.id)
	issued, _ := v.state.Numbers().Electronic()
	if err == nil && uint64(c.Ballots)+uint64(c.Unused) >= uint64(issued) {
		v.try("close", v.closeBox)
	}
}

// closeStep is how many entries of the box are in memory at once.
const closeStep = 256

// closeBox moves everything that is in the box into the log, and closes it, in
// one transaction: no promise can be lost between them (attack S3).
func (v *vote) closeBox() error {
	if v.state.Phase() != election.PhaseClosing {
		return nil
	}
	err := v.appendBatch(context.Background(), v.emptyBox)
	if err == nil {
		v.grace = nil
	}
	return err
}

func (v *vote) emptyBox(b *batch, tx *store.Tx) error {
	var step []*election.Entry
	count := make(map[election.Kind]uint32)
	err := tx.EachInBox(func(raw []byte) error {
		e, err := election.ParseEntry(raw)
		if err != nil {
			return err
		}
		count[e.Kind]++
		if step = append(step, e); len(step) < closeStep {
			return nil
		}
		err = b.take(tx, step)
		step = step[:0]
		return err
	})
	if err != nil {
		return err
	}
	if err := b.take(tx, step); err != nil {
		return err
	}
	body := v.state.ExpectedClose()
	body.Ballots, body.Spent, body.Unused = count[election.KindBallot], count[election.KindSpent], count[election.KindUnused]
	e, err := v.ownEntry(election.NewEntry(body))
	if err != nil {
		return err
	}
	return b.take(tx, []*election.Entry{e})
}

// appendResult logs the result, which anybody can compute from the log.
func (v *vote) appendResult() error {
	r, err := v.state.ExpectedResult()
	if err != nil {
		return err
	}
	e, err := v.ownEntry(election.NewEntry(r))
	if err != nil {
		return err
	}
	return v.appendEntry(context.Background(), e)
}

// scrub tries again to remove erased rows from the file.
func (v *vote) scrub() error {
	if !v.config.DB.Unclean() {
		return nil
	}
	return v.config.DB.Scrub(context.Background())
}
