package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestPace (S8): a body that comes more slowly than any network carries it is cut,
// with a sentence; one that is slow and comes is read to its end, also beyond the
// time that a short one has, and answered.
func TestPace(t *testing.T) {
	before := bodyGrace
	t.Cleanup(func() { bodyGrace = before })
	bodyGrace = 400 * time.Millisecond
	d := openDoor(t, 10, func(w http.ResponseWriter, r *http.Request) {
		body, err := readBody(w, r, maxBody)
		if err != nil {
			writeRefusal(w, toRefusal(err), "")
			return
		}
		fmt.Fprint(w, len(body))
	})
	send := func(pieces, size int, every time.Duration) string {
		c := dialFrom(t, d, "127.0.0.2")
		fmt.Fprintf(c, "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n\r\n", pieces*size)
		go func() {
			for range pieces {
				time.Sleep(every)
				if _, err := c.Write(bytes.Repeat([]byte("b"), size)); err != nil {
					return
				}
			}
		}()
		answer, _ := io.ReadAll(c)
		return string(answer)
	}
	if got := send(20, 1000, 60*time.Millisecond); !strings.HasPrefix(got, fine) || !strings.HasSuffix(got, "20000") {
		t.Errorf("a slow network: %q", got)
	}
	got := send(60, 1, 60*time.Millisecond)
	if !strings.HasPrefix(got, "HTTP/1.1 408 ") || !strings.Contains(got, "网络太慢") {
		t.Errorf("a slow-loris: %q", got)
	}
}

// TestSlowAnswer: the time for a body is not that for the answer: what takes long to
// serve is not called off, unless who asked is gone.
func TestSlowAnswer(t *testing.T) {
	before := bodyGrace
	t.Cleanup(func() { bodyGrace = before })
	bodyGrace = 100 * time.Millisecond
	asked, called := make(chan struct{}), make(chan error, 1)
	d := openDoor(t, 10, func(w http.ResponseWriter, r *http.Request) {
		if _, err := readBody(w, r, maxBody); err != nil {
			writeRefusal(w, toRefusal(err), "")
			return
		}
		if r.Method == http.MethodDelete {
			close(asked)
			<-r.Context().Done()
			called <- r.Context().Err()
			return
		}
		select {
		case <-r.Context().Done():
			fmt.Fprint(w, "called off")
		case <-time.After(4 * bodyGrace):
			fmt.Fprint(w, "served")
		}
	})
	c := dialFrom(t, d, "127.0.0.2")
	fmt.Fprint(c, "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 4\r\n\r\nbody")
	if answer, err := io.ReadAll(c); err != nil || !strings.HasPrefix(string(answer), fine) || !strings.HasSuffix(string(answer), "served") {
		t.Errorf("%q, %v", answer, err)
	}
	c = dialFrom(t, d, "127.0.0.2")
	fmt.Fprint(c, "DELETE / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody")
	<-asked
	c.Close()
	if err := <-called; !errors.Is(err, context.Canceled) {
		t.Errorf("nobody waits any more: %v", err)
	}
}
