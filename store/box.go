package store

import (
	"context"
	"errors"
	"fmt"
)

// ErrBoxShut means that the box is in another state than the call needs.
var ErrBoxShut = errors.New("store: the box is not open for this")

// BoxState says what the ballot box takes.
type BoxState uint8

// The states, as column votes.box has them.
const (
	BoxUnopened BoxState = iota
	BoxOpen              // takes ballots, unused credentials and challenges
	BoxPaused            // takes nothing for now
	BoxShut              // after the close order: takes unused credentials only
	BoxEmptied           // what was in it is in the log, or void
)

// running reports whether an epoch is going on.
func (s BoxState) running() bool {
	return s == BoxOpen || s == BoxPaused || s == BoxShut
}

// BoxCount is what is in the box.
type BoxCount struct {
	Ballots uint32 // as many promises were given
	Unused  uint32
	Spent   uint32 // seal codes revealed by challenges, in all epochs
}

// CountBox counts what is in the box.
func (db *DB) CountBox(_ context.Context, vote string) (BoxCount, error) {
	return db.box.count(vote), db.alive()
}

// CountBox is DB.CountBox inside a transaction: a count entry must not promise
// what is not in the box yet.
func (t *Tx) CountBox() (BoxCount, error) { return t.db.box.count(t.vote), nil }

// Query returns what was handed in with a one-time key: the entry of a ballot
// or of an unused credential. A client that lost the answer learns from it that
// it must not make a second ballot (attack V13).
func (db *DB) Query(ctx context.Context, vote string, key [32]byte) ([]byte, error) {
	if err := errors.Join(db.alive(), ctx.Err()); err != nil {
		return nil, err
	}
	slot, ok := db.box.find(vote, key)
	if !ok {
		return nil, ErrNotFound
	}
	// The connection is the one that casts: a request that is cancelled must
	// not interrupt it.
	s, err := db.box.read(context.WithoutCancel(ctx), vote, slot)
	if err != nil {
		return nil, db.judge(err)
	}
	if s == nil || s.key != key { // the box was emptied meanwhile
		return nil, ErrNotFound
	}
	return s.entry, nil
}

// HandedIn says from memory what is known to lie in the box of an epoch under a
// one-time key: Same if it is the entry with that hash, OtherBallot if it is another
// one. 0 says nothing: it may be on its way, or another server may have taken it.
func (db *DB) HandedIn(vote string, epoch uint32, key, hash [32]byte) Outcome {
	if db.alive() != nil {
		return 0
	}
	return db.box.handedIn(vote, epoch, key, hash)
}

// OpenBox opens the box for a new epoch. What was handed in before counts no
// more and is erased, because everybody votes again; only spent seal codes stay
// spent, since what they stand for was revealed.
func (t *Tx) OpenBox(epoch uint32) error {
	err := execOne(t.ctx, t.tx, `
		UPDATE votes
		SET
			box = $1,
			epoch = $2
		WHERE id = $3 AND epoch < $2 AND box IN ($4, $5, $6)`,
		int64(BoxOpen), int64(epoch), t.vote, int64(BoxUnopened), int64(BoxOpen), int64(BoxPaused))
	if err != nil {
		return boxShut(err)
	}
	return t.eraseBox()
}

// PauseBox suspends casting.
func (t *Tx) PauseBox() error { return t.moveBox(BoxOpen, BoxPaused) }

// ResumeBox ends PauseBox.
func (t *Tx) ResumeBox() error { return t.moveBox(BoxPaused, BoxOpen) }

// ShutBox refuses ballots from now on, durably: it goes with the close order.
// Unused credentials are taken until CloseBox.
func (t *Tx) ShutBox() error {
	t.shut = true
	return t.moveBox(BoxOpen, BoxShut)
}

// CloseBox erases the box and all that could help to link a deputy to a ballot.
// It refuses as long as anything in the box is not in the log, so that no
// promise is broken (attack S3).
func (t *Tx) CloseBox() error {
	if err := t.checkLogged(); err != nil {
		return err
	}
	if err := t.moveBox(BoxShut, BoxEmptied); err != nil {
		return err
	}
	return t.eraseBox()
}

// DiscardBox erases the box of a vote that is void.
func (t *Tx) DiscardBox() error {
	err := execOne(t.ctx, t.tx, `
		UPDATE votes
		SET box = $1
		WHERE id = $2`,
		int64(BoxEmptied), t.vote)
	if err != nil {
		return err
	}
	return t.eraseBox()
}

func (t *Tx) moveBox(from, to BoxState) error {
	return boxShut(execOne(t.ctx, t.tx, `
		UPDATE votes
		SET box = $1
		WHERE id = $2 AND box = $3`,
		int64(to), t.vote, int64(from)))
}

func boxShut(err error) error {
	if errors.Is(err, errNone) {
		return ErrBoxShut
	}
	return err
}

// eraseBox erases what the database has of the epoch. What lies in the box
// itself is dead as soon as this is committed; Scrub sweeps it away.
func (t *Tx) eraseBox() error {
	t.erased = true
	for _, text := range []string{eraseSeeds, eraseIssuances} {
		for {
			done, err := t.tx.ExecContext(t.ctx, text, t.vote, t.db.engine.piece())
			if err != nil {
				return err
			}
			if n, err := done.RowsAffected(); err != nil {
				return err
			} else if n == 0 {
				break
			}
		}
	}
	return nil
}

// These delete so many rows at a time ($2).
const (
	eraseSeeds = `
	DELETE FROM seeds
	WHERE vote = $1 AND (epoch, idx) IN (SELECT epoch, idx FROM seeds WHERE vote = $1 LIMIT $2)`
	eraseIssuances = `
	DELETE FROM issuances
	WHERE vote = $1 AND (epoch, idx) IN (SELECT epoch, idx FROM issuances WHERE vote = $1 LIMIT $2)`
)

// checkLogged checks that everything in the box is in the log. Who asks for an
// entry in the box (Query) waits meanwhile.
func (t *Tx) checkLogged() error {
	missing := 0
	look := func(hash [32]byte) error {
		_, err := findEntry(t.ctx, t.tx, t.vote, hash)
		if errors.Is(err, ErrNotFound) {
			missing++
			return nil
		}
		return err
	}
	if err := t.eachAlive(func(_ int64, s *slip) error { return look(s.hash) }); err != nil {
		return err
	}
	for _, e := range t.db.box.tray(t.vote).spentEntries() {
		if err := look(e.Hash()); err != nil {
			return err
		}
	}
	if missing != 0 {
		return fmt.Errorf("%w: %d ballots, unused or spent seal codes are not in the log", errNotLogged, missing)
	}
	return nil
}

var errNotLogged = errors.New("store: box cannot be closed")
