package store

import "context"

// Backup writes a copy of the whole database to a new file, and fails if there
// is one. The copy tells no order of casting, but it holds what the database
// holds: until the close, the box and the sealed seeds. Log a count entry
// before; a restored copy with fewer ballots then refuses to open.
func (db *DB) Backup(ctx context.Context, path string) error {
	if err := db.takeTurn(ctx); err != nil {
		return err
	}
	defer db.endTurn()
	return db.judge(backup(context.WithoutCancel(ctx), db.writer, path))
}
