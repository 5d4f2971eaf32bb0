package store

import (
	"context"
	"errors"
	"os"
)

// Backup writes a copy of the whole database to a new file, and of the box to
// one beside it with "-box" after its name, and fails if there is either. They
// belong together. The copies tell no order of casting, but they hold what the
// files hold: until the close, the box and the sealed seeds. Log a count entry
// before; a restored copy with fewer ballots then refuses to open.
func (db *DB) Backup(ctx context.Context, path string) error {
	if db.path == "" {
		return errors.New("store: a copy of PostgreSQL is made with its own tools")
	}
	if err := db.takeTurn(ctx); err != nil {
		return err
	}
	defer db.endTurn()
	ctx = context.WithoutCancel(ctx)
	if err := backup(ctx, db.box.conn, boxPath(path)); err != nil {
		return db.judge(err)
	}
	if err := backup(ctx, db.writer, path); err != nil {
		return db.judge(errors.Join(err, os.Remove(boxPath(path))))
	}
	return nil
}
