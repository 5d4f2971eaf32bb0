package web

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"

	"piaojue/ballot"
	"piaojue/election"
	"piaojue/store"
)

// Check is Inspect and, beyond what a start looks at, five things that hold
// whatever has happened to the machine:
//
//   - What was acknowledged is in the box or in the log (attack S3).
//   - The files are whole.
//   - Each credential has one ballot, or one unused, and each of them verifies.
//   - Each log replays from its first entry.
//   - It continues every checkpoint that anybody has seen (attack S2).
//
// Open it on a copy: like a start, opening the database sweeps the box.
func Check(ctx context.Context, db *store.DB, keys string, outside *Acknowledged) ([]Standing, error) {
	all, err := Inspect(ctx, db, keys)
	if err != nil {
		return nil, err
	}
	known := map[string]bool{}
	for _, s := range all {
		known[s.ID] = true
		if err := checkVote(ctx, db, keys, s.ID, outside); err != nil {
			return nil, fmt.Errorf("vote %s: %w", s.ID, err)
		}
	}
	for id := range outside.votes {
		if !known[id] {
			return nil, fmt.Errorf("vote %s: %w: it is not there", id, store.ErrDamaged)
		}
	}
	return all, nil
}

func checkVote(ctx context.Context, db *store.DB, keys, id string, outside *Acknowledged) error {
	c := Config{DB: db, Keys: keys}
	c.setDefaults()
	v, err := openVote(ctx, &c, id, func([32]byte) *vote { return nil })
	if err != nil {
		return err
	}
	there, err := v.checkContents(ctx, outside.kept[id])
	if err != nil {
		return err
	}
	if err := v.checkAcknowledged(ctx, outside.kept[id], there); err != nil {
		return err
	}
	return v.checkSeen(ctx, outside.seen[id])
}

// checkContents verifies what waits in the box from its bytes alone, as the close
// would read it, and says which of the acknowledged entries are there.
func (v *vote) checkContents(ctx context.Context, acknowledged [][32]byte) (there map[[32]byte]bool, err error) {
	err = v.config.DB.Update(ctx, v.id, func(tx *store.Tx) error {
		there = map[[32]byte]bool{}
		for _, hash := range acknowledged {
			there[hash] = false
		}
		c := &contentsCheck{params: v.state.Params(), once: election.NewTable[struct{}]()}
		err := tx.EachInBox(func(raw []byte) error {
			hash := election.HashEntry(raw)
			if _, wanted := there[hash]; wanted {
				there[hash] = true
			}
			return damagedBox(c.check(raw))
		})
		if err == nil {
			err = damagedBox(c.verify())
		}
		return err
	})
	return there, err
}

func damagedBox(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%w: in the box: %w", store.ErrDamaged, err)
}

// contentsCheck looks at one entry after the other: first ballots, then spent seal
// codes, then unused credentials. Of what the store notes beside them only the kind
// counts, which it compares.
type contentsCheck struct {
	params  *ballot.Params
	once    *election.Table[struct{}] // one-time keys and seal codes (attack B5)
	ballots []*ballot.Ballot          // to be verified together
}

// together is how many ballots are verified at once.
const together = 32

func (c *contentsCheck) check(raw []byte) error {
	if c.params == nil {
		return errors.New("something lies in a box that was never opened")
	}
	e, err := election.ParseEntry(raw)
	if err != nil {
		return err
	}
	switch e.Kind {
	case election.KindBallot:
		return c.checkBallot(e)
	case election.KindUnused:
		return c.checkUnused(e)
	}
	if len(e.Body) != 32 || c.once.Has([32]byte(e.Body)) {
		return fmt.Errorf("spent %s: it is a ballot's seal code", trackingCode(e.Hash()))
	}
	return nil
}

func (c *contentsCheck) checkBallot(e *election.Entry) error {
	b, err := c.params.Parse(e.Body)
	if err != nil {
		return err
	}
	for _, value := range [][32]byte{b.Key(), b.SealCode()} {
		if c.once.Has(value) {
			return fmt.Errorf("ballot %s: another one is of the same credential", trackingCode(e.Hash()))
		}
		c.once.Put(value, struct{}{})
	}
	if c.ballots = append(c.ballots, b); len(c.ballots) < together {
		return nil
	}
	return c.verify()
}

// verify verifies the ballots that wait for it.
func (c *contentsCheck) verify() error {
	if len(c.ballots) == 0 {
		return nil
	}
	err := errors.Join(c.params.VerifyBatch(c.ballots)...)
	c.ballots = nil
	return err
}

func (c *contentsCheck) checkUnused(e *election.Entry) error {
	u, err := c.params.ParseUnused(e.Body)
	if err == nil {
		err = c.params.VerifyUnused(u)
	}
	if err != nil {
		return err
	}
	if c.once.Has(u.Key()) {
		return fmt.Errorf("unused %s: a ballot is of the same credential", trackingCode(e.Hash()))
	}
	c.once.Put(u.Key(), struct{}{})
	return nil
}

// checkAcknowledged looks in the log for the acknowledged entries that are not in
// the box.
func (v *vote) checkAcknowledged(ctx context.Context, acknowledged [][32]byte, there map[[32]byte]bool) error {
	log := v.config.DB.Log(v.id)
	for _, hash := range acknowledged {
		if there[hash] {
			continue
		}
		_, err := log.Find(ctx, hash)
		if errors.Is(err, store.ErrNotFound) {
			return fmt.Errorf("%w: %s was acknowledged, and is neither in the box nor in the log", store.ErrDamaged, trackingCode(hash))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// checkSeen compares the log with checkpoints that it has shown to others.
func (v *vote) checkSeen(ctx context.Context, notes [][]byte) error {
	m := v.state.Manifest()
	if len(notes) == 0 {
		return nil
	}
	if m == nil {
		return staleVote(v.id)
	}
	policy, err := ownPolicy(m)
	if err != nil {
		return err
	}
	for _, note := range notes {
		signed, err := policy.Open(note)
		if err != nil {
			return fmt.Errorf("a checkpoint that was seen is not of this log: %w", err)
		}
		if err := follows(ctx, v.config.DB.Log(v.id), v.id, &signed.Checkpoint); err != nil {
			return err
		}
	}
	return nil
}

func trackingCode(hash [32]byte) string { return hex.EncodeToString(hash[:]) }
