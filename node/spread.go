package node

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// spread knows which followers have which keys, as they have said themselves.
type spread struct {
	mu      sync.Mutex // guards all below
	reports map[string]report
	news    chan struct{} // closed at each change of keys or reports
}

// report is what a follower said last.
type report struct {
	tag     string
	trouble string // why it could not take over; empty: it could
	at      time.Time
	since   time.Time // when it was first heard, without a long silence since
	behind  time.Time // since when it has other keys than the leader; zero: it has the same
}

// maxReports bounds the nodes that a leader knows.
const maxReports = 64

// aliveFor is how long a follower that says nothing counts as one.
const aliveFor = 3 * time.Second

func newSpread() *spread {
	return &spread{reports: map[string]report{}, news: make(chan struct{})}
}

// hear notes what a follower has, and returns a channel that is closed at the next
// news.
func (s *spread) hear(node, tag, trouble string) <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	before, now := s.reports[node], time.Now()
	if before.at.IsZero() && len(s.reports) >= maxReports {
		return s.news
	}
	next := report{tag, trouble, now, before.since, before.behind}
	if now.Sub(before.at) > silentFor {
		next.since, next.behind = now, time.Time{}
	}
	s.reports[node] = next
	if before.tag != tag {
		s.tell()
	}
	return s.news
}

// compare notes whether what a follower has said last is all that the leader has.
func (s *spread) compare(node string, equal bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, heard := s.reports[node]
	if !heard || equal == r.behind.IsZero() {
		return // as it was
	}
	r.behind = time.Time{}
	if !equal {
		r.behind = time.Now()
	}
	s.reports[node] = r
}

// poke wakes all followers.
func (s *spread) poke() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tell()
}

// tell wakes who waits. The caller holds the mutex.
func (s *spread) tell() {
	close(s.news)
	s.news = make(chan struct{})
}

// followers counts those who are there, and those of them who have all.
func (s *spread) followers(tag string) (there, equal int, news <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.reports {
		if time.Since(r.at) > aliveFor {
			continue
		}
		there++
		if r.tag == tag {
			equal++
		}
	}
	return there, equal, s.news
}

// ErrAlone means that no other node has the newest keys: if this one is lost, so is
// what was begun with them.
var ErrAlone = errors.New("node: no other node has the newest keys yet")

// spreadWait is how long a new vote waits until another node has its keys.
const spreadWait = 3 * time.Second

// Spread returns when another node has all keys of this one, or ErrAlone after a
// while. Whoever leads calls it when keys were drawn, before anything is begun with
// them. Without followers there is nothing to wait for, once each has had the time
// to find a new leader.
func (n *Node) Spread(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, spreadWait)
	defer cancel()
	n.spread.poke()
	found := time.NewTimer(0)
	if s := n.serving(); s != nil {
		found.Reset(time.Until(s.since.Add(aliveFor)))
	}
	defer found.Stop()
	for settled := false; ; {
		files, err := n.keys.list()
		if err != nil {
			return err
		}
		there, equal, news := n.spread.followers(tag(files))
		switch {
		case equal > 0:
			return nil
		case there == 0 && settled:
			return ErrAlone
		}
		select {
		case <-news:
		case <-found.C:
			settled = true
		case <-ctx.Done():
			return ErrAlone
		}
	}
}

// serveKeys answers followers about the folder of keys.
func (n *Node) serveKeys(w http.ResponseWriter, r *http.Request) {
	name, one := strings.CutPrefix(r.URL.Path, "/keys/")
	switch {
	case n.serving() == nil:
		w.Header().Set(notLeader, "1")
		w.WriteHeader(http.StatusMisdirectedRequest)
	case r.Method == http.MethodGet && r.URL.Path == "/keys":
		n.listKeys(w, r)
	case r.Method == http.MethodGet && one:
		n.giveKey(w, name)
	case r.Method == http.MethodPut && one:
		n.takeKey(w, r, name)
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

// listKeys answers at once if the follower has other keys, and otherwise when there
// is news or a while has passed.
func (n *Node) listKeys(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	news := n.spread.hear(q.Get("node"), q.Get("have"), q.Get("trouble"))
	files, err := n.keys.list()
	n.spread.compare(q.Get("node"), err == nil && tag(files) == q.Get("have"))
	files = n.shown(files)
	if err == nil && tag(files) == q.Get("have") {
		select {
		case <-news:
		case <-time.After(pullEvery):
		case <-r.Context().Done():
			return
		}
		files, err = n.keys.list()
		files = n.shown(files)
	}
	if err != nil {
		n.config.Log.Error("folder of keys", "error", err)
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	w.Write(formatList(files))
}

// shown is without keys that are withheld, and those that a vote did not begin with:
// followers may have the true ones.
func (n *Node) shown(files []file) []file {
	files = slices.DeleteFunc(files, func(x file) bool { return n.keys.withheld(x.name) })
	s := n.serving()
	if s == nil || s.Doubts == nil || len(s.Lacking) == 0 {
		return files
	}
	return slices.DeleteFunc(files, func(x file) bool {
		own, err := n.keys.read(x.name)
		return err != nil || s.doubts(x.name, own)
	})
}

func (n *Node) giveKey(w http.ResponseWriter, name string) {
	data, err := n.keys.read(name)
	switch {
	case n.keys.withheld(name) || errors.Is(err, fs.ErrNotExist) || errors.Is(err, errName):
		w.WriteHeader(http.StatusNotFound)
	case err != nil:
		w.WriteHeader(http.StatusInternalServerError)
	default:
		w.Write(data)
	}
}

// takeKey takes what this node lacks. It never replaces a key, for those here are
// the leader's, unless a vote did not begin with it.
func (n *Node) takeKey(w http.ResponseWriter, r *http.Request, name string) {
	data, err := io.ReadAll(io.LimitReader(r.Body, maxFile+1))
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	own, err := n.keys.read(name)
	if err == nil && bytes.Equal(own, data) {
		return
	}
	s := n.serving()
	better := err == nil && s.doubts(name, own) && !s.doubts(name, data)
	if err := n.keys.take(name, data, better); err != nil {
		n.config.Log.Warn("a key of a follower is not taken", "file", name, "error", err)
		w.WriteHeader(http.StatusConflict)
		return
	}
	if grows(name) {
		n.doubt()
		return
	}
	n.config.Log.Warn("this node lacked a file of the folder of keys", "file", name)
	select {
	case n.came <- struct{}{}:
	default:
	}
}
