package audit

import (
	"flag"
	"fmt"
	"runtime"
	"testing"
	"time"
)

var large = flag.Bool("large", false, "also verify 1,000 and 10,000 ballots; writing them takes a minute")

// BenchmarkVerify verifies the vote of Lanzhou, at most 10 of 13 options, with
// 304 ballots, and with -large (behind the package) the same with 1,000 and
// 10,000. MB-heap is the heap at its largest, with what nobody has collected yet;
// B-live/ballot is what verification must keep when it comes to the last entry.
func BenchmarkVerify(b *testing.B) {
	sizes := []int{304}
	if *large {
		sizes = append(sizes, 1000, 10000)
	}
	for _, ballots := range sizes {
		b.Run(fmt.Sprint(ballots), func(b *testing.B) {
			w := newWriter(b, script{options: 13, seats: 10, deputies: ballots + 4, ballots: ballots, unused: 2, spent: 3}).run()
			archive := w.export().zip(b)
			w.store = nil
			b.ResetTimer()
			var peak, live uint64
			for b.Loop() {
				p, l := verifyBench(b, archive, w.hash)
				peak, live = max(peak, p), max(live, l)
			}
			b.ReportMetric(float64(peak)/1e6, "MB-heap")
			b.ReportMetric(float64(live)/float64(ballots), "B-live/ballot")
			b.ReportMetric(float64(len(archive))/1e6, "MB-zip")
		})
	}
}

// verifyBench returns by how much the heap grew, at its largest and of what is
// needed at the end.
func verifyBench(b *testing.B, archive []byte, manifest [32]byte) (peak, live uint64) {
	r, err := openZip(archive)
	if err != nil {
		b.Fatal(err)
	}
	var now runtime.MemStats
	before := liveHeap()
	last := time.Now()
	report := Verify(r, Options{Manifest: &manifest, Progress: func(done, total uint64) {
		if time.Since(last) > 50*time.Millisecond {
			runtime.ReadMemStats(&now)
			peak, last = max(peak, now.HeapInuse), time.Now()
		}
		if done == total {
			live = liveHeap()
		}
	}})
	if !report.Verified {
		b.Fatal("not verified")
	}
	return peak - min(peak, before), live - min(live, before)
}

// liveHeap collects twice: what lies in a pool outlives once.
func liveHeap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
