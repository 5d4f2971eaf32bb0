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

// closeBox moves everything that is in the box into the log, and closes it, in
// one transaction: no promise can be lost between them (attack S3).
func (v *vote) closeBox() error {
	if v.state.Phase() != election.PhaseClosing {
		return nil
	}
	ctx := context.Background()
	var c store.Contents
	err := v.append(ctx, func(tx *store.Tx) (entries []*election.Entry, err error) {
		if c, err = tx.Box(); err != nil {
			return nil, err
		}
		for _, group := range [][][]byte{c.Ballots, c.Spent, c.Unused} {
			for _, raw := range group {
				e, err := election.ParseEntry(raw)
				if err != nil {
					return nil, err
				}
				entries = append(entries, e)
			}
		}
		e, err := v.closeEntry(c)
		return append(entries, e), err
	})
	if err == nil {
		v.grace = nil
	}
	return err
}

// closeEntry is made before the state has taken the entries in, whose number
// it states; the state compares.
func (v *vote) closeEntry(c store.Contents) (*election.Entry, error) {
	body := v.state.ExpectedClose()
	body.Ballots, body.Unused, body.Spent = uint32(len(c.Ballots)), uint32(len(c.Unused)), uint32(len(c.Spent))
	return v.ownEntry(election.NewEntry(body))
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
	if !v.unclean {
		return nil
	}
	err := v.config.DB.Scrub(context.Background())
	v.unclean = err != nil
	return err
}
