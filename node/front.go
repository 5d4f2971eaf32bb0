package node

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"piaojue/lang"
)

// maxKept is the size of a request that can be sent again: any ballot.
const maxKept = 64 << 10

// ServeHTTP answers those who use the votes: itself if it leads, with the answer
// of the leader otherwise.
func (n *Node) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r.Header.Del(clientHeader)
	if r.URL.Path == "/healthz" {
		s := n.serving()
		if s == nil {
			n.health(w)
			return
		}
		n.headline(w.Header(), s)
	}
	k, err := keep(r)
	if err != nil {
		http.Error(w, "", http.StatusBadRequest)
		return
	}
	if s := n.serving(); s != nil {
		r.Body = k.reader()
		switch s.serve(w, r) {
		case answered:
			return
		case broken:
			k.sent = true
		}
	}
	n.handOn(w, r, k)
}

// handOn has the leader answer.
func (n *Node) handOn(w http.ResponseWriter, r *http.Request, k *kept) {
	if strings.HasPrefix(r.URL.Path, "/box/") {
		w.Header().Set("Connection", "close") // two ballots never share one (attack V14)
	}
	if k.sent && !(k.whole && k.again) {
		unavailable(w, r)
		return
	}
	n.proxy.ServeHTTP(w, r.WithContext(withKept(r.Context(), k)))
}

// kept is a request that is held until a leader takes it.
type kept struct {
	body  []byte    // nil: there is none, or it is too long to keep
	whole bool      // it can be sent again as it is
	again bool      // to send it twice is as good as once
	sent  bool      // a leader may have served it
	rest  io.Reader // what is not kept
}

// keep reads the body of a request, if it is short.
func keep(r *http.Request) (*kept, error) {
	k := &kept{again: repeatable(r)}
	switch {
	case r.Body == nil || r.Body == http.NoBody || r.ContentLength == 0:
		k.whole = true
	case r.ContentLength < 0 || r.ContentLength > maxKept:
		k.rest = r.Body
	default:
		body, err := io.ReadAll(io.LimitReader(r.Body, maxKept+1))
		if err != nil {
			return nil, err
		}
		k.body, k.whole = body, true
	}
	return k, nil
}

// repeatable reports whether a request may be sent again when nobody knows whether
// it was served: those to the ballot box and for credentials get the same answer
// again (PROTOCOL.md, "Casting", "Issuing").
func repeatable(r *http.Request) bool {
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		return r.Header.Get("Upgrade") == ""
	case http.MethodPost:
		return strings.HasPrefix(r.URL.Path, "/box/") || strings.HasSuffix(r.URL.Path, "/issuances")
	case http.MethodPut:
		return strings.Contains(r.URL.Path, "/seeds/")
	}
	return false
}

// reader gives the body for one more attempt.
func (k *kept) reader() io.ReadCloser {
	switch {
	case k.rest != nil:
		return io.NopCloser(k.rest) // an attempt that sent nothing leaves it as it was
	case len(k.body) == 0:
		return http.NoBody
	}
	return io.NopCloser(bytes.NewReader(k.body))
}

// retryAfter is when whoever got no answer may ask again, in seconds.
const retryAfter = "2"

// unavailable says that nobody leads, in words for people.
func unavailable(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Retry-After", retryAfter)
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
	h.Set("X-Content-Type-Options", "nosniff")
	const id = "error.unavailable"
	zh, en := lang.ZH.Text(id), lang.EN.Text(id)
	if r.Method == http.MethodGet && strings.HasPrefix(r.Header.Get("Accept"), "text/html") {
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Refresh", retryAfter)
		w.WriteHeader(http.StatusServiceUnavailable)
		fmt.Fprintf(w, "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><title>票决</title><h1>%s</h1><p lang=\"en\">%s</p></html>\n",
			html.EscapeString(zh), html.EscapeString(en))
		return
	}
	h.Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(http.StatusServiceUnavailable)
	json.NewEncoder(w).Encode(map[string]any{"error": map[string]string{"code": "unavailable", "zh": zh, "en": en}})
}

// headline says in the headers of GET /healthz what the leader knows of the nodes;
// the body is the server's.
func (n *Node) headline(h http.Header, s *service) {
	files, err := n.keys.list()
	if err != nil {
		h.Set("Piaojue-Keys", "unreadable")
		return
	}
	there, equal, _ := n.spread.followers(tag(files))
	keys := "copied"
	if equal == 0 {
		keys = "here-only" // if this machine is lost, so are they
	}
	h.Set("Piaojue-Node", n.config.Name)
	h.Set("Piaojue-Role", "leader")
	h.Set("Piaojue-Epoch", strconv.FormatUint(s.lease.Epoch, 10))
	h.Set("Piaojue-Followers", strconv.Itoa(there))
	h.Set("Piaojue-Keys", keys)
}

// health is what a follower says of itself: a balancer may send requests to it as
// long as it reaches a leader.
type health struct {
	Status string `json:"status"` // ok, or waiting: no leader answers
	Role   string `json:"role"`
	Node   string `json:"node"`
	Leader string `json:"leader"`
	Epoch  uint64 `json:"epoch"`

	Trouble string `json:"trouble,omitempty"` // why it could not take over
}

// reachWait is how old the last answer of the leader may be.
const reachWait = 4 * time.Second

// reaches reports whether a leader has answered lately.
func (n *Node) reaches() bool { return time.Since(n.heard()) <= reachWait }

func (n *Node) health(w http.ResponseWriter) {
	to := n.leading.Load()
	h := health{Status: "ok", Role: "follower", Node: n.config.Name, Leader: to.Node, Epoch: to.Epoch, Trouble: n.trouble()}
	status := http.StatusOK
	if !n.reaches() {
		h.Status, status = "waiting", http.StatusServiceUnavailable
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(h)
}
