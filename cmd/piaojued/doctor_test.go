package main

import (
	"bytes"
	"errors"
	"os/exec"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestDoctorStatus: the status says whether a line does that something must be put
// right.
func TestDoctorStatus(t *testing.T) {
	dir := t.TempDir() + "/d"
	var out, errs bytes.Buffer
	if got := run([]string{"init", "--dir", dir}, &out, &errs); got != exitDone {
		t.Fatalf("init: %d %s", got, errs.String())
	}
	for _, language := range []string{"zh", "en"} {
		out.Reset()
		want := exitDone
		got := run([]string{"doctor", "--dir", dir, "--listen", "127.0.0.1:0", "--lang", language}, &out, &errs)
		if strings.Contains(out.String(), "✗") {
			want = exitFailed
		}
		if got != want || strings.Count(out.String(), "\n") < 12 {
			t.Errorf("%s: status %d, want %d: %s", language, got, want, out.String())
		}
	}
}

// either runs a command that may end with status 0 or 1: either PROGRAM ARGUMENT….
func either(ts *testscript.TestScript, _ bool, args []string) {
	err := ts.Exec(args[0], args[1:]...)
	if exit, ok := errors.AsType[*exec.ExitError](err); err != nil && (!ok || exit.ExitCode() != exitFailed) {
		ts.Fatalf("%v", err)
	}
}
