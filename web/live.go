package web

import (
	"errors"
	"net/http"
	"time"

	"github.com/gorilla/websocket"
)

const (
	pingEvery = 25 * time.Second
	pongWait  = 60 * time.Second
	sendWait  = 10 * time.Second
	// maxHeard bounds what a screen may say: nothing but control frames.
	maxHeard = 512
)

// upgrade turns a request into a websocket. Pages of foreign origins are
// refused: a browser would let them read what it opens.
func (s *Server) upgrade(w http.ResponseWriter, r *http.Request) (*websocket.Conn, error) {
	up := websocket.Upgrader{
		HandshakeTimeout: sendWait,
		CheckOrigin:      s.knownOrigin,
		// The wrapper has answered already when the library would.
		Error: func(http.ResponseWriter, *http.Request, int, error) {},
	}
	return up.Upgrade(w, r, nil)
}

// knownOrigin asks package http, as for a request that writes.
func (s *Server) knownOrigin(r *http.Request) bool {
	probe := *r
	probe.Method = http.MethodPost
	return s.origins.Check(&probe) == nil
}

// live serves GET /votes/{vote}/live?view=….
func live(x screen) handler {
	return func(s *Server, w http.ResponseWriter, r *http.Request, who Person) error { return s.live(w, r, who, x) }
}

func (s *Server) live(w http.ResponseWriter, r *http.Request, who Person, x screen) error {
	v, err := s.vote(r)
	if err != nil {
		return err
	}
	if !s.knownOrigin(r) {
		return refuse(codeForeign)
	}
	yield(r) // what follows waits for the hub's pace, and then for hours
	place, stand, err := s.audience.enter(r, who)
	if err != nil {
		return err
	}
	defer stand()
	sub, err := v.hub.subscribe(r.Context(), x.seenBy(who))
	if err != nil {
		return err
	}
	defer v.hub.unsubscribe(sub)
	conn, err := s.upgrade(w, r)
	if err != nil {
		return because(codeBadForm, err)
	}
	defer conn.Close()
	gone := listen(conn)
	go s.watchRights(conn, r, who, gone)
	feed(conn, sub, gone, place.leave)
	conn.Close() // ends listen
	<-gone
	return nil
}

// recheck is how often an open screen has to show that it may still be seen.
var recheck = pingEvery

// watchRights closes a screen when the session that opened it ends, or the
// person's rights change. Podium and operations count as use of the session, see
// isWallScreen. It ends with the connection.
func (s *Server) watchRights(conn *websocket.Conn, r *http.Request, who Person, gone <-chan struct{}) {
	if who == (Person{}) {
		return
	}
	every := time.NewTicker(recheck)
	defer every.Stop()
	for {
		select {
		case <-gone:
			return
		case <-every.C:
			if now, err := s.person(r); err != nil || now != who {
				conn.Close()
				return
			}
		}
	}
}

// listen reads until the other side is gone, which is all it has to say.
func listen(conn *websocket.Conn) <-chan struct{} {
	gone := make(chan struct{})
	conn.SetReadLimit(maxHeard)
	conn.SetReadDeadline(time.Now().Add(pongWait))
	conn.SetPongHandler(func(string) error { return conn.SetReadDeadline(time.Now().Add(pongWait)) })
	go func() {
		defer close(gone)
		for {
			if _, _, err := conn.ReadMessage(); err != nil {
				return
			}
		}
	}()
	return gone
}

// feed is the only writer of a connection. With each ping it sends the snapshot
// again: scripts see no pings, and must notice a connection that has died.
// When left is closed another screen has taken its place.
func feed(conn *websocket.Conn, sub *subscriber, gone, left <-chan struct{}) {
	pings := time.NewTicker(pingEvery)
	defer pings.Stop()
	var latest []byte
	for {
		var err error
		select {
		case message, ok := <-sub.mail:
			if !ok {
				farewell(conn, websocket.CloseGoingAway)
				return
			}
			latest = message
			err = send(conn, latest)
		case <-pings.C:
			err = errors.Join(conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(sendWait)), send(conn, latest))
		case <-left:
			farewell(conn, websocket.CloseTryAgainLater)
			return
		case <-gone:
			return
		}
		if err != nil {
			return
		}
	}
}

func farewell(conn *websocket.Conn, why int) {
	conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(why, ""), time.Now().Add(sendWait))
}

func send(conn *websocket.Conn, message []byte) error {
	conn.SetWriteDeadline(time.Now().Add(sendWait))
	return conn.WriteMessage(websocket.TextMessage, message)
}

// still serves GET /votes/{vote}/snapshot?view=…, for screens behind proxies
// that let no websocket through.
func still(x screen) handler {
	return func(s *Server, w http.ResponseWriter, r *http.Request, who Person) error {
		return s.still(w, r, x.seenBy(who))
	}
}

func (s *Server) still(w http.ResponseWriter, r *http.Request, x screen) error {
	v, err := s.vote(r)
	if err != nil {
		return err
	}
	message, err := v.hub.current(r.Context(), x)
	if err != nil {
		return err
	}
	return writeBytes(w, "application/json; charset=utf-8", message)
}
