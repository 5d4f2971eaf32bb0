//go:build !js

package main

import (
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"piaojue/porttest"
	"reflect"
	"strconv"
	"testing"
	"time"
)

// TestSession plays a whole vote whose devices are the programs of the pages,
// under Node, against a real server: terminal and desk go together, so they are
// tested together.
func TestSession(t *testing.T) {
	porttest.LookAtSources(t, "../..")
	dir := t.TempDir()
	buildPrograms(t, dir)
	run(t, dir, "./piaojued", "init", "--dir", "d")
	address := serve(t, dir)
	script, err := filepath.Abs("testdata/session.mjs")
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("milliseconds: %s", run(t, dir, "node", script, "http://"+address, dir, strconv.Itoa(porttest.Port())))
	compareReports(t, dir)
}

// buildPrograms compiles all that takes part.
func buildPrograms(t *testing.T, dir string) {
	t.Helper()
	goRun(t, dir, nil, "build", "-o", dir+"/", "piaojue/cmd/piaojued", "piaojue/cmd/piaojue-verify")
	wasm := []string{"GOOS=js", "GOARCH=wasm"}
	goRun(t, dir, wasm, "build", "-o", filepath.Join(dir, "terminal.wasm"), "piaojue/cmd/terminal")
	goRun(t, dir, wasm, "build", "-tags", "testonly", "-o", filepath.Join(dir, "desk.wasm"), "piaojue/cmd/desk")
	root := goRun(t, dir, nil, "env", "GOROOT")
	glue, err := os.ReadFile(filepath.Join(root[:len(root)-1], "lib", "wasm", "wasm_exec.js"))
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "wasm_exec.js"), glue, 0o666)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func goRun(t *testing.T, dir string, env []string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Env = append(os.Environ(), env...)
	return output(t, cmd)
}

func run(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Dir = dir
	return output(t, cmd)
}

func output(t *testing.T, cmd *exec.Cmd) string {
	t.Helper()
	out, err := cmd.Output()
	if exit, ok := err.(*exec.ExitError); ok {
		t.Fatalf("%v: %v\n%s%s", cmd.Args, err, out, exit.Stderr)
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// serve runs a server until the test ends, and returns its address.
func serve(t *testing.T, dir string) string {
	t.Helper()
	address := porttest.Address()
	cmd := exec.Command("./piaojued", "serve", "--dir", "d", "--listen", address, "--grace", "1s", "--quiet")
	cmd.Dir, cmd.Stderr = dir, os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Signal(os.Interrupt)
		cmd.Wait()
	})
	for range 200 {
		if answer, err := http.Get("http://" + address + "/healthz"); err == nil {
			answer.Body.Close()
			return address
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("the server does not answer")
	return ""
}

// compareReports demands that a page's report is the command's, to the field.
func compareReports(t *testing.T, dir string) {
	t.Helper()
	saved, err := os.ReadFile(filepath.Join(dir, "report.json"))
	if err != nil {
		t.Fatal(err)
	}
	var got, want map[string]any
	if err := json.Unmarshal(saved, &got); err != nil {
		t.Fatal(err)
	}
	printed := run(t, dir, "./piaojue-verify", "-json", "-manifest", got["manifest"].(string), "record.zip")
	if err := json.Unmarshal([]byte(printed), &want); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the page says %v\nthe command says %v", got, want)
	}
}
