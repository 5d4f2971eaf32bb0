package web

import (
	"container/list"
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

// What a connection does, as the door sees it.
type guestState int

const (
	stateNone    guestState = iota // it has no place
	stateWaiting                   // for its turn
	stateSilent                    // it keeps the server waiting: for a request, its rest, or room for an answer
	stateBusy                      // the server works for it
)

// guest is a connection that has come in by a door.
type guest struct {
	net.Conn
	door  *Door
	house *house
	turn  chan struct{} // closed when its turn comes, or it has to go
	heard bool          // only the reader looks at it

	reading atomic.Int64 // since when it waits for bytes, in nanoseconds; 0: it does not

	// The door's mutex guards all below.
	state guestState
	since time.Time     // when it came, or was last answered
	place *list.Element // in the house's list of that state
	lane  *lane         // whose turn it has; nil: none
	timer *time.Timer
	began time.Time // of its turn
}

// set changes the state. Called with the door's mutex held.
func (g *guest) set(state guestState) {
	switch g.state {
	case stateWaiting:
		g.house.waiting.Remove(g.place)
	case stateSilent:
		g.house.silent.Remove(g.place)
	}
	g.state, g.place = state, nil
	switch state {
	case stateWaiting:
		g.place = g.house.waiting.PushBack(g)
	case stateSilent:
		g.place = g.house.silent.PushBack(g)
		g.since = time.Now()
	}
	g.house.changed()
}

// Read implements net.Conn. The first bytes of a connection wait for their turn.
func (g *guest) Read(b []byte) (int, error) {
	g.reading.Store(time.Now().UnixNano())
	n, err := g.Conn.Read(b)
	g.reading.Store(0)
	if n > 0 && !g.heard {
		g.heard = true
		g.await()
	}
	return n, err
}

// await returns when it is this connection's turn.
func (g *guest) await() {
	g.door.mu.Lock()
	here := g.state == stateSilent // it may have had to go meanwhile
	if here {
		g.set(stateWaiting)
		g.door.lanes[g.house.lane].serve()
	}
	g.door.mu.Unlock()
	if here {
		<-g.turn
	}
}

// takeTurn lets it go on. Called with the door's mutex held.
func (g *guest) takeTurn(l *lane) {
	g.set(stateSilent)
	g.lane, g.began = l, time.Now()
	l.free--
	g.timer = time.AfterFunc(g.door.silentTurn, g.overdue)
	close(g.turn)
}

// overdue ends a turn that takes too long: soon, if bytes are waited for.
func (g *guest) overdue() {
	g.door.mu.Lock()
	defer g.door.mu.Unlock()
	if g.lane == nil {
		return
	}
	if time.Since(g.began) < g.door.busyTurn && !g.quiet() {
		g.timer.Reset(g.door.silentTurn)
		return
	}
	g.endTurn()
}

// quiet reports whether bytes have been waited for too long. A reader that has them
// and no core yet is not quiet. Called with the door's mutex held.
func (g *guest) quiet() bool {
	since := g.reading.Load()
	return g.state == stateSilent && !g.door.relays && since != 0 &&
		time.Duration(time.Now().UnixNano()-since) >= g.door.silentTurn
}

// endTurn lets another one in. Called with the door's mutex held.
func (g *guest) endTurn() {
	if g.lane == nil {
		return
	}
	l := g.lane
	g.lane = nil
	g.timer.Stop()
	l.free++
	l.serve()
}

// leave gives the place up. Called with the door's mutex held.
func (g *guest) leave() {
	if g.state == stateNone {
		return
	}
	if g.state == stateWaiting {
		close(g.turn)
	}
	g.house.guests--
	g.door.count--
	g.set(stateNone)
	g.endTurn()
}

// Close implements net.Conn.
func (g *guest) Close() error {
	g.door.mu.Lock()
	g.leave()
	g.door.mu.Unlock()
	return g.Conn.Close()
}

// CloseWrite ends one direction.
func (g *guest) CloseWrite() error {
	if half, ok := g.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return g.Close()
}

// Write implements net.Conn. Who does not read the answer keeps the server
// waiting.
func (g *guest) Write(b []byte) (int, error) {
	before := g.become(stateSilent)
	n, err := g.Conn.Write(b)
	if before == stateBusy {
		g.become(before)
	}
	return n, err
}

// become changes the state of a connection that was let in, and returns what it
// was.
func (g *guest) become(state guestState) guestState {
	g.door.mu.Lock()
	defer g.door.mu.Unlock()
	before := g.state
	if before != stateNone && before != state {
		g.set(state)
	}
	return before
}

// answered is after the last byte of an answer: the next request is waited for.
func (g *guest) answered() {
	g.door.mu.Lock()
	defer g.door.mu.Unlock()
	g.endTurn()
	if g.state == stateBusy {
		g.set(stateSilent)
	}
}

// yield ends the turn of a request that goes on and takes no time.
func yield(r *http.Request) {
	if g := guestOf(r.Context()); g != nil {
		g.door.mu.Lock()
		defer g.door.mu.Unlock()
		g.endTurn()
	}
}

type guestKey struct{}

// withGuest is http.Server.ConnContext: handlers find the connection in their
// context.
func withGuest(ctx context.Context, c net.Conn) context.Context {
	if secure, ok := c.(*tls.Conn); ok {
		c = secure.NetConn()
	}
	if g, ok := c.(*guest); ok {
		return context.WithValue(ctx, guestKey{}, g)
	}
	return ctx
}

func guestOf(ctx context.Context) *guest {
	g, _ := ctx.Value(guestKey{}).(*guest)
	return g
}

// welcome notes that who sends a request has a right to be here. The ballot box
// never calls it, nor could it: it does not know who asks.
func welcome(r *http.Request) {
	if tell, ok := r.Context().Value(welcomeKey{}).(func()); ok {
		tell()
	}
	if g := guestOf(r.Context()); g != nil {
		g.door.welcome(g.house.address)
	}
}

type welcomeKey struct{}

// OnWelcome has a request that came in by the door of another node say there when
// its sender has a right to be here, before it is answered.
func OnWelcome(r *http.Request, tell func()) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), welcomeKey{}, tell))
}

// Welcome is what the other node does then, at its own door.
func Welcome(r *http.Request) { welcome(r) }

// attend tells the door what becomes of a connection, and lets bodies come in at
// their pace.
func attend(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		g := guestOf(r.Context())
		if g != nil {
			defer g.answered()
			if g.door.crowded() {
				part(w)
			}
		}
		if r.Body != http.NoBody {
			r.Body = newPacedBody(w, r, g)
		} else if g != nil {
			g.become(stateBusy)
		}
		next.ServeHTTP(w, r)
	})
}
