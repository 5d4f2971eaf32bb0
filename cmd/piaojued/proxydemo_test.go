package main

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"piaojue/porttest"
	"syscall"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// TestProxyDemo plays a whole vote through each of the examples, while a screen of the
// hall follows it there.
func TestProxyDemo(t *testing.T) {
	if !every {
		t.Skip("starts proxies of Debian; part of make soak, and TestExampleProxies reads the files")
	}
	bin := demoPrograms(t)
	for _, p := range proxies {
		t.Run(p.name, func(t *testing.T) {
			x := startProxy(t, p)
			listen := porttest.Address()
			states := x.followHall()
			demo := exec.Command(filepath.Join(bin, "piaojue"), "demo", "--exit", "--no-projects", "--try=false", "--dir", filepath.Join(x.folder, "demo"),
				"--deputies", "30", "--candidates", "5", "--choose", "3", "--trustees", "3", "--threshold", "2", "--listen", listen)
			serve := "--listen " + x.inner + " --plain-http --trusted-proxy 127.0.0.1"
			if p.passes {
				serve = "--listen " + x.inner + " --tls-cert " + x.cert + " --tls-key " + x.key
			}
			started := filepath.Join(x.folder, "started")
			demo.Env = append(os.Environ(), "SERVE="+serve, "STARTED="+started)
			demo.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
			said := &buffer{}
			demo.Stdout, demo.Stderr = said, said
			must(t, demo.Start())
			ended := make(chan error, 1)
			go func() { ended <- demo.Wait() }()
			x.forward(listen, started)
			if err := <-ended; err != nil {
				t.Fatalf("%v\n%s", err, said.text())
			}
			if n := <-states; n < 3 {
				t.Errorf("the screen of the hall got %d states", n)
			}
			x.checkSilence()
		})
	}
}

// demoPrograms are those that a demo needs; its server listens where SERVE says.
func demoPrograms(t *testing.T) string {
	t.Helper()
	bin := t.TempDir()
	must(t, os.Mkdir(filepath.Join(bin, "real"), 0o755))
	build := exec.Command("go", "build", "-o", bin, "piaojue/cmd/piaojue", "piaojue/cmd/piaojue-verify")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	self, err := os.Executable()
	must(t, err)
	real := filepath.Join(bin, "real", "piaojued")
	must(t, os.Symlink(self, real)) // see TestMain
	standIn := fmt.Sprintf(`#!/bin/sh
case "$1" in
serve) touch "$STARTED"; exec %[1]s serve --dir "$3" $SERVE --grace 5s ;;
*) exec %[1]s "$@" ;;
esac
`, real)
	must(t, os.WriteFile(filepath.Join(bin, "piaojued"), []byte(standIn), 0o755))
	return bin
}

// forward lets a demo, which speaks HTTP, come over TLS, once it wants a server.
func (x *proxied) forward(listen, started string) {
	for end := time.Now().Add(3 * time.Minute); ; time.Sleep(50 * time.Millisecond) {
		if _, err := os.Stat(started); err == nil {
			break
		}
		if time.Now().After(end) {
			x.Fatal("the demo starts no server")
		}
	}
	ln, err := net.Listen("tcp", listen)
	must(x, err)
	x.Cleanup(func() { ln.Close() })
	go func() {
		for {
			from, err := ln.Accept()
			if err != nil {
				return
			}
			go func() {
				defer from.Close()
				to, err := tls.Dial("tcp", x.outer, x.tls())
				if err != nil {
					return
				}
				defer to.Close()
				go func() { io.Copy(to, from); to.CloseWrite() }()
				io.Copy(from, to)
			}()
		}
	}()
}

// followHall counts what a screen of the hall is told, as a browser would be, until
// the server ends.
func (x *proxied) followHall() <-chan int {
	counted := make(chan int, 1)
	dialer := websocket.Dialer{TLSClientConfig: x.tls(), HandshakeTimeout: 10 * time.Second}
	head := http.Header{"Origin": {"https://vote.example.org"}, "Host": {"vote.example.org"}}
	go func() {
		n := 0
		defer func() { counted <- n }()
		for end := time.Now().Add(5 * time.Minute); time.Now().Before(end) && n == 0; time.Sleep(50 * time.Millisecond) {
			conn, _, err := dialer.Dial("wss://"+x.outer+"/votes/demo/live?view=hall", head)
			if err != nil {
				continue // there is no vote yet
			}
			for ; err == nil; n++ {
				_, _, err = conn.ReadMessage()
			}
			conn.Close()
		}
	}()
	return counted
}
