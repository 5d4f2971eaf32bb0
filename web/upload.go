package web

import (
	"errors"
	"io"
	"net/http"
	"sync"
)

const (
	// maxPublicRoom and maxMemberRoom bound the bytes of forms that are in memory
	// at a time, those of citizens and of who works here: however many send their
	// photos at once, the server has memory left for a vote (attack S8), and
	// citizens leave staff their part.
	maxPublicRoom = 192 << 20
	maxMemberRoom = 256 << 20
	// maxSmallForm bounds a form without photos.
	maxSmallForm = 1 << 20
)

// room is memory for forms that come in.
type room struct {
	mu   sync.Mutex
	left int64 // guarded by mu
}

func (x *room) take(n int64) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	if n > x.left {
		return false
	}
	x.left -= n
	return true
}

func (x *room) give(n int64) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.left += n
}

// rooms are those of the public and of members.
type rooms struct{ public, members room }

func newRooms() *rooms {
	return &rooms{public: room{left: maxPublicRoom}, members: room{left: maxMemberRoom}}
}

var errNoRoom = because(codeUnavailable, errors.New("too many forms come in at once"))

// letIn counts the body of a form as it comes in. Call the function that it
// returns when nothing of it is in memory any more.
func (x *rooms) letIn(w http.ResponseWriter, r *http.Request, rt *route) (leave func()) {
	if rt.media != mediaForm {
		return func() {}
	}
	b := &countedBody{ReadCloser: r.Body, room: &x.public}
	if rt.who.anyone {
		r.Body = b
	} else {
		b.room, r.Body = &x.members, b
	}
	if rt.small {
		r.Body = http.MaxBytesReader(w, r.Body, maxSmallForm)
	}
	return b.leave
}

// countedBody takes room for what is read of it.
type countedBody struct {
	io.ReadCloser
	room *room
	took int64
}

func (b *countedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if !b.room.take(int64(n)) {
		return 0, errNoRoom
	}
	b.took += int64(n)
	return n, err
}

func (b *countedBody) leave() { b.room.give(b.took) }
