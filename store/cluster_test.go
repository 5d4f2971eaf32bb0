package store

import (
	"slices"
	"testing"
	"time"

	"piaojue/pgtest"
)

// TestCluster: each node that came is on the list until it is forgotten, and a
// standby is told from one that lags or is away.
func TestCluster(t *testing.T) {
	pg := pgtest.Start(t)
	a, b := newNode(t, pg, "a"), newNode(t, pg, "b")
	a.claim(10 * time.Second).Release()
	lease := b.claim(10 * time.Second)
	db, err := Shared{URL: pg.URL(), Name: "b", Keys: pgtest.NewKeys(), Lease: lease}.OpenDB(t.Context())
	must(t, err)
	defer db.Close()
	look := func() Cluster {
		t.Helper()
		c, err := db.Cluster(t.Context())
		must(t, err)
		return *c
	}
	until := func(want Standby) {
		t.Helper()
		for end := time.Now().Add(20 * time.Second); look().Standby != want; time.Sleep(20 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("the standby is %q, want %q", look().Standby, want)
			}
		}
	}
	if got := look(); !slices.Equal(got.Nodes, []string{"a", "b"}) || got.Standby != StandbyNone {
		t.Errorf("got %+v", got)
	}
	must(t, ForgetNode(t.Context(), pg.URL(), "a"))
	wantErr(t, "a second time", ForgetNode(t.Context(), pg.URL(), "a"), ErrNotFound)
	if got := look(); !slices.Equal(got.Nodes, []string{"b"}) {
		t.Errorf("after one was forgotten: %q", got.Nodes)
	}
	standby := pg.Standby(t)
	until(StandbySync)
	state, err := ExaminePostgres(t.Context(), pg.URL())
	must(t, err)
	if !state.Durable || state.Version < 150000 || state.Standby != StandbySync || state.Collate == "" || state.Encoding != "UTF8" {
		t.Errorf("the server is %+v", state)
	}
	pg.SQL(t, "ALTER SYSTEM SET full_page_writes = off")
	pg.SQL(t, "SELECT pg_reload_conf()")
	for end := time.Now().Add(20 * time.Second); state.Durable && time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		state, err = ExaminePostgres(t.Context(), pg.URL())
		must(t, err)
	}
	if state.Durable {
		t.Error("a server that may tear pages is called durable")
	}
	pg.SQL(t, "ALTER SYSTEM RESET full_page_writes")
	pg.SQL(t, "ALTER SYSTEM RESET synchronous_standby_names")
	pg.SQL(t, "SELECT pg_reload_conf()")
	until(StandbyAsync)
	pg.SQL(t, "ALTER SYSTEM SET synchronous_standby_names = 'standby'")
	pg.SQL(t, "SELECT pg_reload_conf()")
	standby.Kill(t)
	until(StandbyMissing)
	pg.SQL(t, "ALTER SYSTEM RESET synchronous_standby_names")
	pg.SQL(t, "SELECT pg_reload_conf()")
	until(StandbyNone)
	if file := openNew(t); file.path != "" {
		if got, err := file.Cluster(t.Context()); got != nil || err != nil {
			t.Errorf("of a file: %v, %v", got, err)
		}
	}
}

// TestStandbyHidden: what the server's role may not see is not called well.
func TestStandbyHidden(t *testing.T) {
	for w, want := range map[walSenders]Standby{
		{demanded: true, hidden: 1}:                        StandbyUnknown,
		{hidden: 1}:                                        StandbyUnknown,
		{demanded: true, streaming: 1}:                     StandbyMissing,
		{demanded: true, streaming: 2, sync: 1, hidden: 1}: StandbySync,
		{streaming: 1, sync: 1}:                            StandbyAsync,
	} {
		if got := w.standby(); got != want {
			t.Errorf("%+v: %q, want %q", w, got, want)
		}
	}
}
