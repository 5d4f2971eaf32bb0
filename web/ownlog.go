package web

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"log/slog"

	"piaojue/audit"
	"piaojue/keyfile"
)

// ownLog is a log that the server alone signs: of its administration, or of the
// projects. Its last checkpoint is kept beside its key (attack S2).
type ownLog struct {
	folder string // of the server's keys
	id     string
	key    ed25519.PrivateKey
	origin string
}

// makeOwnKey draws the key of such a log, unless there is one.
func makeOwnKey(folder, id string) error {
	seed := make([]byte, ed25519.SeedSize)
	rand.Read(seed)
	return makeKey(folder, &keyfile.Secret{Kind: keyfile.Log, Label: id, Values: map[string][]byte{seedValue: seed}})
}

// openOwnLog names the log after its key: no two servers have one origin.
func openOwnLog(folder, id string) (ownLog, error) {
	key, err := openSeed(folder, id, keyfile.Log)
	if err != nil {
		return ownLog{}, err
	}
	pk := public(key)
	return ownLog{folder, id, key, "piaojue/" + id + "/" + hex.EncodeToString(pk[:8])}, nil
}

// open reads the kept checkpoint each time: another process may have signed.
func (l *ownLog) open(ctx context.Context, storage audit.Storage) (*audit.Log, error) {
	last, err := readHead(l.folder, l.id)
	if err != nil {
		return nil, err
	}
	if last != nil && last.Origin != l.origin {
		return nil, fmt.Errorf("%w: %s is not that of the log of %s", ErrKeys, keyPath(l.folder, l.id, keyfile.Log), headPath(l.folder, l.id))
	}
	return audit.OpenLog(ctx, audit.LogConfig{Storage: storage, Origin: l.origin, Key: l.key, Last: last})
}

// ownTx is a transaction on such a log.
type ownTx interface {
	audit.Storage
	PutCheckpoint(note []byte) error
}

// append adds an entry and signs the new tree. keep the checkpoint when the
// transaction is durable.
func (l *ownLog) append(ctx context.Context, tx ownTx, entry []byte) (note []byte, err error) {
	log, err := l.open(ctx, tx)
	if err != nil {
		return nil, err
	}
	size, err := tx.Size(ctx)
	if err != nil {
		return nil, err
	}
	tree, err := log.Append(ctx, size, [][]byte{entry})
	if err != nil {
		return nil, err
	}
	if note, err = log.Checkpoint(ctx, uint64(tree.N)); err != nil {
		return nil, err
	}
	return note, tx.PutCheckpoint(note)
}

// keep keeps a checkpoint beside the key. What was done is done, also without.
func (l *ownLog) keep(log *slog.Logger, note []byte) {
	if err := writeHead(l.folder, l.id, note); err != nil {
		log.Error("checkpoint not kept beside the keys", "log", l.id, "error", err)
	}
}
