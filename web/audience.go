package web

import (
	"net/http"
	"sync"
)

const (
	// maxWatchers bounds the live screens that anybody may open, of all votes
	// together, and maxOfficers those of people who signed in, which have places
	// of their own: each costs a connection and 60 KiB.
	maxWatchers = 4096
	maxOfficers = 512
)

// audience is the live screens of a server. When it is full, an address makes room
// that has more than twice as many as that of who comes: no fixed number, since a
// whole hall may stand behind one address.
type audience struct {
	mu      sync.Mutex // guards all below
	public  map[string][]*onlooker
	count   int
	members int
}

// onlooker is a live screen's place.
type onlooker struct {
	address string
	leave   chan struct{} // closed when another one takes the place
}

func newAudience() *audience { return &audience{public: make(map[string][]*onlooker)} }

// enter gives a request a place, which stand gives up.
func (x *audience) enter(r *http.Request, who Person) (o *onlooker, stand func(), err error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if who != (Person{}) {
		if x.members >= maxOfficers {
			return nil, nil, refuse(codeManyScreens)
		}
		x.members++
		return &onlooker{}, x.standMember, nil
	}
	o = &onlooker{address: address(r), leave: make(chan struct{})}
	if x.count >= maxWatchers && !x.makeRoom(o.address) {
		return nil, nil, refuse(codeManyScreens)
	}
	x.count++
	x.public[o.address] = append(x.public[o.address], o)
	return o, func() { x.stand(o) }, nil
}

func (x *audience) standMember() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.members--
}

func (x *audience) stand(s *onlooker) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.drop(s)
}

// drop takes a place away, once.
func (x *audience) drop(s *onlooker) {
	all := x.public[s.address]
	for i, other := range all {
		if other != s {
			continue
		}
		x.count--
		if x.public[s.address] = append(all[:i:i], all[i+1:]...); len(all) == 1 {
			delete(x.public, s.address)
		}
		return
	}
}

// makeRoom takes the oldest place of the address that has most. It runs only
// when all places are taken.
func (x *audience) makeRoom(newcomer string) bool {
	var most []*onlooker
	for _, all := range x.public {
		if len(all) > len(most) {
			most = all
		}
	}
	if len(most) <= 2*(len(x.public[newcomer])+1) {
		return false
	}
	close(most[0].leave)
	x.drop(most[0])
	return true
}
