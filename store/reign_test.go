package store

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"piaojue/pgtest"
)

// memory is what a node of the tests keeps about leaders.
type memory struct {
	mu sync.Mutex
	r  Reign
}

func (m *memory) Reign() (Reign, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.r, nil
}

func (m *memory) Keep(r Reign) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if r.Epoch > m.r.Epoch {
		m.r = r
	}
	return nil
}

// TestReignAfter (S2): a database of a lower epoch was left behind, and so was one of
// two of the same epoch.
func TestReignAfter(t *testing.T) {
	one, two := [tokenSize]byte{1}, [tokenSize]byte{2}
	for _, x := range []struct {
		there, known Reign
		want         bool
	}{
		{Reign{}, Reign{}, true}, {Reign{3, one}, Reign{}, true}, {Reign{3, one}, Reign{3, one}, true}, {Reign{4, two}, Reign{3, one}, true},
		{Reign{}, Reign{1, one}, false}, {Reign{2, one}, Reign{3, one}, false}, {Reign{3, two}, Reign{3, one}, false},
	} {
		if got := x.there.After(x.known); got != x.want {
			t.Errorf("%v after %v: %t, want %t", x.there, x.known, got, x.want)
		}
	}
}

// FuzzParseReign: what parses is what Marshal writes.
func FuzzParseReign(f *testing.F) {
	f.Add(Reign{7, [tokenSize]byte{1, 2}}.Marshal())
	f.Add([]byte("1 00\n"))
	f.Add([]byte(""))
	f.Fuzz(func(t *testing.T, text []byte) {
		if r, err := ParseReign(text); err == nil && string(r.Marshal()) != string(text) {
			t.Error("another text")
		}
	})
}

// TestLeasePast (S2): a node that knows of a newer leader leads in no database that
// does not, and takes the next one of its address.
func TestLeasePast(t *testing.T) {
	old, other := pgtest.Start(t), pgtest.Start(t) // as a primary that came back, and the one that took its place
	a := newNode(t, old, "a")
	a.Past = &memory{}
	first := a.claim(10 * time.Second)
	if got, _ := a.Past.Reign(); got != first.Reign() {
		t.Errorf("kept is %v, want %v", got, first.Reign())
	}
	first.Release()
	for what, known := range map[string]Reign{"lower": {2, [tokenSize]byte{1}}, "the same, of another leader": {1, [tokenSize]byte{1}}} {
		b := newNode(t, old, "b")
		b.Past = &memory{r: known}
		var why error
		b.Trouble = func(err error) { why = err }
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		if l, err := b.Claim(ctx); err == nil {
			l.Release()
			t.Errorf("%s: it leads in epoch %d", what, l.Epoch)
		}
		cancel()
		if !errors.Is(why, ErrPast) {
			t.Errorf("%s: it says %v", what, why)
		}
	}
	newNode(t, other, "d").claim(10 * time.Second).Release()
	other.SQL(t, `UPDATE piaojue_lease.leader SET epoch = 9`)
	e := newNode(t, old, "e")
	e.URL, e.Past = old.URL(other), &memory{r: Reign{8, [tokenSize]byte{1}}}
	if got, want := e.claim(10*time.Second).Epoch, uint64(10); got != want {
		t.Errorf("it leads in epoch %d, want %d", got, want)
	}
}

// TestLeaseUnsure (S2): who leads must be on the standby too. If somebody cancels the
// wait for that, PostgreSQL says that it is done.
func TestLeaseUnsure(t *testing.T) {
	pg := pgtest.Start(t)
	newNode(t, pg, "a").claim(10 * time.Second).Release()
	pg.SQL(t, `ALTER ROLE piaojue SET synchronous_commit = local`)
	pg.SQL(t, `ALTER SYSTEM SET synchronous_standby_names = 'ghost'`)
	pg.SQL(t, `SELECT pg_reload_conf()`)
	b := newNode(t, pg, "b")
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	b.Trouble = func(err error) {
		t.Log(err)
		if errors.Is(err, errAlone) {
			cancel()
		}
	}
	done := make(chan *Lease, 1)
	go func() {
		l, _ := b.Claim(ctx)
		done <- l
	}()
	pg.SQL(t, `DO $$ BEGIN
		FOR i IN 1..400 LOOP
			PERFORM pg_stat_clear_snapshot();
			PERFORM pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep';
			EXIT WHEN FOUND;
			PERFORM pg_sleep(0.05);
		END LOOP; END $$`)
	if l := <-done; l != nil {
		l.Release()
		t.Error("it leads, and no standby knows")
	}
	if ctx.Err() != context.Canceled {
		t.Error("the wait was not cancelled")
	}
}

// TestLeaseUnsureKept (S2): while the standby is away, nodes that try to lead begin
// epochs that only this disk has. Nobody keeps one, or no node would lead on the
// standby when it is promoted. When there is a leader, all keep its epoch.
func TestLeaseUnsureKept(t *testing.T) {
	pg := pgtest.Start(t)
	a := newNode(t, pg, "a")
	first := a.claim(10 * time.Second)
	first.Release()
	standby := func(name string) {
		pg.SQL(t, `ALTER SYSTEM SET synchronous_standby_names = '`+name+`'`)
		pg.SQL(t, `SELECT pg_reload_conf()`)
	}
	standby("ghost")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	led := make(chan *Lease, 3)
	past := map[string]*memory{}
	for _, name := range []string{"b", "c", "d"} {
		n := newNode(t, pg, name)
		past[name] = &memory{r: first.Reign()}
		n.Past = past[name]
		go func() {
			l, _ := n.Claim(ctx)
			led <- l
		}()
	}
	time.Sleep(4 * leaseWait)
	if pg.SQL(t, `SELECT epoch FROM piaojue_lease.leader`) == "1" {
		t.Fatal("nobody has begun an epoch")
	}
	for name, m := range past {
		if r, _ := m.Reign(); r != first.Reign() {
			t.Errorf("%s has kept epoch %d, which no standby has", name, r.Epoch)
		}
	}
	standby("")
	l := <-led
	if l == nil {
		t.Fatal("nobody leads")
	}
	for name, m := range past {
		r, _ := m.Reign()
		for start := time.Now(); r != l.Reign() && time.Since(start) < 5*time.Second; r, _ = m.Reign() {
			time.Sleep(10 * time.Millisecond)
		}
		if r != l.Reign() {
			t.Errorf("%s has kept epoch %d, and %s leads in %d", name, r.Epoch, l.Node, l.Epoch)
		}
	}
	cancel()
	<-led
	<-led
	l.Release()
}
