package audit

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"piaojue/election"
)

// verifyFiles verifies a record, told its manifest hash.
func verifyFiles(f files, manifest [32]byte) *Report {
	return Verify(f.record(), Options{Manifest: &manifest})
}

// failed returns the checks that failed, each once.
func (r *Report) failed() []election.CheckID {
	var out []election.CheckID
	for _, c := range election.Checks() {
		if r.Status(c) == Failed {
			out = append(out, c)
		}
	}
	return out
}

func logReport(t testing.TB, r *Report) {
	t.Helper()
	for _, f := range r.Findings {
		t.Log(f.String())
	}
}

func TestVerify(t *testing.T) {
	w := newWriter(t, script{}).run()
	for _, workers := range []int{0, 1, 7} {
		f := w.export()
		r := Verify(f.record(), Options{Manifest: &w.hash, Workers: workers})
		checkGood(t, w, r)
		archive, err := openZip(f.zip(t))
		if err != nil {
			t.Fatal(err)
		}
		checkGood(t, w, Verify(archive, Options{Manifest: &w.hash, Workers: workers}))
	}
}

func checkGood(t *testing.T, w *writer, r *Report) {
	t.Helper()
	if !r.Verified || r.Failed() || len(r.Findings) != 38 {
		logReport(t, r)
		t.Fatalf("verified %v, failed %v, %d findings", r.Verified, r.Failed(), len(r.Findings))
	}
	for _, f := range r.Findings {
		if f.Status != Passed || f.Index != NoEntry || f.Detail != "" {
			t.Errorf("%s", f.String())
		}
	}
	if want := (election.Numbers{N: 12, P: 11, I: 11, R: 8, U: 1, V: 7, X: 1, Sheets: 3, Paper: 2}); r.Numbers != want {
		t.Errorf("numbers %v, want %v", r.Numbers, want)
	}
	if got, want := fmt.Sprint(r.Result.Totals), "[7 3 2 0 1]"; got != want {
		t.Errorf("totals %s, want %s", got, want)
	}
	if got, want := fmt.Sprint(r.Result.Outcome.Adopted), "[0]"; got != want {
		t.Errorf("adopted %s, want %s", got, want)
	}
	if got, want := fmt.Sprint(r.Warnings), "[one_issuer few_ballots unaccounted]"; got != want {
		t.Errorf("warnings %s, want %s", got, want)
	}
	if r.Phase != election.PhaseArchived || r.ManifestHash != w.hash || r.Manifest.Title != "title" {
		t.Errorf("phase %v, manifest %x", r.Phase, r.ManifestHash)
	}
	if r.Checkpoint.Size != w.size() || fmt.Sprint(r.Witnesses) != "[w0 w2]" {
		t.Errorf("checkpoint %v, witnesses %v", r.Checkpoint, r.Witnesses)
	}
}

// Without the manifest hash from paper everything but that check is made.
func TestVerifyWithoutManifestHash(t *testing.T) {
	w := newWriter(t, script{}).run()
	r := Verify(w.export().record(), Options{})
	if !r.Verified || r.Status(election.CheckManifestHash) != NotReached {
		logReport(t, r)
		t.Error("not verified, or the hash was checked against nothing")
	}
}

// A record that stops early has no failed check, and is not verified before
// it is certified.
func TestVerifyIncomplete(t *testing.T) {
	for i := 0; i < len(election.Kinds()); i += 1 + thin/7 {
		last := election.Kinds()[i]
		if slices.Contains([]election.Kind{election.KindComplaint, election.KindVoid, election.KindDecision, election.KindSuccessor}, last) {
			continue // not in the script
		}
		w := newWriter(t, script{last: last}).run()
		r := verifyFiles(w.export(), w.hash)
		want := last == election.KindCertificate || last == election.KindDestruction ||
			last == election.KindAnnouncement || last == election.KindArchive
		if r.Failed() || r.Verified != want {
			logReport(t, r)
			t.Errorf("until %v: failed %v, verified %v; want %v", last, r.failed(), r.Verified, want)
		}
	}
}

// S7, S11: no byte of any file of a record is free.
func TestVerifyEveryByte(t *testing.T) {
	w := newWriter(t, script{}).run()
	base := w.export()
	if !verifyFiles(base, w.hash).Verified {
		t.Fatal("not verified before any change")
	}
	for name, data := range base {
		step := thin
		if len(data) > 8<<10 {
			step = 97 * thin
		}
		for i := 0; i < len(data); i += step {
			bad := bytes.Clone(data)
			bad[i] ^= 1 << (i % 8)
			base[name] = bad
			if r := verifyFiles(base, w.hash); r.Verified || !r.Failed() {
				t.Errorf("%s: byte %d changed: verified", name, i)
			}
		}
		base[name] = data
	}
}

// S7: files cut off, swapped or exchanged with another vote's.
func TestVerifyFiles(t *testing.T) {
	w := newWriter(t, script{}).run()
	other := newWriter(t, script{ballots: 7, unused: 1}).run().export()
	for name := range w.export() {
		f := w.export()
		f[name] = f[name][:len(f[name])-1]
		if r := verifyFiles(f, w.hash); !r.Failed() {
			t.Errorf("%s is cut off: no failure", name)
		}
		f[name] = nil
		if r := verifyFiles(f, w.hash); !r.Failed() {
			t.Errorf("%s is empty: no failure", name)
		}
		f[name] = other[name]
		if r := verifyFiles(f, w.hash); !r.Failed() {
			t.Errorf("%s of another vote: no failure", name)
		}
	}
	f := w.export()
	f[checkpointFile], f[closingFile] = f[closingFile], f[checkpointFile]
	if r := verifyFiles(f, w.hash); !r.Failed() {
		t.Error("checkpoints swapped: no failure")
	}
}

func TestVerifyEmptyLog(t *testing.T) {
	r := Verify(exportFiles(t, &memory{}, 0).record(), Options{})
	if got := r.failed(); len(got) != 1 || got[0] != election.CheckManifestForm || r.Findings[0].Status != Passed {
		logReport(t, r)
		t.Errorf("empty log fails %v, want %v", got, election.CheckManifestForm)
	}
}

// TestOutcome: a record that stops early is not a false one.
func TestOutcome(t *testing.T) {
	for want, r := range map[string]*Report{
		"verified":     {Verified: true},
		"incomplete":   {Findings: []Finding{{Status: NotReached}}},
		"not verified": {Findings: []Finding{{Status: Failed}}},
	} {
		if got := r.Outcome(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
