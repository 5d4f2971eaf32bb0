package election

import (
	"encoding/binary"
	"runtime"
	"testing"
)

// BenchmarkBoxMemory reports what a million ballots take in memory.
func BenchmarkBoxMemory(b *testing.B) {
	const n = 1_000_000
	var bytes uint64
	for b.Loop() {
		before := heap()
		box := newBox([32]byte{}, 15)
		for i := range uint64(n) {
			m := numbered(i)
			box.keys[m.seal] = struct{}{}
			box.addMarks(m)
		}
		bytes = heap() - before
		runtime.KeepAlive(box)
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
