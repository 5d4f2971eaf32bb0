package web

import (
	"container/heap"
	"net"
	"sync"
	"time"

	"github.com/go-chi/httprate"
)

// Door is a listener that is fair when there is no room or no time for all who
// come (attack S8). It has no fixed number for an address, since a hall of 3,000
// may stand behind one:
//
//   - When all places are taken, whoever has kept the server waiting longest, of
//     the address that has most who do, makes room. Who has just come has nothing
//     to fear from thousands that are silent.
//   - A new connection that has said something is read on when it is its turn.
//     Addresses take turns, so a flood from one waits for itself.
//   - Addresses where somebody was heard who has a right to be here, a registered
//     terminal or a person who signed in, have turns of their own, and places that
//     others cannot take from them.
//
// It keeps addresses in memory while they have connections, and those of who has
// a right for knownFor; of requests it learns that one has begun and ended.
type Door struct {
	net.Listener
	max     int
	proxies Proxies // behind which residents are as well
	relays  bool    // it passes bytes on and knows nothing of requests

	silentTurn, busyTurn time.Duration

	mu     sync.Mutex // guards all below
	count  int
	houses map[string]*house
	greedy greed                // houses that have somebody who could make room
	lanes  [2]lane              // of strangers and residents
	known  map[string]time.Time // when somebody with a right was last heard
}

const (
	strangers = iota
	residents // where somebody with a right was heard
)

const (
	// turnsOf bounds the connections of a lane that have begun and are not
	// answered yet, for each core. It keeps the wait for the cores short: a request
	// of the ballot box takes half a millisecond of one.
	turnsOfStrangers = 16
	turnsOfResidents = 48
	// turnsOfRelayed is how many a relay has on their way: no core works for them.
	turnsOfRelayed = 256
	// silentTurn and busyTurn end the turn of a connection that is not answered
	// by then. Who is silent costs no time, and must not keep others from coming
	// in; a long answer must not either.
	silentTurn = 25 * time.Millisecond
	busyTurn   = 250 * time.Millisecond
	// freshFor is how long a connection that has come is not called silent.
	freshFor = time.Second
	// knownFor is how long an address is one of residents. Terminals are heard
	// every five seconds.
	knownFor = 10 * time.Minute
	// maxKnown bounds them; more than that have no use for a lane.
	maxKnown = 1 << 16
)

// NewDoor guards a listener, for at most so many connections at a time. Those of
// proxies are let in as those of residents: it is they that keep their clients
// apart.
func NewDoor(ln net.Listener, max int, proxies Proxies) *Door {
	d := &Door{
		Listener: ln, max: max, proxies: proxies, silentTurn: silentTurn, busyTurn: busyTurn,
		houses: make(map[string]*house), known: make(map[string]time.Time),
	}
	d.lanes[strangers].free = turnsOfStrangers * workers()
	d.lanes[residents].free = turnsOfResidents * workers()
	return d
}

// NewRelayDoor guards a listener whose connections are passed on unread. All are
// strangers, and each has its turn for as long as an answer may take.
func NewRelayDoor(ln net.Listener, max int) *Door {
	d := NewDoor(ln, max, nil)
	d.relays = true
	d.lanes[strangers].free = turnsOfRelayed
	return d
}

// Accept implements net.Listener. Who is refused is gone when it returns.
func (d *Door) Accept() (net.Conn, error) {
	for {
		c, err := d.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if g := d.enter(c); g != nil {
			return g, nil
		}
	}
}

// enter gives a connection a place, if need be that of another.
func (d *Door) enter(c net.Conn) *guest {
	g := &guest{Conn: c, door: d, turn: make(chan struct{})}
	d.mu.Lock()
	g.house = d.houseOf(hostOf(c.RemoteAddr().String()))
	d.count++
	g.house.guests++
	g.set(stateSilent)
	out := d.makeRoom(g)
	if out != nil {
		out.leave()
	}
	d.mu.Unlock()
	if out != nil {
		out.Conn.Close()
	}
	if out == g {
		return nil
	}
	return g
}

// makeRoom returns who has to go, which may be who has just come: a resident has
// nothing to fear from a stranger. Called with mu held.
func (d *Door) makeRoom(g *guest) *guest {
	if d.count <= d.max {
		return nil
	}
	h := d.greedy[0] // there is g at least
	if h.lane > g.house.lane {
		return g
	}
	out := h.victim()
	if h.lane == g.house.lane && time.Since(out.since) < freshFor {
		return g // nobody is silent: all that came have just come
	}
	return out
}

// crowded reports whether somebody waits for a turn: then nobody keeps a
// connection for a second request.
func (d *Door) crowded() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.lanes[strangers].rows.Len() > 0 || d.lanes[residents].rows.Len() > 0
}

// houseOf returns the house of an address. Called with mu held.
func (d *Door) houseOf(address string) *house {
	h := d.houses[address]
	if h == nil {
		h = &house{door: d, address: address, at: -1}
		if time.Since(d.known[address]) < knownFor || d.proxies.trust(address) {
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
		d.lanes[residents].serve()
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
