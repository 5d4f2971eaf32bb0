package audit

import (
	"flag"
	"fmt"
	"runtime"
	"testing"
	"time"
)

var large = flag.Bool("large", false, "also verify 10,000 ballots; writing them takes a minute")

// BenchmarkVerify verifies the vote of Lanzhou, at most 10 of 13 options, with
// 304 ballots, and with -large (behind the package) the same with 10,000.
func BenchmarkVerify(b *testing.B) {
	sizes := []int{304}
	if *large {
		sizes = append(sizes, 10000)
	}
	for _, ballots := range sizes {
		b.Run(fmt.Sprint(ballots), func(b *testing.B) {
			w := newWriter(b, script{options: 13, seats: 10, deputies: ballots + 4, ballots: ballots, unused: 2, spent: 3}).run()
			archive := w.export().zip(b)
			w.store = nil
			b.ResetTimer()
			var peak uint64
			for b.Loop() {
				peak = max(peak, verifyBench(b, archive, w.hash))
			}
			b.ReportMetric(float64(peak)/1e6, "MB-heap")
			b.ReportMetric(float64(len(archive))/1e6, "MB-zip")
		})
	}
}

// verifyBench returns the growth of the heap at its largest.
func verifyBench(b *testing.B, archive []byte, manifest [32]byte) uint64 {
	r, err := openZip(archive)
	if err != nil {
		b.Fatal(err)
	}
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var peak uint64
	last := time.Now()
	report := Verify(r, Options{Manifest: &manifest, Progress: func(done, total uint64) {
		if time.Since(last) > 50*time.Millisecond {
			runtime.ReadMemStats(&now)
			peak, last = max(peak, now.HeapInuse), time.Now()
		}
	}})
	if !report.Verified {
		b.Fatal("not verified")
	}
	return peak - min(peak, before.HeapInuse)
}
