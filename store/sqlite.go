package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// sqliteFile is one file of SQLite.
type sqliteFile struct {
	path    string
	lock    string // which a transaction that writes takes when it begins
	journal string
	schema  string // folder of migrations
}

// sqliteMain is the file of votes, or of projects.
func sqliteMain(path, schema string) sqliteFile {
	return sqliteFile{path: path, lock: "immediate", journal: "journal_mode(WAL)", schema: schema}
}

// sqliteBox is the file of the box. A write-ahead log would be a list of ballots in
// the order of casting. A rollback journal holds what the pages of the last
// transaction were before: zeros, as every slot of a ballot has pages of its
// own. TRUNCATE with synchronous=FULL makes its end durable, too.
//
// A transaction locks readers out from the beginning, because one that is first
// refused at its commit would stop the DB.
func sqliteBox(path string) sqliteFile {
	return sqliteFile{path: path, lock: "exclusive", journal: "journal_mode(TRUNCATE)", schema: "sqlite-box"}
}

func (f sqliteFile) exists(context.Context) (bool, error) {
	_, err := os.Stat(f.path)
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// pragmas of every connection. They stand in the DSN because a PRAGMA that is
// run once reaches one connection of the pool.
var pragmas = []string{
	"busy_timeout(5000)",
	"foreign_keys(1)",
	"synchronous(2)",        // FULL: an acknowledged ballot survives a power cut
	"secure_delete(1)",      // erased rows become zeros
	"wal_autocheckpoint(0)", // SQLite hides a failed fsync of its own checkpoints; see checkpoint
	"temp_store(2)",         // no copies of rows in temporary files
	"trusted_schema(0)",
	"recursive_triggers(1)", // REPLACE must not get past a trigger on DELETE
}

// A reader is one of many, and what it reads lies in the system's cache, too.
const (
	writerCache = "cache_size(-8192)" // KiB
	readerCache = "cache_size(-1024)"
)

// dsn refuses double-quoted strings (_dqs) and statements that corrupt the
// file on purpose (_defensive). Transactions take the write lock when they
// begin: one that starts to read may find at its first write that the tree
// moved, and could not wait.
func dsn(path, lock string, more ...string) string {
	q := url.Values{
		"_pragma":    append(append([]string{}, pragmas...), more...),
		"_txlock":    {lock},
		"_dqs":       {"0"},
		"_defensive": {"1"},
	}
	u := url.URL{Scheme: "file", OmitHost: true, Path: path, RawQuery: q.Encode()}
	return u.String()
}

// openWriter creates the file if there is none, for its owner only: it holds
// the roll.
func (f sqliteFile) openWriter() (*sql.DB, error) {
	path, err := filepath.Abs(f.path)
	if err != nil {
		return nil, err
	}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := file.Close(); err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", dsn(path, f.lock, f.journal, writerCache))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	return db, nil
}

func (f sqliteFile) openReaders(ctx context.Context) (*sql.DB, error) {
	path, err := filepath.Abs(f.path)
	if err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", dsn(path, "immediate", "query_only(1)", readerCache))
	if err != nil {
		return nil, err
	}
	return db, fillPool(ctx, db)
}

func (f sqliteFile) migrate(ctx context.Context, db *sql.DB) error {
	return migrateTo(ctx, db, goose.DialectSQLite3, f.schema)
}

// begin does nothing: the lock of the connection is taken already.
func (sqliteFile) begin(context.Context, *sql.Tx) error { return nil }

func (sqliteFile) committed() error { return nil }

// snapshot: every transaction sees one state.
func (sqliteFile) snapshot() *sql.TxOptions { return &sql.TxOptions{ReadOnly: true} }

// quickAbove is the size of a file from which only its structure is checked,
// not that every index agrees with its table.
const quickAbove = 256 << 20

// check asks SQLite whether the file is whole. It calls a file malformed, too, of
// which the disk did not give out a page. A damaged file is so at each look, so one
// that is found whole at another look shows that the disk is at fault.
func (f sqliteFile) check(ctx context.Context, db *sql.DB) error {
	first := f.look(ctx, db)
	if !errors.Is(first, ErrDamaged) {
		return first
	}
	for range 4 { // a disk that fails once may fail twice
		switch again := f.look(ctx, db); {
		case again == nil:
			return fmt.Errorf("%w: %v", ErrDisk, first)
		case !errors.Is(again, ErrDamaged):
			return again
		}
	}
	return first
}

func (f sqliteFile) look(ctx context.Context, db *sql.DB) error {
	info, err := os.Stat(f.path)
	if err != nil {
		return err
	}
	check := "PRAGMA integrity_check(1)"
	if info.Size() > quickAbove {
		check = "PRAGMA quick_check(1)"
	}
	var verdict string
	if err := db.QueryRowContext(ctx, check).Scan(&verdict); err != nil {
		switch {
		case isDisk(err):
			return fmt.Errorf("%w: %v", ErrDisk, err)
		case f.isFatal(err) || codeOf(err) == sqlite3.SQLITE_ERROR: // the statement is right: a header that nobody reads
			return fmt.Errorf("%w: %v", ErrDamaged, err)
		}
		return err
	}
	if verdict != "ok" {
		kind := ErrDamaged
		if m := unread.FindStringSubmatch(verdict); m != nil {
			if code, err := strconv.Atoi(m[1]); err == nil && code&0xff == sqlite3.SQLITE_IOERR {
				kind = ErrDisk
			}
		}
		return fmt.Errorf("%w: %s", kind, strings.Join(strings.Fields(verdict), " "))
	}
	return nil
}

// unread is what a check says of a page that could not be read at all.
var unread = regexp.MustCompile(`unable to get the page\. error code=(\d+)`)

// codeOf returns the primary result code of SQLite; 0 if an error is none of it.
func codeOf(err error) int {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return 0
	}
	return e.Code() & 0xff
}

// isDisk reports whether the disk is at fault, and not what is on it.
func isDisk(err error) bool {
	switch codeOf(err) {
	case sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN:
		return true
	}
	return false
}

// isFatal says whether an error means that the disk or the file cannot be
// trusted any more. A full disk is among them: people must act.
func (sqliteFile) isFatal(err error) bool {
	switch codeOf(err) {
	case sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_FULL, sqlite3.SQLITE_NOTADB,
		sqlite3.SQLITE_READONLY:
		return true
	}
	return false
}

// blame says whose fault an error is that SQLite gives while parts are opened: if all
// of them are found whole when they are looked at again, that of the disk. The
// statements are ours and right, so if SQLite objects to one, the tables are others.
func blame(ctx context.Context, err error, parts ...part) error {
	switch {
	case codeOf(err) == sqlite3.SQLITE_ERROR:
		return fmt.Errorf("%w: %v", ErrDamaged, err)
	case !(sqliteFile{}).isFatal(err):
		return err
	}
	for _, p := range parts {
		if p.conn == nil {
			continue
		}
		if again := p.check(ctx, p.conn); again != nil {
			return again
		}
	}
	return fmt.Errorf("%w: %v", ErrDisk, err)
}

// part is a file or schema, with a connection to it.
type part struct {
	engine
	conn *sql.DB
}

var errBusy = errors.New("a reader holds what was erased")

// scrubOpened is what an open does about what scrub returned. Whoever reads the file
// meanwhile, such as a backup, is no reason not to open it: Unclean says so.
func scrubOpened(err error) error {
	if errors.Is(err, errBusy) || codeOf(err) == sqlite3.SQLITE_BUSY {
		return nil
	}
	return err
}

// checkpoint moves what is in the write-ahead log into the file. With truncate
// nothing stays in the log, which takes waiting for readers; errBusy if one
// does not end. SQLite's automatic checkpoints would swallow an error of fsync.
func (sqliteFile) checkpoint(ctx context.Context, db *sql.DB, truncate bool) error {
	mode := "PRAGMA wal_checkpoint(PASSIVE)"
	if truncate {
		mode = "PRAGMA wal_checkpoint(TRUNCATE)"
	}
	var busy, frames, moved int
	if err := db.QueryRowContext(ctx, mode).Scan(&busy, &frames, &moved); err != nil {
		return err
	}
	if truncate && busy != 0 {
		return errBusy
	}
	return nil
}

// rewrite writes the file anew, each table in the order of its key. Zeros in
// erased rows are not enough: the free list would keep the order in which
// pages were erased beside the order in which they were filled, which are log
// order and casting order.
func (f sqliteFile) rewrite(ctx context.Context, db *sql.DB) error {
	if err := f.vacuum(ctx, db); err != nil {
		return err
	}
	return f.checkpoint(ctx, db, true) // a file without such a log does nothing
}

// vacuumAbove is the size of a file from which the copy that VACUUM makes is not
// in memory but beside the file, without a name: the log of a million ballots would
// take 13 GB. It holds what the write-ahead log holds at the same time.
var vacuumAbove int64 = 64 << 20

// vacuuming: where SQLite puts temporary files is one setting of the process.
var vacuuming sync.Mutex

func (f sqliteFile) vacuum(ctx context.Context, db *sql.DB) error {
	vacuuming.Lock()
	defer vacuuming.Unlock()
	before, after := []string{}, []string{}
	if info, err := os.Stat(f.path); err != nil || info.Size() > vacuumAbove {
		folder := strings.ReplaceAll(filepath.Dir(f.path), "'", "''")
		before = []string{"PRAGMA temp_store = 1", "PRAGMA temp_store_directory = '" + folder + "'"}
		after = []string{"PRAGMA temp_store = 2"}
	}
	var err error
	for _, text := range append(before, "VACUUM") {
		if _, err = db.ExecContext(ctx, text); err != nil {
			break
		}
	}
	for _, text := range after {
		_, more := db.ExecContext(ctx, text)
		err = errors.Join(err, more)
	}
	return err
}

// version changes when another connection writes the file.
func (sqliteFile) version(ctx context.Context, tx *sql.Tx) (v int64, err error) {
	err = tx.QueryRowContext(ctx, "PRAGMA data_version").Scan(&v)
	return v, err
}

// slotSize makes a row the only one of its leaf page, which it fills with its
// overflow pages to the end, so that no page holds anything of two ballots
// (SQLite's file format, "B-tree pages"; of 4096 bytes a leaf takes at most 4061
// of a row, an overflow page 4092).
func (sqliteFile) slotSize(need int) int {
	for row := 4061; ; row += 4092 {
		size := row - 4 // bytes that say what the columns are: 4, or 5 of a long row
		if size > 8185 {
			size--
		}
		if size >= need {
			return size
		}
	}
}

// piece is small, because SQLite keeps in memory which rows it is about to delete.
func (sqliteFile) piece() int { return 10_000 }

// backup writes a copy to a new file, in the order of keys as well.
func backup(ctx context.Context, db *sql.DB, path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := db.ExecContext(ctx, "VACUUM INTO $1", path); err != nil {
		return err
	}
	return f.Sync()
}
