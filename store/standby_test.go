package store

import (
	"context"
	"database/sql"
	"fmt"
	"testing"
	"time"

	"piaojue/election"
	"piaojue/pgtest"
)

// Somebody cancels what waits for the standby: PostgreSQL then says that all went
// well, and warns. Nothing is promised of it.
func TestPostgresCancelledWait(t *testing.T) {
	pg := pgtest.Start(t)
	db, err := Shared{URL: pg.URL(), Name: "a", Keys: pgtest.NewKeys()}.OpenDB(t.Context())
	must(t, err)
	defer db.Close()
	must(t, db.CreateVote(t.Context(), testVote, []byte(`{}`)))
	openBox(t, db)
	castOne(t, db, testCast(1))
	pg.SQL(t, "ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
	pg.SQL(t, "SELECT pg_reload_conf()")
	for pg.SQL(t, "SHOW synchronous_standby_names") != "nobody" {
		time.Sleep(20 * time.Millisecond)
	}
	done := make(chan error)
	go func() { // the first ones may not wait: settings come to each process in its own time
		var err error
		for i := 2; err == nil; i++ {
			_, err = db.CastBallots(context.Background(), testVote, []Cast{testCast(i)})
		}
		done <- err
	}()
	const waits = "pg_stat_activity WHERE wait_event = 'SyncRep' AND application_name = 'piaojued a'"
	for pg.SQL(t, "SELECT count(*) FROM "+waits) != "1" {
		time.Sleep(20 * time.Millisecond)
	}
	pg.SQL(t, "SELECT pg_cancel_backend(pid) FROM "+waits)
	wantErr(t, "CastBallots", <-done, ErrStopped)
	pg.SQL(t, "ALTER SYSTEM RESET synchronous_standby_names")
	pg.SQL(t, "SELECT pg_reload_conf()")
}

// An old primary that boots again answers nobody who leads elsewhere: with what it
// says, a ballot would be taken after the close order.
func TestPostgresOldPrimary(t *testing.T) {
	one := pgtest.Start(t)
	two := one.Standby(t)
	url, keys := one.URL(two), pgtest.NewKeys()
	lead := func(name string) (*Lease, *DB) {
		c := Contender{URL: url, Node: name, Address: name + ":1"}
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		l, err := c.Claim(ctx)
		must(t, err)
		db, err := Shared{URL: url, Name: name, Keys: keys, Lease: l}.OpenDB(t.Context())
		must(t, err)
		return l, db
	}
	l, db := lead("a")
	must(t, db.CreateVote(t.Context(), testVote, []byte(`{}`)))
	openBox(t, db)
	castOne(t, db, testCast(1))
	one.Kill(t)
	two.Promote(t)
	<-l.Lost()
	db.Close()
	l, db = lead("b")
	defer db.Close()
	defer l.Release()
	must(t, grow(t, db, [][]byte{entry(election.KindOrder, []byte("order"))}, (*Tx).ShutBox))
	wantOutcome(t, "after the order", castOne(t, db, testCast(2)), Shut)
	one.Restart(t)
	endConnections(t, db.readers, two)
	outcomes, err := db.CastBallots(t.Context(), testVote, []Cast{testCast(3)})
	if err == nil && outcomes[0] == Stored {
		t.Error("a ballot is taken after the close order")
	}
}

// endConnections ends all connections of a pool, so that they are made anew.
func endConnections(t *testing.T, pool *sql.DB, server *pgtest.Server) {
	t.Helper()
	for range maxReaders {
		conn, err := pool.Conn(t.Context())
		must(t, err)
		defer conn.Close()
		var pid int
		must(t, conn.QueryRowContext(t.Context(), "SELECT pg_backend_pid()").Scan(&pid))
		server.SQL(t, fmt.Sprint("SELECT pg_terminate_backend(", pid, ")"))
	}
}
