package audit

import (
	"errors"
	"io/fs"
	"runtime"
	"slices"
	"testing"
	"testing/fstest"

	"golang.org/x/mod/sumdb/tlog"

	"piaojue/election"
)

// maxLive is how much a verifier may keep to the end of one ballot and its
// issuance: less than the hashes of its entries would take.
const maxLive = 120

// TestVerifyMemory: what a verifier keeps of each ballot has a bound. Between two
// sizes all drops out that does not grow. What a state keeps before the
// collection, election.TestBoxMemory says.
func TestVerifyMemory(t *testing.T) {
	const small, large = 50, 300
	few, many := liveOf(t, small), liveOf(t, large)
	got := (int64(many) - int64(few)) / (large - small)
	t.Logf("%d bytes of each ballot are kept", got)
	if got > maxLive {
		t.Errorf("%d bytes of each ballot are kept, at most %d may be", got, maxLive)
	}
}

// liveOf returns what is kept when verification comes to the end.
func liveOf(t *testing.T, ballots int) (live uint64) {
	t.Helper()
	w := newWriter(t, script{deputies: ballots + 4, ballots: ballots, unused: 1}).run()
	f := w.export()
	record := f.record()
	before := liveHeap()
	report := Verify(record, Options{Progress: func(done, total uint64) {
		if done == total {
			live = liveHeap()
		}
	}})
	if !report.Verified {
		t.Fatalf("not verified: %v", report.Findings)
	}
	runtime.KeepAlive([]any{w, f, record})
	return live - min(live, before)
}

// TestTreeMemory: of the hashes of a tree of two million entries, 128 MB, less
// than two are kept.
func TestTreeMemory(t *testing.T) {
	const size = 1 << 21
	before := liveHeap()
	b := newBranches(nil)
	leaves := make([]tlog.Hash, tileWidth)
	for i := range size / tileWidth {
		leaves[0] = tlog.Hash{byte(i), byte(i >> 8)}
		if err := b.upper.add(leaves[0]); err != nil {
			t.Fatal(err)
		}
	}
	got := liveHeap() - before
	if b.size() != size || got > 2<<20 {
		t.Errorf("%d bytes are kept of %d entries", got, b.size())
	}
	runtime.KeepAlive(b)
}

// changing is a record of which one file is another when it is read again.
type changing struct {
	fstest.MapFS
	name  string
	reads int
}

func (c *changing) Open(name string) (fs.File, error) {
	if name == c.name {
		if c.reads++; c.reads > 1 {
			data := slices.Clone(c.MapFS[name].Data)
			data[40] ^= 1
			return fstest.MapFS{name: {Data: data}}.Open(name)
		}
	}
	return c.MapFS.Open(name)
}

// A tile that changes while it is verified (attack S7): what was believed of it
// is not lost, and neither are the entries of both versions accepted.
func TestVerifyChangingTile(t *testing.T) {
	w := newWriter(t, script{deputies: 304, ballots: 130}).run()
	files := w.export().record().fsys.(fstest.MapFS)
	if r := Verify(OpenRecord(&changing{MapFS: files}), Options{}); !r.Verified {
		t.Fatalf("the twin: %v", r.Findings)
	}
	r := Verify(OpenRecord(&changing{MapFS: files, name: "tile/0/000"}), Options{})
	if r.Verified || r.Status(election.CheckRecordTiles) != Failed {
		t.Errorf("verified %v, check %v", r.Verified, r.Status(election.CheckRecordTiles))
	}
}

// Branches give every hash that the whole tree has, and no others.
func TestBranches(t *testing.T) {
	const size = 700
	s := growMemory(t, size)
	b := newBranches(exportFiles(t, s, size).record())
	for _, tile := range Tiles(size) {
		if tile.t.L > 0 {
			continue
		}
		hashes, err := b.record.readHashes(tile)
		if err == nil {
			err = b.add(hashes)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if b.size() != size {
		t.Errorf("size %d, want %d", b.size(), size)
	}
	for x := range tlog.StoredHashCount(size) {
		got, err := b.ReadHashes([]int64{x})
		if err != nil || got[0] != s.hashes[x] {
			t.Errorf("stored hash %d: %v, %v", x, got, err)
		}
	}
	for n := range uint64(size + 1) {
		got, err := tlog.TreeHash(int64(n), b)
		if want, _ := RootAt(t.Context(), s, n); err != nil || got != want {
			t.Errorf("root at %d: %v, %v", n, got, err)
		}
	}
	for _, x := range []int64{tlog.StoredHashIndex(0, size), tlog.StoredHashIndex(8, 2), tlog.StoredHashIndex(9, 1), tlog.StoredHashIndex(3, 87), tlog.StoredHashIndex(0, 1<<20)} {
		if got, err := b.ReadHashes([]int64{x}); err == nil {
			t.Errorf("stored hash %d: %v", x, got)
		}
	}
}

// A frontier has the root of the tree at every size.
func TestFrontier(t *testing.T) {
	s, f := growMemory(t, 300), &frontier{}
	for n := range uint64(301) {
		want, err := RootAt(t.Context(), s, n)
		if err != nil || f.root() != want || f.size != n {
			t.Fatalf("%d entries: %v, %v", n, f.root(), err)
		}
		if n < 300 {
			f.add(s.hashes[tlog.StoredHashIndex(0, int64(n))])
		}
	}
}

// TestReportBound: a report names the first failures, and counts all.
func TestReportBound(t *testing.T) {
	v := &verifier{report: &Report{}}
	for i := range uint64(MostFailures + 7) {
		v.fail(election.CheckBallotProofs, i, errors.New("wrong"))
	}
	v.fail(election.CheckBallotForm, 3, errors.New("wrong"))
	if got := len(v.report.Findings); got != MostFailures+1 {
		t.Errorf("%d failures are named, want %d", got, MostFailures+1)
	}
	if got := v.report.Unnamed(election.CheckBallotProofs); got != 7 || v.report.Unnamed(election.CheckBallotForm) != 0 {
		t.Errorf("%d are counted, want 7", got)
	}
}
