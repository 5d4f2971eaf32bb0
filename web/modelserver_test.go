package web

import "piaojue/store"

// answer of the server of the model.
type modelAnswer struct {
	ok       bool
	kept     keptSeed // of putSeed
	envelope envelope // of query: what is in the box, or
	idle     bool     // that it was handed in as unused
}

// model is a server that may have a flaw, on a ledger.
type model struct {
	bounds
	ledger *ledger
}

func (m *model) at(w *world) *node { return m.ledger.nodes[w.node] }

func accepted(ok bool) modelAnswer { return modelAnswer{ok: ok} }

// handle is what a request does. What hung may have passed the checks of the
// handlers at any time, so it meets those of the store only.
func (m *model) handle(w *world, c modelCall, hung bool) modelAnswer {
	switch c.kind {
	case putSeed:
		return m.putSeed(w, c)
	case askFirst:
		return accepted(m.askFirst(w, c))
	case askSecond:
		return accepted(m.askSecond(w, c, true))
	case askSecondHalf:
		return accepted(m.askSecond(w, c, false) && false)
	case query:
		return m.query(w, c)
	case castBallot:
		return accepted(m.cast(w, c, hung))
	case challenge:
		return accepted(m.challenge(w, c, hung))
	case handInUnused:
		return accepted(m.handIn(w, c, hung))
	}
	panic("no such call")
}

// badgeIs reports whether a badge is the one that the log knows.
func (m *model) badgeIs(w *world, c modelCall) bool {
	return c.deputy != 0 || c.badge == m.at(w).badge
}

// putSeed is Server.putSeed and store.KeepSeed.
func (m *model) putSeed(w *world, c modelCall) modelAnswer {
	if !m.badgeIs(w, c) || c.epoch != w.epoch || w.state == boxState(store.BoxEmptied) {
		return modelAnswer{}
	}
	row := &w.seeds[c.deputy]
	if row.seed == 0 || m.flaw == rewritesSeed {
		*row = keptSeed{c.seed, c.badge}
	}
	return modelAnswer{ok: true, kept: *row}
}

// askFirst is Server.issue.
func (m *model) askFirst(w *world, c modelCall) bool {
	if m.flaw == signsUnlogged && m.badgeIs(w, c) && c.epoch == w.epoch {
		w.signed[0] |= 1 << c.seed
	}
	n := m.at(w)
	if !n.voting() || c.epoch != w.epoch || !m.badgeIs(w, c) {
		return false
	}
	switch n.issued[c.deputy] {
	case c.seed:
	case 0:
		next := m.ledger.next(w.node, event{kind: logIssuance, deputy: c.deputy, epoch: c.epoch, seed: c.seed, badge: c.badge})
		if next < 0 || w.rows[c.deputy] != 0 {
			return false
		}
		w.node, w.rows[c.deputy] = next, c.seed
	default:
		return false
	}
	w.signed[0] |= 1 << c.seed
	return true
}

// askSecond is Issuer.issue: what it writes is in two transactions.
func (m *model) askSecond(w *world, c modelCall, whole bool) bool {
	row := &w.register[c.epoch-1][c.deputy]
	if m.flaw != signsUnlogged && (!m.examine(w, c) || *row != 0 && *row != c.seed) {
		return false
	}
	*row = c.seed
	if whole && c.epoch == w.epoch {
		w.signed[1] |= 1 << c.seed
	}
	return true
}

// examine is Issuer.examine: the issuer reads what is new of the log if what it
// has read says no, unless no reading can change that.
func (m *model) examine(w *world, c modelCall) bool {
	if m.follows {
		w.read = w.node
	}
	if ok, done := m.lookUp(w.read, c); ok || done {
		return ok
	}
	w.read = w.node
	ok, _ := m.lookUp(w.read, c)
	return ok
}

// lookUp is Issuer.find.
func (m *model) lookUp(at int16, c modelCall) (ok, done bool) {
	n := m.ledger.nodes[at]
	if !n.voting() || n.epoch != c.epoch || c.deputy == 0 && c.badge != n.badge || n.issued[c.deputy] == 0 {
		return false, false
	}
	return n.issued[c.deputy] == c.seed, true
}

// query is Server.query: in the box, or in the log.
func (m *model) query(w *world, c modelCall) modelAnswer {
	b, u := w.box, w.idle
	if w.state == boxState(store.BoxEmptied) {
		b, u = w.counted, w.unused
	}
	if c.epoch != w.epoch {
		return modelAnswer{ok: true}
	}
	p := b[c.seed]
	if l := w.loose[c.seed]; l.number != 0 {
		p = l
	}
	return modelAnswer{ok: true, envelope: p, idle: u>>c.seed&1 != 0}
}

// cast is Server.castBallot and what store.CastBallots decides, in its order.
func (m *model) cast(w *world, c modelCall, hung bool) bool {
	p := envelope{c.ballot, c.epoch}
	if w.state == boxState(store.BoxEmptied) {
		return c.epoch == w.epoch && w.counted[c.seed] == p
	}
	had := w.box[c.seed]
	if w.loose[c.seed].number != 0 {
		had = w.loose[c.seed]
	}
	switch {
	case !hung && c.epoch != w.epoch:
		return false // the credential is of another opening
	case had == p:
		return true
	case had.number != 0:
		return false
	case w.idle>>c.seed&1 != 0 && m.flaw != forgetsUnused:
		return false
	case m.flaw == promisesTooLate && w.state == boxState(store.BoxShut):
		return true // promised, and too late for the close
	case w.state != boxState(store.BoxOpen), c.epoch != w.epoch:
		return false
	case w.spent&p.bit() != 0:
		return false
	case m.flaw == promisesEarly:
		w.loose[c.seed] = p
	default:
		w.box[c.seed] = p
	}
	return true
}

// challenge is Server.challenge and store.SpendSeal.
func (m *model) challenge(w *world, c modelCall, hung bool) bool {
	p := envelope{c.ballot, c.epoch}
	n := m.at(w)
	switch {
	case !hung && (c.epoch != w.epoch || !n.voting()):
		return false
	case w.spent&p.bit() != 0:
		return true
	case w.box[c.seed] == p, w.state != boxState(store.BoxOpen):
		return false
	}
	w.spent |= p.bit()
	return true
}

// handIn is Server.handInUnused and store.PutUnused.
func (m *model) handIn(w *world, c modelCall, hung bool) bool {
	bit := uint8(1) << c.seed
	if w.state == boxState(store.BoxEmptied) {
		return c.epoch == w.epoch && w.unused&bit != 0
	}
	open := w.state == boxState(store.BoxOpen) || w.state == boxState(store.BoxShut)
	switch {
	case !hung && c.epoch != w.epoch:
		return false
	case w.idle&bit != 0:
		return true
	case w.box[c.seed].number != 0 && m.flaw != forgetsBallot:
		return false
	case !open, c.epoch != w.epoch:
		return false
	}
	w.idle |= bit
	return true
}

// The transitions that belong to entries of the log, as batch.write makes them.

func (m *model) log(w *world, e event) bool {
	next := m.ledger.next(w.node, e)
	if next < 0 {
		return false
	}
	w.node = next
	return true
}

// openAgain is store.Tx.OpenBox.
func (m *model) openAgain(w *world) bool {
	if !m.log(w, event{kind: logOpening, epoch: w.epoch + 1}) {
		return false
	}
	w.epoch++
	w.seeds, w.rows, w.signed, w.sheet = [2]keptSeed{}, [2]uint8{}, [2]uint8{}, false
	w.promised, w.idled, w.loose = [keys]envelope{}, 0, [keys]envelope{}
	if m.flaw != keepsOldBox {
		w.box, w.idle = [keys]envelope{}, 0
	}
	w.state = boxState(store.BoxOpen)
	for t := range w.terminals {
		if x := &w.terminals[t]; x.stand == asleep {
			x.renew(w.epoch)
		}
	}
	return true
}

func (m *model) replaceBadge(w *world) bool {
	if !m.log(w, event{kind: logBadge, badge: m.at(w).badge + 1}) {
		return false
	}
	if m.flaw != keepsOldSeed {
		w.seeds[0] = keptSeed{}
	}
	return true
}

func (m *model) handSheet(w *world) bool {
	if m.flaw != sheetWithoutEntry {
		if !m.log(w, event{kind: logSheets, epoch: w.epoch}) {
			return false
		}
		w.rows[0] = onPaper
	}
	w.sheet = true
	return true
}

func (m *model) moveBox(w *world, e event, to store.BoxState) bool {
	ok := m.log(w, e)
	if ok {
		w.state = boxState(to)
	}
	return ok
}

// close is vote.closeBox: one transaction. The log has then what was in the box.
func (m *model) close(w *world) bool {
	if m.at(w).phase != phaseClosing {
		return false
	}
	w.counted, w.unused = w.box, w.idle
	w.state = boxState(store.BoxEmptied)
	w.box, w.idle, w.seeds, w.rows = [keys]envelope{}, 0, [2]keptSeed{}, [2]uint8{}
	return true
}

// crash takes what is in memory only.
func (m *model) crash(w *world) {
	w.late, w.loose = modelCall{}, [keys]envelope{}
	if m.flaw == forgetsSpent {
		w.spent = 0
	}
}

func (m *model) writeOut(w *world) {
	for k, p := range w.loose {
		if p.number != 0 {
			w.box[k] = p
		}
	}
	w.loose = [keys]envelope{}
}
