// Package node lets several machines serve together, on one PostgreSQL database.
//
// One node leads: it alone has the database open and runs the server of the
// votes, so what must be in one memory (the box, sessions, limits, queues) is.
// The others end the connections of browsers and terminals and hand each request
// on to the leader, over a link of their own; so any node serves anybody. When
// the leader dies, stops or is cut off, another one takes over
// ([piaojue/store.Contender]), opens the database through all its checks, and
// those who were waiting are served by it.
//
// A caller makes a Node with New, gives Node.ServeHTTP to the sockets that others
// reach, and calls Node.Run.
//
// The link is TLS 1.3 with keys derived from one secret that the operator copies to
// each node ([Key]). Whoever has it can ask for everything below, and can say for
// whom a request comes. Over the link the followers also copy the folder of keys,
// because keys never enter the database; see folder.
//
// A follower sees what the leader's own socket would see: which address sends
// which request, and when. It logs no request.
package node

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/http/httputil"
	"sync"
	"sync/atomic"
	"time"

	"piaojue/store"
)

// Service is what a leader runs.
type Service struct {
	Handler http.Handler

	// Stopped is closed when the service cannot go on: the node steps down, and
	// whoever leads then opens it anew.
	Stopped <-chan struct{}

	// Lacking are votes whose keys are not here. When they come, the node opens the
	// service anew, or another node does.
	Lacking []string

	// Doubts reports whether a key is not the one that a lacking vote began with.
	// Nil: nobody knows.
	Doubts func(name string, data []byte) bool

	// Close ends it. No request is under way then but live screens, which it ends.
	Close func()
}

// Config says what a Node is. All fields are needed, but for Log.
type Config struct {
	URL     string // of the database
	Name    string // of this node, which no other has
	Address string // where other nodes reach Link

	Link net.Listener // for other nodes only; New takes it over
	Key  *Key
	Keys string // folder of keys

	// Lead opens what the leader runs. Its context ends when the lease does. An error
	// that is ErrKeys or ErrOlder is told to others.
	Lead func(context.Context, *store.Lease) (*Service, error)

	// Server makes an HTTP server with the timeouts of this program.
	Server func(http.Handler) *http.Server

	// OnWelcome has a request say when its sender turns out to have a right to be
	// here, and Welcome hears of it at the node where it came in, whose door knows
	// nothing else of who comes. Nil: nobody hears.
	OnWelcome func(r *http.Request, tell func()) *http.Request
	Welcome   func(*http.Request)

	Log *slog.Logger // nil: no lines
}

// Node is one of several that serve together.
type Node struct {
	config  Config
	local   atomic.Pointer[service] // nil: another node leads, or none
	leading atomic.Pointer[target]  // where requests go on to
	proxy   *httputil.ReverseProxy
	forward *http.Transport // to the leader, for others
	pulls   *http.Transport // to the leader, for keys
	keys    *folder
	spread  *spread
	came    chan struct{}          // a file came that the leader's folder lacked
	unheard atomic.Bool            // it was said that the leader does not answer about keys
	reached atomic.Int64           // when the leader last answered about keys, in Unix nanoseconds
	failed  atomic.Pointer[string] // why this node could not lead when it last tried
	apart   atomic.Bool            // the database does not answer
}

// New makes a node, which does nothing before Run.
func New(c Config) *Node {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	n := &Node{
		config:  c,
		forward: newTransport(c.Key, roleForward),
		pulls:   newTransport(c.Key, roleKeys),
		keys:    &folder{path: c.Keys},
		spread:  newSpread(),
		came:    make(chan struct{}, 1),
	}
	n.aim(store.Leader{})
	n.proxy = n.newProxy()
	return n
}

// Run serves other nodes, follows, and leads whenever it can, until the context
// ends. A service that cannot be opened, or that stops, is no reason to end: the
// same checks run again, here or elsewhere.
func (n *Node) Run(ctx context.Context) error {
	link := n.config.Server(http.HandlerFunc(n.serveLink))
	link.TLSConfig = n.config.Key.server()
	if err := n.keys.clean(); err != nil {
		n.config.Log.Error("rests in the folder of keys", "error", err)
	}
	var jobs sync.WaitGroup
	jobs.Go(func() { link.ServeTLS(n.config.Link, "", "") })
	jobs.Go(func() { n.pullKeys(ctx) })
	for ctx.Err() == nil {
		n.takePart(ctx)
	}
	link.Close()
	jobs.Wait()
	n.forward.CloseIdleConnections()
	n.pulls.CloseIdleConnections()
	return nil
}

// failedWait is how long a node that could not open the service lets others try.
const failedWait = 3 * time.Second

// takePart waits for the lease, and leads until it ends.
func (n *Node) takePart(ctx context.Context) {
	contender := store.Contender{
		URL: n.config.URL, Node: n.config.Name, Address: n.config.Address, Saw: n.saw,
		Past: n.keys, Trouble: n.complain(),
	}
	lease, err := contender.Claim(ctx)
	if err != nil {
		return
	}
	if err := n.lead(ctx, lease); err != nil {
		n.config.Log.Error("this node cannot lead", "epoch", lease.Epoch, "error", err)
		select {
		case <-time.After(failedWait):
		case <-ctx.Done():
		}
	}
}

// complainEvery is how often it is said that the database does not answer.
const complainEvery = 10 * time.Second

// complain says that the database does not answer, not at each attempt.
func (n *Node) complain() func(error) {
	var last time.Time
	return func(err error) {
		n.apart.Store(true)
		if time.Since(last) > complainEvery {
			last = time.Now()
			n.config.Log.Error("the database does not answer", "error", err)
		}
	}
}

// lead opens the service and serves until the lease, the service or the context
// ends.
func (n *Node) lead(ctx context.Context, lease *store.Lease) error {
	defer lease.Release()
	began := time.Now()
	opening, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(ended(lease), cancel)()
	opened, err := n.config.Lead(opening, lease)
	if err != nil {
		if lease.Held() { // otherwise it was not this node that failed
			n.failed.Store(new(troubleOf(err)))
		}
		return err
	}
	s := newService(opened, lease)
	n.aim(lease.Leader)
	n.local.Store(s)
	n.failed.Store(nil)
	n.config.Log.Warn("this node leads", "epoch", lease.Epoch, "opened", time.Since(began).Round(time.Millisecond))
	select {
	case <-ctx.Done():
	case <-lease.Lost():
	case <-opened.Stopped:
	case <-n.mended(s):
	}
	n.local.Store(nil)
	n.config.Log.Warn("this node leads no more", "epoch", lease.Epoch)
	s.close(ctx.Err() != nil)
	return nil
}

// mended hears of keys that come while some are lacking.
func (n *Node) mended(s *service) <-chan struct{} {
	if len(s.Lacking) == 0 {
		return nil
	}
	return n.came
}

// ended is a context that ends with the lease.
func ended(lease *store.Lease) context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		<-lease.Lost()
		cancel()
	}()
	return ctx
}

// Leads reports whether this node leads.
func (n *Node) Leads() bool { return n.serving() != nil }

// serving returns what this node serves as the leader; nil if it is none.
func (n *Node) serving() *service {
	if s := n.local.Load(); s != nil && s.lease.Held() {
		return s
	}
	return nil
}
