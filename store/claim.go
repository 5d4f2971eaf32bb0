package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Contender is a node that leads as soon as nobody else does.
type Contender struct {
	URL     string // of the database; several hosts if it can move
	Node    string // its name, which no other node has
	Address string // where other nodes reach it

	// Saw hears who leads, at each change and after each second. Nil: nobody.
	Saw func(Leader)

	// Past is what the node keeps about leaders. Nil: nothing is kept, and an old
	// primary that comes back is taken for the database.
	Past Past

	// Trouble hears why the database cannot be asked; it is asked again. Nil:
	// nobody.
	Trouble func(error)
}

const (
	claimEvery = 250 * time.Millisecond
	claimRest  = 250 * time.Millisecond // after an error

	undefinedTable = "42P01" // PostgreSQL's documentation, Appendix A
)

// Claim waits until the contender leads, or the context ends.
func (c *Contender) Claim(ctx context.Context) (*Lease, error) {
	config, err := leaseConfig(c.URL, c.Node)
	if err != nil {
		return nil, err
	}
	config.ValidateConnect = c.notPast(config.ValidateConnect)
	for migrated := false; ; {
		l, err := c.claim(ctx, config, &migrated)
		if err == nil {
			return l, nil
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if c.Trouble != nil {
			c.Trouble(err)
		}
		select {
		case <-time.After(claimRest):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// claim is Claim over one connection. The tables are looked after once, for when a
// database moves every moment counts, and again if they are not there.
func (c *Contender) claim(ctx context.Context, config *pgx.ConnConfig, migrated *bool) (*Lease, error) {
	if !*migrated {
		if err := migrateLease(ctx, config); err != nil {
			return nil, fmt.Errorf("tables of the lease: %w", err)
		}
		*migrated = true
	}
	w := &wait{Contender: c}
	config = config.Copy()
	config.OnNotice = w.notice
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	w.conn = conn
	l, err := w.run(ctx)
	if err != nil {
		conn.Close(context.WithoutCancel(ctx))
	}
	if e, ok := errors.AsType[*pgconn.PgError](err); ok && e.Code == undefinedTable {
		*migrated = false
	}
	return l, err
}

// notPast lets a connection be made to a database that was not left behind, and to
// the next one of the address otherwise.
func (c *Contender) notPast(before pgconn.ValidateConnectFunc) pgconn.ValidateConnectFunc {
	return func(ctx context.Context, conn *pgconn.PgConn) error {
		if err := before(ctx, conn); err != nil || c.Past == nil {
			return err
		}
		// As one text, which ParseReign reads: there is no pgx.Conn yet.
		r := conn.ExecParams(ctx, `SELECT format(E'%s %s\n', epoch, encode(token, 'hex')) FROM leader WHERE epoch > 0`, nil, nil, nil, nil).Read()
		if e, ok := errors.AsType[*pgconn.PgError](r.Err); ok && e.Code == undefinedTable || r.Err == nil && len(r.Rows) == 0 {
			return c.compare(Reign{}) // nobody has led here
		}
		if r.Err != nil {
			return r.Err
		}
		there, err := ParseReign(r.Rows[0][0])
		if err != nil {
			return err
		}
		return c.compare(there)
	}
}

// compare returns ErrPast if the node knows of a newer reign than the database.
func (c *Contender) compare(r Reign) error {
	if c.Past == nil {
		return nil
	}
	known, err := c.Past.Reign()
	if err == nil && !r.After(known) {
		err = ErrPast
	}
	return err
}

func (c *Contender) keep(r Reign) error {
	if c.Past == nil {
		return nil
	}
	return c.Past.Keep(r)
}

// wait is a contender that waits, over one connection.
type wait struct {
	*Contender
	conn   *pgx.Conn
	warned bool   // by the database, since begin
	held   uint32 // process of the database that held the lock when the leader was last found stale; 0: it was fresh
}

func (w *wait) run(ctx context.Context) (*Lease, error) {
	if err := w.exec(ctx, `LISTEN `+leaderChannel); err != nil {
		return nil, err
	}
	if err := w.enlist(ctx); err != nil {
		return nil, err
	}
	for {
		l, err := w.try(ctx)
		if l != nil || err != nil {
			return l, err
		}
		if err := w.rest(ctx); err != nil {
			return nil, err
		}
	}
}

// rest waits for news of the leader, and not long.
func (w *wait) rest(ctx context.Context) error {
	short, cancel := context.WithTimeout(ctx, claimEvery)
	defer cancel()
	_, err := w.conn.WaitForNotification(short)
	if ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) {
		return nil
	}
	return err
}

// try takes the lease if nobody has it. It returns nil if somebody does.
func (w *wait) try(ctx context.Context) (*Lease, error) {
	ctx, cancel := context.WithTimeout(ctx, leaseWait)
	defer cancel()
	now, reign, err := readLeader(ctx, w.conn)
	if err != nil {
		return nil, err
	}
	if err := w.compare(reign); err != nil {
		return nil, err
	}
	if now.Fresh { // its leader knows that the standby has it, see begin
		if err := w.keep(reign); err != nil {
			return nil, err
		}
	}
	if w.Saw != nil {
		w.Saw(now)
	}
	var free bool
	if err := w.conn.QueryRow(ctx, `SELECT pg_try_advisory_lock($1)`, int64(leaderLock)).Scan(&free); err != nil {
		return nil, err
	}
	switch {
	case free:
		return w.take(ctx, now)
	case now.Fresh:
		w.held = 0
		return nil, nil
	}
	return nil, w.oust(ctx, now)
}

// readLeader reads who leads.
func readLeader(ctx context.Context, conn *pgx.Conn) (now Leader, r Reign, err error) {
	var epoch int64
	var token []byte
	err = conn.QueryRow(ctx, `
		SELECT
			l.epoch,
			l.token,
			l.node,
			l.address,
			b.beat > clock_timestamp() - $1 * INTERVAL '1 millisecond'
		FROM leader AS l
		JOIN beats AS b ON b.one = l.one`,
		staleAfter.Milliseconds()).Scan(&epoch, &token, &now.Node, &now.Address, &now.Fresh)
	now.Epoch = uint64(epoch)
	r.Epoch = now.Epoch
	copy(r.Token[:], token)
	return now, r, err
}

// oust ends the connections of a leader that beats no more: one that is stopped
// or cut off keeps them, the lock and what its last transaction holds. Whoever has
// just got the lock looks stale for an instant; hence it takes two looks.
func (w *wait) oust(ctx context.Context, old Leader) error {
	var pid uint32
	err := w.conn.QueryRow(ctx, `
		SELECT pid
		FROM pg_locks
		WHERE locktype = 'advisory' AND granted AND objsubid = 1
			AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
			AND (classid::BIGINT << 32) + objid::BIGINT = $1`,
		int64(leaderLock)).Scan(&pid)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil // free by now
	}
	if err != nil || pid != w.held {
		w.held = pid
		return err
	}
	if err := w.exec(ctx, `SELECT pg_terminate_backend($1)`, int32(pid)); err != nil {
		return err
	}
	return w.terminate(ctx, old)
}

// terminate ends what is left of the connections of the old leader.
func (w *wait) terminate(ctx context.Context, old Leader) error {
	if old.Node == "" {
		return nil
	}
	return w.exec(ctx, `
		SELECT pg_terminate_backend(pid)
		FROM pg_stat_activity
		WHERE application_name = $1 AND pid <> pg_backend_pid()
			AND usename = current_user AND datname = current_database()`,
		applicationName(old.Node))
}

// take begins the next epoch. The caller has the lock.
func (w *wait) take(ctx context.Context, old Leader) (*Lease, error) {
	if err := w.terminate(ctx, old); err != nil {
		return nil, err
	}
	l := &Lease{token: newToken(), conn: w.conn, begun: time.Now(), lost: make(chan struct{}), quit: make(chan struct{})}
	l.host = w.conn.PgConn().Conn().RemoteAddr()
	l.Leader = Leader{Node: w.Node, Address: w.Address, Fresh: true}
	epoch, err := w.begin(ctx, l)
	if err != nil {
		return nil, err
	}
	l.Epoch = epoch
	if err := w.keep(l.Reign()); err != nil {
		return nil, err
	}
	// Beats come all the time and need not last, nor wait for a standby.
	for _, text := range []string{`SET synchronous_commit = off`, `UNLISTEN *`} {
		if err := w.exec(ctx, text); err != nil {
			return nil, err
		}
	}
	if err := l.doBeat(); err != nil {
		return nil, err
	}
	if err := w.exec(ctx, `SELECT pg_notify($1, $2)`, leaderChannel, fmt.Sprint(epoch)); err != nil {
		return nil, err
	}
	go l.keep()
	return l, nil
}

// errAlone is about a change that only this disk may have: a standby that is
// promoted would not know of this leader.
var errAlone = errors.New("the database has not waited for its standby")

// begin writes who leads now. The change waits for transactions of the old
// leader that hold its epoch, and for the standby, whatever is set for other
// connections. If somebody cancels that wait, PostgreSQL commits and only warns.
//
// So the new leader is there to see, but not fresh before its first beat, which comes
// when begin has returned: a node that kept an epoch which no standby has would take
// the standby for a database that was left behind, once that is promoted.
func (w *wait) begin(ctx context.Context, l *Lease) (uint64, error) {
	tx, err := w.conn.Begin(ctx)
	if err != nil {
		return 0, err
	}
	defer tx.Rollback(context.WithoutCancel(ctx)) // nothing after a commit
	w.warned = false
	if _, err := tx.Exec(ctx, `SET LOCAL synchronous_commit = on`); err != nil {
		return 0, err
	}
	var epoch int64
	err = tx.QueryRow(ctx, `
		UPDATE leader
		SET
			epoch = epoch + 1,
			token = $1,
			node = $2,
			address = $3
		RETURNING epoch`,
		l.token, l.Node, l.Address).Scan(&epoch)
	if err != nil {
		return 0, err
	}
	if _, err := tx.Exec(ctx, `UPDATE beats SET beat = '-infinity'`); err != nil {
		return 0, err
	}
	err = tx.Commit(ctx)
	if err == nil && w.warned {
		err = errAlone
	}
	return uint64(epoch), err
}

// notice hears what the database says beside its answers.
func (w *wait) notice(_ *pgconn.PgConn, n *pgconn.Notice) {
	w.warned = w.warned || n.SeverityUnlocalized == "WARNING"
}

func (w *wait) exec(ctx context.Context, text string, args ...any) error {
	_, err := w.conn.Exec(ctx, text, args...)
	return err
}
