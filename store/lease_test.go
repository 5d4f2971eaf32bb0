package store

import (
	"context"
	"database/sql"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/stdlib"

	"piaojue/pgtest"
)

// node is a contender of the tests.
type node struct {
	testing.TB
	Contender
	saw chan Leader
}

func newNode(t testing.TB, s *pgtest.Server, name string) *node {
	n := &node{TB: t, saw: make(chan Leader, 1000)}
	n.Contender = Contender{Trouble: func(err error) { t.Log(name, err) }, URL: s.URL(), Node: name, Address: name + ":1", Saw: func(l Leader) { n.saw <- l }}
	return n
}

// claim is for a node that can lead now.
func (n *node) claim(within time.Duration) *Lease {
	n.Helper()
	ctx, cancel := context.WithTimeout(n.Context(), within)
	defer cancel()
	l, err := n.Claim(ctx)
	if err != nil {
		n.Fatalf("%s: %v", n.Node, err)
	}
	n.Cleanup(l.Release)
	return l
}

// pool is what the node's database would write through.
func (n *node) pool() *sql.DB {
	n.Helper()
	c, err := leaseConfig(n.URL, n.Node)
	must(n, err)
	db := stdlib.OpenDB(*c)
	n.Cleanup(func() { db.Close() })
	return db
}

// write is one fenced transaction, which waits before it commits.
func write(t testing.TB, db *sql.DB, l *Lease, before func()) error {
	t.Helper()
	tx, err := db.Begin()
	must(t, err)
	defer tx.Rollback()
	if err := l.Fence(context.Background(), tx); err != nil {
		return err
	}
	if before != nil {
		before()
	}
	if _, err := tx.Exec(`INSERT INTO public.written VALUES (1)`); err != nil {
		return err
	}
	return tx.Commit()
}

// TestLease (S2): one node leads; when it gives up another follows at once, with a
// higher epoch, and what the first one writes then is refused.
func TestLease(t *testing.T) {
	pg := pgtest.Start(t)
	pg.SQL(t, `CREATE TABLE written (n INT)`)
	a, b := newNode(t, pg, "a"), newNode(t, pg, "b")
	first := a.claim(10 * time.Second)
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Second)
	defer cancel()
	if _, err := b.Claim(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("a second leader: %v", err)
	}
	for seen := (Leader{}); seen != first.Leader; {
		select {
		case seen = <-b.saw:
		default:
			t.Fatalf("the follower never saw who leads: %v, want %v", seen, first.Leader)
		}
	}
	must(t, write(t, a.pool(), first, nil))
	if !first.Held() {
		t.Error("the leader does not take itself for one")
	}
	start := time.Now()
	go first.Release()
	second := b.claim(5 * time.Second)
	if took := time.Since(start); took >= staleAfter-2*beatEvery {
		t.Errorf("the next leader took %v", took)
	}
	if got, want := second.Epoch, first.Epoch+1; got != want {
		t.Errorf("epoch %d, want %d", got, want)
	}
	if err := write(t, a.pool(), first, nil); !errors.Is(err, ErrFenced) {
		t.Errorf("the former leader writes: %v", err)
	}
	must(t, write(t, b.pool(), second, nil))
	if first.Held() || !second.Held() {
		t.Error("both or neither take themselves for the leader")
	}
	if got, want := pg.SQL(t, `SELECT count(*) FROM written`), "2"; got != want {
		t.Errorf("%s writes, want %s", got, want)
	}
}

// TestLeaseStopped (S2): a leader that beats no more, and holds its connection and
// an open transaction, is followed within five seconds; when it goes on it commits
// nothing.
func TestLeaseStopped(t *testing.T) {
	pg := pgtest.Start(t)
	pg.SQL(t, `CREATE TABLE written (n INT)`)
	a, b := newNode(t, pg, "a"), newNode(t, pg, "b")
	first := a.claim(10 * time.Second)
	testOnlyNoBeats.Store(first)
	defer testOnlyNoBeats.Store(nil)
	db := a.pool()
	var second *Lease
	err := write(t, db, first, func() {
		start := time.Now()
		second = b.claim(8 * time.Second)
		t.Logf("followed after %v", time.Since(start))
	})
	if err == nil {
		t.Error("a transaction of the former leader was committed")
	}
	if first.Held() {
		t.Error("a leader without a beat takes itself for one")
	}
	testOnlyNoBeats.Store(nil)
	select {
	case <-first.Lost():
	case <-time.After(3 * time.Second):
		t.Error("the former leader does not notice")
	}
	if err := write(t, db, first, nil); !errors.Is(err, ErrFenced) {
		t.Errorf("the former leader writes: %v", err)
	}
	must(t, write(t, b.pool(), second, nil))
	if got, want := pg.SQL(t, `SELECT count(*) FROM written`), "1"; got != want {
		t.Errorf("%s writes, want %s", got, want)
	}
}

// TestLeaseOlderDatabase (S2): after the database was put back to a state before
// the change of leaders, the epoch is the same for both and the token is not.
func TestLeaseOlderDatabase(t *testing.T) {
	pg := pgtest.Start(t)
	pg.SQL(t, `CREATE TABLE written (n INT)`)
	a := newNode(t, pg, "a")
	l := a.claim(10 * time.Second)
	db := a.pool()
	must(t, write(t, db, l, nil))
	pg.SQL(t, `UPDATE piaojue_lease.leader SET token = '\x00'`)
	if err := write(t, db, l, nil); !errors.Is(err, ErrFenced) {
		t.Errorf("another leader of the same epoch writes: %v", err)
	}
	select {
	case <-l.Lost():
	case <-time.After(3 * time.Second):
		t.Error("it does not notice")
	}
}

// TestLeaseCut: a leader that loses its connection leads no more, and may again.
func TestLeaseCut(t *testing.T) {
	pg := pgtest.Start(t)
	a := newNode(t, pg, "a")
	first := a.claim(10 * time.Second)
	pg.SQL(t, `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'`)
	select {
	case <-first.Lost():
	case <-time.After(3 * time.Second):
		t.Fatal("it does not notice")
	}
	if got, want := a.claim(5*time.Second).Epoch, first.Epoch+1; got != want {
		t.Errorf("epoch %d, want %d", got, want)
	}
}

// TestLeaseURL: the address holds a password, which no error shows.
func TestLeaseURL(t *testing.T) {
	_, err := leaseConfig("postgres://u:geheim@h:port/x", "a")
	if err == nil || err.Error() != errURL.Error() {
		t.Errorf("got %v", err)
	}
	if _, err := leaseConfig("postgres://u:geheim@h:5432/x?sslmode=verify-full", "a"); err != nil {
		t.Error(err)
	}
}

// TestLeaseSilentHost: the first host of the address is powered off. Who has found
// another one for the lease opens the database there, without asking the first again
// for each connection.
func TestLeaseSilentHost(t *testing.T) {
	pg := pgtest.Start(t)
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer silent.Close()
	a := newNode(t, pg, "a")
	a.URL = strings.Replace(pg.URL(), "@", "@"+silent.Addr().String()+",", 1)
	l := a.claim(30 * time.Second)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	shared := Shared{URL: a.URL, Name: "a", Keys: pgtest.NewKeys(), Lease: l}
	start := time.Now()
	db, err := shared.OpenDB(ctx)
	must(t, err)
	defer db.Close()
	projects, err := shared.OpenProjects(ctx)
	must(t, err)
	defer projects.Close()
	if took := time.Since(start); took > 4*time.Second {
		t.Errorf("it took %v", took)
	}
	if _, err := l.dial(ctx, "tcp", silent.Addr().String()); !errors.Is(err, errElsewhere) {
		t.Errorf("the silent host: %v", err)
	}
	must(t, db.CreateVote(ctx, testVote, []byte(`{}`)))
}

// TestSameAddress: one address has several spellings.
func TestSameAddress(t *testing.T) {
	for _, x := range []struct {
		a, b string
		want bool
	}{
		{"10.0.0.1:5432", "10.0.0.1:5432", true}, {"[2001:DB8:0::1]:5432", "[2001:db8::1]:5432", true}, {"[::ffff:10.0.0.1]:5432", "10.0.0.1:5432", true},
		{"10.0.0.1:5432", "10.0.0.1:5433", false}, {"10.0.0.1:5432", "10.0.0.2:5432", false}, {"db1:5432", "db1:5432", false}, {"", "", false},
	} {
		if got := sameAddress(x.a, x.b); got != x.want {
			t.Errorf("%s and %s: %t, want %t", x.a, x.b, got, x.want)
		}
	}
}
