package node

import (
	"context"
	"net/http"
	"sync"
	"time"

	"piaojue/store"
)

// service counts the requests of a leader that are under way, so that it is closed
// after them.
type service struct {
	*Service
	lease *store.Lease
	since time.Time
	ctx   context.Context // ends what is still under way
	end   context.CancelFunc

	over chan struct{} // closed when the node leads no more

	mu     sync.Mutex // guards all below
	under  int
	closed bool
	idle   chan struct{} // closed when nothing is under way after closed
}

func newService(s *Service, lease *store.Lease) *service {
	ctx, cancel := context.WithCancel(context.Background())
	return &service{Service: s, lease: lease, since: time.Now(), ctx: ctx, end: cancel, idle: make(chan struct{}), over: make(chan struct{})}
}

// doubts reports whether a key is not that of its vote.
func (s *service) doubts(name string, data []byte) bool {
	return s != nil && s.Doubts != nil && s.Doubts(name, data)
}

// outcome is what became of a request to a service.
type outcome int

const (
	answered  outcome = iota
	untouched         // the service is closed: nothing was done, nothing is written
	broken            // the lead ended meanwhile: nobody knows what was done, nothing is written
)

// serve answers a request as long as the node leads.
func (s *service) serve(w http.ResponseWriter, r *http.Request) outcome {
	if !s.enter() {
		return untouched
	}
	defer s.leave()
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	defer context.AfterFunc(s.ctx, cancel)()
	held := &held{ResponseWriter: w, over: s.over}
	s.Handler.ServeHTTP(held, r.WithContext(ctx))
	if held.broken {
		return broken
	}
	return answered
}

func (s *service) enter() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.under++
	}
	return !s.closed
}

func (s *service) leave() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.under--
	s.signal()
}

func (s *service) signal() {
	if s.closed && s.under == 0 {
		select {
		case <-s.idle:
		default:
			close(s.idle)
		}
	}
}

const (
	// drainWait is how long requests under way may take when a leader is asked to
	// end. One that has lost its lease can store nothing, and waits for nothing.
	drainWait = 10 * time.Second
	closeWait = 5 * time.Second
)

// close lets in nobody more, waits for those who are in, and closes the service.
func (s *service) close(asked bool) {
	s.mu.Lock()
	s.closed = true
	s.signal()
	s.mu.Unlock()
	if asked {
		s.await(drainWait)
	}
	close(s.over)
	s.end()
	s.await(time.Second)
	done := make(chan struct{})
	go func() {
		s.Close() // ends live screens
		close(done)
	}()
	// A database that is cut off may keep a write waiting for long. It is fenced.
	select {
	case <-done:
		s.await(closeWait)
	case <-time.After(closeWait):
	}
}

func (s *service) await(within time.Duration) {
	select {
	case <-s.idle:
	case <-time.After(within):
	}
}
