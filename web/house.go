package web

import (
	"container/list"
	"time"
)

// house is an address with its connections. The door's mutex guards it.
type house struct {
	door    *Door
	address string
	lane    int // strangers or residents
	guests  int
	waiting list.List // of *guest, for their turn
	silent  list.List // of *guest, who keep the server waiting, longest first
	at      int       // in the door's heap; -1: not there
	row     *list.Element
}

// weight is how many of its connections could make room.
func (h *house) weight() int { return h.waiting.Len() + h.silent.Len() }

// victim is who has to go if somebody of this house has to: who was silent
// longest, or waits for a turn and came last.
func (h *house) victim() *guest {
	e := h.silent.Front()
	if last := h.waiting.Back(); e == nil || last != nil && time.Since(e.Value.(*guest).since) < freshFor {
		e = last
	}
	return e.Value.(*guest)
}

// changed follows a change of the lists.
func (h *house) changed() {
	h.door.greedy.weigh(h)
	rows := &h.door.lanes[h.lane].rows
	switch {
	case h.waiting.Len() > 0 && h.row == nil:
		h.row = rows.PushBack(h)
	case h.waiting.Len() == 0 && h.row != nil:
		rows.Remove(h.row)
		h.row = nil
	}
	if h.guests == 0 {
		delete(h.door.houses, h.address)
	}
}

// move takes a house into another lane.
func (h *house) move(lane int) {
	if h.row != nil {
		h.door.lanes[h.lane].rows.Remove(h.row)
		h.row = nil
	}
	h.lane = lane
	h.changed()
}

// lane is the houses that take turns.
type lane struct {
	rows list.List // of *house that have somebody waiting
	free int       // turns
}

// serve gives the free turns: of the house that is first to who came first, and
// the house goes to the end of the row.
func (l *lane) serve() {
	for l.free > 0 && l.rows.Len() > 0 {
		e := l.rows.Front()
		l.rows.MoveToBack(e)
		e.Value.(*house).waiting.Front().Value.(*guest).takeTurn(l)
	}
}
