package web

import (
	"fmt"
	"hash/maphash"
	"math/bits"
	"strings"

	"piaojue/store"
)

// explorer goes breadth first, so that what it finds is a shortest way.
type explorer struct {
	*model
	seen  map[uint64]struct{} // hashes of worlds: two that share one are not expected before 2³² of them
	hash  maphash.Seed
	from  []int32 // the world before, by number
	by    []move
	live  map[world]string // what a deputy who comes now meets, by what the server knows
	depth int
	moved int // transitions

	closed int // worlds whose close counts a promised ballot
}

// reached is a world with its number.
type reached struct {
	world
	at int32
}

func (m *model) start() world {
	w := world{epoch: 1, state: boxState(store.BoxOpen), losses: m.losses, delays: m.delays, reboots: m.reboots, crashes: m.crashes}
	for t := range w.terminals {
		w.terminals[t].epoch = 1
	}
	return w
}

// explore looks at every world that can be reached. It returns what is wrong
// with one, and how it came to that, or nothing.
func (m *model) explore() (x *explorer, fault string, trace []move) {
	x = &explorer{model: m, seen: map[uint64]struct{}{}, hash: maphash.MakeSeed(), live: map[world]string{}}
	todo := x.add(nil, m.start(), -1, move{})
	for ; len(todo) > 0; x.depth++ {
		var next []reached
		for i := range todo {
			f := &todo[i]
			if fault := x.check(&f.world); fault != "" {
				return x, fault, x.trace(f.at)
			}
			m.moves(f.world, func(mv move, w world) {
				x.moved++
				next = x.add(next, w, f.at, mv)
			})
		}
		todo = next
	}
	return x, "", nil
}

func (x *explorer) add(to []reached, w world, from int32, by move) []reached {
	h := maphash.Comparable(x.hash, w)
	if _, ok := x.seen[h]; ok {
		return to
	}
	x.seen[h] = struct{}{}
	x.from, x.by = append(x.from, from), append(x.by, by)
	return append(to, reached{w, int32(len(x.from) - 1)})
}

func (x *explorer) trace(at int32) (all []move) {
	for i := at; x.from[i] >= 0; i = x.from[i] {
		all = append([]move{x.by[i]}, all...)
	}
	return all
}

func readable(trace []move) string {
	var b strings.Builder
	for i, m := range trace {
		fmt.Fprintf(&b, "%4d  %s\n", i+1, m)
	}
	return b.String()
}

// check looks at one state.
func (x *explorer) check(w *world) string {
	box, idle := w.box, w.idle
	if w.state == boxState(store.BoxEmptied) {
		box, idle = w.counted, w.unused
	}
	for d := range uint8(2) {
		if fault := x.checkDeputy(w, d, box, idle); fault != "" {
			return fault
		}
	}
	if fault := w.checkPromises(box, idle); fault != "" {
		return fault
	}
	if w.state == boxState(store.BoxEmptied) {
		return x.checkClose(w)
	}
	if n := x.at(w); n.issued != w.rows {
		return "the table of issuances is not what the log says"
	}
	if x.rogue { // who breaks the rules may lock himself out
		return ""
	}
	for d := range uint8(2) {
		if fault := x.checkLive(w, d); fault != "" {
			return fault
		}
	}
	return ""
}

// checkDeputy: one deputy, one credential, one channel, one ballot (attacks V7,
// V8, B4, B5).
func (x *explorer) checkDeputy(w *world, d uint8, box [keys]envelope, idle uint8) string {
	own := ownKeys[d]
	for issuer, signed := range w.signed {
		if bits.OnesCount8(signed&own) > 1 {
			return fmt.Sprintf("issuer %d signed twice for one deputy", issuer+1)
		}
	}
	n := 0
	for k := range uint8(keys) {
		if own>>k&1 == 0 || box[k].number == 0 {
			continue
		}
		n++
		switch {
		case box[k].epoch != w.epoch:
			return "a ballot of a former epoch is in the box"
		case idle>>k&1 != 0:
			return "a ballot and an unused of one credential"
		case x.at(w).issued[d] != k:
			return "a ballot without an issuance"
		case w.signed[0]>>k&1 == 0, w.epoch == 1 && w.signed[1]>>k&1 == 0:
			return "a ballot without all signatures"
		}
	}
	if n > 1 {
		return "two ballots of one deputy"
	}
	if d == 0 && w.sheet && (n > 0 || idle&own != 0 || w.signed[0]&own != 0) {
		return "a sheet of paper and a credential of one deputy"
	}
	return ""
}

var ownKeys = func() (own [2]uint8) {
	for k := uint8(1); k < fresh; k++ {
		own[deputyOfKey(k)] |= 1 << k
	}
	return own
}()

// checkPromises: what was promised is kept (attack S3), and what was shown is
// not cast (attack B3).
func (w *world) checkPromises(box [keys]envelope, idle uint8) string {
	for k, p := range w.promised {
		if p.number != 0 && box[k] != p && w.loose[k] != p {
			return "a promised ballot is not in the box"
		}
	}
	if w.idled&^idle != 0 {
		return "a promised unused is not in the box"
	}
	for _, p := range box {
		if p.number != 0 && w.shown&p.bit() != 0 {
			return "a ballot that a challenge has opened is in the box"
		}
	}
	if w.shown&^w.spent != 0 {
		return "a ballot was opened, and its seal code is not on record"
	}
	return ""
}

// checkClose lets election.State take in what came out of the box.
func (x *explorer) checkClose(w *world) string {
	c := closing{node: w.node, spent: bits.OnesCount32(w.spent)}
	for k := uint8(1); k < fresh; k++ {
		d := deputyOfKey(k)
		p := w.counted[k]
		c.ballots[d] = c.ballots[d] || p.number != 0
		c.unused[d] = c.unused[d] || w.unused>>k&1 != 0
		c.cast = c.cast || p.number != 0 && w.spent&p.bit() != 0
	}
	if w.promised != [keys]envelope{} {
		x.closed++
	}
	if fault := x.ledger.close(c); fault != "" {
		return "the log refuses the close: " + fault
	}
	return ""
}

// checkLive: as long as the vote is open, whoever is checked in and has not
// declared otherwise comes to a promised ballot, with the badge of the day at
// any terminal where nothing goes wrong (attack V13). Declared are a sheet of
// paper, and an unused credential.
func (x *explorer) checkLive(w *world, d uint8) string {
	known := *w
	known.terminals, known.late = [terminals]terminal{}, modelCall{}
	known.losses, known.delays, known.reboots, known.crashes = d, 0, 0, 0
	known.read = known.node
	known.promised, known.idled, known.shown = [keys]envelope{}, 0, 0
	fault, ok := x.live[known]
	if !ok {
		fault = x.visit(known, d)
		x.live[known] = fault
	}
	return fault
}

// visit takes a deputy through an honest terminal.
func (x *explorer) visit(w world, d uint8) string {
	if x.at(&w).phase == phaseSuspended {
		x.moveBox(&w, event{kind: logResume}, store.BoxOpen)
	}
	n := x.at(&w)
	if !n.voting() || n.issued[d] == onPaper {
		return ""
	}
	c := modelCall{kind: putSeed, deputy: d, epoch: w.epoch, seed: fresh}
	if d == 0 {
		c.badge = n.badge
	}
	a := x.putSeed(&w, c)
	if !a.ok || a.kept.badge != c.badge {
		return fmt.Sprintf("deputy %c can never vote: the seed that is kept is for another badge", 'A'+d)
	}
	c.seed, c.ballot = a.kept.seed, freshEnvelope
	if !x.askFirst(&w, c) || w.epoch == 1 && !x.askSecond(&w, c, true) {
		return fmt.Sprintf("deputy %c can never vote: another credential was issued", 'A'+d)
	}
	a = x.query(&w, c)
	if a.idle || a.envelope.number != 0 {
		return ""
	}
	if !x.cast(&w, c, false) {
		return fmt.Sprintf("deputy %c can never vote: the box refuses a new ballot", 'A'+d)
	}
	return ""
}
