package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"piaojue/audit"
	"piaojue/election"
)

// promise is what the log says of a box.
type promise struct {
	epoch   uint32
	ballots uint32 // at least
}

// checkVotes recomputes every log from its entries, and returns what they
// promise of every box. It runs before anything else uses the database.
func (db *DB) checkVotes(ctx context.Context) (map[string]promise, error) {
	votes, err := db.logs(ctx)
	if err != nil {
		return nil, err
	}
	promised := map[string]promise{}
	for _, v := range votes {
		err := db.read(ctx, func(tx *sql.Tx) (err error) {
			promised[v.ID], err = checkVote(ctx, tx, v)
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("vote %s: %w", v.ID, err)
		}
	}
	return promised, nil
}

func checkVote(ctx context.Context, tx *sql.Tx, v Vote) (promise, error) {
	promised := promise{epoch: v.Epoch}
	head, err := checkLog(ctx, tx, v.ID, func(entry []byte) {
		if p := parsePromises(entry); p != nil && p.Epoch == v.Epoch {
			promised.ballots = p.Given
		}
	})
	if err != nil {
		return promise{}, err
	}
	if v.Frozen != (head.Size > 0) {
		return promise{}, fmt.Errorf("%w: frozen is %t with a log of %d entries", ErrDamaged, v.Frozen, head.Size)
	}
	return promised, nil
}

// checkLog recomputes a log from its entries, which it also gives to note.
func checkLog(ctx context.Context, tx *sql.Tx, vote string, note func(entry []byte)) (Head, error) {
	head, err := readHead(ctx, tx, vote)
	if errors.Is(err, ErrNotFound) {
		return head, fmt.Errorf("%w: the log has no head", ErrDamaged)
	}
	if err != nil {
		return head, err
	}
	c := &logCheck{ctx: ctx, tx: tx, vote: vote, head: head, note: note}
	for _, check := range []func() error{c.checkRows, c.checkTree, c.checkSigned} {
		if err := check(); err != nil {
			return head, err
		}
	}
	return head, nil
}

// logCheck goes through one log in order.
type logCheck struct {
	ctx  context.Context
	tx   *sql.Tx
	vote string
	head Head
	note func(entry []byte)

	tree  tree
	roots map[uint64]tlog.Hash // at the sizes somebody asks for
}

// checkRows finds rows that the head does not know, or misses.
func (c *logCheck) checkRows() error {
	var entries, hashes uint64
	err := c.tx.QueryRowContext(c.ctx, `
		SELECT
			(SELECT COUNT(*) FROM entries WHERE vote = $1),
			(SELECT COUNT(*) FROM hashes WHERE vote = $1)`,
		c.vote).Scan(&entries, &hashes)
	if err != nil {
		return err
	}
	if want := uint64(tlog.StoredHashCount(int64(c.head.Size))); entries != c.head.Size || hashes != want {
		return fmt.Errorf("%w: %d entries and %d hashes in a log of %d", ErrDamaged, entries, hashes, c.head.Size)
	}
	return nil
}

// page bounds how many entries are in memory at once.
const page = 256

func (c *logCheck) checkTree() error {
	c.roots = map[uint64]tlog.Hash{}
	for start := uint64(0); start < c.head.Size; start += page {
		if err := c.checkPage(start, min(start+page, c.head.Size)); err != nil {
			return err
		}
	}
	return nil
}

func (c *logCheck) checkPage(start, end uint64) error {
	entries, err := readEntries(c.ctx, c.tx, c.vote, start, end)
	if errors.Is(err, ErrNotFound) {
		return fmt.Errorf("%w: not all of entries %d to %d are there", ErrDamaged, start, end)
	}
	if err != nil {
		return err
	}
	stored, err := c.storedHashes(tlog.StoredHashCount(int64(start)), tlog.StoredHashCount(int64(end)))
	if err != nil {
		return err
	}
	for i, e := range entries {
		want := c.tree.add(election.HashEntry(e))
		if len(stored) < len(want) || !equalHashes(want, stored[:len(want)]) {
			return fmt.Errorf("%w: entry %d does not hash to what is stored", ErrDamaged, start+uint64(i))
		}
		stored = stored[len(want):]
		if c.tree.size == c.head.Signed {
			c.roots[c.tree.size] = c.tree.root()
		}
		c.note(e)
	}
	return nil
}

func (c *logCheck) storedHashes(start, end int64) ([]tlog.Hash, error) {
	return queryAll(c.ctx, c.tx, scanHash, `
		SELECT hash
		FROM hashes
		WHERE vote = $1 AND idx >= $2 AND idx < $3
		ORDER BY idx`,
		c.vote, start, end)
}

func scanHash(rows *sql.Rows) (h tlog.Hash, err error) {
	b, err := scanBytes(rows)
	copy(h[:], b)
	return h, err
}

func equalHashes(a, b []tlog.Hash) bool {
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return len(a) == len(b)
}

// parsePromises returns the body of a count entry, or nil for another entry.
func parsePromises(entry []byte) *election.Promises {
	e, err := election.ParseEntry(entry)
	if err != nil || e.Kind != election.KindCount {
		return nil
	}
	p, err := election.ParsePromises(e.Body)
	if err != nil {
		return nil
	}
	return p
}

// checkSigned refuses a tree that is not the one last signed, or that ends
// before it (attack S2).
func (c *logCheck) checkSigned() error {
	if len(c.head.Checkpoint) == 0 && c.head.Signed == 0 {
		return nil
	}
	signed, err := audit.ReadCheckpoint(c.head.Checkpoint)
	if err != nil {
		return fmt.Errorf("%w: %v", ErrDamaged, err)
	}
	if signed.Size > c.head.Size {
		return fmt.Errorf("%w: %d entries were signed, the log has %d", ErrDamaged, signed.Size, c.head.Size)
	}
	if signed.Size != c.head.Signed || signed.Size > 0 && c.roots[signed.Size] != signed.Root {
		return fmt.Errorf("%w: the log is not the one that was signed", ErrDamaged)
	}
	return nil
}
