package main

import (
	"context"
	"os"
	"runtime/debug"
	"runtime/metrics"
	"sync"
	"time"
)

// headroom is by how much the heap may grow above what is in use before the
// collector runs; of what is above 160 MiB, a tenth. By itself it lets the heap
// double. What a large vote or many photos take has no pointers in it and is cheap to
// go through, so the collector may come sooner then. A limit of memory instead
// (debug.SetMemoryLimit) would take half of the cores once what is in use comes near
// it, and casts would wait.
const headroom = 16 << 20

// tendCollector keeps the heap within its headroom until the function that it
// returns is called. GOGC in the environment says otherwise.
func tendCollector() (stop func()) {
	if os.Getenv("GOGC") != "" {
		return func() {}
	}
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() {
		ticker := time.NewTicker(time.Second)
		defer ticker.Stop()
		live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
		for now := 100; ; {
			select {
			case <-ctx.Done():
				debug.SetGCPercent(100)
				return
			case <-ticker.C:
			}
			metrics.Read(live)
			if want := collectAt(live[0].Value.Uint64()); want != now {
				debug.SetGCPercent(want)
				now = want
			}
		}
	})
	return func() {
		cancel()
		wg.Wait()
	}
}

// collectAt returns by how many percent the heap may grow above what is in use, in
// steps of 5: it is no use to stop everything for less.
func collectAt(live uint64) int {
	percent := 100 * headroom / max(live, headroom)
	return max(int(percent)/5*5, 10)
}
