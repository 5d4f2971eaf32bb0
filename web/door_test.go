package web

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// openDoor serves a handler behind a door.
func openDoor(t *testing.T, max int, h http.HandlerFunc) *Door {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	d := NewDoor(ln, max, nil)
	server := HTTPServer(h)
	done := make(chan error, 1)
	go func() { done <- server.Serve(d) }()
	t.Cleanup(func() {
		server.Close()
		if err := <-done; !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
		d.mu.Lock()
		defer d.mu.Unlock()
		if d.count != 0 || len(d.houses) != 0 || len(d.greedy) != 0 ||
			d.lanes[strangers].free != turnsOfStrangers*workers() || d.lanes[residents].free != turnsOfResidents*workers() {
			t.Errorf("at the end: %d connections, %d houses, turns %d and %d",
				d.count, len(d.houses), d.lanes[strangers].free, d.lanes[residents].free)
		}
	})
	return d
}

// dialFrom connects from an address of this machine.
func dialFrom(t *testing.T, d *Door, from string) net.Conn {
	t.Helper()
	c, err := (&net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}).Dial("tcp", d.Addr().String())
	must(t, err)
	t.Cleanup(func() { c.Close() })
	must(t, c.SetDeadline(time.Now().Add(20*time.Second)))
	return c
}

// askOn sends a request on a connection and returns the status line; empty if the
// connection was cut.
func askOn(c net.Conn) string {
	fmt.Fprint(c, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
	answer, _ := io.ReadAll(c)
	line, _, _ := strings.Cut(string(answer), "\r\n")
	return line
}

const fine = "HTTP/1.1 200 OK"

func await(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for range 500 {
		if ok() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal(what)
}

func (d *Door) taken() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.count
}

// age makes all connections old.
func (d *Door) age() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, h := range d.houses {
		for e := h.silent.Front(); e != nil; e = e.Next() {
			g := e.Value.(*guest)
			g.since = g.since.Add(-time.Minute)
		}
	}
}

// TestDoorMakesRoom (S8): silent connections make room for those that come, those
// of the greediest address first; who has just come and who is served stay.
func TestDoorMakesRoom(t *testing.T) {
	inside, out := make(chan struct{}), make(chan struct{})
	d := openDoor(t, 12, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/long" {
			close(inside)
			<-out
		}
	})
	served := dialFrom(t, d, "127.0.0.2")
	fmt.Fprint(served, "GET /long HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
	<-inside
	alone := dialFrom(t, d, "127.0.0.3")
	for range 10 {
		dialFrom(t, d, "127.0.0.2")
	}
	await(t, "not all came in", func() bool { return d.taken() == 12 })
	if got := askOn(dialFrom(t, d, "127.0.0.4")); got != "" {
		t.Errorf("a stranger took the place of somebody who had just come: %q", got)
	}
	d.age()
	for i := range 9 {
		if got := askOn(dialFrom(t, d, "127.0.0.4")); got != fine {
			t.Errorf("request %d in front of silent connections: %q", i, got)
		}
		dialFrom(t, d, "127.0.0.2")
		d.age()
	}
	if got := d.taken(); got > 12 {
		t.Errorf("%d connections", got)
	}
	if got := askOn(alone); got != fine {
		t.Errorf("the only connection of an address made room for the tenth of another: %q", got)
	}
	close(out)
	if answer, err := io.ReadAll(served); err != nil || !strings.HasPrefix(string(answer), fine) {
		t.Errorf("who was served was cut: %q, %v", answer, err)
	}
}

// TestDoorResidents (S8): where a registered terminal or somebody who signed in
// was heard, connections take the places of strangers, and not the other way.
func TestDoorResidents(t *testing.T) {
	d := openDoor(t, 4, func(w http.ResponseWriter, r *http.Request) { welcome(r) })
	if got := askOn(dialFrom(t, d, "127.0.0.9")); got != fine {
		t.Fatal(got)
	}
	await(t, "still there", func() bool { return d.taken() == 0 })
	for range 4 {
		dialFrom(t, d, "127.0.0.2")
	}
	await(t, "not all came in", func() bool { return d.taken() == 4 })
	for range 4 {
		dialFrom(t, d, "127.0.0.9") // takes a place at once
	}
	await(t, "strangers stay", func() bool {
		d.mu.Lock()
		defer d.mu.Unlock()
		return d.houses["127.0.0.2"] == nil
	})
	d.age()
	if got := askOn(dialFrom(t, d, "127.0.0.2")); got != "" {
		t.Errorf("a stranger took the place of a resident: %q", got)
	}
	if got := askOn(dialFrom(t, d, "127.0.0.9")); got != fine {
		t.Errorf("a resident in front of silent residents: %q", got)
	}
}

// TestDoorTurns (S8): however many of one address wait for their turn, the next
// address is served after one of them; slow ones end their turns.
func TestDoorTurns(t *testing.T) {
	var order []string
	came := make(chan string, 100)
	hold := make(chan struct{})
	d := openDoor(t, 100, func(w http.ResponseWriter, r *http.Request) {
		host, _, _ := net.SplitHostPort(r.RemoteAddr)
		came <- host
		<-hold
	})
	d.mu.Lock()
	d.lanes[strangers].free = 1
	d.busyTurn = time.Hour
	d.mu.Unlock()
	t.Cleanup(func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.lanes[strangers].free += turnsOfStrangers*workers() - 1
	})
	ask := func(from string) {
		c := dialFrom(t, d, from)
		fmt.Fprint(c, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
	}
	ask("127.0.0.2")
	order = append(order, <-came) // its turn lasts
	waiting := func(n int) func() bool {
		return func() bool {
			d.mu.Lock()
			defer d.mu.Unlock()
			sum := 0
			for _, h := range d.houses {
				sum += h.waiting.Len()
			}
			return sum == n
		}
	}
	for range 5 {
		ask("127.0.0.2")
	}
	await(t, "nobody waits", waiting(5))
	ask("127.0.0.3")
	await(t, "the other does not wait", waiting(6))
	close(hold)
	for range 6 {
		order = append(order, <-came)
	}
	if got := strings.Join(order[:3], " "); got != "127.0.0.2 127.0.0.2 127.0.0.3" {
		t.Errorf("served %s", got)
	}
}
