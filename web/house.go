package web

import "container/list"

// house is an address with its connections. The door's mutex guards it.
type house struct {
	door    *Door
	address string
	lane    int // strangers or residents
	guests  int
	waiting list.List // of *guest, to be let in
	silent  list.List // of *guest, who keep the server waiting, longest first
	at      int       // in the door's heap; -1: not there
	row     *list.Element
}

// weight is how many of its connections could make room.
func (h *house) weight() int { return h.waiting.Len() + h.silent.Len() }

// victim is who has to go if somebody of this house has to.
func (h *house) victim() *guest {
	if e := h.silent.Front(); e != nil {
		return e.Value.(*guest)
	}
	if e := h.waiting.Back(); e != nil {
		return e.Value.(*guest)
	}
	return nil
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

// waits reports whether somebody waits and no turn is free.
func (l *lane) waits() bool { return l.rows.Len() > 0 && l.free <= 0 }

// next takes the first of the house whose turn it is, and puts the house last.
func (l *lane) next() *guest {
	e := l.rows.Front()
	if e == nil || l.free <= 0 {
		return nil
	}
	l.rows.MoveToBack(e)
	return e.Value.(*house).waiting.Front().Value.(*guest)
}
