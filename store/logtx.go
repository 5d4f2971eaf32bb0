package store

import (
	"context"
	"database/sql"
	"errors"

	"golang.org/x/mod/sumdb/tlog"

	"piaojue/audit"
)

// logTx is a transaction on one log, as an audit.Storage. Its methods ignore
// their context: it has its own, which nobody can cancel.
type logTx struct {
	handle *handle
	tx     *sql.Tx
	ctx    context.Context
	vote   string // name of the log
}

// Size implements audit.Storage.
func (t *logTx) Size(context.Context) (uint64, error) {
	h, err := readHead(t.ctx, t.tx, t.vote)
	return h.Size, err
}

// ReadHashes implements audit.Storage.
func (t *logTx) ReadHashes(_ context.Context, indexes []int64) ([]tlog.Hash, error) {
	return readHashes(t.ctx, t.tx, t.vote, indexes)
}

// ReadEntries implements audit.Storage.
func (t *logTx) ReadEntries(_ context.Context, start, end uint64) ([][]byte, error) {
	return readEntries(t.ctx, t.tx, t.vote, start, end)
}

// Append implements audit.Storage.
func (t *logTx) Append(_ context.Context, size uint64, entries [][]byte, hashes []tlog.Hash) error {
	t.handle.pending += len(entries)
	return appendLog(t.ctx, t.tx, t.vote, size, entries, hashes)
}

// PutCheckpoint keeps a checkpoint that the log key signed. It refuses one of
// any tree but the present one.
func (t *logTx) PutCheckpoint(note []byte) error {
	c, err := audit.ReadCheckpoint(note)
	if err != nil {
		return err
	}
	root, err := audit.RootAt(t.ctx, t, c.Size)
	if err != nil {
		return err
	}
	if root != c.Root {
		return errOtherTree
	}
	err = execOne(t.ctx, t.tx, `
		UPDATE heads
		SET
			signed = $1,
			checkpoint = $2
		WHERE vote = $3 AND size = $1`,
		int64(c.Size), note, t.vote)
	if errors.Is(err, errNone) {
		return errOtherTree
	}
	return err
}

var errOtherTree = errors.New("store: checkpoint of another tree")
