package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"piaojue/audit"
	"piaojue/group"
	"piaojue/project"
	"piaojue/store"
)

// projects is what happens before and after votes, from a citizen's wish to the
// end of the work: the state that the log of the projects says, kept in memory,
// and the database beside it.
type projects struct {
	ownLog
	db       *store.Projects
	log      *slog.Logger
	now      func() time.Time
	limits   wishLimits
	opinions opinionLimits

	similar similarIndex
	moved   func()                                   // called when a list moved on: a vote may wait for it
	guard   func(*project.State, project.Body) error // refuses what the log would take; with mu held

	mu     sync.RWMutex // held for writing while an entry is made durable
	state  *project.State
	broken error         // the state could not be brought to where the log stands
	last   atomic.Uint32 // day of the last entry: pages ask for it without mu
}

var (
	errNoProjects = errors.New("this server keeps no projects")
	errUnsigned   = errors.New("the actor has a key and must sign")
)

// china is where the days of the log are counted: China has one time zone, and a
// server's clock may be set to another.
var china = time.FixedZone("UTC+8", 8*60*60)

// openProjects replays the log of the projects. It returns ErrStale if the
// database is older than the log's last checkpoint (attack S2).
func openProjects(ctx context.Context, db *store.Projects, keys string, now func() time.Time) (*projects, error) {
	if err := makeProjectsKey(ctx, db, keys); err != nil {
		return nil, err
	}
	own, err := openOwnLog(keys, store.ProjectsID)
	if err != nil {
		return nil, err
	}
	p := &projects{ownLog: own, db: db, now: now, limits: newWishLimits(), opinions: newOpinionLimits(), log: slog.New(slog.DiscardHandler), state: project.New(group.VerifyMessage)}
	p.guard = func(*project.State, project.Body) error { return nil }
	if _, err := p.open(ctx, db.Log()); err != nil {
		if errors.Is(err, audit.ErrRollback) {
			err = fmt.Errorf("%w: %w", ErrStale, err)
		}
		return nil, fmt.Errorf("projects: %w", err)
	}
	return p, p.replay(ctx)
}

// makeProjectsKey draws the key before the log begins, and never again: with another
// one the log could not go on, and on several nodes the true one would be lost.
func makeProjectsKey(ctx context.Context, db *store.Projects, keys string) error {
	size, err := db.Log().Size(ctx)
	if err != nil || size > 0 {
		return err
	}
	if head, err := readHead(keys, store.ProjectsID); err != nil || head != nil {
		return err
	}
	return makeOwnKey(keys, store.ProjectsID)
}

// keepProjects opens the projects. If they cannot be used, votes go on without
// them: no damage to what is around a vote may keep a hall waiting.
func (s *Server) keepProjects(ctx context.Context) {
	c := &s.config
	p, err := openProjects(ctx, c.Projects, c.Keys, c.Now)
	if err != nil {
		c.ProjectsDown = err
		s.lacks(store.ProjectsID, err)
		c.Log.Error("the projects are not served, votes are", "error", err)
		return
	}
	p.log = c.Log
	if p.db.Unclean() {
		c.Log.Error("what was erased of the projects is still in the file")
	}
	s.projects, s.adopter = p, newAdopter(s)
	p.moved, p.guard = s.adopter.poke, s.keepPledge
}

// replayStep is how many entries are in memory at once while a log is replayed.
const replayStep = 1024

func (p *projects) replay(ctx context.Context) error {
	log := p.db.Log()
	size, err := log.Size(ctx)
	if err != nil {
		return err
	}
	for at := uint64(0); at < size; at += replayStep {
		raws, err := log.ReadEntries(ctx, at, min(at+replayStep, size))
		if err != nil {
			return err
		}
		for i, raw := range raws {
			if err := p.take(raw); err != nil {
				return fmt.Errorf("%w: entry %d of the projects: %v", store.ErrDamaged, at+uint64(i), err)
			}
		}
	}
	return nil
}

func (p *projects) take(raw []byte) error {
	e, err := project.ParseEntry(raw)
	if err != nil {
		return err
	}
	err = p.state.Apply(e)
	p.last.Store(uint32(p.state.Day()))
	return err
}

// today is the civil day in China.
func (p *projects) today() project.Date {
	now := p.now().In(china)
	return project.NewDate(now.Year(), int(now.Month()), now.Day())
}

// view lets fn read the state. fn must not keep what it finds there, nor write.
func (p *projects) view(fn func(*project.State) error) error {
	p.mu.RLock()
	defer p.mu.RUnlock()
	if p.broken != nil {
		return because(codeStorage, p.broken)
	}
	return fn(p.state)
}

// blob is a content on its way into the database.
type blob struct {
	hash          project.Blob
	file, preview []byte
}

// deed is what somebody does: what it says, and what lies beside the log.
type deed struct {
	actor uint32
	body  func(*project.State) (project.Body, error) // made when its turn has come: numbers follow each other
	blobs []blob
	entry *project.Entry                                      // set by record if the actor must sign it
	also  func(*store.ProjectsTx, project.Body, uint64) error // in the same transaction; the index is that of the entry; nil: nothing
}

// record writes what somebody does into the log, with all that belongs to it, and
// returns what was written. If it fails nothing has happened.
func (p *projects) record(ctx context.Context, d *deed) (body project.Body, err error) {
	defer func() { p.forget(body) }() // once mu is free
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.broken != nil {
		return nil, because(codeStorage, p.broken)
	}
	body, err = d.body(p.state)
	if err != nil {
		return nil, err
	}
	entry, err := p.state.Draft(d.actor, p.day(), body)
	if err == nil {
		err = p.guard(p.state, body)
	}
	if err != nil {
		return nil, err
	}
	if actor, _ := p.state.Actor(d.actor); actor.Key != [32]byte{} {
		d.entry = entry
		return nil, errUnsigned
	}
	return body, p.commit(ctx, entry, body, d)
}

// day is today, but never before the day of the last entry: a clock that was
// set back must not stop the office.
func (p *projects) day() project.Date { return max(p.today(), project.Date(p.last.Load())) }

// sign writes an entry that its actor has signed.
func (p *projects) sign(ctx context.Context, entry *project.Entry, d *deed) error {
	body, err := project.ParseBody(entry)
	if err != nil {
		return err
	}
	defer p.forget(body) // once mu is free
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.broken != nil {
		return because(codeStorage, p.broken)
	}
	if err := p.state.Check(entry); err != nil {
		return err
	}
	if err := p.guard(p.state, body); err != nil {
		return err
	}
	return p.commit(ctx, entry, body, d)
}

// forget drops from memory what a withdrawal has erased, if it did.
func (p *projects) forget(body project.Body) {
	b, ok := body.(*project.Withdrawal)
	if !ok {
		return
	}
	var gone []project.Blob
	p.view(func(state *project.State) error {
		for _, blob := range b.Blobs {
			if h, _ := state.Holding(blob); h.Visibility == project.Withdrawn {
				gone = append(gone, blob)
			}
		}
		return nil
	})
	p.similar.forget(gone)
}

// commit makes an entry durable and takes it in. Called with mu held.
func (p *projects) commit(ctx context.Context, entry *project.Entry, body project.Body, d *deed) error {
	var note []byte
	err := p.db.Update(ctx, func(tx *store.ProjectsTx) (err error) {
		note, err = p.write(ctx, tx, entry, body, d)
		return err
	})
	if errors.Is(err, store.ErrUnclean) { // it is recorded, and no page has it any more: see adopter.clean
		p.log.Error("what was erased of the projects is still in the file", "error", err)
		err = nil
	}
	if err != nil {
		return err
	}
	p.keep(p.log, note)
	if fault := p.takeIn(entry); fault != nil {
		p.log.Error("the projects are read anew from their log", "error", fault)
		return errors.Join(err, p.rebuild())
	}
	if p.moved != nil && movesLists[entry.Kind] {
		p.moved()
	}
	return err
}

// movesLists are the entries after which a list may be that of a vote.
var movesLists = map[project.Kind]bool{
	project.KindGate: true, project.KindFreeze: true, project.KindSuccession: true,
	project.KindBundle: true, project.KindUnbundle: true, project.KindAttachment: true, project.KindMerger: true,
}

// erase erases what a withdrawal names, in its own transaction: an entry that says
// so, and a file that is still there, would be a lie.
func erase(tx *store.ProjectsTx, body project.Body) error {
	b, ok := body.(*project.Withdrawal)
	if !ok {
		return nil
	}
	for _, blob := range b.Blobs {
		if err := tx.EraseBlob(blob); err != nil {
			return err
		}
	}
	return nil
}

// takeIn brings the state to where the log stands. An entry that was checked is
// refused, or panics, only by a fault of ours.
func (p *projects) takeIn(entry *project.Entry) (err error) {
	defer rescue(&err)
	err = p.state.Apply(entry)
	p.last.Store(uint32(p.state.Day()))
	return err
}

// rebuild makes the state anew from the log, after one was left behind it, or half
// changed: the next entry would be checked against what is not so. If that fails
// the projects stop, and votes go on. Called with mu held.
func (p *projects) rebuild() (err error) {
	defer func() { p.broken = err }()
	defer rescue(&err)
	p.state = project.New(group.VerifyMessage)
	return p.replay(context.Background())
}
