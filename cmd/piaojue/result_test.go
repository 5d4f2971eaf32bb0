package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"piaojue/election"
	"piaojue/form"
	"piaojue/lang"
)

// export runs piaojue result and returns what it says.
func export(t *testing.T, args ...string) (status int, out, talk string) {
	t.Helper()
	tool := newTestTool(lang.EN)
	var stdout, stderr bytes.Buffer
	tool.out, tool.err = &stdout, &stderr
	status = tool.run(t.Context(), append([]string{"result", "--lang", "en"}, args...))
	return status, stdout.String(), stderr.String()
}

// TestResult: a certified record leaves in each format; its JSON is what the
// adoption rule reads.
func TestResult(t *testing.T) {
	dir, manifest := vector(t, "record")
	status, out, talk := export(t, dir, "--manifest", hexOf(manifest))
	if status != exitDone || talk != "" {
		t.Fatalf("got %d, %s", status, talk)
	}
	in, err := form.ReadAdopt([]byte(out))
	if err != nil {
		t.Fatal(err)
	}
	if outcome := election.Adopt(in); outcome.Vote != election.VoteValid || len(outcome.Adopted) == 0 {
		t.Errorf("got %+v", outcome)
	}
	for format, want := range map[string]string{"csv": "\ufeffid,title,", "pb": "META\nkey;value\n", "json": "{\n"} {
		if status, out, talk := export(t, dir, "--manifest", hexOf(manifest), "--format", format); status != exitDone || !strings.HasPrefix(out, want) {
			t.Errorf("%s: got %d, %s%s", format, status, out, talk)
		}
	}
	path := filepath.Join(t.TempDir(), "result.xlsx")
	for i, want := range []int{exitDone, exitFailed} { // nothing is overwritten
		if status, _, talk := export(t, dir, "--manifest", hexOf(manifest), "--format", "xlsx", "-o", path); status != want {
			t.Errorf("run %d: got %d, %s", i+1, status, talk)
		}
	}
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
	if _, _, talk := export(t, dir); !strings.Contains(talk, "against itself only") {
		t.Errorf("without a manifest hash: %s", talk)
	}
}

// TestResultRefuses: nothing that looks final comes of a record that is false,
// of another vote, or without a certified result.
func TestResultRefuses(t *testing.T) {
	good, manifest := vector(t, "record")
	void, voidHash := vector(t, "voided")
	flipped, _ := vector(t, "record")
	bundle := ""
	err := filepath.WalkDir(flipped, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.Contains(path, "entries") {
			bundle = path
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(bundle)
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)-1] ^= 1
	if err := os.WriteFile(bundle, data, 0o666); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		args   []string
		status int
		want   string
	}{
		"false":      {[]string{flipped, "--manifest", hexOf(manifest)}, exitFailed, "does not verify"},
		"other vote": {[]string{good, "--manifest", hexOf(voidHash)}, exitFailed, "does not verify"},
		"voided":     {[]string{void, "--manifest", hexOf(voidHash)}, exitFailed, "no certified result"},
		"format":     {[]string{good, "--manifest", hexOf(manifest), "--format", "pdf"}, exitUsage, "json, csv, xlsx, pb"},
		"no record":  {[]string{filepath.Join(good, "nothing")}, exitFailed, "nothing"},
	} {
		status, out, talk := export(t, tt.args...)
		if status != tt.status || out != "" || !strings.Contains(talk, tt.want) {
			t.Errorf("%s: got %d, %q, %s", name, status, out, talk)
		}
	}
}
