package store

import (
	"context"
	"database/sql"
	"embed"
)

// engine is what SQLite and PostgreSQL do each in its own way, for one of the
// three parts of the store: the votes, the ballot box, the projects. All other
// SQL of this package both run as it stands: $1 placeholders, ON CONFLICT,
// RETURNING, integers for truth values.
type engine interface {
	// exists reports whether the part has ever been opened.
	exists(ctx context.Context) (bool, error)

	// openWriter opens the one connection that writes, and makes the part if
	// there is none.
	openWriter() (*sql.DB, error)

	// openReaders opens connections that cannot write.
	openReaders(ctx context.Context) (*sql.DB, error)

	// check returns ErrDamaged if the part is not whole, or an error if the
	// database does not keep what it acknowledges.
	check(ctx context.Context, db *sql.DB) error

	// migrate brings the schema to this version's. It refuses one that is newer.
	migrate(ctx context.Context, db *sql.DB) error

	// begin comes first in each transaction that writes: no other one is under
	// way on this part then, until it ends.
	begin(ctx context.Context, tx *sql.Tx) error

	// committed comes after the commit of a transaction that writes, and returns an
	// error if it is not as durable as it should be.
	committed() error

	// snapshot are the options of a transaction that sees one state.
	snapshot() *sql.TxOptions

	// version changes when another process has written the part.
	version(ctx context.Context, tx *sql.Tx) (int64, error)

	// checkpoint keeps the write-ahead log short. With truncate nothing stays in
	// it, which takes waiting for readers; errBusy if one does not end.
	checkpoint(ctx context.Context, db *sql.DB, truncate bool) error

	// rewrite writes anew what rows were erased from, so that no file holds them;
	// errBusy if a reader holds it.
	rewrite(ctx context.Context, db *sql.DB) error

	// slotSize is the size of slots of the ballot box for so many bytes.
	slotSize(need int) int

	// piece is how many rows one statement deletes, where it may be all of a vote.
	piece() int

	// free is how many bytes of the disk are free, as far as that is known.
	free() uint64

	// isFatal reports whether after an error nobody knows what the disk holds.
	isFatal(err error) bool
}

//go:embed migrations/*/*.sql
var migrations embed.FS

// maxReaders bounds the connections that read. More of them only take memory:
// the machine has few cores.
const maxReaders = 8

// fillPool opens all connections at once: later, somebody might have used up the
// process's files.
func fillPool(ctx context.Context, db *sql.DB) error {
	db.SetMaxOpenConns(maxReaders)
	db.SetMaxIdleConns(maxReaders)
	for range maxReaders {
		conn, err := db.Conn(ctx)
		if err != nil {
			return err
		}
		defer conn.Close() // back to the pool, when all are open
	}
	return nil
}
