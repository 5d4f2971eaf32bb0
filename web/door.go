package web

import (
	"container/heap"
	"errors"
	"net"
	"sync"
	"time"

	"github.com/go-chi/httprate"
)

// Door is a listener that is fair when there is no room or no time for all who
// come (attack S8). It has no fixed number for an address, since a hall of 3,000
// may stand behind one:
//
//   - When all places are taken, whoever keeps the server waiting longest, among
//     those of the address that keeps it waiting most often, makes room. A
//     connection that has just come has nothing to fear from many silent ones.
//   - Connections are let in as the server gets done with those before. Addresses
//     take turns, so a flood from one waits for itself.
//   - Addresses where somebody was heard who has a right to be here, a registered
//     terminal or a person who signed in, have turns of their own, and places that
//     others cannot take from them.
//
// It keeps addresses in memory while they have connections, and those of who has
// a right for knownFor; of requests it learns that one has begun and ended.
type Door struct {
	inner net.Listener
	max   int
	done  chan struct{} // closed when nobody more comes

	mu     sync.Mutex // guards all below
	due    *sync.Cond // somebody may be let in, or err is set
	err    error
	count  int
	houses map[string]*house
	greedy greed             // houses that have somebody who could make room
	lanes  [2]lane           // of strangers, and of those who have a right
	known  map[string]moment // when somebody with a right was last heard
}

type moment = time.Time

const (
	strangers = iota
	residents
)

const (
	// laneTurns bounds the connections of a lane that are let in and not
	// answered yet. It keeps the wait for the cores short: a request of the
	// ballot box takes about a millisecond of one.
	laneTurns = 96
	// turnTime ends the turn of a connection that is not answered by then: who
	// sends slowly costs no time, and must not keep others from coming in.
	turnTime = 150 * time.Millisecond
	// knownFor is how long an address is one of residents. Terminals are heard
	// every five seconds.
	knownFor = 10 * time.Minute
	// maxKnown bounds them; more than that have no use for a lane.
	maxKnown = 1 << 16
	// acceptAgain is the pause after a connection that could not be taken.
	acceptAgain = 100 * time.Millisecond
)

// OpenDoor guards a listener, for at most so many connections at a time. Close
// it to end what it runs.
func OpenDoor(ln net.Listener, max int) *Door {
	d := &Door{inner: ln, max: max, done: make(chan struct{}), houses: make(map[string]*house), known: make(map[string]moment)}
	d.due = sync.NewCond(&d.mu)
	for i := range d.lanes {
		d.lanes[i].free = laneTurns
	}
	go d.run()
	return d
}

// Addr implements net.Listener.
func (d *Door) Addr() net.Addr { return d.inner.Addr() }

// Close implements net.Listener. Connections that were let in go on.
func (d *Door) Close() error {
	err := d.inner.Close()
	<-d.done
	return err
}

// Accept implements net.Listener.
func (d *Door) Accept() (net.Conn, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for {
		if d.err != nil {
			return nil, d.err
		}
		if g := d.next(); g != nil {
			return g, nil
		}
		d.due.Wait()
	}
}

// run takes connections off the kernel as they come. A machine that has no files
// left for one more has some again when others end.
func (d *Door) run() {
	defer close(d.done)
	for {
		c, err := d.inner.Accept()
		if err == nil {
			d.enter(c)
			continue
		}
		if errors.Is(err, net.ErrClosed) {
			d.fail(err)
			return
		}
		time.Sleep(acceptAgain)
	}
}

// fail ends Accept, and the connections that still wait.
func (d *Door) fail(err error) {
	d.mu.Lock()
	var waiting []*guest
	for _, h := range d.houses {
		for e := h.waiting.Front(); e != nil; e = e.Next() {
			waiting = append(waiting, e.Value.(*guest))
		}
	}
	d.err = err
	d.due.Broadcast()
	d.mu.Unlock()
	for _, g := range waiting {
		g.Close()
	}
}

// enter gives a connection a place, if need be that of another.
func (d *Door) enter(c net.Conn) {
	g := &guest{Conn: c, door: d}
	d.mu.Lock()
	g.house = d.houseOf(hostOf(c.RemoteAddr().String()))
	d.count++
	g.house.guests++
	out := d.makeRoom(g)
	if out == g {
		d.count--
		g.house.guests--
		g.house.changed()
	} else {
		g.wait()
		d.due.Signal()
	}
	d.mu.Unlock()
	if out != nil {
		out.Conn.Close()
	}
}

// makeRoom returns who has to go, which may be who has just come: a resident has
// nothing to fear from a stranger. Called with mu held.
func (d *Door) makeRoom(g *guest) *guest {
	if d.count <= d.max {
		return nil
	}
	if len(d.greedy) == 0 || d.greedy[0].lane > g.house.lane {
		return g
	}
	h := d.greedy[0]
	out := h.victim()
	if out.state == stateWaiting && h.lane == g.house.lane && h.weight() <= g.house.weight()+1 {
		return g // it would only take its place in the queue
	}
	out.leave()
	return out
}

// next lets in whose turn it is. Called with mu held.
func (d *Door) next() *guest {
	for i := len(d.lanes) - 1; i >= 0; i-- {
		if g := d.lanes[i].next(); g != nil {
			g.takeTurn(&d.lanes[i])
			return g
		}
	}
	return nil
}

// crowded reports whether somebody waits to be let in: then nobody keeps a
// connection for a second request.
func (d *Door) crowded() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.lanes[strangers].waits() || d.lanes[residents].waits()
}

// houseOf returns the house of an address. Called with mu held.
func (d *Door) houseOf(address string) *house {
	h := d.houses[address]
	if h == nil {
		h = &house{door: d, address: address, at: -1}
		if time.Since(d.known[address]) < knownFor {
			h.lane = residents
		}
		d.houses[address] = h
	}
	return h
}

// welcome notes that somebody at an address has a right to be here.
func (d *Door) welcome(address string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.known) >= maxKnown {
		d.forget()
	}
	d.known[address] = time.Now()
	if h := d.houses[address]; h != nil && h.lane != residents {
		h.move(residents)
		d.due.Signal()
	}
}

// forget drops who was not heard for long; all, if there are still too many.
func (d *Door) forget() {
	for address, at := range d.known {
		if time.Since(at) > knownFor {
			delete(d.known, address)
		}
	}
	if len(d.known) >= maxKnown {
		clear(d.known)
	}
}

// hostOf is whose connections are counted together.
func hostOf(remote string) string {
	host, _, err := net.SplitHostPort(remote)
	if err != nil {
		host = remote
	}
	return httprate.CanonicalizeIP(host)
}

// greed is a heap of houses: on top the one that has to make room first.
type greed []*house

func (x greed) Len() int { return len(x) }
func (x greed) Less(i, j int) bool {
	if x[i].lane != x[j].lane {
		return x[i].lane < x[j].lane
	}
	return x[i].weight() > x[j].weight()
}
func (x greed) Swap(i, j int) { x[i], x[j] = x[j], x[i]; x[i].at, x[j].at = i, j }
func (x *greed) Push(h any)   { h.(*house).at = len(*x); *x = append(*x, h.(*house)) }
func (x *greed) Pop() any {
	last := len(*x) - 1
	h := (*x)[last]
	*x, h.at = (*x)[:last], -1
	return h
}

// weigh puts a house where it belongs after its connections have changed.
func (x *greed) weigh(h *house) {
	switch {
	case h.at < 0 && h.weight() > 0:
		heap.Push(x, h)
	case h.at >= 0 && h.weight() == 0:
		heap.Remove(x, h.at)
	case h.at >= 0:
		heap.Fix(x, h.at)
	}
}
