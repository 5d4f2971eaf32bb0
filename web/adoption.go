package web

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"piaojue/election"
	"piaojue/project"
	"piaojue/store"
)

// adopter writes into the log of the projects what votes decide: the list that a
// manifest holds, the certified result (定单), the vote that goes on with what is
// left. It is woken when a vote changes its phase, and looks at all votes after
// each start: what is in the log is not written again, so nothing is lost between
// a certificate and its entry, nor adopted twice.
type adopter struct {
	s     *Server
	wake  chan struct{}
	again time.Duration // after which it tries once more what did not work
	ctx   context.Context
	stop  context.CancelFunc
	runs  sync.WaitGroup
}

func newAdopter(s *Server) *adopter {
	a := &adopter{s: s, wake: make(chan struct{}, 1), again: adoptAgain}
	a.ctx, a.stop = context.WithCancel(context.Background())
	return a
}

// poke says that a vote has moved on. It never waits: a vote must not wait for
// the projects.
func (a *adopter) poke() {
	select {
	case a.wake <- struct{}{}:
	default:
	}
}

// close ends it. That there is none is no error.
func (a *adopter) close() {
	if a != nil {
		a.stop()
		a.runs.Wait()
	}
}

// adoptAgain is long enough not to fill the journal, and short enough for those
// who wait for their projects after a disk that was full.
const adoptAgain = 30 * time.Second

func (a *adopter) run() {
	for {
		var again <-chan time.Time // for ever, unless something did not work
		if !a.look() {
			again = time.After(a.again)
		}
		select {
		case <-a.wake:
		case <-again:
		case <-a.ctx.Done():
			return
		}
	}
}

// look brings the log of the projects to where the votes stand, and reports whether
// it could. Rounds follow each other, so it looks until nothing is new.
func (a *adopter) look() (done bool) {
	for again := true; again && a.ctx.Err() == nil; {
		again, done = false, true
		for _, v := range a.s.frozenVotes() {
			wrote, err := a.s.follow(a.ctx, v)
			if err != nil && a.ctx.Err() == nil {
				a.s.config.Log.Error("projects do not follow the vote", "vote", v.id, "error", err)
			}
			again, done = again || wrote, done && err == nil
		}
	}
	return done
}

// frozenVotes are the votes that have a manifest, by name: their order is that
// in which entries are written after a start.
func (s *Server) frozenVotes() (all []*vote) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, v := range s.votes {
		if v.view.Load().manifest != nil {
			all = append(all, v)
		}
	}
	slices.SortFunc(all, func(a, b *vote) int { return strings.Compare(a.id, b.id) })
	return all
}

// follow writes the next entry that a vote causes, and reports whether there was
// one.
func (s *Server) follow(ctx context.Context, v *vote) (wrote bool, err error) {
	defer rescue(&err) // a fault here must not end the server, on which people vote
	x, err := s.consequence(ctx, v)
	if err != nil || x == nil {
		return false, err
	}
	what := &deed{}
	what.body = func(state *project.State) (project.Body, error) {
		x.today = s.projects.day()
		body := x.next(state)
		if what.actor = x.actor; body == nil {
			return nil, errNothingNew
		}
		return body, nil
	}
	_, err = s.projects.record(ctx, what)
	// The list's page says what differs, and has the office sign if it must.
	if refused, ok := errors.AsType[*project.Error](err); ok {
		if refused.Kind == project.KindRating && refused.Code != project.CodeDuplicate { // no page says it
			s.config.Log.Error("the log refuses a rating", "vote", v.id, "error", err)
		}
		return false, nil
	}
	if errors.Is(err, errNothingNew) || errors.Is(err, errUnsigned) {
		return false, nil
	}
	return err == nil, err
}

// consequence is what a vote means for the projects, or nil: a rehearsal decides
// nothing.
func (s *Server) consequence(ctx context.Context, v *vote) (*consequence, error) {
	w := v.view.Load()
	if w.manifest.Kind == election.Rehearsal {
		return nil, nil
	}
	d, err := v.draft(ctx)
	if err != nil {
		return nil, err
	}
	x := &consequence{w: w, list: d.List}
	x.certificate, err = v.certificateHash(ctx, w)
	return x, err
}

var errNothingNew = errors.New("the log of the projects says all of it")

// consequence is what a vote means for the projects.
type consequence struct {
	w           *view
	list        uint32 // from which its candidates were taken, 0 none
	certificate [32]byte
	today       project.Date
	actor       uint32
}

// next returns the entry that is missing, and sets who makes it.
func (x *consequence) next(state *project.State) project.Body {
	if x.isRating() {
		x.actor = serverActor
		return x.rating(state)
	}
	n, known := state.ListOf(x.w.manifestHash)
	if !known {
		x.actor = officeActor
		if b := x.succession(state); b != nil {
			return b
		}
		if l, ok := state.List(x.list); ok && l.Stage == project.StageDrawn {
			return x.freeze(state, &l)
		}
		return nil
	}
	x.actor = serverActor
	l, _ := state.List(n)
	if l.Manifest != x.w.manifestHash || l.Stage != project.StageFrozen || !x.w.certified() {
		return nil
	}
	return x.adoption(state, &l)
}

// freeze says that the list is that of the manifest, if it is.
func (x *consequence) freeze(state *project.State, l *project.List) project.Body {
	if len(listDifferences(state, l, x.w.manifest.Options)) > 0 {
		return nil
	}
	b := &project.Freeze{List: l.Number, Manifest: x.w.manifestHash}
	for i, o := range x.w.manifest.Options {
		b.Options = append(b.Options, project.Choice{Candidate: l.Candidates[i], ID: o.ID, Suggestions: o.Suggestions})
	}
	return b
}

// succession says that the vote goes on with what another left open: a further
// round, or a repeat.
func (x *consequence) succession(state *project.State) project.Body {
	n, ok := state.ListOf(x.w.manifest.Parent)
	if !ok || x.w.manifest.Parent == [32]byte{} {
		return nil
	}
	l, _ := state.List(n)
	b := &project.Succession{List: n, Manifest: x.w.manifestHash}
	for _, o := range x.w.manifest.Options {
		at := slices.IndexFunc(l.Options, func(c project.Choice) bool { return c.ID == o.ID })
		if at < 0 {
			return nil
		}
		b.Candidates = append(b.Candidates, l.Options[at].Candidate)
	}
	return b
}

// adoption says what the certified result decides. Where the presidium must
// decide on a tie, it waits for that.
func (x *consequence) adoption(state *project.State, l *project.List) project.Body {
	out, m := &x.w.result.Outcome, x.w.manifest
	if out.Next == election.NextPresidium && x.w.decision == nil || len(l.Open) != len(m.Options) {
		return nil
	}
	again := []uint16{}
	if f, err := m.Next(out); err == nil {
		again = f.Origin
	}
	b := &project.Adoption{
		List: l.Number, Manifest: x.w.manifestHash, Result: x.w.resultHash, Certificate: x.certificate,
		Tallies: m.Rules.Display.Tallies == "public", First: state.Next(project.NounProject),
	}
	for i, candidate := range l.Open {
		d := project.Decided{Candidate: candidate, Outcome: project.OutcomeRejected}
		switch at := uint16(i); {
		case slices.Contains(out.Adopted, at), x.w.decision != nil && slices.Contains(x.w.decision.Adopted, at):
			d.Outcome = project.OutcomeAdopted
		case slices.Contains(again, at):
			d.Outcome = project.OutcomeAgain
		}
		if b.Tallies && i < len(out.Lines) {
			d.Votes = out.Lines[i].For
		}
		b.Outcomes = append(b.Outcomes, d)
	}
	return b
}

// certificateHash finds the entry with which the scrutineers certified; zeros
// before.
func (v *vote) certificateHash(ctx context.Context, w *view) (hash [32]byte, err error) {
	if !w.certified() {
		return hash, nil
	}
	log := v.config.DB.Log(v.id)
	kinds, err := v.kinds.upTo(ctx, log, w.size)
	if err != nil {
		return hash, err
	}
	at := places(kinds, election.KindCertificate)
	if len(at) == 0 {
		return hash, fmt.Errorf("%w: no certificate of a certified vote", store.ErrDamaged)
	}
	raws, err := log.ReadEntries(ctx, at[len(at)-1], at[len(at)-1]+1)
	if err != nil {
		return hash, err
	}
	e, err := election.ParseEntry(raws[0])
	if err != nil {
		return hash, err
	}
	return e.Hash(), nil
}
