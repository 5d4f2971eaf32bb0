package main

import (
	"runtime"
	"testing"
	"time"
)

// TestCollectAt: a small heap may double, a large one grow by the headroom.
func TestCollectAt(t *testing.T) {
	for live, want := range map[uint64]int{
		0: 100, 1 << 20: 100, headroom: 100, 2 * headroom: 50, 3 * headroom: 30, 7 * headroom: 10, 1 << 50: 10,
	} {
		if got := collectAt(live); got != want {
			t.Errorf("%d MiB in use: %d %%, want %d", live>>20, got, want)
		}
	}
}

// TestTendCollector: while it is tended, the next collection of a large heap comes
// within the headroom, and as before when it no longer is.
func TestTendCollector(t *testing.T) {
	t.Setenv("GOGC", "")
	in := make([]byte, 4*headroom)
	runtime.GC()
	above := func() uint64 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.NextGC - 4*headroom
	}
	if above() < 4*headroom {
		t.Fatalf("it comes after %d MiB by itself", above()>>20)
	}
	stop := tendCollector()
	for above() > 3*headroom/2 { // soon; go test stops what hangs
		time.Sleep(20 * time.Millisecond)
	}
	stop()
	if above() < 4*headroom {
		t.Errorf("it comes after %d MiB when nobody tends it", above()>>20)
	}
	runtime.KeepAlive(in)
}
