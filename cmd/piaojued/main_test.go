package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"piaojue/keyfile"
	"piaojue/leaktest"
	"piaojue/porttest"
)

func TestMain(m *testing.M) {
	keyfile.TestOnlyWorkFactor(10)
	testscript.Main(leaktest.Watch(m), map[string]func(){"piaojued": main})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:   "testdata",
		Setup: setup,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"waitfor": waitFor,
			"get":     get,
			"mode":    mode,
			"backup":  backupTo,
			"alter":   alter,
			"status":  status,
			"number":  number,
			"either":  either,
		},
	})
}

// status runs a command and demands its exit status: 1 and 2 are not the same.
func status(ts *testscript.TestScript, _ bool, args []string) {
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

// setup gives each script two free ports.
func setup(env *testscript.Env) error {
	for _, name := range []string{"ADDR", "ADDR2"} {
		port := strconv.Itoa(porttest.Port())
		env.Setenv(name, "127.0.0.1:"+port)
		env.Setenv("PORT", port)
	}
	env.Setenv("HASH", strings.Repeat("a", 64))
	return nil
}

// waitFor waits until a server answers at an address. With -tls it must show a
// certificate of the authority in a file, which it must serve itself.
func waitFor(ts *testscript.TestScript, _ bool, args []string) {
	url, c, ca := "http://"+args[0]+"/healthz", http.DefaultClient, ""
	if args[0] == "-tls" {
		url = "https://" + args[1] + "/ca.crt"
	}
	for range 400 {
		if _, err := os.Stat(ts.MkAbs(args[len(args)-1])); args[0] == "-tls" && err == nil && ca == "" {
			ca = ts.ReadFile(args[2])
			roots := x509.NewCertPool()
			roots.AppendCertsFromPEM([]byte(ca))
			c = &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, DisableKeepAlives: true}}
		}
		resp, err := c.Get(url)
		if err == nil {
			body, err := io.ReadAll(resp.Body)
			resp.Body.Close()
			ts.Check(err)
			if ca != "" && string(body) != ca {
				ts.Fatalf("it serves another authority")
			}
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
	ts.Fatalf("nobody answers at %s", args[0])
}

// get asks for a path, with the API key in a file or none, and compares the
// status: get STATUS URL [KEYFILE].
func get(ts *testscript.TestScript, _ bool, args []string) {
	req, err := http.NewRequest("GET", args[1], nil)
	ts.Check(err)
	if len(args) > 2 {
		req.Header.Set("Authorization", "Bearer "+strings.TrimSpace(ts.ReadFile(args[2])))
	}
	resp, err := http.DefaultClient.Do(req)
	ts.Check(err)
	resp.Body.Close()
	http.DefaultClient.CloseIdleConnections()
	if got := strconv.Itoa(resp.StatusCode); got != args[0] {
		ts.Fatalf("GET %s: %s, want %s", args[1], got, args[0])
	}
}
