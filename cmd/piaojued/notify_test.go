package main

import (
	"context"
	"net"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"github.com/spf13/cobra"
)

// A service manager is told when the socket is open, not before, and when the
// server ends. (Type=notify of the units in packaging/.)
func TestNotify(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	ears, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	must(t, err)
	defer ears.Close()
	t.Setenv("NOTIFY_SOCKET", path)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	c, said := &cobra.Command{}, &buffer{}
	c.SetContext(ctx)
	c.SetErr(said)
	done := make(chan error, 1)
	go func() { done <- (&listenOptions{address: "127.0.0.1:0"}).run(c, http.NotFoundHandler(), nil) }()
	if got := heard(t, ears); got != "READY=1" {
		t.Errorf("at the start: %q", got)
	}
	resp, err := http.Get(said.find(`http://\S+`))
	must(t, err) // ready: the socket is open
	resp.Body.Close()
	stop()
	if got := heard(t, ears); got != "STOPPING=1" {
		t.Errorf("at the end: %q", got)
	}
	must(t, <-done)
}

func heard(t *testing.T, ears *net.UnixConn) string {
	t.Helper()
	must(t, ears.SetReadDeadline(time.Now().Add(time.Minute)))
	b := make([]byte, 100)
	n, err := ears.Read(b)
	must(t, err)
	return string(b[:n])
}

// Without a manager nothing is told, and one that is gone is no fault.
func TestNotifyNobody(t *testing.T) {
	notify("READY=1")
	t.Setenv("NOTIFY_SOCKET", filepath.Join(t.TempDir(), "gone"))
	notify("READY=1")
	t.Setenv("NOTIFY_SOCKET", "@piaojued-test-gone")
	notify("READY=1")
}
