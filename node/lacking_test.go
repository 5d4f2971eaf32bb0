package node

import (
	"path/filepath"
	"testing"
)

// TestOtherKeys: a leader that has other keys than those a vote began with forces
// them on nobody, and gets the true ones; what it had is kept.
func TestOtherKeys(t *testing.T) {
	c := newCluster(t)
	a := c.machine("a")
	a.lacks = "v.log.key"
	a.put("v.log.key", "other")
	a.run()
	a.await()
	wrong := c.machine("wrong")
	wrong.lacks = a.lacks
	wrong.put("v.log.key", "wrong too")
	wrong.run()
	b := c.machine("b")
	b.put("v.log.key", "of b")
	b.run()
	a.until("not all have the true key", func() bool {
		return a.has("v.log.key") == "of b" && wrong.has("v.log.key") == "of b"
	})
	if got, want := b.has("v.log.key"), "of b"; got != want {
		t.Errorf("the true key is %q, want %q", got, want)
	}
	aside, err := filepath.Glob(filepath.Join(a.config.Keys, "v.log.key.replaced-*"))
	if err != nil || len(aside) != 1 {
		t.Errorf("set aside are %q, %v", aside, err)
	}
}
