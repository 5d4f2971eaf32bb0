package web

import (
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
	return func(s *Server, w http.ResponseWriter, r *http.Request, _ Person) error { return s.live(w, r, x) }
}

func (s *Server) live(w http.ResponseWriter, r *http.Request, x screen) error {
	v, err := s.vote(r)
	if err != nil {
		return err
	}
	if !s.knownOrigin(r) {
		return refuse(codeForeign)
	}
	sub, err := v.hub.subscribe(r.Context(), x)
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
	feed(conn, sub, gone)
	conn.Close() // ends listen
	<-gone
	return nil
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

// feed is the only writer of a connection.
func feed(conn *websocket.Conn, sub *subscriber, gone <-chan struct{}) {
	pings := time.NewTicker(pingEvery)
	defer pings.Stop()
	for {
		var err error
		select {
		case message, ok := <-sub.mail:
			if !ok {
				farewell := websocket.FormatCloseMessage(websocket.CloseGoingAway, "")
				conn.WriteControl(websocket.CloseMessage, farewell, time.Now().Add(sendWait))
				return
			}
			conn.SetWriteDeadline(time.Now().Add(sendWait))
			err = conn.WriteMessage(websocket.TextMessage, message)
		case <-pings.C:
			err = conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(sendWait))
		case <-gone:
			return
		}
		if err != nil {
			return
		}
	}
}

// still serves GET /votes/{vote}/snapshot?view=…, for screens behind proxies
// that let no websocket through.
func still(x screen) handler {
	return func(s *Server, w http.ResponseWriter, r *http.Request, _ Person) error { return s.still(w, r, x) }
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
