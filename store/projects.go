package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"piaojue/audit"
)

// ProjectsID is the ID of the log of the projects, of which there is one. No vote
// is called so.
const ProjectsID = "projects"

// Projects is the database of the projects, a file of its own beside that of the
// votes: what citizens send waits for no vote and holds none up, and nothing that
// knows of casting is near. It stops itself as a [DB] does. It is safe for
// concurrent use.
type Projects struct{ handle }

// OpenProjects opens or creates the database of the projects that belongs to the
// database at path, migrates it, and recomputes its log. It returns ErrDamaged if
// anything is wrong.
func OpenProjects(ctx context.Context, path string) (*Projects, error) {
	return openProjectsOn(ctx, sqliteMain(projectsPath(path), "sqlite-projects"))
}

func openProjectsOn(ctx context.Context, e engine) (*Projects, error) {
	db := &Projects{newHandle(e)}
	if err := db.open(ctx); err != nil {
		err = db.blame(ctx, err)
		db.Close()
		return nil, fmt.Errorf("open projects: %w", err)
	}
	return db, nil
}

func projectsPath(path string) string { return path + "-projects" }

func (db *Projects) open(ctx context.Context) error {
	if err := db.handle.open(ctx); err != nil {
		return err
	}
	err := db.read(ctx, func(tx *sql.Tx) error {
		_, err := checkLog(ctx, tx, ProjectsID, func([]byte) {})
		return err
	})
	if err != nil {
		return err
	}
	return scrubOpened(db.scrub(ctx))
}

// Free returns how many bytes of the disk are free for the projects, or the
// largest number if nobody can tell.
func (db *Projects) Free() uint64 { return db.free() }

// Close closes the database. Call it when no other call is under way.
func (db *Projects) Close() error { return db.close() }

// Log returns the log of the projects.
func (db *Projects) Log() *Log {
	return &Log{&db.handle, ProjectsID, func(ctx context.Context, fn func(audit.Storage) error) error {
		return db.Update(ctx, func(tx *ProjectsTx) error { return fn(tx) })
	}}
}

// ProjectsTx is a transaction on the projects, in which entries of the log and
// what goes with them become durable together, or not at all.
type ProjectsTx struct {
	logTx
	erased bool // something personal, which must leave the file, too
}

var _ audit.Storage = (*ProjectsTx)(nil)

// Update runs fn in a transaction. It returns the error of fn, having written
// nothing; ErrUnclean, having written everything; or nil. fn should not take
// long, and must not write through the Projects.
func (db *Projects) Update(ctx context.Context, fn func(*ProjectsTx) error) error {
	if err := db.takeTurn(ctx); err != nil {
		return err
	}
	defer db.endTurn()
	ctx = context.WithoutCancel(ctx)
	var erased bool
	err := db.writeNow(ctx, func(ctx context.Context, tx *sql.Tx) error {
		t := &ProjectsTx{logTx: logTx{&db.handle, tx, ctx, ProjectsID}}
		err := fn(t)
		erased = t.erased
		return err
	})
	if err != nil || !erased {
		return err
	}
	return unclean(db.scrub(ctx))
}

// unclean makes of what scrub returned an error that says that all else is written.
func unclean(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%w: %w", ErrUnclean, err)
}

// Scrub empties the write-ahead log, so that it does not hold what was erased.
// Update and OpenProjects call it; call it again only while Unclean says so.
func (db *Projects) Scrub(ctx context.Context) error {
	if err := db.takeTurn(ctx); err != nil {
		return err
	}
	defer db.endTurn()
	return unclean(db.scrub(context.WithoutCancel(ctx)))
}

func (db *Projects) scrub(ctx context.Context) error {
	err := db.judge(db.checkpoint(ctx, db.writer, true))
	db.unclean.Store(err != nil)
	return err
}

// PutBlob keeps a content to which an entry commits, and a preview if it is a
// picture. The same content again changes nothing.
func (t *ProjectsTx) PutBlob(hash [32]byte, file, preview []byte) error {
	t.handle.pending += len(file) >> 15
	_, err := t.tx.ExecContext(t.ctx, `
		INSERT INTO blobs (hash, preview, file)
		VALUES ($1, $2, $3)
		ON CONFLICT (hash) DO NOTHING`,
		hash[:], nonNil(preview), file)
	return err
}

// EraseBlob erases a content. That it is gone already is no error.
func (t *ProjectsTx) EraseBlob(hash [32]byte) error {
	t.erased = true
	_, err := t.tx.ExecContext(t.ctx, `
		DELETE FROM blobs
		WHERE hash = $1`,
		hash[:])
	return err
}

// Blob returns a content, or ErrNotFound.
func (db *Projects) Blob(ctx context.Context, hash [32]byte) ([]byte, error) {
	return db.bytes(ctx, `
		SELECT file
		FROM blobs
		WHERE hash = $1`, hash[:])
}

// Preview returns the preview of a picture, empty if the content has none.
func (db *Projects) Preview(ctx context.Context, hash [32]byte) ([]byte, error) {
	return db.bytes(ctx, `
		SELECT preview
		FROM blobs
		WHERE hash = $1`, hash[:])
}

// bytes reads one value.
func (db *Projects) bytes(ctx context.Context, text string, args ...any) (b []byte, err error) {
	err = db.read(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, text, args...).Scan(&b)
	})
	return b, err
}

// number reads one number.
func (db *Projects) number(ctx context.Context, text string, args ...any) (n uint64, err error) {
	err = db.read(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, text, args...).Scan(&n)
	})
	return n, err
}

// PutContact keeps whom to answer about a suggestion, sealed.
func (t *ProjectsTx) PutContact(suggestion uint32, sealed []byte) error {
	_, err := t.tx.ExecContext(t.ctx, `
		INSERT INTO contacts (suggestion, sealed)
		VALUES ($1, $2)`,
		suggestion, sealed)
	return err
}

// EraseContact erases a contact. That there is none is no error.
func (t *ProjectsTx) EraseContact(suggestion uint32) error {
	t.erased = true
	_, err := t.tx.ExecContext(t.ctx, `
		DELETE FROM contacts
		WHERE suggestion = $1`,
		suggestion)
	return err
}

// Contact returns the sealed contact of a suggestion, or ErrNotFound.
func (db *Projects) Contact(ctx context.Context, suggestion uint32) ([]byte, error) {
	return db.bytes(ctx, `
		SELECT sealed
		FROM contacts
		WHERE suggestion = $1`, suggestion)
}

// PutCode gives a suggestion the code with that hash.
func (t *ProjectsTx) PutCode(hash [32]byte, suggestion uint32) error {
	_, err := t.tx.ExecContext(t.ctx, `
		INSERT INTO codes (hash, suggestion)
		VALUES ($1, $2)`,
		hash[:], suggestion)
	return err
}

// Suggestion returns the number of the suggestion that has the code with that
// hash, or ErrNotFound.
func (db *Projects) Suggestion(ctx context.Context, hash [32]byte) (uint32, error) {
	n, err := db.number(ctx, `
		SELECT suggestion
		FROM codes
		WHERE hash = $1`, hash[:])
	return uint32(n), err
}

// SetMember lets a person act as an actor of the log; 0 takes that away.
func (db *Projects) SetMember(ctx context.Context, person string, actor uint32) error {
	return db.Update(ctx, func(t *ProjectsTx) error { return t.SetMember(person, actor) })
}

// SetMember is [Projects.SetMember] together with entries.
func (t *ProjectsTx) SetMember(person string, actor uint32) error {
	if actor == 0 {
		_, err := t.tx.ExecContext(t.ctx, `
			DELETE FROM members
			WHERE person = $1`,
			person)
		return err
	}
	_, err := t.tx.ExecContext(t.ctx, `
		INSERT INTO members (person, actor)
		VALUES ($1, $2)
		ON CONFLICT (person) DO UPDATE SET actor = excluded.actor`,
		person, actor)
	return err
}

// Member returns as which actor a person acts, or ErrNotFound.
func (db *Projects) Member(ctx context.Context, person string) (uint32, error) {
	n, err := db.number(ctx, `
		SELECT actor
		FROM members
		WHERE person = $1`, person)
	return uint32(n), err
}

// Members returns as which actors all persons act.
func (db *Projects) Members(ctx context.Context) (map[string]uint32, error) {
	members := map[string]uint32{}
	err := db.read(ctx, func(tx *sql.Tx) error {
		type member struct {
			person string
			actor  uint32
		}
		all, err := queryAll(ctx, tx, func(rows *sql.Rows) (m member, err error) {
			err = rows.Scan(&m.person, &m.actor)
			return m, err
		}, `
			SELECT person, actor
			FROM members`)
		for _, m := range all {
			members[m.person] = m.actor
		}
		return err
	})
	return members, err
}

// PutReceipt notes the entry that became of what an actor handed in under an
// identifier of its own. It returns ErrExists if there is one of that name.
func (t *ProjectsTx) PutReceipt(id [16]byte, actor uint32, entry uint64) error {
	err := execOne(t.ctx, t.tx, `
		INSERT INTO receipts (id, actor, entry)
		VALUES ($1, $2, $3)
		ON CONFLICT (id) DO NOTHING`,
		id[:], actor, int64(entry))
	if errors.Is(err, errNone) {
		return ErrExists
	}
	return err
}

// Receipt returns who handed in something under an identifier, and the entry it
// became, or ErrNotFound.
func (db *Projects) Receipt(ctx context.Context, id [16]byte) (actor uint32, entry uint64, err error) {
	err = db.read(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, `
			SELECT actor, entry
			FROM receipts
			WHERE id = $1`, id[:]).Scan(&actor, &entry)
	})
	return actor, entry, err
}
