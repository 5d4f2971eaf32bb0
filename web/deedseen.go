package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"piaojue/project"
)

// A form says on what it was opened, and acts on nothing else: what somebody read
// and decided must not do another thing because of what others did meanwhile.

var errChanged = errors.New("the subject has changed since the form was opened")

// seenOf says how a subject stands: the index of its last event, and of what has no
// events a hash of what it says. Of what the form makes anew, and of what has
// nothing of both, it says nothing.
func seenOf(state *project.State, body project.Body) string {
	var old any
	switch b := body.(type) {
	case *project.Settings:
		old = state.Settings()
	case *project.Unit:
		u, ok := state.Unit(b.Number)
		if !ok {
			return ""
		}
		old = u
	case *project.Actor:
		a, ok := state.Actor(b.Number)
		if !ok {
			return ""
		}
		old = []any{a.Role, a.Unit, a.Name, a.Key, a.Retired} // and not how much it has done
	default:
		if all := subjectEvents(state, body); len(all) > 0 {
			return strconv.FormatUint(all[len(all)-1].Entry, 10)
		}
		return ""
	}
	sum := sha256.Sum256(fmt.Append(nil, old))
	return hex.EncodeToString(sum[:8])
}

// subjectEvents is what happened to the subject of an entry, without the sums of
// what the public says, which nobody has to read before.
func subjectEvents(state *project.State, body project.Body) (all []project.Event) {
	refs := project.Subjects(body)
	if len(refs) == 0 {
		return nil
	}
	n := refs[0].Number
	switch refs[0].Noun {
	case project.NounSuggestion:
		x, _ := state.Suggestion(n)
		all = x.Events
	case project.NounCandidate:
		x, _ := state.Candidate(n)
		all = x.Events
	case project.NounList:
		x, _ := state.List(n)
		all = x.Events
	case project.NounProject:
		x, _ := state.Project(n)
		all = x.Events
	case project.NounProblem:
		x, _ := state.Problem(n)
		all = x.Events
	case project.NounInquiry:
		x, _ := state.Inquiry(n)
		all = x.Events
	case project.NounPlan:
		x, _ := state.Plan(n)
		all = x.Events
	}
	return slices.DeleteFunc(slices.Clone(all), func(e project.Event) bool { return e.Kind == project.KindOpinion })
}

// look compares what the form was opened on with what is there, and notes what
// happened since. Without a mark nothing is compared: a phone that was without a
// network has none.
func (s *sheet) look(body project.Body) error {
	s.seen = seenOf(s.state, body)
	if s.given == nil {
		return nil
	}
	before := first(s.given.values["seen"])
	if before == "" || before == s.seen {
		return nil
	}
	if last, err := strconv.ParseUint(before, 10, 64); err == nil {
		events := subjectEvents(s.state, body)
		at := slices.IndexFunc(events, func(e project.Event) bool { return e.Entry > last })
		s.since = historyOf(s.state, events[max(at, 0):])
	}
	return errChanged
}

// askedData is what a ruling decides on.
type askedData struct {
	For  project.Ruled // work.ruled_<For>
	Day  project.Date
	Name string
	Text string // empty: withdrawn
}

// request reads what was asked for of a project, nil if nothing waits.
func (s *Server) request(ctx context.Context, number uint32) (*askedData, error) {
	var d *askedData
	var entry uint64
	err := s.projects.view(func(state *project.State) error {
		p, _ := state.Project(number)
		for _, e := range p.Events {
			if e.Kind == project.KindRequest && p.Asked != 0 {
				by, _ := state.Actor(e.Actor)
				d, entry = &askedData{For: p.Asked, Day: e.Day, Name: by.Name}, e.Entry
			}
		}
		return nil
	})
	if err != nil || d == nil {
		return nil, err
	}
	body, err := s.projects.entry(ctx, entry)
	if err != nil {
		return nil, err
	}
	if b, ok := body.(*project.Request); ok {
		d.Text, err = s.projects.text(ctx, b.Text)
	}
	return d, err
}
