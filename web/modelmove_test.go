package web

import "piaojue/store"

// moves emits all that may happen next, with the world after it.
func (m *model) moves(w world, emit func(move, world)) {
	for t := range uint8(terminals) {
		if deputyOf(t) == 0 || !m.alone {
			m.terminalMoves(w, t, emit)
		}
	}
	m.serverMoves(w, emit)
	m.peopleMoves(w, emit)
}

func (m *model) terminalMoves(w world, t uint8, emit func(move, world)) {
	x := w.terminals[t]
	if x.stand == asleep {
		m.scan(w, t, emit)
		return
	}
	for _, k := range calls[x.stand] {
		m.send(w, t, k, emit)
	}
	if x.stand == ready && x.seals < m.seals {
		y := w
		y.terminals[t].stand, y.terminals[t].ballot = holding, 1+t*maxSeals+x.seals
		y.terminals[t].seals++
		emit(move{kind: seal, terminal: t}, y)
	}
	if w.reboots > 0 {
		y := w
		y.reboots--
		y.terminals[t].sleep()
		emit(move{kind: reboot, terminal: t}, y)
	}
	if m.rogue && deputyOf(t) == 0 {
		m.rogueMoves(w, t, emit)
	}
}

// calls says what a terminal may send where it stands.
var calls = map[stand][]callKind{
	scanned:      {putSeed},
	adopted:      {askFirst},
	logged:       {askSecond, askSecondHalf},
	credentialed: {query},
	ready:        {handInUnused},
	holding:      {castBallot, challenge, handInUnused},
	sending:      {castBallot},
	declining:    {handInUnused},
}

// sleep forgets the deputy; how much was drawn and sealed in this epoch names
// what comes next.
func (x *terminal) sleep() { *x = terminal{epoch: x.epoch, draws: x.draws, seals: x.seals} }

// renew begins to count anew with an epoch.
func (x *terminal) renew(epoch uint8) {
	if x.epoch != epoch {
		x.epoch, x.draws, x.seals = epoch, 0, 0
	}
}

// scan reads the badge that the deputy holds now. The device takes the board
// as it is, and goes on by it until the next badge.
func (m *model) scan(w world, t uint8, emit func(move, world)) {
	n, d := m.at(&w), deputyOf(t)
	if !n.voting() || n.issued[d] == onPaper {
		return
	}
	x := &w.terminals[t]
	x.renew(w.epoch)
	x.stand, x.badge = scanned, 0
	if d == 0 {
		x.badge = n.badge
	}
	emit(move{kind: scan, terminal: t}, w)
}

// request is what a terminal sends. Only that for a seed changes the
// terminal: it draws another one each time.
func (m *model) request(x *terminal, t uint8, k callKind) (modelCall, bool) {
	c := modelCall{kind: k, deputy: deputyOf(t), epoch: x.epoch, badge: x.badge, seed: x.seed, ballot: x.ballot}
	if k == putSeed {
		if x.draws == m.draws {
			return c, false
		}
		c.seed = 1 + t*maxDraws + x.draws
		x.draws++
	}
	return c, true
}

func (m *model) send(w world, t uint8, k callKind, emit func(move, world)) {
	c, ok := m.request(&w.terminals[t], t, k)
	if !ok {
		return
	}
	mv := move{kind: sends, terminal: t, call: k}
	if k != askSecondHalf {
		y := w
		a := m.handle(&y, c, false)
		y.receive(t, c, a)
		if !a.ok {
			mv.outcome = refused
		}
		emit(mv, y)
	}
	if w.losses > 0 {
		y := w
		y.losses--
		m.handle(&y, c, false)
		y.terminals[t].waitInVain(k)
		mv.outcome = lost
		emit(mv, y)
	}
	if w.delays > 0 && w.late.kind == noCall && k != askSecondHalf {
		y := w
		y.delays--
		y.late = c
		y.terminals[t].waitInVain(k)
		mv.outcome = delayed
		emit(mv, y)
	}
}

// receive is what client.Voter does with an answer.
func (w *world) receive(t uint8, c modelCall, a modelAnswer) {
	x := &w.terminals[t]
	if !a.ok {
		x.turnAway(c.kind)
		return
	}
	switch c.kind {
	case putSeed:
		if a.kept.badge != x.badge { // sealed for another badge
			x.sleep()
			return
		}
		x.seed, x.stand = a.kept.seed, adopted
	case askFirst:
		if x.stand = logged; x.epoch > 1 { // whose opening names the server's issuer alone
			x.stand = credentialed
		}
	case askSecond:
		x.stand = credentialed
	case query:
		w.resume(x, a)
	case castBallot:
		w.promised[c.seed] = envelope{c.ballot, c.epoch}
		x.sleep()
	case challenge:
		w.shown |= envelope{c.ballot, c.epoch}.bit()
		x.stand, x.ballot = ready, 0
	case handInUnused:
		w.idled |= 1 << c.seed
		x.sleep()
	}
}

// resume takes the promise for what is in the box.
func (w *world) resume(x *terminal, a modelAnswer) {
	switch {
	case a.envelope.number != 0:
		w.promised[x.seed] = a.envelope
		x.sleep()
	case a.idle:
		w.idled |= 1 << x.seed
		x.sleep()
	default:
		x.stand = ready
	}
}

func (x *terminal) turnAway(k callKind) {
	switch k {
	case castBallot: // it is not in the box
		x.stand, x.ballot = ready, 0
	case challenge: // not revealed
	case handInUnused:
		if x.stand = ready; x.ballot != 0 {
			x.stand = holding
		}
	default:
		x.sleep()
	}
}

// waitInVain is what is left when no answer comes: the same entry is sent
// again, and whoever has no credential yet begins with the seed.
func (x *terminal) waitInVain(k callKind) {
	switch k {
	case putSeed, askFirst, askSecond, askSecondHalf:
		x.stand, x.seed = scanned, 0
	case castBallot:
		x.stand = sending
	case handInUnused:
		x.stand = declining
	}
}

// rogueMoves: a device of the deputy's own, which keeps to none of the rules
// that the server cannot enforce.
func (m *model) rogueMoves(w world, t uint8, emit func(move, world)) {
	x := w.terminals[t]
	if x.stand == scanned { // goes on with a seed that is not the one kept
		y := w
		if c, ok := m.request(&y.terminals[t], t, putSeed); ok {
			y.terminals[t].seed, y.terminals[t].stand = c.seed, adopted
			emit(move{kind: sends, terminal: t, call: putSeed, own: true}, y)
		}
	}
	if x.stand < credentialed {
		return
	}
	for n := range x.seals {
		for _, k := range []callKind{castBallot, challenge} {
			m.rogueSend(w, t, modelCall{kind: k, epoch: x.epoch, badge: x.badge, seed: x.seed, ballot: 1 + t*maxSeals + n}, emit)
		}
	}
	m.rogueSend(w, t, modelCall{kind: handInUnused, epoch: x.epoch, badge: x.badge, seed: x.seed}, emit)
	w.terminals[t].stand, w.terminals[t].ballot = ready, 0
	emit(move{kind: sends, terminal: t, call: query, own: true}, w)
}

func (m *model) rogueSend(w world, t uint8, c modelCall, emit func(move, world)) {
	if !m.handle(&w, c, false).ok {
		return
	}
	x := w.terminals[t]
	w.receive(t, c, modelAnswer{ok: true})
	w.terminals[t] = x // it goes on as if nothing had been
	emit(move{kind: sends, terminal: t, call: c.kind, own: true}, w)
}

func (m *model) serverMoves(w world, emit func(move, world)) {
	if w.late.kind != noCall {
		y := w
		y.late = modelCall{}
		m.handle(&y, w.late, !m.prompt)
		emit(move{kind: arrive, call: w.late.kind}, y)
	}
	if w.read != w.node && !m.follows {
		y := w
		y.read = y.node
		emit(move{kind: readLog}, y)
	}
	if w.loose != [keys]envelope{} {
		y := w
		m.writeOut(&y)
		emit(move{kind: writeOut}, y)
	}
	if w.crashes > 0 {
		y := w
		y.crashes--
		m.crash(&y)
		emit(move{kind: crash}, y)
	}
}

func (m *model) peopleMoves(w world, emit func(move, world)) {
	try := func(k moveKind, may bool, do func(*world) bool) {
		if !may {
			return
		}
		y, mv := w, move{kind: k}
		if !do(&y) {
			y, mv.outcome = w, refused
		}
		emit(mv, y)
	}
	n := m.at(&w)
	try(openAgain, w.epoch < m.epochs && n.voting(), m.openAgain)
	try(replaceBadge, m.badge && n.badge == 0, m.replaceBadge)
	try(handSheet, m.sheet && !w.sheet, m.handSheet)
	try(suspend, m.suspends && n.voting(), func(w *world) bool { return m.moveBox(w, event{kind: logSuspend}, store.BoxPaused) })
	try(resume, n.phase == phaseSuspended, func(w *world) bool { return m.moveBox(w, event{kind: logResume}, store.BoxOpen) })
	try(order, n.voting(), func(w *world) bool { return m.moveBox(w, event{kind: logOrder, epoch: w.epoch}, store.BoxShut) })
	try(closeVote, w.state == boxState(store.BoxShut), m.close)
}
