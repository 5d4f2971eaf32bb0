package node

import (
	"context"
	"errors"
	"testing"

	"piaojue/store"
)

// TestReignKept (S2): the newest leader is kept, and survives a restart; of two of
// one epoch the other one is refused.
func TestReignKept(t *testing.T) {
	f := &folder{path: t.TempDir()}
	if got, err := f.Reign(); err != nil || got != (store.Reign{}) {
		t.Errorf("at first: %v, %v", got, err)
	}
	three, four := store.Reign{Epoch: 3, Token: [16]byte{1}}, store.Reign{Epoch: 4, Token: [16]byte{2}}
	must(t, f.Keep(three))
	must(t, f.take(reignName, four.Marshal(), false))
	must(t, f.take(reignName, three.Marshal(), true))
	must(t, f.Keep(three))
	if got, err := (&folder{path: f.path}).Reign(); err != nil || got != four {
		t.Errorf("kept is %v, %v, want %v", got, err, four)
	}
	other := store.Reign{Epoch: 4, Token: [16]byte{3}}
	if err := f.take(reignName, other.Marshal(), true); !errors.Is(err, errOtherReign) {
		t.Errorf("got %v, want %v", err, errOtherReign)
	}
	if err := f.take(reignName, []byte("nonsense"), true); err == nil {
		t.Error("nonsense is kept")
	}
}

// TestReignSpreads (S2): followers keep who leads; a leader to which one says that
// there was a newer one leads no more, nobody copies its keys, and nobody leads in
// that database again.
func TestReignSpreads(t *testing.T) {
	c := newCluster(t)
	a := c.add("a").await()
	b := c.add("b")
	b.until("the follower does not keep who leads", func() bool {
		r, err := b.keys.Reign()
		return err == nil && r == a.serving().lease.Reign()
	})
	b.stop()
	d := c.machine("d")
	must(t, d.keys.Keep(store.Reign{Epoch: 7, Token: [16]byte{7}}))
	d.put("v.log.key", "of the vote")
	a.put("v.log.key", "of the old database")
	d.aim(a.serving().lease.Leader)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	if _, err := d.pull(ctx, d.leading.Load()); !errors.Is(err, errPast) {
		t.Errorf("got %v, want %v", err, errPast)
	}
	d.front.Close()
	d.pulls.CloseIdleConnections()
	must(t, d.config.Link.Close())
	if got, want := d.has("v.log.key"), "of the vote"; got != want {
		t.Errorf("the key is %q, want %q", got, want)
	}
	a.until("the old leader leads on", func() bool { return !a.Leads() })
	if got, err := a.keys.Reign(); err != nil || got.Epoch != 7 {
		t.Errorf("the old leader keeps %v, %v", got, err)
	}
}
