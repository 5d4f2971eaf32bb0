package web

import (
	"context"
	"errors"
	"net/http"

	"github.com/go-chi/chi/v5"

	"piaojue/project"
)

// A list is bound to its vote by an entry of the office: when the vote freezes,
// and when another vote goes on with what was left. The adopter writes it, but
// not for an office with a key: that says itself what its list goes to.

// binding is that entry of a vote, if it is the next, and its list; else nil.
func (x *consequence) binding(state *project.State) (project.Body, uint32) {
	switch b := x.next(state).(type) {
	case *project.Freeze:
		if state.NextGate(b.List) == 0 {
			return b, b.List
		}
	case *project.Succession:
		return b, b.List
	}
	return nil, 0
}

// unbound is the list that waits for the office to bind it to a vote; 0: none.
func (s *Server) unbound(ctx context.Context, v *vote) (list uint32, err error) {
	x, err := s.consequence(ctx, v)
	if err != nil || x == nil {
		return 0, err
	}
	return list, s.projects.view(func(state *project.State) error {
		_, list = x.binding(state)
		return nil
	})
}

// bindings are the lists that wait for the signature of an office.
func (s *Server) bindings(ctx context.Context, actor uint32) (all []waitingItem, err error) {
	signs := false
	s.projects.view(func(state *project.State) error {
		a, _ := state.Actor(actor)
		signs = a.Role == project.RoleOffice && a.Key != [32]byte{}
		return nil
	})
	if !signs {
		return nil, nil
	}
	for _, v := range s.frozenVotes() {
		list, err := s.unbound(ctx, v)
		if err != nil {
			return nil, err
		}
		if list != 0 {
			all = append(all, waitingItem{
				Kind: project.KindFreeze.String(), Text: "work.thing_list", Number: list, Href: subjectPath(project.KindFreeze, list, list),
			})
		}
	}
	return all, nil
}

// postBinding serves POST /projects/lists/{number}/bind: the office binds a list
// to a vote, under its key if it has one.
func (s *Server) postBinding(w http.ResponseWriter, r *http.Request, who Person) error {
	actor, err := s.officeOf(r, who)
	if err != nil {
		return err
	}
	given, err := readForm(w, r)
	if err != nil {
		return err
	}
	v := s.voteCalled(first(given.values["vote"]))
	if v == nil || v.view.Load().manifest == nil {
		return because(codeNotFound, errNoVote)
	}
	x, err := s.consequence(r.Context(), v)
	if err != nil {
		return err
	}
	number := parseNumber(chi.URLParam(r, "number"))
	d := &deed{actor: actor, body: func(state *project.State) (project.Body, error) {
		if x != nil {
			if b, list := x.binding(state); b != nil && list == number {
				return b, nil
			}
		}
		return nil, because(codeConflict, errNothingNew)
	}}
	to := subjectPath(project.KindFreeze, number, number)
	_, err = s.projects.record(r.Context(), d)
	if errors.Is(err, errUnsigned) {
		d.body = nil
		return s.pend(w, r, who, d, &sheet{about: number}, to)
	}
	if err != nil {
		return err
	}
	return s.redirect(w, r, to)
}
