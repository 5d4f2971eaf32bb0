package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// Several nodes on one PostgreSQL database have one leader, which alone writes.
// It holds the lease: an advisory lock of a connection of its own, which ends
// with it, and a beat, for a leader that is stopped or cut off keeps its
// connection. The clock of the database decides who leads, and nothing else.
//
// What protects the data is the fence, not the clock: each change of leaders
// raises the epoch, and each write transaction begins by holding the row with the
// epoch that it was begun under.

const (
	beatEvery = 500 * time.Millisecond
	// holdFor is how long a leader takes itself for one after its last beat. It
	// is less than staleAfter: others wait until it has given up.
	holdFor    = 2 * time.Second
	staleAfter = 3 * time.Second
	// leaseWait bounds each statement about the lease, so that a database that
	// does not answer is noticed within holdFor.
	leaseWait   = 1500 * time.Millisecond
	migrateWait = 10 * time.Second

	leaderLock    = 0x706a6c656164 // "pjlead"
	migrateLock   = leaderLock + 1
	leaderChannel = "piaojue_leader" // carries the epoch and nothing else
	leaseSchema   = "piaojue_lease"  // beside those of the store
)

// ErrFenced means that another node leads by now: nothing of the transaction is
// written.
var ErrFenced = errors.New("store: another node leads")

// Leader is who leads, as the database says.
type Leader struct {
	Epoch   uint64
	Node    string
	Address string // where other nodes reach it
	Fresh   bool   // it was seen within the last seconds
}

// Reign is what a node keeps of this leader.
func (l *Lease) Reign() Reign { return Reign{l.Epoch, [tokenSize]byte(l.token)} }

// Lease is the right to write. It ends when the leader gives it up, when the
// database does not answer, or when another node has taken over.
type Lease struct {
	Leader
	token []byte
	conn  *pgx.Conn // holds the lock
	host  net.Addr  // to which conn leads

	begun time.Time
	beat  atomic.Int64 // of the last beat that the database has taken, since begun
	lost  chan struct{}
	quit  chan struct{}
	end   sync.Once
}

// Held reports whether nobody else can lead yet. Who answers only while it is
// held shows nobody an old state.
func (l *Lease) Held() bool {
	select {
	case <-l.lost:
		return false
	default:
		return time.Since(l.begun)-time.Duration(l.beat.Load()) < holdFor
	}
}

// Lost is closed when the lease has ended.
func (l *Lease) Lost() <-chan struct{} { return l.lost }

// Release gives the lease up. Writes must have ended.
func (l *Lease) Release() {
	l.end.Do(func() { close(l.quit) })
	<-l.lost
}

// Fence holds the lease until the transaction ends, or returns ErrFenced. It is
// the first statement of every transaction that writes: after a leader was
// stopped for a while, or after the database has moved to another machine, only
// that tells it from the leader of today. With ErrFenced the lease ends.
func (l *Lease) Fence(ctx context.Context, tx *sql.Tx) error {
	var one int
	err := tx.QueryRowContext(ctx, `
		SELECT one
		FROM piaojue_lease.leader
		WHERE epoch = $1 AND token = $2
		FOR KEY SHARE`,
		int64(l.Epoch), l.token).Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		l.end.Do(func() { close(l.quit) })
		return ErrFenced
	}
	return err
}

// here refuses a connection to a database that does not know of the lease.
func (l *Lease) here(ctx context.Context, conn *pgx.Conn) error {
	var one int
	err := conn.QueryRow(ctx, `
		SELECT one
		FROM piaojue_lease.leader
		WHERE epoch = $1 AND token = $2`,
		int64(l.Epoch), l.token).Scan(&one)
	if errors.Is(err, pgx.ErrNoRows) {
		return ErrFenced
	}
	return err
}

// dial connects to the machine of the lease alone. Sockets in the file system are of
// this machine.
func (l *Lease) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if network != l.host.Network() || network != "unix" && !sameAddress(address, l.host.String()) {
		return nil, errElsewhere
	}
	return dialer.DialContext(ctx, network, address)
}

var errElsewhere = errors.New("store: this is not the database of the lease")

// sameAddress compares addresses with ports, of which IPv6 has several spellings.
func sameAddress(a, b string) bool {
	x, errX := netip.ParseAddrPort(a)
	y, errY := netip.ParseAddrPort(b)
	return errX == nil && errY == nil && x.Port() == y.Port() && x.Addr().Unmap() == y.Addr().Unmap()
}

// testOnlyNoBeats is a lease whose leader seems to be stopped.
var testOnlyNoBeats atomic.Pointer[Lease]

// keep beats until the lease ends. A leader whose beat fails does not try again:
// it cannot know what became of the lock.
func (l *Lease) keep() {
	defer close(l.lost)
	defer l.conn.Close(context.Background())
	pace := time.NewTicker(beatEvery)
	defer pace.Stop()
	for {
		select {
		case <-l.quit:
			l.release()
			return
		case <-pace.C:
		}
		if testOnlyNoBeats.Load() == l {
			continue
		}
		now := time.Since(l.begun)
		if err := l.doBeat(); err != nil {
			return
		}
		l.beat.Store(int64(now))
	}
}

// doBeat says that the leader is there, if it still is the leader.
func (l *Lease) doBeat() error {
	ctx, cancel := context.WithTimeout(context.Background(), leaseWait)
	defer cancel()
	done, err := l.conn.Exec(ctx, `
		UPDATE beats
		SET beat = clock_timestamp()
		WHERE one = 1 AND EXISTS (
			SELECT 1
			FROM leader
			WHERE epoch = $1 AND token = $2
		)`,
		int64(l.Epoch), l.token)
	if err == nil && done.RowsAffected() != 1 {
		err = ErrFenced
	}
	return err
}

// release tells the others that nobody leads; that the connection ends says it as
// well, where this fails.
func (l *Lease) release() {
	ctx, cancel := context.WithTimeout(context.Background(), leaseWait)
	defer cancel()
	l.conn.Exec(ctx, `SELECT pg_advisory_unlock($1)`, int64(leaderLock))
	l.conn.Exec(ctx, `SELECT pg_notify($1, $2)`, leaderChannel, fmt.Sprint(l.Epoch))
}

// leaseConfig is how a node connects for its lease. In a row of databases that
// repeat each other it finds the one that takes writes.
func leaseConfig(url, node string) (*pgx.ConnConfig, error) {
	c, err := parseURL(url)
	if err != nil {
		return nil, err
	}
	c.RuntimeParams["application_name"] = applicationName(node)
	c.RuntimeParams["search_path"] = leaseSchema
	c.RuntimeParams["client_min_messages"] = "warning"
	c.RuntimeParams["idle_in_transaction_session_timeout"] = "5s"
	if c.ConnectTimeout == 0 || c.ConnectTimeout > leaseWait {
		c.ConnectTimeout = leaseWait
	}
	c.DialFunc = dialer.DialContext
	if c.ValidateConnect == nil {
		c.ValidateConnect = pgconn.ValidateConnectTargetSessionAttrsReadWrite
	}
	return c, nil
}

// applicationName is what all connections of a node are called: by it whoever
// takes over ends them.
func applicationName(node string) string { return "piaojued " + node }

// migrateLease brings the tables of the lease to this version's, one node after
// the other.
func migrateLease(ctx context.Context, c *pgx.ConnConfig) error {
	ctx, cancel := context.WithTimeout(ctx, migrateWait)
	defer cancel()
	db := stdlib.OpenDB(*c)
	defer db.Close()
	holder, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer holder.Close()
	if _, err := holder.ExecContext(ctx, `SELECT pg_advisory_lock($1)`, int64(migrateLock)); err != nil {
		return err
	}
	return leasePart.migrate(ctx, db)
}

func newToken() []byte {
	token := make([]byte, tokenSize)
	rand.Read(token)
	return token
}
