package election

import (
	"encoding/binary"
	"runtime"
	"testing"
)

// BenchmarkBoxMemory reports what a million issuances and ballots take in
// memory, and how long it takes to note them.
func BenchmarkBoxMemory(b *testing.B) {
	const n = 1_000_000
	var bytes uint64
	for b.Loop() {
		before := heap()
		box, issued, signed := newBox([32]byte{}, 15), newIssuances(), newSet()
		for i := range uint64(n) {
			m := numbered(i)
			issued.put(uint32(i), Issued{Entry: i + 1, Vector: m.seal})
			signed.add(m.alpha)
			box.keys.add(m.seal)
			box.addMarks(m)
		}
		bytes = heap() - before
		runtime.KeepAlive([]any{box, issued, signed})
	}
	b.ReportMetric(float64(bytes)/n, "B/ballot")
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func numbered(i uint64) marks {
	var m marks
	for at, k := range []*[32]byte{&m.seal, &m.alpha, &m.commitment} {
		binary.BigEndian.PutUint64(k[:], i)
		k[31] = byte(at)
	}
	return m
}
