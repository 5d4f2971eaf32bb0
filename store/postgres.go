package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// Shared is a database of PostgreSQL that several servers share, of which one
// writes at a time.
type Shared struct {
	// URL is postgres://user@host[,host…]/database. Of several hosts the one
	// that takes writes is used.
	URL string

	// Name is this server's, for those who look at the database's connections.
	Name string

	// Keys seal the ballot box.
	Keys Keyring

	// Lease is asked first in each transaction that writes, and by each connection
	// when it is made: an old primary that was started again does not know it. Nil:
	// for a command of the administrator.
	Lease *Lease
}

// OpenDB opens the database as the function of that name does a file.
func (s Shared) OpenDB(ctx context.Context) (*DB, error) {
	return openDBOn(ctx, &DB{handle: newHandle(s.part(votesPart)), box: &boxFile{engine: s.part(boxPart), keys: s.Keys}})
}

// OpenProjects opens the projects as the function of that name does a file.
func (s Shared) OpenProjects(ctx context.Context) (*Projects, error) {
	return openProjectsOn(ctx, s.part(projectsPart))
}

// part returns a part of the store.
func (s Shared) part(v service) *postgres {
	return &postgres{Shared: s, service: v, me: rand.Text(), warned: new(atomic.Pointer[string])}
}

// postgres is a schema of PostgreSQL.
type postgres struct {
	Shared
	service
	me     string                  // this opening, in table turn
	warned *atomic.Pointer[string] // what the server warned of, since the transaction began
	rest   time.Time               // until then readers are not disturbed again; for who has the turn
}

// config refuses servers that do not take writes. A connection that is left in
// the middle of a transaction, because its process has been stopped, loses it in
// the end; whoever takes over ends it at once.
func (p *postgres) config() (*pgx.ConnConfig, error) {
	c, err := parseURL(p.URL)
	if err != nil {
		return nil, err
	}
	c.ValidateConnect = pgconn.ValidateConnectTargetSessionAttrsReadWrite
	if c.ConnectTimeout == 0 {
		c.ConnectTimeout = 5 * time.Second
	}
	for name, value := range map[string]string{
		"application_name":                    "piaojued " + p.Name,
		"search_path":                         p.schema,
		"synchronous_commit":                  "on",    // with a standby that is asked for: on its disk as well
		"idle_in_transaction_session_timeout": "10min", // a close verifies all ballots meanwhile
		"client_min_messages":                 "warning",
		"TimeZone":                            "UTC",
	} {
		c.RuntimeParams[name] = value
	}
	c.DialFunc = dialer.DialContext
	c.OnNotice = func(_ *pgconn.PgConn, n *pgconn.Notice) {
		if n.SeverityUnlocalized == "WARNING" {
			p.warned.Store(&n.Message)
		}
	}
	return c, nil
}

// open makes a pool, of connections to the database of the lease, and of no other
// host of the address: one that is powered off would hold up each of them.
func (p *postgres) open(c *pgx.ConnConfig) *sql.DB {
	if p.Lease == nil {
		return stdlib.OpenDB(*c)
	}
	c.DialFunc = p.Lease.dial
	return stdlib.OpenDB(*c, stdlib.OptionAfterConnect(p.Lease.here))
}

func (p *postgres) exists(ctx context.Context) (exists bool, err error) {
	c, err := p.config()
	if err != nil {
		return false, err
	}
	db := p.open(c)
	defer db.Close()
	err = db.QueryRowContext(ctx, `SELECT to_regnamespace($1) IS NOT NULL`, p.schema).Scan(&exists)
	return exists, err
}

func (p *postgres) openWriter() (*sql.DB, error) {
	c, err := p.config()
	if err != nil {
		return nil, err
	}
	db := p.open(c)
	db.SetMaxOpenConns(1)
	return db, nil
}

func (p *postgres) openReaders(ctx context.Context) (*sql.DB, error) {
	c, err := p.config()
	if err != nil {
		return nil, err
	}
	c.RuntimeParams["default_transaction_read_only"] = "on"
	c.OnNotice = nil
	c.ValidateConnect = pgconn.ValidateConnectTargetSessionAttrsPrimary
	db := p.open(c)
	return db, fillPool(ctx, db)
}

// keepAlive finds out within seconds that the other side is gone.
var keepAlive = net.KeepAliveConfig{Enable: true, Idle: time.Second, Interval: time.Second, Count: 4}

// needs are settings without which a server forgets what it has acknowledged.
var needs = []string{"fsync", "full_page_writes"}

// check looks at the server's settings; whether its pages are whole it says
// itself. Names are ordered by their bytes, as in SQLite.
func (p *postgres) check(ctx context.Context, db *sql.DB) error {
	for _, name := range needs {
		var value string
		if err := db.QueryRowContext(ctx, `SELECT current_setting($1)`, name).Scan(&value); err != nil {
			return err
		}
		if value != "on" {
			return fmt.Errorf("PostgreSQL runs with %s = %s, and would forget what it has acknowledged: set it to on", name, value)
		}
	}
	var encoding, collation string
	err := db.QueryRowContext(ctx, `
		SELECT pg_encoding_to_char(encoding), datcollate
		FROM pg_database
		WHERE datname = current_database()`).Scan(&encoding, &collation)
	if err != nil {
		return err
	}
	if c := strings.ToUpper(collation); encoding != "UTF8" || c != "C" && !strings.HasPrefix(c, "C.") && c != "POSIX" {
		return fmt.Errorf("the database is of encoding %s and collation %s: make it with createdb --template=template0 --encoding=UTF8 --locale=C", encoding, collation)
	}
	return nil
}

// begin waits for its turn, a row of which there is one, and keeps it until the
// transaction ends.
func (p *postgres) begin(ctx context.Context, tx *sql.Tx) error {
	p.warned.Store(nil)
	err := execOne(ctx, tx, `
		UPDATE turn
		SET
			n = n + CASE WHEN writer = $1 THEN 0 ELSE 1 END,
			writer = $1`,
		p.me)
	if err != nil || p.Lease == nil {
		return err
	}
	return p.Lease.Fence(ctx, tx)
}

// committed refuses a commit of which the server has warned: it says so when
// somebody cancels the wait for the standby, and reports success all the same.
func (p *postgres) committed() error {
	if w := p.warned.Load(); w != nil {
		return fmt.Errorf("PostgreSQL warned: %s", *w)
	}
	return nil
}

func (*postgres) snapshot() *sql.TxOptions {
	return &sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead}
}

func (*postgres) version(ctx context.Context, tx *sql.Tx) (n int64, err error) {
	err = tx.QueryRowContext(ctx, `SELECT n FROM turn`).Scan(&n)
	return n, err
}

// checkpoint leaves its write-ahead log to PostgreSQL, which keeps what was
// erased as long as it pleases, and so do replicas: only a destroyed key is
// erased for good.
func (p *postgres) checkpoint(ctx context.Context, db *sql.DB, truncate bool) error {
	if !truncate {
		return nil
	}
	return p.rewrite(ctx, db)
}

// Who reads a table, such as a dump, holds it for as long as that takes, and is
// waited for once in a while only: whoever wants to write waits behind it.
func (p *postgres) rewrite(ctx context.Context, db *sql.DB) error {
	if time.Now().Before(p.rest) {
		return errBusy
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, `SET lock_timeout = '1s'`); err != nil {
		return err
	}
	// Or those who write next would not wait for a command that has the turn.
	defer conn.ExecContext(context.WithoutCancel(ctx), `SET lock_timeout = 0`)
	for _, table := range p.erased {
		_, err := conn.ExecContext(ctx, `SELECT rewrite($1)`, table)
		if e, ok := errors.AsType[*pgconn.PgError](err); ok && e.Code == "55P03" { // lock not available
			p.rest = time.Now().Add(readerRest)
			return errBusy
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// readerRest is how long a reader that holds a table is left alone.
var readerRest = 30 * time.Second

// slotSize is the same for a ballot and for an unused credential, whichever comes
// first: in PostgreSQL the length of a row stays known.
func (*postgres) slotSize(need int) int { return (need + slotStep - 1) / slotStep * slotStep }

const slotStep = 16 << 10

// piece is all of them: a second statement would go past what the first has
// deleted, and a hundredth past that of all before it.
func (*postgres) piece() int { return math.MaxInt32 }

// free is not known.
func (*postgres) free() uint64 { return math.MaxUint64 }

// isFatal says yes to a connection that has ended, too: what it was at may be
// done or not, and another server may have been promoted. Opening anew, the
// store looks what there is.
func (*postgres) isFatal(err error) bool {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return false // of a reader: a writer waits as long as it takes
	}
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok && !errors.Is(err, ErrFenced) {
		return false // nothing was begun
	}
	var e *pgconn.PgError
	if errors.As(err, &e) {
		switch e.Code[:2] {
		case "08", "53", "57", "58", "F0", "XX": // connection, resources, shutdown, system, files, internal
			return e.Code != "57014" && e.Code != "53300" // a query that was cancelled, no connection left
		}
		return e.Code == "25006" // read only: this is no primary any more
	}
	var network net.Error
	return errors.Is(err, ErrFenced) || errors.As(err, &network) || errors.Is(err, driver.ErrBadConn) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed)
}
