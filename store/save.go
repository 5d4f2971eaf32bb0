package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// Save copies the database, its box and the projects to new files of SQLite at path,
// while servers may be using it, and checks the copies as [OpenDB] does. It changes
// nothing in the database, and holds nobody up.
//
// All is read in one transaction, which sees one state: box and votes fit. The copy
// holds what a file of SQLite holds, so the slots are opened with the keys of the
// boxes. Rows come in the order of their keys, and ballots in slots that are drawn
// anew: of the order in which PostgreSQL has them, and of the places that its
// write-ahead log names, nothing is left.
func (s Shared) Save(ctx context.Context, path string) error {
	var err error
	for range copyTries {
		if err = s.saveOnce(ctx, path); err == nil {
			if err = checkCopy(ctx, path); err == nil {
				return nil
			}
		}
		erased := Erase(path)
		if erased != nil || !errors.Is(err, ErrNoKey) { // a box that was emptied meanwhile needs none
			return errors.Join(err, erased)
		}
	}
	return fmt.Errorf("copy: %w", err)
}

func (s Shared) saveOnce(ctx context.Context, path string) error {
	source := s.part(votesPart)
	db, err := source.openSnapshots()
	if err != nil {
		return err
	}
	defer db.Close()
	tx, err := db.BeginTx(ctx, source.snapshot())
	if err != nil {
		return err
	}
	defer tx.Rollback() // it wrote nothing
	x := saving{tx, s}
	if err := x.saveVotes(ctx, path); err != nil {
		return err
	}
	return x.saveProjects(ctx, path)
}

// openSnapshots opens connections for one long look at everything.
func (p *postgres) openSnapshots() (*sql.DB, error) {
	c, err := p.config()
	if err != nil {
		return nil, err
	}
	c.OnNotice = nil
	return p.open(c), nil
}

// saving reads one state of all parts.
type saving struct {
	tx *sql.Tx
	Shared
}

// enter makes the tables of a part those that statements name. It refuses tables of
// another version than the copy's.
func (x *saving) enter(ctx context.Context, v service) error {
	if _, err := x.tx.ExecContext(ctx, `SET LOCAL search_path = `+v.schema); err != nil {
		return err
	}
	var have int64
	err := x.tx.QueryRowContext(ctx, `
		SELECT MAX(version_id)
		FROM goose_db_version
		WHERE is_applied`).Scan(&have)
	if want := newestOf(v.folder); err == nil && have != want {
		err = fmt.Errorf("%s has schema %d, this program knows %d: use the program of the servers", v.folder, have, want)
	}
	return err
}

func (x *saving) saveVotes(ctx context.Context, path string) error {
	if err := x.enter(ctx, votesPart); err != nil {
		return err
	}
	if err := x.saveTables(ctx, sqliteMain(path, "sqlite"), votesTables); err != nil {
		return err
	}
	votes, err := queryAll(ctx, x.tx, scanVote, selectVote)
	if err != nil {
		return err
	}
	if err := x.enter(ctx, boxPart); err != nil {
		return err
	}
	to := &boxFile{engine: sqliteBox(boxPath(path))}
	if err := to.open(ctx); err != nil {
		return err
	}
	from := &boxFile{engine: x.part(boxPart), keys: x.Keys}
	return errors.Join(to.fill(ctx, from, x.tx, votes), to.conn.Close())
}

func (x *saving) saveProjects(ctx context.Context, path string) error {
	var there bool
	err := x.tx.QueryRowContext(ctx, `SELECT to_regnamespace('piaojue_projects') IS NOT NULL`).Scan(&there)
	if err != nil || !there {
		return err
	}
	if err := x.enter(ctx, projectsPart); err != nil {
		return err
	}
	return x.saveTables(ctx, sqliteMain(projectsPath(path), "sqlite-projects"), projectsTables)
}

// saveTables makes a file and fills its tables.
func (x *saving) saveTables(ctx context.Context, file sqliteFile, tables []string) (err error) {
	db, err := openPart(ctx, file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	to, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer to.Rollback() // nothing after a commit
	if _, err := to.ExecContext(ctx, `PRAGMA defer_foreign_keys = 1`); err != nil {
		return err
	}
	for _, table := range tables {
		if err := x.saveTable(ctx, to, table); err != nil {
			return fmt.Errorf("table %s: %w", table, err)
		}
	}
	if err := to.Commit(); err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, `VACUUM`) // pages split in the order in which rows came
	return err
}

// saveTable copies rows as they are.
func (x *saving) saveTable(ctx context.Context, to *sql.Tx, table string) error {
	rows, err := x.tx.QueryContext(ctx, `SELECT * FROM `+table)
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	stmt, err := to.PrepareContext(ctx, insertInto(table, columns))
	if err != nil {
		return err
	}
	defer stmt.Close()
	source := rowSource{rows, len(columns)}
	for rows.Next() {
		values, err := source.Values()
		if err != nil {
			return err
		}
		if _, err := stmt.ExecContext(ctx, values...); err != nil {
			return err
		}
	}
	return rows.Err()
}

// insertInto takes the place of the head of a log that has not begun: a new file of
// projects has one.
func insertInto(table string, columns []string) string {
	places, update := make([]string, len(columns)), make([]string, len(columns))
	for i, c := range columns {
		places[i] = fmt.Sprint("$", i+1)
		update[i] = c + " = excluded." + c
	}
	text := fmt.Sprintf(`INSERT INTO %s (%s) VALUES (%s)`, table, strings.Join(columns, ", "), strings.Join(places, ", "))
	if table == "heads" {
		text += ` ON CONFLICT (vote) DO UPDATE SET ` + strings.Join(update, ", ")
	}
	return text
}
