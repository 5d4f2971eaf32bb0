package node

import (
	"bufio"
	"net"
	"net/http"
	"time"
)

// held is the answer to a request. One that speaks of a fault of the server waits
// until it is clear whether the node still leads: if not, the next leader answers,
// and nobody sees the fault.
type held struct {
	http.ResponseWriter
	over   <-chan struct{}
	wrote  bool
	broken bool // nothing is written, nor will be
}

// doubtWait is how long a leader takes to notice that it is none any more, when it
// still has a database to ask.
const doubtWait = 800 * time.Millisecond

// WriteHeader implements http.ResponseWriter.
func (h *held) WriteHeader(status int) {
	if !h.wrote && status >= http.StatusInternalServerError {
		select {
		case <-h.over:
			h.broken = true
		case <-time.After(doubtWait):
		}
	}
	h.wrote = true
	if !h.broken {
		h.ResponseWriter.WriteHeader(status)
		return
	}
	clear(h.Header())
}

// Write implements http.ResponseWriter.
func (h *held) Write(b []byte) (int, error) {
	if !h.wrote {
		h.WriteHeader(http.StatusOK)
	}
	if h.broken {
		return len(b), nil
	}
	return h.ResponseWriter.Write(b)
}

// Hijack implements http.Hijacker, which websockets ask for.
func (h *held) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	h.wrote = true
	return http.NewResponseController(h.ResponseWriter).Hijack()
}

// Unwrap is for http.ResponseController.
func (h *held) Unwrap() http.ResponseWriter { return h.ResponseWriter }
