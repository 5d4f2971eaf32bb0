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
	box, err := v.contents(ctx)
	if err != nil {
		return err
	}
	if err := v.checkContents(box); err != nil {
		return fmt.Errorf("%w: in the box: %w", store.ErrDamaged, err)
	}
	if err := v.checkAcknowledged(ctx, box, outside.kept[id]); err != nil {
		return err
	}
	return v.checkSeen(ctx, outside.seen[id])
}

// inBox is what lies in the box, as entries.
type inBox struct{ Ballots, Spent, Unused [][]byte }

// contents reads the box as the close would.
func (v *vote) contents(ctx context.Context) (c inBox, err error) {
	err = v.config.DB.Update(ctx, v.id, func(tx *store.Tx) error {
		c = inBox{}
		return tx.EachInBox(func(raw []byte) error {
			switch election.Kind(raw[0]) { // no entry is empty
			case election.KindBallot:
				c.Ballots = append(c.Ballots, raw)
			case election.KindSpent:
				c.Spent = append(c.Spent, raw)
			default:
				c.Unused = append(c.Unused, raw)
			}
			return nil
		})
	})
	return c, err
}

// checkContents verifies what waits in the box from its bytes alone: what the
// store notes beside them is not asked. The state takes in no key, seal code or
// commitment twice, so it refuses a second ballot of one credential (attack B5).
// It is spoiled by that, and used no more.
func (v *vote) checkContents(c inBox) error {
	if v.state.Params() == nil {
		if len(c.Ballots)+len(c.Spent)+len(c.Unused) > 0 {
			return errors.New("something lies in a box that was never opened")
		}
		return nil
	}
	once := map[[32]byte]bool{}
	var ballots []*ballot.Ballot
	for _, raw := range c.Ballots {
		e, err := election.ParseEntry(raw)
		if err != nil {
			return err
		}
		b, err := v.state.Params().Parse(e.Body)
		if err != nil {
			return err
		}
		if once[b.Key()] || once[b.SealCode()] {
			return fmt.Errorf("ballot %s: another one is of the same credential", trackingCode(e.Hash()))
		}
		once[b.Key()], once[b.SealCode()] = true, true
		ballots = append(ballots, b)
	}
	if err := errors.Join(v.state.Params().VerifyBatch(ballots)...); err != nil {
		return err
	}
	return v.checkOthers(c, once)
}

// checkOthers checks what is no ballot, given the one-time keys and seal codes
// of those.
func (v *vote) checkOthers(c inBox, once map[[32]byte]bool) error {
	for _, raw := range c.Unused {
		e, err := election.ParseEntry(raw)
		if err != nil {
			return err
		}
		u, err := v.state.Params().ParseUnused(e.Body)
		if err != nil {
			return err
		}
		if err := v.state.Params().VerifyUnused(u); err != nil {
			return err
		}
		if once[u.Key()] {
			return fmt.Errorf("unused %s: a ballot is of the same credential", trackingCode(e.Hash()))
		}
		once[u.Key()] = true
	}
	for _, raw := range c.Spent {
		e, err := election.ParseEntry(raw)
		if err != nil {
			return err
		}
		if len(e.Body) != 32 || once[[32]byte(e.Body)] {
			return fmt.Errorf("spent %s: it is a ballot's seal code", trackingCode(e.Hash()))
		}
	}
	return nil
}

// checkAcknowledged looks for each entry in the log and in the box.
func (v *vote) checkAcknowledged(ctx context.Context, c inBox, entries [][32]byte) error {
	there := map[[32]byte]bool{}
	for _, group := range [][][]byte{c.Ballots, c.Spent, c.Unused} {
		for _, raw := range group {
			there[election.HashEntry(raw)] = true
		}
	}
	log := v.config.DB.Log(v.id)
	for _, hash := range entries {
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
