package node

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptrace"
	"net/http/httputil"
	"time"

	"piaojue/store"
)

// target is the leader to which requests go. ctx ends when another one leads, and
// with it all that waits for an answer of the old one: a leader that is stopped
// keeps its connections.
type target struct {
	store.Leader
	ctx context.Context
	end context.CancelFunc
}

// saw hears from the lease who leads.
func (n *Node) saw(l store.Leader) {
	n.apart.Store(false)
	if to := n.leading.Load(); to.Epoch != l.Epoch || to.Address != l.Address {
		n.aim(l)
	}
}

// aim sends requests to a leader from now on, those that wait for another one too.
func (n *Node) aim(l store.Leader) {
	to := &target{Leader: l}
	to.ctx, to.end = context.WithCancel(context.Background())
	if old := n.leading.Swap(to); old != nil {
		old.end()
	}
}

const (
	// leaderWait is how long a request waits for a leader. It is longer than a
	// leader takes to be missed and followed.
	leaderWait = 5 * time.Second
	leaderPace = 50 * time.Millisecond
)

type keptKey struct{}

func withKept(ctx context.Context, k *kept) context.Context {
	return context.WithValue(ctx, keptKey{}, k)
}

// newProxy hands on everything as it came: host, cookies, body.
func (n *Node) newProxy() *httputil.ReverseProxy {
	return &httputil.ReverseProxy{
		Rewrite: func(p *httputil.ProxyRequest) {
			p.Out.Host = p.In.Host
			p.Out.URL.Scheme, p.Out.URL.Host = "https", "leader"
			p.Out.URL.RawQuery = p.In.URL.RawQuery
			p.Out.Header.Set(clientHeader, depart(p.In))
		},
		Transport: handing{n},
		ModifyResponse: func(r *http.Response) error {
			if r.Header.Get(welcomed) != "" && n.config.Welcome != nil {
				n.config.Welcome(r.Request)
			}
			r.Header.Del(welcomed)
			if r.Close { // the leader wants its client's connection to end
				r.Header.Set("Connection", "close")
			}
			return nil
		},
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, _ error) { unavailable(w, r) },
		ErrorLog:     log.New(io.Discard, "", 0), // it would write addresses
	}
}

// handing sends requests to the leader, whichever it is by then.
type handing struct{ *Node }

var errNoLeader = errors.New("node: no leader answers")

// RoundTrip implements http.RoundTripper. A request that nobody has looked at is
// sent again until somebody does; one of which that is not known, only if to send
// it twice is as good as once.
func (n handing) RoundTrip(r *http.Request) (*http.Response, error) {
	k := r.Context().Value(keptKey{}).(*kept)
	for end := time.Now().Add(leaderWait); ; {
		to := n.leading.Load()
		resp, sent, err := to.send(n.forward, r, k)
		if err == nil {
			return resp, nil
		}
		if sent && !(k.whole && k.again) || time.Now().After(end) {
			return nil, err
		}
		select {
		case <-to.ctx.Done():
		case <-time.After(leaderPace):
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	}
}

// send is one attempt. It says whether the leader may have served the request.
func (to *target) send(link http.RoundTripper, r *http.Request, k *kept) (resp *http.Response, sent bool, err error) {
	if to.Address == "" {
		return nil, false, errNoLeader
	}
	ctx, cancel := context.WithCancel(r.Context())
	stop := context.AfterFunc(to.ctx, cancel)
	context.AfterFunc(r.Context(), func() { stop() }) // when the request is over
	trace := &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { sent = true }}
	out := r.Clone(httptrace.WithClientTrace(ctx, trace))
	out.URL.Host = to.Address
	out.Body = k.reader()
	if k.whole {
		out.GetBody = func() (io.ReadCloser, error) { return k.reader(), nil }
	}
	resp, err = link.RoundTrip(out)
	if err != nil {
		cancel()
		return nil, sent, err
	}
	follows, brokeOff := resp.Header.Get(notLeader) != "", resp.Header.Get(brokenOff) != ""
	if follows || brokeOff {
		resp.Body.Close()
		cancel()
		return nil, brokeOff || k.rest != nil, errNoLeader
	}
	if resp.StatusCode == http.StatusSwitchingProtocols {
		body := resp.Body
		stop := context.AfterFunc(to.ctx, func() { body.Close() }) // a live screen ends with its leader
		context.AfterFunc(r.Context(), func() { stop() })
		return resp, true, nil
	}
	return resp, true, settle(resp, k)
}

// settle reads a short answer to its end while it can still be asked for again.
func settle(resp *http.Response, k *kept) error {
	if !k.again || resp.ContentLength < 0 || resp.ContentLength > maxKept {
		return nil
	}
	body, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return err
}
