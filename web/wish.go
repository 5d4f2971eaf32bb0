package web

import (
	"encoding/hex"
	"errors"
	"net/http"
	"strconv"
	"time"

	"piaojue/project"
	"piaojue/store"
)

const (
	// maxWishes bounds the wishes of one address in an hour: a whole village may
	// stand behind one.
	maxWishes = 30
	// maxWishesOfAll bounds those of all addresses in an hour, so that a flood
	// fills neither the disk nor the office (attack S8).
	maxWishesOfAll = 1000
	// maxCodeTries bounds the codes that one address tries in a minute.
	maxCodeTries = 20
	// leastFree is how much of the disk must be free when a citizen sends
	// something: a vote must never stop because pictures have filled the disk.
	leastFree = 1 << 30
)

// wishLimits bound what the public sends.
type wishLimits struct {
	wishes, all, codes limiter
	leastFree          uint64
}

func newWishLimits() wishLimits {
	return wishLimits{
		newLimiterOver(maxWishes, time.Hour), newLimiterOver(maxWishesOfAll, time.Hour), newLimiter(maxCodeTries), leastFree,
	}
}

// refuse says why somebody at that address cannot send anything now: the end of
// the id wish.refused_, or empty.
func (l *wishLimits) refuse(key string, free uint64) string {
	switch {
	case l.wishes.count(key):
		return "often"
	case free < l.leastFree:
		return "full"
	case l.all.count("all"):
		return "many"
	}
	return ""
}

// wishData is the form of a wish, and what became of it.
type wishData struct {
	Begun   bool
	ID      string
	Action  string // where it goes
	Source  wishSource
	Steps   []wishStep
	Contact bool // it asks for one
	Days    uint16
	Refused string // id of why it was refused; empty: it was not
	Wrong   bool   // something must be put right
	Desk    bool   // somebody signed in types it in
}

// wishStep are fields that stand together.
type wishStep struct {
	Number int
	Title  string // wish.step_<Title>
	Fields []sheetField
}

// wishSource is whose code somebody scanned.
type wishSource struct {
	Channel project.Channel
	Number  uint32
	Name    string // of the station or deputy, or title of the project
}

// sourceOf reads whose code a request comes from. A code that leads nowhere any
// more makes nobody lose a wish: it came by the open page then.
func sourceOf(state *project.State, r *http.Request) wishSource {
	q := r.URL.Query()
	if n := parseNumber(q.Get("deputy")); n != 0 {
		if a, ok := state.Actor(n); ok && a.Role == project.RoleDeputy && !a.Retired {
			return wishSource{project.ChannelPerson, n, a.Name}
		}
	}
	if n := parseNumber(q.Get("station")); n != 0 {
		if u, ok := state.Unit(n); ok && u.Of == project.UnitStation && !u.Closed {
			return wishSource{project.ChannelHome, n, u.Name}
		}
	}
	if n := parseNumber(q.Get("project")); n != 0 {
		if p, ok := state.Project(n); ok {
			return wishSource{project.ChannelProject, n, p.Title}
		}
	}
	if n := parseNumber(q.Get("wish")); n != 0 {
		if _, ok := state.Suggestion(n); ok {
			return wishSource{project.ChannelSuggestion, n, strconv.Itoa(int(n))}
		}
	}
	return wishSource{Channel: project.ChannelWeb}
}

// path is where the form goes, so that the source is not lost on the way.
func (w wishSource) path() string {
	name := map[project.Channel]string{
		project.ChannelPerson: "deputy", project.ChannelHome: "station", project.ChannelProject: "project", project.ChannelSuggestion: "wish",
	}[w.Channel]
	if name == "" {
		return "/projects/wish"
	}
	return "/projects/wish?" + name + "=" + strconv.Itoa(int(w.Number))
}

// getWish serves GET /projects/wish. It is the one page that may ask a phone
// where it is, if its owner presses the button.
func (s *Server) getWish(w http.ResponseWriter, r *http.Request, who Person) error {
	if s.projects == nil {
		return because(codeNotFound, errNoProjects)
	}
	contacts, err := s.projects.sealsContacts(r.Context())
	if err != nil {
		return err
	}
	d := &wishData{}
	err = s.projects.view(func(state *project.State) error {
		if d.Begun = state.Size() > 0; d.Begun {
			f, _ := fillWish(&sheet{state: state, today: s.projects.today()}, contacts)
			d.take(f, sourceOf(state, r), newFormID())
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.showWish(w, r, who, http.StatusOK, d)
}

func (d *wishData) take(f *wishForm, source wishSource, id string) {
	d.Begun, d.ID, d.Source, d.Action = true, id, source, source.path()
	d.Steps, d.Wrong, d.Days = f.steps(), f.wrong, f.state.Settings().TransferDays
	for _, field := range f.fields {
		d.Contact = d.Contact || field.Name == "phone"
	}
}

func (s *Server) showWish(w http.ResponseWriter, r *http.Request, who Person, status int, d *wishData) error {
	w.Header().Set("Permissions-Policy", "camera=(), geolocation=(self), microphone=()")
	return s.render(w, r, who, status, "wish/new", d)
}

// postWish serves POST /projects/wish: a wish of somebody nobody knows.
func (s *Server) postWish(w http.ResponseWriter, r *http.Request, who Person) error {
	if s.projects == nil {
		return because(codeNotFound, errNoProjects)
	}
	refused := s.projects.limits.refuse(address(r), s.projects.free())
	if refused != "" { // words come back; photos are not waited for
		r.Body = http.MaxBytesReader(w, r.Body, maxSmallForm)
	}
	given, err := readForm(w, r)
	if err != nil {
		return err
	}
	if done, err := s.sentBefore(w, r, who, given, serverActor); done || err != nil {
		return err
	}
	contacts, err := s.projects.recipients(r.Context())
	if err != nil {
		return err
	}
	given.public = true
	if refused == "" {
		given.draw()
	}
	x := &wishing{given: given, recipients: contacts, actor: serverActor}
	x.source = func(state *project.State) wishSource { return sourceOf(state, r) }
	var body project.Body
	if refused == "" {
		body, err = s.projects.wish(r.Context(), x)
	} else {
		err = x.describe(s.projects)
	}
	if err == nil && refused == "" {
		return s.wished(w, r, who, given, body.(*project.Suggestion))
	}
	if errors.Is(err, store.ErrExists) { // sent twice at once
		if done, err := s.sentBefore(w, r, who, given, serverActor); done || err != nil {
			return err
		}
	}
	return s.notWished(w, r, who, x, refused, err)
}

// notWished shows the form again, with all that was written.
func (s *Server) notWished(w http.ResponseWriter, r *http.Request, who Person, x *wishing, refused string, err error) error {
	fault, ok := errors.AsType[*project.Error](err)
	if x.form == nil || err != nil && !ok && !errors.Is(err, errSheet) {
		return err
	}
	d := &wishData{}
	if ok {
		d.Refused = "deed.refused_" + fault.Code.String()
	}
	d.take(x.form, x.from, hex.EncodeToString(x.given.id[:]))
	if x.actor != serverActor {
		d.Desk, d.Action = true, "/projects/intake/wish"
	}
	status := http.StatusUnprocessableEntity
	if refused != "" {
		status, d.Refused = http.StatusTooManyRequests, "wish.refused_"+refused
	}
	return s.showWish(w, r, who, status, d)
}

// sentBefore answers a form that was sent before, after a lost answer, as it was
// answered then.
func (s *Server) sentBefore(w http.ResponseWriter, r *http.Request, who Person, given *filled, actor uint32) (bool, error) {
	body, sent, err := s.projects.receipt(r.Context(), wishReceipt(given.id), actor)
	if err != nil || !sent {
		return false, err
	}
	b, ok := body.(*project.Suggestion)
	if !ok {
		return true, because(codeBadForm, errOtherForm)
	}
	return true, s.wished(w, r, who, given, b)
}

// wishedData is the answer: the number and the code.
type wishedData struct {
	Number  uint32
	Code    string // in two halves
	QR      *qrPath
	Days    uint16
	Contact bool
	Desk    bool
}

func (s *Server) wished(w http.ResponseWriter, r *http.Request, who Person, given *filled, b *project.Suggestion) error {
	code, err := s.projects.wishCode(given.id)
	if err != nil {
		return err
	}
	d := &wishedData{Number: b.Number, Code: halves(code), Contact: b.Contact, Desk: r.URL.Path == "/projects/intake/wish"}
	// The code stands behind the #: browsers keep that to themselves, and no log
	// on the way has it.
	if d.QR, err = newQRPath(s.ownOrigin(r) + "/projects/track#" + code); err != nil {
		return err
	}
	err = s.projects.view(func(state *project.State) error {
		d.Days = state.Settings().TransferDays
		return nil
	})
	if err != nil {
		return err
	}
	return s.render(w, r, who, http.StatusOK, "wish/done", d)
}
