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

// Log is the log of one vote, or of the projects, as an audit.Storage for those
// who read it, or append nothing but entries.
type Log struct {
	handle *handle
	vote   string // its name
	update func(context.Context, func(audit.Storage) error) error
}

var _ audit.Storage = (*Log)(nil)

// Log returns the log of a vote. Whether there is such a vote, its methods say.
func (db *DB) Log(vote string) *Log {
	return &Log{&db.handle, vote, func(ctx context.Context, fn func(audit.Storage) error) error {
		return db.Update(ctx, vote, func(tx *Tx) error { return fn(tx) })
	}}
}

// Size implements audit.Storage.
func (l *Log) Size(ctx context.Context) (uint64, error) {
	h, err := l.Head(ctx)
	return h.Size, err
}

// ReadHashes implements audit.Storage.
func (l *Log) ReadHashes(ctx context.Context, indexes []int64) (hashes []tlog.Hash, err error) {
	err = l.handle.read(ctx, func(tx *sql.Tx) (err error) {
		hashes, err = readHashes(ctx, tx, l.vote, indexes)
		return err
	})
	return hashes, err
}

// ReadEntries implements audit.Storage.
func (l *Log) ReadEntries(ctx context.Context, start, end uint64) (entries [][]byte, err error) {
	err = l.handle.read(ctx, func(tx *sql.Tx) (err error) {
		entries, err = readEntries(ctx, tx, l.vote, start, end)
		return err
	})
	return entries, err
}

// Append implements audit.Storage.
func (l *Log) Append(ctx context.Context, size uint64, entries [][]byte, hashes []tlog.Hash) error {
	return l.update(ctx, func(tx audit.Storage) error {
		return tx.Append(ctx, size, entries, hashes)
	})
}

// Head is where a log stands.
type Head struct {
	Size       uint64
	Signed     uint64 // size of the last signed checkpoint
	Checkpoint []byte // that checkpoint; empty if none was signed yet
}

// Head returns where the log stands.
func (l *Log) Head(ctx context.Context) (h Head, err error) {
	err = l.handle.read(ctx, func(tx *sql.Tx) (err error) {
		h, err = readHead(ctx, tx, l.vote)
		return err
	})
	return h, err
}

// Find returns the index of the first entry that has this leaf hash.
func (l *Log) Find(ctx context.Context, hash [32]byte) (index uint64, err error) {
	err = l.handle.read(ctx, func(tx *sql.Tx) (err error) {
		index, err = findEntry(ctx, tx, l.vote, hash)
		return err
	})
	return index, err
}

func findEntry(ctx context.Context, tx *sql.Tx, vote string, hash [32]byte) (index uint64, err error) {
	err = tx.QueryRowContext(ctx, selectFound, vote, hash[:]).Scan(&index)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, ErrNotFound
	}
	return index, err
}

// selectFound sorts by a sum, not by the column itself, in whose order a database
// would read the whole log, up to the entry that it looks for.
const selectFound = `
	SELECT idx
	FROM entries
	WHERE vote = $1 AND hash = $2
	ORDER BY idx + 0
	LIMIT 1`

func readHead(ctx context.Context, tx *sql.Tx, vote string) (h Head, err error) {
	err = tx.QueryRowContext(ctx, `
		SELECT size, signed, checkpoint
		FROM heads
		WHERE vote = $1`,
		vote).Scan(&h.Size, &h.Signed, &h.Checkpoint)
	if errors.Is(err, sql.ErrNoRows) {
		return h, ErrNotFound
	}
	return h, err
}

func readHashes(ctx context.Context, tx *sql.Tx, vote string, indexes []int64) ([]tlog.Hash, error) {
	stmt, err := tx.PrepareContext(ctx, `
		SELECT hash
		FROM hashes
		WHERE vote = $1 AND idx = $2`)
	if err != nil {
		return nil, err
	}
	defer stmt.Close()
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		var h []byte
		err := stmt.QueryRowContext(ctx, vote, index).Scan(&h)
		if errors.Is(err, sql.ErrNoRows) {
			return nil, ErrNotFound
		}
		if err != nil {
			return nil, err
		}
		copy(hashes[i][:], h) // 32 bytes, says the schema
	}
	return hashes, nil
}

func readEntries(ctx context.Context, tx *sql.Tx, vote string, start, end uint64) ([][]byte, error) {
	if start > end {
		return nil, fmt.Errorf("store: entries %d to %d", start, end)
	}
	entries, err := queryAll(ctx, tx, scanBytes, `
		SELECT entry
		FROM entries
		WHERE vote = $1 AND idx >= $2 AND idx < $3
		ORDER BY idx`,
		vote, int64(start), int64(end))
	if err == nil && uint64(len(entries)) != end-start {
		return nil, ErrNotFound
	}
	return entries, err
}

func scanBytes(rows *sql.Rows) (b []byte, err error) {
	err = rows.Scan(&b)
	return b, err
}

// appendLog moves the head by compare-and-swap and adds what belongs to it.
// The row count, not a lock, decides who was first: see audit.Storage.
func appendLog(ctx context.Context, tx *sql.Tx, vote string, size uint64, entries [][]byte, hashes []tlog.Hash) error {
	next := size + uint64(len(entries))
	base := tlog.StoredHashCount(int64(size))
	if want := tlog.StoredHashCount(int64(next)) - base; int64(len(hashes)) != want {
		return fmt.Errorf("store: %d hashes for %d entries, want %d", len(hashes), len(entries), want)
	}
	err := execOne(ctx, tx, `
		UPDATE heads
		SET size = $1
		WHERE vote = $2 AND size = $3`,
		int64(next), vote, int64(size))
	if errors.Is(err, errNone) {
		return audit.ErrMoved
	}
	if err != nil {
		return err
	}
	if err := insertEntries(ctx, tx, vote, size, entries); err != nil {
		return err
	}
	return insertHashes(ctx, tx, vote, base, hashes)
}

func insertEntries(ctx context.Context, tx *sql.Tx, vote string, size uint64, entries [][]byte) error {
	stmt, err := tx.PrepareContext(ctx, `
		INSERT INTO entries (vote, idx, hash, entry)
		VALUES ($1, $2, $3, $4)`)
	if err != nil {
		return err
	}
	defer stmt.Close()
	for i, e := range entries {
		hash := election.HashEntry(e)
		if _, err := stmt.ExecContext(ctx, vote, int64(size)+int64(i), hash[:], nonNil(e)); err != nil {
			return err
		}
	}
	return nil
}

func insertHashes(ctx context.Context, tx *sql.Tx, vote string, base int64, hashes []tlog.Hash) error {
	stmt, err := tx.PrepareContext(ctx, `
		INSERT INTO hashes (vote, idx, hash)
		VALUES ($1, $2, $3)`)
	if err != nil {
		return err
	}
	defer stmt.Close()
	for i, h := range hashes {
		if _, err := stmt.ExecContext(ctx, vote, base+int64(i), h[:]); err != nil {
			return err
		}
	}
	return nil
}

// freeze notes that there is a manifest.
func freeze(ctx context.Context, tx *sql.Tx, vote string, size uint64) error {
	if size == 0 {
		return nil
	}
	_, err := tx.ExecContext(ctx, `
		UPDATE votes
		SET frozen = 1
		WHERE id = $1 AND frozen = 0`,
		vote)
	return err
}
