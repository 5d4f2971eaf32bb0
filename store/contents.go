package store

import (
	"bytes"
	"database/sql"
	"slices"

	"piaojue/election"
)

// Contents is what lies in the box, as entries, in the three groups and the
// order in which PROTOCOL.md, Section 9, wants them in the log.
type Contents struct {
	Ballots [][]byte
	Spent   [][]byte
	Unused  [][]byte
}

// Box returns what is in the box. It stands in the same transaction as the
// entries that are made of it and as CloseBox, so nothing can come between.
func (t *Tx) Box() (c Contents, err error) {
	if c.Ballots, err = t.handedIn(election.KindBallot); err != nil {
		return c, err
	}
	if c.Unused, err = t.handedIn(election.KindUnused); err != nil {
		return c, err
	}
	spent, err := t.spent()
	if err != nil {
		return c, err
	}
	for _, e := range spent {
		c.Spent = append(c.Spent, e.Marshal())
	}
	return c, nil
}

func (t *Tx) handedIn(kind election.Kind) ([][]byte, error) {
	return queryAll(t.ctx, t.tx, scanBytes, `
		SELECT entry
		FROM box
		WHERE vote = $1 AND kind = $2
		ORDER BY hash`,
		t.vote, int64(kind))
}

// spent returns the spent entries in the order of their hash, which is not that
// of the seal codes.
func (t *Tx) spent() ([]*election.Entry, error) {
	all, err := queryAll(t.ctx, t.tx, scanSpent, `
		SELECT seal
		FROM seals
		WHERE vote = $1 AND spent = 1`,
		t.vote)
	slices.SortFunc(all, func(a, b *election.Entry) int {
		x, y := a.Hash(), b.Hash()
		return bytes.Compare(x[:], y[:])
	})
	return all, err
}

func scanSpent(rows *sql.Rows) (*election.Entry, error) {
	seal, err := scanBytes(rows)
	return &election.Entry{Kind: election.KindSpent, Body: seal}, err
}
