package main

import (
	"context"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// balancer hands connections to the nodes that say that they are ready, as the
// balancers of operators do. It breaks those to a node that says so no more.
type balancer struct {
	ln   net.Listener
	next atomic.Int64
	all  []*backend
	wg   sync.WaitGroup
	quit chan struct{}
}

type backend struct {
	address string
	ready   atomic.Bool

	mu    sync.Mutex // guards conns
	conns map[net.Conn]bool
}

func newBalancer(t testing.TB, address string, nodes ...string) *balancer {
	t.Helper()
	ln, err := net.Listen("tcp", address)
	must(t, err)
	b := &balancer{ln: ln, quit: make(chan struct{})}
	for _, n := range nodes {
		x := &backend{address: n, conns: map[net.Conn]bool{}}
		b.all = append(b.all, x)
		b.wg.Go(func() { x.watch(b.quit) })
	}
	b.wg.Go(b.run)
	t.Cleanup(func() {
		close(b.quit)
		ln.Close()
		for _, x := range b.all {
			x.cut()
		}
		b.wg.Wait()
	})
	return b
}

// watch asks the node whether it is ready, three times a second.
func (x *backend) watch(quit chan struct{}) {
	c := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: time.Second}
	for {
		resp, err := c.Get("http://" + x.address + "/healthz")
		ready := err == nil && resp.StatusCode == http.StatusOK
		if err == nil {
			resp.Body.Close()
		}
		x.ready.Store(ready)
		if err != nil {
			x.cut()
		}
		select {
		case <-quit:
			return
		case <-time.After(300 * time.Millisecond):
		}
	}
}

func (x *backend) cut() {
	x.mu.Lock()
	defer x.mu.Unlock()
	for c := range x.conns {
		c.Close()
	}
}

func (b *balancer) run() {
	for {
		c, err := b.ln.Accept()
		if err != nil {
			return
		}
		b.wg.Go(func() { b.pass(c) })
	}
}

// pass joins a connection with one to the next node that is ready, or to any that
// can be reached.
func (b *balancer) pass(c net.Conn) {
	defer c.Close()
	first := int(b.next.Add(1))
	for _, demand := range []bool{true, false} {
		for i := range b.all {
			x := b.all[(first+i)%len(b.all)]
			if x.ready.Load() != demand {
				continue
			}
			if to, err := (&net.Dialer{Timeout: time.Second}).DialContext(context.Background(), "tcp", x.address); err == nil {
				x.join(c, to)
				return
			}
		}
	}
}

func (x *backend) join(c, to net.Conn) {
	x.mu.Lock()
	x.conns[to] = true
	x.mu.Unlock()
	var wg sync.WaitGroup
	for _, way := range [][2]net.Conn{{c, to}, {to, c}} {
		wg.Go(func() {
			io.Copy(way[0], way[1])
			way[0].Close()
			way[1].Close()
		})
	}
	wg.Wait()
	x.mu.Lock()
	defer x.mu.Unlock()
	delete(x.conns, to)
}
