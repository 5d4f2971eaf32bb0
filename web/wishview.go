package web

import (
	"context"
	"errors"
	"net/http"

	"github.com/go-chi/chi/v5"

	"piaojue/project"
	"piaojue/store"
)

// wishView is a wish as somebody sees it.
type wishView struct {
	Number   uint32
	Channel  project.Channel
	Source   string
	Field    uint8
	District string
	People   uint32
	Held     project.Date
	Shown    uint8
	Moderate bool // nobody has decided yet what everybody may see
	Reads    bool // who looks may read what is not public
	Own      bool // who looks has its code
	Text     string
	Gone     bool // the text was erased
	Photos   []wishPhoto
	Pictures int
	Contact  bool
	Track    *wishTrack
	Answer   string
	Deeds    []wishDeed
	Similar  []similarWish
	ID       string // for the form that bundles

	MayContact bool // who looks may have the sealed contact
}

// wishDeed is something that who looks may do now.
type wishDeed struct {
	Kind  string
	About uint32
}

// seesWish reports whether an actor may read what a wish says before, or
// without, everybody may: the office, which decides; the government, which
// answers; and those in whose hands it is, for they have to handle it.
func seesWish(state *project.State, actor uint32, x *project.Suggestion) bool {
	a, ok := state.Actor(actor)
	if !ok || a.Retired || actor == serverActor {
		return false
	}
	switch a.Role {
	case project.RoleOffice, project.RoleGovernment:
		return true
	case project.RoleDeputy:
		return x.Channel == project.ChannelPerson && x.Source == actor
	case project.RoleDepartment, project.RoleStation:
		head, _ := state.Suggestion(state.Head(x.Number))
		return a.Unit != 0 && (a.Unit == x.Unit || a.Unit == head.Unit || a.Unit == x.Station())
	}
	return false
}

// actorOr0 returns as whom somebody acts, or 0: then the person sees what
// everybody sees.
func (s *Server) actorOr0(r *http.Request, who Person) (uint32, error) {
	if members.check(who) != nil {
		return 0, nil
	}
	n, err := s.projects.db.Member(r.Context(), who.ID)
	if errors.Is(err, store.ErrNotFound) || err == nil && !s.projects.acts(n) {
		return 0, nil
	}
	return n, err
}

// newWishView shows a wish to an actor, or, with own, to whoever has its code.
func newWishView(state *project.State, number, actor uint32, own bool, today project.Date) (*wishView, bool) {
	x, ok := state.Suggestion(number)
	if !ok {
		return nil, false
	}
	district, _ := state.Unit(x.District)
	v := &wishView{
		Number: number, Channel: x.Channel, Source: sourceName(state, &x), Field: uint8(x.Field), District: district.Name,
		People: x.People, Held: x.Held, Shown: uint8(x.Shown), Moderate: !moderated(&x), Own: own, Contact: x.Contact,
		Track: newWishTrack(state, number, today), Pictures: len(x.Photos), ID: newFormID(),
	}
	v.Reads = mayReadWith(state, actor, v.code(), serverActor, &x)
	v.Photos = v.wishPhotos(state, &x)
	if a, _ := state.Actor(actor); a.Role == project.RoleOffice {
		v.MayContact = x.Contact
	}
	if actor != serverActor {
		v.Deeds = wishDeedsOf(state, actor, number)
	}
	return v, true
}

// moderated reports whether somebody has decided what everybody may see.
func moderated(x *project.Suggestion) bool {
	for _, e := range x.Events {
		if e.Kind == project.KindModeration {
			return true
		}
	}
	return false
}

func sourceName(state *project.State, x *project.Suggestion) string {
	switch x.Channel {
	case project.ChannelPerson:
		a, _ := state.Actor(x.Source)
		return a.Name
	case project.ChannelHome, project.ChannelForm:
		u, _ := state.Unit(x.Source)
		return u.Name
	case project.ChannelProject:
		p, _ := state.Project(x.Source)
		return p.Title
	}
	return ""
}

// wishDeedsOf lists what an actor may do with a wish now, for buttons. The
// server decides again when it is done.
func wishDeedsOf(state *project.State, actor, number uint32) (all []wishDeed) {
	for _, body := range []project.Body{
		&project.Moderation{Suggestion: number}, &project.Transfer{Suggestion: number}, &project.Study{Suggestion: number},
		&project.Verdict{Suggestion: number}, &project.Solution{Suggestion: number}, &project.Return{Suggestion: number},
		&project.Unbundle{Suggestion: number},
	} {
		if state.May(actor, body) == nil {
			all = append(all, wishDeed{body.Kind().String(), number})
		}
	}
	return all
}

// code is the wish whose code somebody showed; 0: nobody did.
func (v *wishView) code() uint32 {
	if v.Own {
		return v.Number
	}
	return 0
}

// read fills in the texts, which lie beside the log.
func (v *wishView) read(ctx context.Context, p *projects, text project.Blob) (err error) {
	if v.Reads || v.Shown >= uint8(project.ShownText) {
		if v.Text, err = p.text(ctx, text); err != nil {
			return err
		}
		v.Gone = v.Text == ""
	}
	if v.Track != nil {
		if v.Answer, err = p.text(ctx, v.Track.Answer); err != nil {
			return err
		}
	}
	return v.readPhotos(ctx, p)
}

// text reads a text that lies beside the log: empty if there is none any more.
func (p *projects) text(ctx context.Context, b project.Blob) (string, error) {
	if b == (project.Blob{}) {
		return "", nil
	}
	file, err := p.db.Blob(ctx, b)
	if errors.Is(err, store.ErrNotFound) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	media, data, err := project.OpenBlob(file)
	if err != nil || media != project.MediaText {
		return "", err
	}
	return string(data), nil
}

// wishPage fills GET /projects/wishes/{number}.
func (s *Server) wishPage(r *http.Request, who Person) (any, error) {
	if s.projects == nil {
		return nil, because(codeNotFound, errNoProjects)
	}
	actor, err := s.actorOr0(r, who)
	if err != nil {
		return nil, err
	}
	return s.wishOf(r.Context(), parseNumber(chi.URLParam(r, "number")), actor, false)
}

func (s *Server) wishOf(ctx context.Context, number, actor uint32, own bool) (*wishView, error) {
	var v *wishView
	var text project.Blob
	err := s.projects.view(func(state *project.State) error {
		var ok bool
		if v, ok = newWishView(state, number, actor, own, s.projects.today()); !ok {
			return refuse(codeNotFound)
		}
		x, _ := state.Suggestion(number)
		text = x.Text
		return nil
	})
	if err != nil {
		return nil, err
	}
	if err := v.read(ctx, s.projects, text); err != nil {
		return nil, err
	}
	return v, s.addSimilar(ctx, v, actor)
}

// trackData is where somebody enters a code, and what it leads to.
type trackData struct {
	ID    string
	Wrong bool // no wish has this code
	Often bool // too many tries
	Wish  *wishView
}

// trackPage fills GET /projects/track.
func (s *Server) trackPage(*http.Request, Person) (any, error) {
	if s.projects == nil {
		return nil, because(codeNotFound, errNoProjects)
	}
	return &trackData{ID: newFormID()}, nil
}

// postTrack serves POST /projects/track: a code stands in no address, which logs
// and histories keep.
func (s *Server) postTrack(w http.ResponseWriter, r *http.Request, who Person) error {
	if s.projects == nil {
		return because(codeNotFound, errNoProjects)
	}
	d := &trackData{ID: newFormID()}
	if s.projects.limits.codes.count(address(r)) {
		d.Often = true
		return s.render(w, r, who, http.StatusTooManyRequests, "wish/track", d)
	}
	given, err := readForm(w, r)
	if err != nil {
		return err
	}
	number := uint32(0)
	if code, ok := readWishCode(first(given.values["code"])); ok {
		number, err = s.projects.db.Suggestion(r.Context(), hashWishCode(code))
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
	}
	if number == 0 {
		d.Wrong = true
		return s.render(w, r, who, http.StatusUnprocessableEntity, "wish/track", d)
	}
	if d.Wish, err = s.wishOf(r.Context(), number, serverActor, true); err != nil {
		return err
	}
	return s.render(w, r, who, http.StatusOK, "wish/track", d)
}
