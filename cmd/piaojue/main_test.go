package main

import (
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"piaojue/keyfile"
	"piaojue/leaktest"
	"piaojue/porttest"
	"piaojue/testvectors"
)

func TestMain(m *testing.M) {
	testscript.Main(leaktest.Watch(m), map[string]func(){"piaojue": func() {
		keyfile.TestOnlyWorkFactor(4)
		main()
	}})
}

// TestScripts plays scripts. Those in testdata/online run a real server.
func TestScripts(t *testing.T) {
	runScripts(t, "testdata", setUp)
}

func TestOnline(t *testing.T) {
	porttest.LookAtSources(t, "../..")
	bin := t.TempDir()
	build := exec.CommandContext(t.Context(), "go", "build", "-o", bin, "piaojue/cmd/piaojued")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	runScripts(t, "testdata/online", func(e *testscript.Env) error {
		e.Setenv("PATH", bin+string(filepath.ListSeparator)+e.Getenv("PATH"))
		return errors.Join(setUp(e), setUpOnline(e))
	})
}

func runScripts(t *testing.T, dir string, setUp func(*testscript.Env) error) {
	t.Helper()
	testscript.Run(t, testscript.Params{
		Dir:   dir,
		Setup: setUp,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"status":  status,
			"mode":    mode,
			"waitfor": waitFor,
			"capture": capture,
			"flip":    flip,
			"lines":   writeLines,
			"until":   until,
		},
	})
}

// setUp gives scripts English and a passphrase, which those that are about
// either change, the font of forms, and a record of the vectors.
func setUp(e *testscript.Env) error {
	for name, path := range map[string]string{"PIAOJUE_FONT": "../../build/fonts", "FONTS": "../../build/fonts", "RECORD": "../../testvectors/record", "TINY": "../../form/testdata/official/a.ttf"} {
		path, err := filepath.Abs(path)
		if err != nil {
			return err
		}
		e.Setenv(name, path)
	}
	records, err := testvectors.Records(testvectors.Files)
	if err != nil {
		return err
	}
	for _, r := range records {
		if r.Name == "record" {
			e.Setenv("MANIFEST", r.Manifest)
		}
	}
	e.Setenv("PIAOJUE_LANG", "en")
	e.Setenv("GORACE", "atexit_sleep_ms=10") // else each command takes a second more with -race
	e.Setenv("PIAOJUE_PASSPHRASE", "correct horse battery")
	return nil
}

// setUpOnline gives each script a server's address of its own, and the tables
// that an office has.
func setUpOnline(e *testscript.Env) error {
	for _, name := range []string{"ADDR", "ADDR2", "ADDR3", "ADDR4"} {
		e.Setenv(name, porttest.Address())
	}
	e.Setenv("PIAOJUE_SERVER", "http://"+e.Getenv("ADDR"))
	e.Setenv("PIAOJUE_VOTE", "v1")
	for _, name := range []string{"roll.csv", "candidates.csv"} {
		data, err := os.ReadFile(filepath.Join("testdata", "online", name))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(e.WorkDir, name), data, 0o666); err != nil {
			return err
		}
	}
	return nil
}

// waitFor waits until an address answers, or a file matches a pattern.
func waitFor(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 || len(args) > 2 {
		ts.Fatalf("usage: waitfor URL | waitfor FILE PATTERN")
	}
	for range 300 {
		if len(args) == 1 {
			if answer, err := http.Get(args[0]); err == nil {
				answer.Body.Close()
				return
			}
		} else if data, err := os.ReadFile(ts.MkAbs(args[0])); err == nil && regexp.MustCompile(args[1]).Match(data) {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	ts.Fatalf("waited in vain for %s", strings.Join(args, " "))
}

// until runs a command until its output matches: the server acts on its own
// after it has answered.
func until(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: until PATTERN command [args...]")
	}
	pattern := regexp.MustCompile("(?m)" + args[0])
	for range 100 {
		if ts.Exec(args[1], args[2:]...) == nil && pattern.MatchString(ts.ReadFile("stdout")) {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	ts.Fatalf("waited in vain for %s", args[0])
}

// capture sets a variable to what the first group of a pattern matches in a
// file, or in the last output.
func capture(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 || len(args) > 3 {
		ts.Fatalf("usage: capture VARIABLE PATTERN [FILE]")
	}
	m := regexp.MustCompile("(?m)" + args[1]).FindStringSubmatch(ts.ReadFile(append(args, "stdout")[2]))
	if len(m) != 2 {
		ts.Fatalf("no match for %s", args[1])
	}
	ts.Setenv(args[0], m[1])
}

// writeLines writes a file of the given lines.
func writeLines(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: lines FILE [LINE...]")
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.Join(args[1:], "\n")+"\n"), 0o600))
}

// flip changes the last byte of a file.
func flip(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: flip FILE")
	}
	data, err := os.ReadFile(ts.MkAbs(args[0]))
	ts.Check(err)
	data[len(data)-1] ^= 1
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), data, 0o600))
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

// mode demands the permissions of a file, in octal.
func mode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: mode MODE FILE")
	}
	info, err := os.Stat(ts.MkAbs(args[1]))
	if err != nil {
		ts.Fatalf("%v", err)
	}
	if got := strconv.FormatUint(uint64(info.Mode().Perm()), 8); got != args[0] {
		ts.Fatalf("%s has mode %s, want %s", args[1], got, args[0])
	}
}
