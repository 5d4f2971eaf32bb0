package node

import (
	"cmp"
	"errors"
	"slices"
	"time"
)

// Reasons why a node could not lead. What [Config.Lead] returns wraps one of them, if
// it knows which; a follower says it in GET /healthz, and to the leader.
var (
	ErrKeys  = errors.New("node: keys that this node would need are not here")
	ErrOlder = errors.New("node: the database is older than what was signed")
)

// Troubles are the words for why a node could not take over.
const (
	TroubleKeys     = "keys"     // it lacks keys
	TroubleOlder    = "older"    // the database is older than what it knows
	TroubleDatabase = "database" // it does not reach the database
	TroubleOther    = "other"    // its log says
)

// troubleOf is the word for an error of Lead.
func troubleOf(err error) string {
	switch {
	case errors.Is(err, ErrKeys):
		return TroubleKeys
	case errors.Is(err, ErrOlder):
		return TroubleOlder
	}
	return TroubleOther
}

// trouble is why this node could not take over; empty: it could.
func (n *Node) trouble() string {
	if why := n.failed.Load(); why != nil {
		return *why
	}
	if n.apart.Load() {
		return TroubleDatabase
	}
	return ""
}

// settled notes that this node has all keys of the leader: what it lacked when it
// tried to lead it has now.
func (n *Node) settled() {
	if why := n.failed.Load(); why != nil && *why == TroubleKeys {
		n.failed.CompareAndSwap(why, nil)
	}
}

// Conditions of a node that follows.
const (
	Well    = "well"    // it could take over
	Behind  = "behind"  // it lacks keys that the leader has, and has for a while
	Unable  = "unable"  // it could not take over: Peer.Trouble says why
	Awaited = "awaited" // nothing was heard of it since this leader began, which is not long ago
	Silent  = "silent"  // nothing is heard of it
)

// Peer is another node, as the leader knows it.
type Peer struct {
	Name, Condition, Trouble string
	Since                    time.Time // when it came, or was heard last; zero: this leader never heard it
}

// State is what a leader knows of all nodes.
type State struct {
	Name    string
	Epoch   uint64
	Since   time.Time // when it took the lead
	Peers   []Peer    // by name
	Lacking []string  // votes whose keys are not here, which it does not serve
}

// State returns what this node knows as the leader, of those that it has heard and
// of those on a list of all; nil if it does not lead.
func (n *Node) State(all []string) *State {
	s := n.serving()
	if s == nil {
		return nil
	}
	x := &State{Name: n.config.Name, Epoch: s.lease.Epoch, Since: s.since, Lacking: s.Lacking}
	x.Peers = n.spread.peers(all, s.since, time.Now())
	x.Peers = slices.DeleteFunc(x.Peers, func(p Peer) bool { return p.Name == x.Name })
	return x
}

const (
	// silentFor is longer than aliveFor: a page that people look at must not
	// flicker.
	silentFor = 10 * time.Second
	behindFor = 5 * time.Second
)

// peers are all nodes that were heard or are on a list, to a leader that began at a
// moment.
func (s *spread) peers(all []string, began, now time.Time) (peers []Peer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for name, r := range s.reports {
		peers = append(peers, r.peer(name, now))
	}
	for _, name := range all {
		if _, heard := s.reports[name]; heard {
			continue
		}
		p := Peer{Name: name, Condition: Silent}
		if now.Sub(began) < silentFor {
			p.Condition = Awaited
		}
		peers = append(peers, p)
	}
	slices.SortFunc(peers, func(a, b Peer) int { return cmp.Compare(a.Name, b.Name) })
	return peers
}

func (r report) peer(name string, now time.Time) Peer {
	switch {
	case now.Sub(r.at) > silentFor:
		return Peer{Name: name, Condition: Silent, Since: r.at}
	case r.trouble != "":
		return Peer{name, Unable, r.trouble, r.since}
	case !r.behind.IsZero() && now.Sub(r.behind) > behindFor:
		return Peer{name, Behind, "", r.behind}
	}
	return Peer{Name: name, Condition: Well, Since: r.since}
}
