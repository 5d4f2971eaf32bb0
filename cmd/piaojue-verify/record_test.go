package main

import (
	"archive/zip"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"piaojue/election"
	"piaojue/testvectors"
)

// writeRecord writes the files of a record below dir.
func writeRecord(t testing.TB, r *testvectors.Record, dir string) {
	t.Helper()
	files, err := r.Files()
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// TestVectors: the command says of every record, good or bad, what the vectors
// say, by its exit status and in its JSON.
func TestVectors(t *testing.T) {
	all, err := testvectors.Records(testvectors.Files)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range all {
		t.Run(r.Name, func(t *testing.T) {
			dir := t.TempDir()
			writeRecord(t, r, dir)
			var out, talk strings.Builder
			status := run([]string{"-json", "-manifest", r.Manifest, dir}, "", &out, &talk)
			var d document
			if err := json.Unmarshal([]byte(out.String()), &d); err != nil {
				t.Fatal(err)
			}
			if (status == exitVerified) != (r.Expect.Outcome == "verified") || d.Outcome != r.Expect.Outcome || talk.Len() > 0 {
				t.Errorf("got exit status %d, %s, %q; want %s", status, d.Outcome, talk.String(), r.Expect.Outcome)
			}
			compareChecks(t, &d, r.Expect)
			compareNumbers(t, &d, r.Expect)
		})
	}
}

func compareChecks(t *testing.T, d *document, want testvectors.Expect) {
	t.Helper()
	if got, want := len(d.Checks), len(election.Checks()); got != want {
		t.Fatalf("got %d checks, want %d", got, want)
	}
	for i, c := range d.Checks {
		if c.Number != i+1 || (c.Result == "failed") != (c.ID == want.Check) {
			t.Errorf("check %d %s %s; want failed %q", c.Number, c.ID, c.Result, want.Check)
		}
		var entries []uint64
		for _, f := range c.Failures {
			if f.Entry != nil {
				entries = append(entries, *f.Entry)
			}
		}
		if c.ID == want.Check && want.Entries != nil && !slices.Equal(entries, want.Entries) {
			t.Errorf("check %s failed at %v, want %v", c.ID, entries, want.Entries)
		}
	}
}

// compareNumbers: figures out of a false record are not shown at all.
func compareNumbers(t *testing.T, d *document, want testvectors.Expect) {
	t.Helper()
	if want.Check != "" {
		if d.Numbers != nil || d.Result != nil || d.Totals != nil {
			t.Error("shows figures although a check failed")
		}
		return
	}
	if d.Numbers == nil || d.Phase != want.Phase {
		t.Fatalf("got numbers %v, phase %s; want phase %s", d.Numbers, d.Phase, want.Phase)
	}
	n := d.Numbers
	if got := []uint32{n.N, n.P, n.I, n.R, n.U, n.V, n.X}; !slices.Equal(got[:len(want.Numbers)], want.Numbers) {
		t.Errorf("got numbers %v, want %v", got, want.Numbers)
	}
	if want.Result != nil && (d.Result == nil || !slices.Equal(d.Result.Adopted, want.Result.Adopted) || !slices.Equal(d.Totals, want.Totals)) {
		t.Errorf("got %+v of %v, want %+v of %v", d.Result, d.Totals, want.Result, want.Totals)
	}
}

// setUp gives scripts a record, the same as a zip file, and one that stops
// early.
func setUp(dir string) error {
	all, err := testvectors.Records(testvectors.Files)
	if err != nil {
		return err
	}
	for _, r := range all {
		if !slices.Contains([]string{"record", "incomplete", "yna_each", "satisfaction_3", "choose_1"}, r.Name) {
			continue
		}
		files, err := r.Files()
		if err != nil {
			return err
		}
		for name, data := range files {
			path := filepath.Join(dir, r.Name, filepath.FromSlash(name))
			if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
				return err
			}
			if err := os.WriteFile(path, data, 0o666); err != nil {
				return err
			}
		}
		if r.Name == "record" {
			if err := zipFiles(filepath.Join(dir, "record.zip"), files); err != nil {
				return err
			}
			if err := os.WriteFile(filepath.Join(dir, "hash"), []byte(r.Manifest), 0o666); err != nil {
				return err
			}
		}
	}
	return nil
}

func zipFiles(path string, files map[string][]byte) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	z := zip.NewWriter(f)
	for name, data := range files {
		w, err := z.Create(name)
		if err != nil {
			return err
		}
		if _, err := w.Write(data); err != nil {
			return err
		}
	}
	return z.Close()
}
