package store

import (
	"context"
	"database/sql"
	"errors"

	"piaojue/audit"
)

// CheckpointKind says what a cosigned checkpoint is for.
type CheckpointKind string

// The kinds.
const (
	Latest  CheckpointKind = "latest"  // what the board shows
	Closing CheckpointKind = "closing" // the tree that the trustees open
)

// PutCosigned keeps a checkpoint with cosignatures in the place of the former
// one of its kind. A latest one never goes back; the size of the closing one
// never changes. Who merges cosignatures does so one after the other.
func (db *DB) PutCosigned(ctx context.Context, vote string, kind CheckpointKind, note []byte) error {
	c, err := audit.ReadCheckpoint(note)
	if err != nil {
		return err
	}
	return db.Update(ctx, vote, func(t *Tx) error {
		root, err := audit.RootAt(t.ctx, t, c.Size)
		if err != nil {
			return err
		}
		if root != c.Root {
			return errOtherTree
		}
		return t.putCosigned(kind, int64(c.Size), note)
	})
}

// PutClosing keeps the checkpoint of the present tree as the closing one, in the
// transaction that logs the collection entry: nobody may see one without the
// other.
func (t *Tx) PutClosing(note []byte) error {
	c, err := audit.ReadCheckpoint(note)
	if err != nil {
		return err
	}
	return t.putCosigned(Closing, int64(c.Size), note)
}

func (t *Tx) putCosigned(kind CheckpointKind, size int64, note []byte) error {
	err := execOne(t.ctx, t.tx, `
		INSERT INTO checkpoints (vote, kind, size, note)
		VALUES ($1, $2, $3, $4)
		ON CONFLICT (vote, kind) DO UPDATE SET
			size = excluded.size,
			note = excluded.note
		WHERE checkpoints.size = excluded.size
			OR (checkpoints.size < excluded.size AND checkpoints.kind = 'latest')`,
		t.vote, string(kind), size, note)
	if errors.Is(err, errNone) {
		return errOtherTree
	}
	return err
}

// Cosigned returns the checkpoint of a kind.
func (l *Log) Cosigned(ctx context.Context, kind CheckpointKind) (note []byte, err error) {
	err = l.handle.read(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, `
			SELECT note
			FROM checkpoints
			WHERE vote = $1 AND kind = $2`,
			l.vote, string(kind)).Scan(&note)
	})
	return note, err
}
