package audit

import (
	"fmt"
	"slices"
	"testing"

	"piaojue/election"
)

// Every bad ballot is named, not only the first, and the good ones are not.
func TestVerifyNamesEveryBallot(t *testing.T) {
	var bad [][]byte
	s := onBallots(func(w *writer, b [][]byte) {
		b[0] = b[0][:100]
		b[1] = flip(b[1], len(b[1])-1)
		b[2] = flip(b[2], len(b[2])-64-32)
		w.resign(b[2], 2)
		b[4] = w.cast(w.voters[5], 5)
		bad = [][]byte{b[0], b[1], b[2]}
	})
	w := newWriter(t, s.script).run()
	r := verifyFiles(w.export(), w.hash)
	want := []election.CheckID{election.CheckBallotForm, election.CheckBallotSignature,
		election.CheckBallotProofs, election.CheckBallotUnique}
	if got := r.failed(); !slices.Equal(got, want) {
		t.Errorf("fails %v, want %v", got, want)
	}
	for i, c := range want[:3] {
		want := w.find(election.KindBallot, bad[i])
		if got := indexes(r, c); !slices.Equal(got, []uint64{want}) {
			t.Errorf("%s fails at %v, want %d", c, got, want)
		}
	}
	if got := indexes(r, election.CheckBallotUnique); len(got) != 1 {
		t.Errorf("second ballots at %v, want one", got)
	}
}

// find returns the index of an entry.
func (w *writer) find(k election.Kind, body []byte) uint64 {
	w.Helper()
	want := string((&election.Entry{Kind: k, Body: body}).Marshal())
	i := slices.IndexFunc(w.store.entries, func(e []byte) bool { return string(e) == want })
	if i < 0 {
		w.Fatal("no such entry")
	}
	return uint64(i)
}

func indexes(r *Report, c election.CheckID) []uint64 {
	var out []uint64
	for _, f := range r.Findings {
		if f.Check == c && f.Status == Failed {
			out = append(out, f.Index)
		}
	}
	return out
}

// Ballots in many chunks, on few and many workers: the right ones are named.
func TestVerifyChunks(t *testing.T) {
	bad := []int{0, 31, 32, 63, 64, 69}
	s := onBallots(func(_ *writer, b [][]byte) {
		for _, i := range bad {
			b[i] = flip(b[i], len(b[i])-1)
		}
	}).script
	s.deputies, s.ballots, s.unused = 73, 70, 2
	var spoilt [][]byte
	box := s.box
	s.box = func(w *writer, b, u [][]byte) ([][]byte, [][]byte) {
		b, u = box(w, b, u)
		for _, i := range bad {
			spoilt = append(spoilt, b[i])
		}
		return b, u
	}
	w := newWriter(t, s).run()
	var want []uint64
	for _, b := range spoilt {
		want = append(want, w.find(election.KindBallot, b))
	}
	slices.Sort(want)
	for _, workers := range []int{1, 2, 8} {
		r := Verify(w.export().record(), Options{Workers: workers})
		if got := indexes(r, election.CheckBallotSignature); !slices.Equal(got, want) {
			t.Errorf("%d workers: bad ballots at %v, want %v", workers, got, want)
		}
	}
}

// K2: garbage from one trustee is named and skipped; the result stands, but
// the record does not pass, since an honest server had not let it in.
func TestVerifySkipsBadShare(t *testing.T) {
	s := script{body: func(w *writer, n int, body any) {
		switch b := body.(type) {
		case *election.Share:
			if n == 0 {
				b.Factors = flip(b.Factors, 40)
			}
		case *election.Result:
			b.Trustees = []uint8{1, 2}
		}
	}}
	w := newWriter(t, s).run()
	r := verifyFiles(w.export(), w.hash)
	if got := r.failed(); !slices.Equal(got, []election.CheckID{election.CheckShareProofs}) || r.Verified {
		logReport(t, r)
		t.Fatalf("fails %v, want %v", got, election.CheckShareProofs)
	}
	if len(r.BadShares) != 1 || r.BadShares[0].Trustee != 3 || r.Result == nil || r.Phase != election.PhaseArchived {
		t.Errorf("bad shares %v, result %v, phase %v", r.BadShares, r.Result, r.Phase)
	}
	if !slices.Equal(r.Warnings, w.manifest.Warnings()) {
		t.Errorf("warnings %v of a record that fails, want %v", r.Warnings, w.manifest.Warnings())
	}
}

// A void vote has no failed check, and is not verified.
func TestVerifyVoid(t *testing.T) {
	for _, at := range []election.Kind{election.KindTrustees, election.KindOrder, election.KindCertificate} {
		void := false
		w := newWriter(t, script{entry: func(w *writer, _ int, e *election.Entry) bool {
			if e.Kind == at && !void {
				void = true
				w.chained(election.KindVoid, election.NewVoid(w.voidChain(), "fire"), byStaff, byPresidium)
				w.stopped = true
			}
			return true
		}}).run()
		r := verifyFiles(w.export(), w.hash)
		if r.Failed() || r.Verified || r.Phase != election.PhaseVoided {
			logReport(t, r)
			t.Errorf("void before %v: failed %v, verified %v, phase %v", at, r.failed(), r.Verified, r.Phase)
		}
	}
}

func (w *writer) voidChain() election.Chain { return election.Chain{Prev: w.prev, Time: w.clock} }

// Replay ends where the record does, so that a trustee goes on from there.
func TestReplay(t *testing.T) {
	w := newWriter(t, script{last: election.KindCollection}).run()
	r, s := Replay(w.export().record(), Options{Manifest: &w.hash})
	c, err := s.ClosingCheckpoint()
	if r.Failed() || err != nil || s.Phase() != election.PhaseCollected {
		t.Fatalf("failed %v, phase %v, %v", r.failed(), s.Phase(), err)
	}
	if c.Size != w.size() || c.Root != w.root(w.size()) || c.Aggregate.Count() != 8 {
		t.Errorf("closing checkpoint of %d entries, %d ballots", c.Size, c.Aggregate.Count())
	}
}

func TestVerifyProgress(t *testing.T) {
	w := newWriter(t, many).run()
	var seen []uint64
	Verify(w.export().record(), Options{Progress: func(done, total uint64) {
		if total != w.size() {
			t.Errorf("total %d, want %d", total, w.size())
		}
		seen = append(seen, done)
	}})
	if !slices.IsSorted(seen) || len(seen) < 3 {
		t.Errorf("progress %v, want a step for each bundle and each chunk of ballots", seen)
	}
}

func TestFindingString(t *testing.T) {
	for want, f := range map[string]Finding{
		"21 ballot.proofs        failed at entry 7: bad": {Check: election.CheckBallotProofs, Status: Failed, Index: 7, Detail: "bad"},
		" 1 record.files         failed: bad":            {Check: election.CheckRecordFiles, Status: Failed, Index: NoEntry, Detail: "bad"},
		" 2 record.entries       passed":                 {Check: election.CheckRecordEntries, Status: Passed, Index: NoEntry},
		" 3 record.tiles         not reached":            {Check: election.CheckRecordTiles, Index: NoEntry},
	} {
		if got := f.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if got := fmt.Sprint(NotReached, Passed, Failed); got != "not reached passed failed" {
		t.Errorf("statuses %q", got)
	}
}
