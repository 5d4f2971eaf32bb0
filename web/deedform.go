package web

import (
	"encoding/hex"
	"errors"
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"piaojue/lang"
	"piaojue/project"
	"piaojue/store"
)

const (
	mediaForm = "multipart/form-data"
	// maxDeed bounds a form with its photos: scripts make them smaller before
	// they send them.
	maxDeed = 64 << 20
	// maxValues bounds the fields of a form, and each of them.
	maxValues = 400
	maxValue  = 64 << 10
)

// deedData is a form to fill in, and what became of it.
type deedData struct {
	Kind       string // name of the kind of entry
	About      uint32
	Subjects   []recordSubject
	ID         string // drawn for this form
	Fields     []sheetField
	Seen       string        // how the subject stood when it was opened
	Since      []historyLine // what happened since
	Asked      *askedData    // of a ruling: what it decides on
	Refused    string        // id of why the log refused it; empty: it did not
	Photos     bool          // it has a field for photos
	Milestones bool          // it has a table of milestones
	Back       string
}

// actor returns as whom a person acts in the log of the projects.
func (s *Server) actor(r *http.Request, who Person) (uint32, error) {
	if s.projects == nil {
		return 0, because(codeNotFound, errNoProjects)
	}
	n, err := s.projects.db.Member(r.Context(), who.ID)
	if errors.Is(err, store.ErrNotFound) {
		return 0, because(codeForbidden, err)
	}
	if err == nil && !s.projects.acts(n) {
		return 0, because(codeForbidden, errRetired)
	}
	return n, err
}

var errRetired = errors.New("the actor of this account is retired")

// acts reports whether an actor is there and not retired.
func (p *projects) acts(actor uint32) (yes bool) {
	p.view(func(state *project.State) error {
		a, ok := state.Actor(actor)
		yes = ok && !a.Retired
		return nil
	})
	return yes
}

// deedPage fills GET /projects/do/{kind}?about=N.
func (s *Server) deedPage(r *http.Request, who Person) (any, error) {
	actor, err := s.actor(r, who)
	if err != nil {
		return nil, err
	}
	var d *deedData
	err = s.projects.view(func(state *project.State) error {
		sheet, body, err := s.sheet(state, actor, r, nil)
		if err != nil {
			return err
		}
		if err := state.May(actor, body); err != nil {
			return because(codeForbidden, err)
		}
		sheet.look(body)
		d = newDeedData(sheet, body.Kind(), newFormID())
		return nil
	})
	if err == nil {
		err = s.addAsked(r, d)
	}
	return d, err
}

func (s *Server) addAsked(r *http.Request, d *deedData) (err error) {
	if d.Kind == project.KindRuling.String() {
		d.Asked, err = s.request(r.Context(), d.About)
	}
	return err
}

func newDeedData(s *sheet, k project.Kind, id string) *deedData {
	d := &deedData{Kind: k.String(), About: s.about, Subjects: s.subjects, ID: id, Fields: s.fields, Back: subjectPath(k, s.about, 0), Seen: s.seen}
	if s.given != nil {
		d.Seen = first(s.given.values["seen"])
	}
	for _, f := range s.fields {
		d.Photos = d.Photos || f.Shape == "photos"
		d.Milestones = d.Milestones || f.Shape == "milestones"
	}
	return d
}

// sheet makes the form that a request is about, filled in or not.
func (s *Server) sheet(state *project.State, actor uint32, r *http.Request, given *filled) (*sheet, project.Body, error) {
	kind := kindOf(chi.URLParam(r, "kind"))
	fill := deedOf(kind)
	a, ok := state.Actor(actor)
	if fill == nil || !ok {
		return nil, nil, refuse(codeNotFound)
	}
	x := &sheet{state: state, actor: a, about: parseNumber(r.URL.Query().Get("about")), today: s.projects.day(), given: given}
	if kind == project.KindRuling {
		x.votes = s.rulingVotes(x.about)
	}
	if kind == project.KindActor && a.Role == project.RoleOffice && !a.Retired { // accounts are nobody else's business
		var err error
		if x.persons, err = s.config.DB.Persons(r.Context()); err != nil {
			return nil, nil, err
		}
	}
	body := fill(x)
	x.subjects = knownSubjects(state, body)
	return x, body, nil
}

// knownSubjects names what a form is about, so that nobody decides on another
// thing than the one in mind: an entry cannot be taken back.
func knownSubjects(state *project.State, body project.Body) (all []recordSubject) {
	for _, ref := range project.Subjects(body) {
		if ref.Number != 0 && ref.Number < state.Next(ref.Noun) && len(all) < maxSubjects {
			all = append(all, newRecordSubject(state, ref))
		}
	}
	return all
}

// postDeed serves POST /projects/do/{kind}?about=N. What is wrong is said on the
// form, where all that was written still stands.
func (s *Server) postDeed(w http.ResponseWriter, r *http.Request, who Person) error {
	actor, err := s.actor(r, who)
	if err != nil {
		return err
	}
	given, err := readForm(w, r)
	if err != nil {
		return err
	}
	if given.more() {
		return s.moreRows(w, r, who, actor, given)
	}
	kind := kindOf(chi.URLParam(r, "kind"))
	if done, err := s.done(w, r, kind, given, actor); done || err != nil {
		return err
	}
	if len(given.photos) > 0 && s.projects.free() < s.projects.limits.leastFree {
		return because(codeStorage, errFullDisk)
	}
	given.draw()
	var filledIn *sheet
	d := &deed{actor: actor, also: func(tx *store.ProjectsTx, body project.Body, at uint64) error {
		if b, ok := body.(*project.Actor); ok && filledIn.account != "" {
			if err := tx.SetMember(filledIn.account, b.Number); err != nil {
				return err
			}
		}
		return tx.PutReceipt(given.id, actor, at)
	}}
	d.body = func(state *project.State) (project.Body, error) {
		sheet, body, err := s.sheet(state, actor, r, given)
		if err != nil {
			return nil, err
		}
		filledIn, d.blobs = sheet, sheet.blobs
		if err := sheet.look(body); err != nil {
			return nil, err
		}
		if sheet.wrong {
			return nil, errSheet
		}
		return body, nil
	}
	body, err := s.projects.record(r.Context(), d)
	if err == nil && kind == project.KindModeration && first(given.values["next"]) == "moderate" {
		return s.redirect(w, r, "/projects/intake?view=moderate")
	}
	if err == nil {
		return s.redirect(w, r, subjectPath(kind, aboutOf(body, filledIn.about), filledIn.about))
	}
	if errors.Is(err, store.ErrExists) { // sent twice at once
		if done, err := s.done(w, r, kind, given, actor); done || err != nil {
			return err
		}
	}
	if errors.Is(err, errUnsigned) {
		if first(given.values["unsigned"]) == "refuse" { // a phone must not take the draft for an entry
			s.tell(w, r, &refusal{code: codeUnsigned})
			return nil
		}
		d.body, given.photos, given.drawn = nil, nil, nil // the draft waits without what it was made of
		return s.pend(w, r, who, d, filledIn, subjectPath(kind, filledIn.about, filledIn.about))
	}
	return s.undone(w, r, who, filledIn, given, err)
}

var (
	errSheet    = errors.New("the form is not filled in")
	errFullDisk = errors.New("the disk is nearly full, and votes need the rest")
)

// undone shows the form again, with what is wrong with it.
func (s *Server) undone(w http.ResponseWriter, r *http.Request, who Person, filledIn *sheet, given *filled, err error) error {
	refused, ok := errors.AsType[*project.Error](err)
	if !ok && !errors.Is(err, errSheet) && !errors.Is(err, errPledged) && !errors.Is(err, errChanged) || filledIn == nil {
		return err
	}
	page := newDeedData(filledIn, kindOf(chi.URLParam(r, "kind")), hex.EncodeToString(given.id[:]))
	if ok {
		page.Refused = refusedID(refused.Code, page.Kind)
	}
	if errors.Is(err, errChanged) { // once it was read, it may be sent again
		page.Refused, page.Seen, page.Since = "deed.changed", filledIn.seen, filledIn.since
	}
	if errors.Is(err, errPledged) {
		page.Refused = "error." + string(codeListInVote)
	}
	if err := s.addAsked(r, page); err != nil {
		return err
	}
	return s.render(w, r, who, http.StatusUnprocessableEntity, "deed/show", page)
}

// refusedID is the text of why the log refuses an entry: that of its kind, if the
// code means something else there.
func refusedID(code project.Code, kind string) string {
	id := "deed.refused_" + code.String()
	if _, own := textsIn(lang.ZH)[id+"_"+kind]; own {
		return id + "_" + kind
	}
	return id
}

// moreRows shows the form with more lines and all that was written. Nothing is
// wrong yet: nobody has said that it is whole.
func (s *Server) moreRows(w http.ResponseWriter, r *http.Request, who Person, actor uint32, given *filled) error {
	var page *deedData
	err := s.projects.view(func(state *project.State) error {
		sheet, body, err := s.sheet(state, actor, r, given)
		if err != nil {
			return err
		}
		if err := state.May(actor, body); err != nil {
			return because(codeForbidden, err)
		}
		for i := range sheet.fields {
			sheet.fields[i].Wrong, sheet.fields[i].About = "", nil
		}
		page = newDeedData(sheet, body.Kind(), hex.EncodeToString(given.id[:]))
		return nil
	})
	if err == nil {
		err = s.addAsked(r, page)
	}
	if err != nil {
		return err
	}
	return s.render(w, r, who, http.StatusOK, "deed/show", page)
}

func (s *Server) redirect(w http.ResponseWriter, r *http.Request, path string) error {
	http.Redirect(w, r, path, http.StatusSeeOther)
	return nil
}

// done leads to where something that was done before has gone.
func (s *Server) done(w http.ResponseWriter, r *http.Request, kind project.Kind, given *filled, actor uint32) (bool, error) {
	body, sent, err := s.projects.receipt(r.Context(), given.id, actor)
	if err != nil || !sent {
		return false, err
	}
	if body.Kind() != kind {
		return true, because(codeBadForm, errOtherForm)
	}
	about := parseNumber(r.URL.Query().Get("about"))
	return true, s.redirect(w, r, subjectPath(kind, aboutOf(body, about), about))
}

// formOfVote reads a form that names a vote, from somebody who works here.
func (s *Server) formOfVote(w http.ResponseWriter, r *http.Request, who Person) (*filled, *vote, error) {
	if _, err := s.actor(r, who); err != nil {
		return nil, nil, err
	}
	given, err := readForm(w, r)
	if err != nil {
		return nil, nil, err
	}
	v := s.voteCalled(first(given.values["vote"]))
	if v == nil {
		return nil, nil, because(codeNotFound, errNoVote)
	}
	return given, v, nil
}

// aboutOf is the number of what an entry made, or was about.
func aboutOf(b project.Body, about uint32) uint32 {
	switch b := b.(type) {
	case *project.Candidate:
		return b.Number
	case *project.List:
		return b.Number
	case *project.Plan:
		return b.Number
	case *project.Problem:
		return b.Number
	case *project.Inquiry:
		return b.Number
	case *project.Suggestion:
		return b.Number
	}
	return about
}

// subjectPath leads to the page of what entries of a kind are about.
func subjectPath(k project.Kind, number, about uint32) string {
	n := strconv.FormatUint(uint64(number), 10)
	switch {
	case wishDeeds[k] != nil || k == project.KindSuggestion:
		return "/projects/wishes/" + n
	case k == project.KindGate || k == project.KindList || k == project.KindFreeze:
		return "/projects/lists/" + n
	case listDeeds[k] != nil:
		return "/projects/candidates/" + n
	case k == project.KindPlan || k == project.KindEvent:
		return "/projects/plans"
	case k == project.KindInspection:
		return "/projects/" + strconv.FormatUint(uint64(about), 10)
	case isProblem(k):
		return "/projects/problems/" + n
	case k == project.KindInquiry || k == project.KindResponse || k == project.KindSettlement:
		return "/projects/inquiries/" + n
	case officeDeeds[k] != nil:
		return "/projects/directory"
	}
	return "/projects/" + n
}

func isProblem(k project.Kind) bool {
	return k >= project.KindProblem && k <= project.KindLookback
}
