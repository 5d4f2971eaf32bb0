package main

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
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
		parent, isDir := filepath.Dir(path), strings.HasSuffix(name, "/")
		if isDir {
			parent = path
		}
		if err := os.MkdirAll(parent, 0o777); err != nil {
			t.Fatal(err)
		}
		if isDir {
			continue
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
			args := append([]string{"-json", "-manifest", r.Manifest}, parentOf(t, all, r)...)
			status := run(append(args, dir), "", &out, &talk)
			var d document
			if err := json.Unmarshal([]byte(out.String()), &d); err != nil {
				t.Fatal(err)
			}
			if (status == exitVerified) != (r.Expect.Outcome == "verified") || d.Outcome != r.Expect.Outcome || talk.Len() > 0 {
				t.Errorf("got exit status %d, %s, %q; want %s", status, d.Outcome, talk.String(), r.Expect.Outcome)
			}
			if strings.Contains(out.String(), "null") {
				t.Error("says null")
			}
			compareChecks(t, &d, r.Expect)
			compareNumbers(t, &d, r.Expect)
		})
	}
}

// parentOf returns the arguments that give a record's parent.
func parentOf(t *testing.T, all []*testvectors.Record, r *testvectors.Record) []string {
	t.Helper()
	if r.Parent == "" {
		return nil
	}
	at := slices.IndexFunc(all, func(p *testvectors.Record) bool { return p.Name == r.Parent })
	dir := t.TempDir()
	writeRecord(t, all[at], dir)
	return []string{"--parent", dir}
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
	if got := []uint32{n.Sheets, n.Paper}; n.Sheets > 0 && !slices.Equal(got, want.Paper) {
		t.Errorf("got paper %v, want %v", got, want.Paper)
	}
	if want.Result == nil {
		return
	}
	if d.Result == nil || !slices.Equal(d.Totals, want.Totals) {
		t.Fatalf("got %+v of %v, want %+v of %v", d.Result, d.Totals, want.Result, want.Totals)
	}
	named := func(options []uint16) []string {
		names := []string{}
		for _, o := range options {
			names = append(names, d.Result.Lines[o].ID)
		}
		return names
	}
	if !slices.Equal(d.Result.Adopted, named(want.Result.Adopted)) || !slices.Equal(d.Result.Tied, named(want.Result.Tied)) {
		t.Errorf("got %+v, want %+v", d.Result, want.Result)
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
		if !slices.Contains([]string{"record", "incomplete", "yna_each", "satisfaction_3", "choose_1",
			"paper", "decision", "first_round", "second_round", "voided_and_named", "repeat"}, r.Name) {
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
			for name, top := range map[string]string{"record.zip": "", "folder.zip": "2026 票决档案/", "deep.zip": "a/b/"} {
				if err := zipFiles(filepath.Join(dir, name), top, files); err != nil {
					return err
				}
			}
			if err := os.WriteFile(filepath.Join(dir, "hash"), []byte(r.Manifest), 0o666); err != nil {
				return err
			}
		}
	}
	return nil
}

func zipFiles(path, top string, files map[string][]byte) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	z := zip.NewWriter(f)
	for name, data := range files {
		w, err := z.Create(top + name)
		if err != nil {
			return err
		}
		if _, err := w.Write(data); err != nil {
			return err
		}
	}
	return z.Close()
}

// TestResultJSON: golden results, one for each kind of figures.
func TestResultJSON(t *testing.T) {
	all, err := testvectors.Records(testvectors.Files)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range all {
		want := map[string]string{
			"choose_1": `{"vote":"valid","next":"second_round","adopted":[],"tied":[],"mode":"choose_1","lines":[` +
				`{"id":"P01","name":"老旧小区加装电梯","for":0,"abstain":2,"needed":2,"passed":false,"rank":2,"adopted":false,"reason":"below"},` +
				`{"id":"P02","name":"城区公共停车场","for":1,"abstain":1,"needed":2,"passed":false,"rank":1,"adopted":false,"reason":"below"}]}`,
			"yna_each": `{"vote":"valid","next":"presidium","adopted":[],"tied":["P01","P02"],"mode":"yna_each","lines":[` +
				`{"id":"P01","name":"老旧小区加装电梯","for":2,"against":0,"abstain":0,"needed":2,"passed":true,"rank":1,"adopted":false,"reason":"tied"},` +
				`{"id":"P02","name":"城区公共停车场","for":2,"against":0,"abstain":0,"needed":2,"passed":true,"rank":1,"adopted":false,"reason":"tied"}]}`,
			"satisfaction_3": `{"vote":"valid","next":"none","adopted":[],"tied":[],"mode":"satisfaction_3","grades":["满意","基本满意","不满意"],"lines":[` +
				`{"id":"P01","name":"老旧小区加装电梯","grades":[1,1,0],"abstain":0,"adopted":false,"reason":"graded","grade":"不满意"},` +
				`{"id":"P02","name":"城区公共停车场","grades":[0,0,1],"abstain":1,"adopted":false,"reason":"graded","grade":"不满意"}]}`,
		}[r.Name]
		if want == "" {
			continue
		}
		dir := t.TempDir()
		writeRecord(t, r, dir)
		var out strings.Builder
		run([]string{"-json", dir}, "", &out, io.Discard)
		var d struct{ Result json.RawMessage }
		if err := json.Unmarshal([]byte(out.String()), &d); err != nil {
			t.Fatal(err)
		}
		var got bytes.Buffer
		if err := json.Compact(&got, d.Result); err != nil || got.String() != want {
			t.Errorf("%s: got %s, %v; want %s", r.Name, got.String(), err, want)
		}
	}
}
