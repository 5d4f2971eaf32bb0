package audit

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"
)

var large = flag.Bool("large", false, "also verify 1,000 and 10,000 ballots; writing them takes a minute")

// BenchmarkVerify verifies the vote of Lanzhou, at most 10 of 13 options, with
// 304 ballots, and with -large (behind the package) the same with 1,000 and
// 10,000, from a folder. MB-heap is by how much the heap grew, with what nobody
// has collected yet; B-live/ballot is what is needed at the last entry.
func BenchmarkVerify(b *testing.B) {
	sizes := []int{304}
	if *large {
		sizes = append(sizes, 1000, 10000)
	}
	for _, ballots := range sizes {
		b.Run(fmt.Sprint(ballots), func(b *testing.B) {
			w := newWriter(b, script{options: 13, seats: 10, deputies: ballots + 4, ballots: ballots, unused: 2, spent: 3}).run()
			folder, hash := w.export().folder(b), w.hash
			w = nil
			allVoters.Clear()
			b.ResetTimer()
			var peak, live uint64
			for b.Loop() {
				p, l := verifyBench(b, folder, hash)
				peak, live = max(peak, p), max(live, l)
			}
			b.ReportMetric(float64(peak)/1e6, "MB-heap")
			b.ReportMetric(float64(live)/float64(ballots), "B-live/ballot")
		})
	}
}

// verifyBench returns by how much the heap grew, at its largest and of what is
// needed at the end.
func verifyBench(b *testing.B, folder string, manifest [32]byte) (peak, live uint64) {
	r := OpenRecord(os.DirFS(folder))
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

// folder writes a record to the disk.
func (f files) folder(b *testing.B) string {
	dir := b.TempDir()
	for name, data := range f {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, data, 0o644)); err != nil {
			b.Fatal(err)
		}
	}
	return dir
}

// liveHeap collects twice: what lies in a pool outlives once.
func liveHeap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
