package election

import (
	"encoding/binary"
	"runtime"
	"testing"
)

// maxBallot is how much a state may keep of one deputy, from issuance to ballot:
// a million of them must fit into 300 MB with what the collector leaves lying.
const maxBallot = 100

// TestBoxMemory: so many bytes are kept of each, and after the collection only
// the issuance and where the one-time key stands.
func TestBoxMemory(t *testing.T) {
	const n = 20_000
	before := heap()
	f := filled(n)
	full := (heap() - before) / n
	f.box.close()
	f.signed.Close()
	rest := (heap() - before) / n
	runtime.KeepAlive(f)
	t.Logf("%d bytes of each ballot, %d after the collection", full, rest)
	if full > maxBallot || rest > maxBallot/2 {
		t.Errorf("%d bytes of each ballot, %d after the collection; at most %d and %d may be", full, rest, maxBallot, maxBallot/2)
	}
}

// BenchmarkBoxMemory reports what a million issuances and ballots take in
// memory, and how long it takes to note them.
func BenchmarkBoxMemory(b *testing.B) {
	const n = 1_000_000
	var bytes uint64
	for b.Loop() {
		before := heap()
		f := filled(n)
		bytes = heap() - before
		runtime.KeepAlive(f)
	}
	b.ReportMetric(float64(bytes)/n, "B/ballot")
}

// kept is what a state keeps of each ballot.
type kept struct {
	box    *box
	issued *issuances
	signed *set
}

func filled(n uint64) *kept {
	f := &kept{newBox([32]byte{}, 15), newIssuances(), newSet()}
	for i := range n {
		m := numbered(i)
		f.issued.put(uint32(i), i+1, m.seal)
		f.signed.add(m.alpha)
		f.box.keys.Put(m.seal, 0)
		f.box.addMarks(m)
	}
	return f
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
