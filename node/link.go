package node

import (
	"bytes"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"
)

// On the link each request that is handed on says in one header how its client
// came to the follower: "https 192.0.2.1:4711". Only the link believes it, and no
// client can send it: a node takes it away from all that comes by another way.
const clientHeader = "Piaojue-Node-Client"

// In an answer on the link these say that the request was not looked at, and that
// nobody knows what became of it.
const (
	notLeader = "Piaojue-Node-Follows"
	brokenOff = "Piaojue-Node-Broken"
)

// welcomed in an answer says that who asked has a right to be here.
const welcomed = "Piaojue-Node-Welcome"

// newTransport makes connections to the leader, whichever it is.
func newTransport(key *Key, role string) *http.Transport {
	return &http.Transport{
		DialContext:           (&net.Dialer{Timeout: time.Second, KeepAlive: time.Second}).DialContext,
		TLSClientConfig:       key.client(role),
		TLSHandshakeTimeout:   2 * time.Second,
		ResponseHeaderTimeout: 65 * time.Second, // a server gives up after 60 itself
		IdleConnTimeout:       10 * time.Second, // the other end closes after 15
		MaxIdleConns:          256,
		MaxIdleConnsPerHost:   256,
		DisableCompression:    true,
	}
}

// serveLink answers other nodes. What they may ask follows from the key they have
// shown.
func (n *Node) serveLink(w http.ResponseWriter, r *http.Request) {
	if r.TLS != nil && bytes.Equal(peer(r.TLS), n.config.Key.public(roleKeys)) {
		n.serveKeys(w, r)
		return
	}
	s := n.serving()
	if !arrive(r) {
		http.Error(w, "", http.StatusBadRequest)
		return
	}
	if n.config.OnWelcome != nil {
		r = n.config.OnWelcome(r, func() { w.Header().Set(welcomed, "1") })
	}
	became := untouched
	if s != nil {
		became = s.serve(w, r)
	}
	switch became {
	case untouched:
		w.Header().Set(notLeader, "1")
		w.WriteHeader(http.StatusMisdirectedRequest)
	case broken:
		w.Header().Set(brokenOff, "1")
		w.WriteHeader(http.StatusBadGateway)
	}
}

// arrive makes a request look as it came to the follower.
func arrive(r *http.Request) bool {
	scheme, address, _ := strings.Cut(r.Header.Get(clientHeader), " ")
	r.Header.Del(clientHeader)
	if _, err := netip.ParseAddrPort(address); err != nil {
		return false
	}
	r.RemoteAddr = address
	if scheme != "https" {
		r.TLS = nil
	}
	return true
}

// depart says how a request came here.
func depart(r *http.Request) string {
	if r.TLS == nil {
		return "http " + r.RemoteAddr
	}
	return "https " + r.RemoteAddr
}
