package web

import (
	"cmp"
	"context"
	"slices"

	"piaojue/project"
)

// waitingItem is something that waits for who looks at the desk.
type waitingItem struct {
	Kind   string // deed.do_<Kind>
	Title  string // of the thing; may be empty
	Text   string // id of what it is called, with Number
	Number uint32
	Href   string
	Due    project.Date // 0: at once
	Days   int          // overdue, if above 0
}

const (
	// deskAhead is how many days before its deadline something is shown.
	deskAhead = 30
	// deskMost bounds what the desk lists.
	deskMost = 100
)

// awaited are the entries that no deadline awaits: a thing at this stage waits
// for them.
var awaited = map[project.Stage]project.Kind{
	project.StageAdopted:   project.KindOffer,
	project.StageDelivered: project.KindAcceptance,
	project.StageAccepted:  project.KindClosure,
	project.StageAnswered:  project.KindSettlement,
	project.StageRechecked: project.KindStrike,
}

// waitsFor lists what waits for an actor, the most overdue first: the desk and the
// messages of the day tell the same. all is what waits for anybody; nil: it is
// looked for.
func (s *Server) waitsFor(ctx context.Context, actor uint32, today project.Date, all *awaitedThings) ([]waitingItem, error) {
	items, err := s.bindings(ctx, actor)
	if err != nil {
		return nil, err
	}
	s.projects.view(func(state *project.State) error {
		if all == nil {
			all = allAwaited(state, today)
		}
		if by, ok := state.Actor(actor); ok {
			items = append(items, all.by(state, &by)...)
		}
		return nil
	})
	return items, nil
}

// awaitedThings are all things that wait for an entry, whoever must make it.
type awaitedThings struct {
	reminders []project.Reminder
	undated   []undatedRef
}

func allAwaited(state *project.State, today project.Date) *awaitedThings {
	return &awaitedThings{state.Reminders(today, deskAhead), undated(state)}
}

// by lists those that wait for an actor.
func (x *awaitedThings) by(state *project.State, by *project.Actor) (all []waitingItem) {
	for _, r := range x.reminders {
		may := mayDo(state, by, r.Awaits, r.Ref)
		mine := r.Unit != 0 && r.Unit == by.Unit
		if r.Awaits == project.KindStudy && !mine {
			continue // the office could do it, too, but has handed it on
		}
		if may || mine {
			all = append(all, newWaiting(state, r.Ref, r.Awaits, r.Due, r.Days, may))
		}
	}
	for _, u := range x.undated {
		if mayDo(state, by, u.kind, u.Ref) {
			all = append(all, newWaiting(state, u.Ref, u.kind, 0, 0, true))
		}
	}
	slices.SortStableFunc(all, func(a, b waitingItem) int { return cmp.Compare(b.Days, a.Days) })
	return all
}

// undatedRef is a thing that waits for an entry without a deadline.
type undatedRef struct {
	project.Ref
	kind project.Kind
}

func undated(state *project.State) (all []undatedRef) {
	add := func(n project.Noun, number uint32, k project.Kind) {
		if k != 0 {
			all = append(all, undatedRef{project.Ref{Noun: n, Number: number}, k})
		}
	}
	for n := uint32(1); n < state.Next(project.NounList); n++ {
		if l, _ := state.List(n); l.Stage == project.StageDrawn && state.NextGate(n) != 0 {
			add(project.NounList, n, project.KindGate)
		}
	}
	for n := uint32(1); n < state.Next(project.NounProject); n++ {
		p, _ := state.Project(n)
		add(project.NounProject, n, awaited[p.Stage])
		if p.Asked != 0 {
			add(project.NounProject, n, project.KindRuling)
		}
	}
	for n := uint32(1); n < state.Next(project.NounInquiry); n++ {
		x, _ := state.Inquiry(n)
		add(project.NounInquiry, n, awaited[x.Stage])
	}
	for n := uint32(1); n < state.Next(project.NounProblem); n++ {
		x, _ := state.Problem(n)
		add(project.NounProblem, n, awaited[x.Stage])
	}
	return all
}

// newWaiting leads to the form of what is awaited, or, if another must fill it
// in, to the thing.
func newWaiting(state *project.State, about project.Ref, k project.Kind, due project.Date, days int, may bool) waitingItem {
	w := waitingItem{Kind: k.String(), Text: "work.thing_" + about.Noun.String(), Number: about.Number, Due: due, Days: days}
	switch about.Noun {
	case project.NounProject:
		p, _ := state.Project(about.Number)
		w.Title = p.Title
	case project.NounProblem:
		x, _ := state.Problem(about.Number)
		p, _ := state.Project(x.Project)
		w.Title = p.Title
	}
	if w.Href = newAction(k, about.Number).Href; !may {
		w.Href = subjectPath(k, about.Number, about.Number)
	}
	return w
}
