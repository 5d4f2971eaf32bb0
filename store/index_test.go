package store

import (
	"crypto/sha256"
	"encoding/binary"
	"runtime"
	"testing"

	"piaojue/election"
)

// maxIndexed is how much an index may keep of a ballot.
const maxIndexed = 80

// TestIndexMemory: so many bytes are kept of each ballot, and half as many once no
// ballot comes any more.
func TestIndexMemory(t *testing.T) {
	const n = 50_000
	before := heap()
	x := indexed(n)
	full := (heap() - before) / n
	x.shut()
	rest := (heap() - before) / n
	runtime.KeepAlive(x)
	t.Logf("%d bytes of each ballot, %d when no ballot comes any more", full, rest)
	if full > maxIndexed || rest > maxIndexed/2 {
		t.Errorf("%d bytes of each ballot, %d when no ballot comes any more; at most %d and %d may be", full, rest, maxIndexed, maxIndexed/2)
	}
}

// BenchmarkIndexMemory reports what a million ballots take, and how long it takes
// to note them.
func BenchmarkIndexMemory(b *testing.B) {
	const n = 1_000_000
	var bytes uint64
	for b.Loop() {
		before := heap()
		x := indexed(n)
		bytes = heap() - before
		runtime.KeepAlive(x)
	}
	b.ReportMetric(float64(bytes)/n, "B/ballot")
}

func indexed(n int) *index {
	x := newIndex()
	for i := range n {
		x.add(&slip{kind: election.KindBallot, key: value(i, 0), hash: value(i, 1), seal: value(i, 2), alpha: value(i, 3), commitment: value(i, 4)}, int64(i))
	}
	return x
}

func value(i int, of byte) [32]byte {
	return sha256.Sum256(binary.BigEndian.AppendUint64([]byte{of}, uint64(i)))
}

// heap is what is in use. What other tests left goes by the second collection.
func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
