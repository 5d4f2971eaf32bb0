package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"piaojue/lang"
	"piaojue/leaktest"
)

func TestMain(m *testing.M) {
	testscript.Main(leaktest.Watch(m), map[string]func(){"piaojue-verify": main})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(e *testscript.Env) error {
			if err := setUp(e.WorkDir); err != nil {
				return err
			}
			if err := addProjects(e.WorkDir); err != nil {
				return err
			}
			key, err := os.ReadFile(filepath.Join(e.WorkDir, "key"))
			if err != nil {
				return err
			}
			e.Setenv("KEY", string(key))
			hash, err := os.ReadFile(filepath.Join(e.WorkDir, "hash"))
			e.Setenv("HASH", string(hash))
			e.Setenv("GORACE", "atexit_sleep_ms=10") // else each command takes a second more with -race
			return err
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"status": status},
	})
}

// status runs a command and demands its exit status: 1 and 2 are not the same.
func status(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status N command [args...]")
	}
	err := ts.Exec(args[1], args[2:]...)
	got := 0
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		got = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if strconv.Itoa(got) != args[0] {
		ts.Fatalf("exit status %d, want %s", got, args[0])
	}
}

// TestOffline: what cannot open a connection cannot be told by a server what to
// find, and cannot tell one what it saw.
func TestOffline(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	deps := strings.Fields(string(out))
	for _, forbidden := range []string{"net", "net/http", "database/sql", "crypto/tls", "os/exec"} {
		if slices.Contains(deps, forbidden) {
			t.Errorf("links %s", forbidden)
		}
	}
	for _, needed := range []string{"piaojue/audit", "piaojue/lang"} {
		if !slices.Contains(deps, needed) {
			t.Errorf("does not link %s: the test looks at the wrong thing", needed)
		}
	}
}

// TestUsage: both languages name the same flags.
func TestUsage(t *testing.T) {
	for _, flag := range []string{"-manifest", "--parent", "-lang zh|en", "-json", "-version", "PIAOJUE_LANG"} {
		if !strings.Contains(usageZH, flag) || !strings.Contains(usageEN, flag) {
			t.Errorf("%s is not in both usages", flag)
		}
	}
}

// TestPlain: what a record says must not steer the terminal (attack S5).
func TestPlain(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"口袋公园　一期", "口袋公园　一期"},
		{"a\x1b[31mb", "a�[31mb"},
		{"a\u009b31mb", "a�31mb"},
		{"\u202egp", "�gp"},
		{"a\nb\u2028c", "a�b�c"},
	} {
		if got := lang.Plain(tt.text); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}

func TestColumns(t *testing.T) {
	for text, want := range map[string]int{"": 0, "abc": 3, "得票": 4, "（a）": 5, "𬭎": 2} {
		if got := lang.Columns(text); got != want {
			t.Errorf("%q: got %d, want %d", text, got, want)
		}
	}
}

func TestMainEndsWithStatus(t *testing.T) {
	var out, talk strings.Builder
	if got := run([]string{"-h"}, "en", &out, &talk); got != 0 || out.String() != usageEN || talk.Len() > 0 {
		t.Errorf("got %d, %q, %q", got, out.String(), talk.String())
	}
	if got := run([]string{os.DevNull}, "zh", &out, &talk); got != 1 {
		t.Errorf("got %d", got)
	}
}
