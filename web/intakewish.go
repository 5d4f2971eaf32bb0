package web

import (
	"net/http"

	"piaojue/project"
)

// deskWish adds to the form of a wish what somebody says who types it in for
// others: 代表接待登记表. A station and a deputy write in their own name.
func deskWish(a project.Actor) func(*sheet, *project.Suggestion) {
	return func(s *sheet, b *project.Suggestion) {
		s.date("held", &b.Held, true)
		s.suggestDate(s.today)
		switch a.Role {
		case project.RoleStation:
			b.Channel, b.Source = project.ChannelForm, a.Unit
		case project.RoleDeputy:
			b.Channel, b.Source = project.ChannelPerson, a.Number
		default:
			b.Channel, b.Source = project.ChannelForm, 0
			choice(s, "channel", &b.Channel, "wish.channel_", project.ChannelForm, project.ChannelUnit, true)
			s.unit("station", &b.Source, project.UnitStation, false)
			if b.Channel != project.ChannelForm {
				b.Source = 0
			} else if s.given != nil && b.Source == 0 {
				s.refuse(&s.fields[len(s.fields)-1], "deed.needed")
			}
		}
	}
}

// mayType demands that somebody may type in what others said.
func (s *Server) mayType(r *http.Request, who Person) (project.Actor, error) {
	number, err := s.actor(r, who)
	if err != nil {
		return project.Actor{}, err
	}
	var a project.Actor
	return a, s.projects.view(func(state *project.State) error {
		a, _ = state.Actor(number)
		if err := state.May(number, &project.Suggestion{Number: state.Next(project.NounSuggestion)}); err != nil {
			return because(codeForbidden, err)
		}
		return unsignable(a)
	})
}

func noSource(*project.State) wishSource { return wishSource{} }

// getDeskWish serves GET /projects/intake/wish.
func (s *Server) getDeskWish(w http.ResponseWriter, r *http.Request, who Person) error {
	a, err := s.mayType(r, who)
	if err != nil {
		return err
	}
	recipients, err := s.projects.recipients(r.Context())
	if err != nil {
		return err
	}
	x := &wishing{actor: a.Number, recipients: recipients, source: noSource, finish: deskWish(a)}
	d := &wishData{}
	s.projects.view(func(state *project.State) error {
		x.read(state, s.projects.day())
		d.take(x.form, x.from, newFormID())
		return nil
	})
	d.Desk, d.Action = true, "/projects/intake/wish"
	return s.showWish(w, r, who, http.StatusOK, d)
}

// postDeskWish serves POST /projects/intake/wish.
func (s *Server) postDeskWish(w http.ResponseWriter, r *http.Request, who Person) error {
	a, err := s.mayType(r, who)
	if err != nil {
		return err
	}
	given, err := readForm(w, r)
	if err != nil {
		return err
	}
	if done, err := s.sentBefore(w, r, who, given, a.Number); done || err != nil {
		return err
	}
	recipients, err := s.projects.recipients(r.Context())
	if err != nil {
		return err
	}
	given.draw()
	x := &wishing{given: given, actor: a.Number, recipients: recipients, source: noSource, finish: deskWish(a)}
	body, err := s.projects.wish(r.Context(), x)
	if err == nil {
		return s.wished(w, r, who, given, body.(*project.Suggestion))
	}
	return s.notWished(w, r, who, x, "", err)
}
