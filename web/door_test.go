package web

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
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

// turning is a door of a relay, or of a server, with one turn, and what was said on its
// connections in the order of their turns.
func turning(t *testing.T, make func(net.Listener, int, Proxies) *Door) (d *Door, heard chan string) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	d = make(ln, 100, nil)
	d.lanes[strangers].free = 1
	d.silentTurn, d.busyTurn = time.Millisecond, time.Hour
	heard = hearTurns(t, d)
	return d, heard
}

func hearTurns(t *testing.T, d *Door) chan string {
	heard, done := make(chan string, 100), make(chan struct{})
	var under sync.WaitGroup
	go func() {
		defer close(done)
		for {
			c, err := d.Accept()
			if err != nil {
				return
			}
			under.Go(func() {
				defer c.Close()
				said := make([]byte, 1)
				if _, err := c.Read(said); err == nil {
					heard <- string(said)
					c.Read(said) // until the seat is done
				}
			})
		}
	}()
	t.Cleanup(func() {
		d.Close()
		<-done
		under.Wait()
	})
	return heard
}

// waits counts connections that have said something and wait for their turn.
func (d *Door) waits() (n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, h := range d.houses {
		n += h.waiting.Len()
	}
	return n
}

// TestRelayTurns (S8): behind a relay, too, addresses take turns: who opens many
// connections waits for himself, and a seat for one of them at most.
func TestRelayTurns(t *testing.T) {
	d, heard := turning(t, func(ln net.Listener, max int, _ Proxies) *Door { return NewRelayDoor(ln, max) })
	say := func(from, what string) net.Conn {
		t.Helper()
		c := dialFrom(t, d, from)
		fmt.Fprint(c, what)
		return c
	}
	open := map[string]net.Conn{"0": say("127.0.0.2", "0")}
	order := <-heard
	for i := range 4 {
		name := fmt.Sprint(i + 1)
		open[name] = say("127.0.0.2", name)
		await(t, "it does not wait", func() bool { return d.waits() == i+1 })
	}
	open["s"] = say("127.0.0.3", "s")
	await(t, "the seat does not wait", func() bool { return d.waits() == 5 })
	select {
	case said := <-heard:
		t.Fatalf("%q had a turn while another was being answered", said)
	default:
	}
	for next := order; len(order) < 6; order += next {
		open[next].Close() // answered: the next one has its turn
		next = <-heard
	}
	if want := "01s234"; order != want {
		t.Errorf("turns were %s, want %s", order, want)
	}
	for _, c := range open {
		c.Close()
	}
}

// TestRelayTurnsEnd (S8): a connection that is answered late keeps its turn at a relay,
// which cannot see that nothing is asked, but no longer than an answer may take; a
// server gives it to the next one at once.
func TestRelayTurnsEnd(t *testing.T) {
	relay := func(ln net.Listener, max int, _ Proxies) *Door { return NewRelayDoor(ln, max) }
	for name, make := range map[string]func(net.Listener, int, Proxies) *Door{"relay": relay, "server": NewDoor} {
		d, heard := turning(t, make)
		fmt.Fprint(dialFrom(t, d, "127.0.0.2"), "1")
		<-heard
		fmt.Fprint(dialFrom(t, d, "127.0.0.2"), "2")
		if name == "relay" {
			await(t, "the second does not wait", func() bool { return d.waits() == 1 })
			time.Sleep(20 * d.silentTurn)
			if d.waits() != 1 {
				t.Error("the turn of a connection at a relay ended when it was silent")
			}
			d.mu.Lock()
			d.busyTurn = 0
			d.mu.Unlock()
		}
		if said := <-heard; said != "2" {
			t.Errorf("%s: %q had a turn", name, said)
		}
	}
}
