package web

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-chi/chi/v5"

	"piaojue/project"
	"piaojue/store"
)

const (
	// maxOpinions bounds what one address says to one project in a day: a family
	// may stand behind it. It is no vote, and the page says so.
	maxOpinions = 5
	// maxOpinionWords bounds the words of one.
	maxOpinionWords = 300
	// opinionsShown is how many words a page shows.
	opinionsShown = 20
)

// opinionLimits bound what the public says. They are kept in memory only: no
// address comes to the disk.
type opinionLimits struct{ one, address, all limiter }

func newOpinionLimits() opinionLimits {
	return opinionLimits{newLimiterOver(maxOpinions, 24*time.Hour), newLimiterOver(maxWishes, time.Hour), newLimiterOver(maxWishesOfAll, time.Hour)}
}

// refuses reports whether an address has said enough: to one project, or to so
// many that nobody else would be heard.
func (l *opinionLimits) refuses(address string, number uint32) bool {
	return l.one.count(address+" "+strconv.Itoa(int(number))) || l.address.count(address) || l.all.count("all")
}

// opinionsData is what the public says to a project.
type opinionsData struct {
	Open  bool // it can be said now
	ID    string
	Sums  [3]uint32
	Words []opinionLine
	Said  bool // just now
}

type opinionLine struct {
	ID      int64
	Project uint32
	Title   string
	Grade   store.Grade
	Day     project.Date
	Words   string
}

// postOpinion serves POST /projects/{number}/opinion.
func (s *Server) postOpinion(w http.ResponseWriter, r *http.Request, _ Person) error {
	if s.projects == nil {
		return because(codeNotFound, errNoProjects)
	}
	number := parseNumber(chi.URLParam(r, "number"))
	if err := s.projects.hears(number); err != nil {
		return err
	}
	l := &s.projects.opinions
	if l.refuses(address(r), number) || s.projects.free() < s.projects.limits.leastFree {
		return refuse(codeRateLimited)
	}
	given, err := readForm(w, r)
	if err != nil {
		return err
	}
	o, err := readOpinion(given, number)
	if err != nil {
		return err
	}
	o.Day = uint32(s.projects.day())
	if err := s.projects.hear(r.Context(), o, given.id); err != nil {
		return err
	}
	return s.redirect(w, r, "/projects/"+strconv.Itoa(int(number))+"?said=1#opinion")
}

func readOpinion(given *filled, number uint32) (o store.Opinion, err error) {
	grade := parseNumber(first(given.values["grade"]))
	words := strings.TrimSpace(first(given.values["words"]))
	if grade < uint32(store.Satisfied) || grade > uint32(store.NotSatisfied) || !utf8.ValidString(words) || hasHidden(words) || utf8.RuneCountInString(words) > maxOpinionWords {
		return o, refuse(codeBadForm)
	}
	return store.Opinion{Project: number, Grade: store.Grade(grade), Words: words, Shown: store.Waits}, nil
}

// hears reports whether the public can say something to a project now.
func (p *projects) hears(number uint32) error {
	return p.view(func(state *project.State) error {
		if _, ok := state.Project(number); !ok {
			return refuse(codeNotFound)
		}
		if err := state.May(serverActor, &project.Opinion{Project: number}); err != nil {
			return because(codePhase, err)
		}
		return nil
	})
}

// hear keeps an opinion, once however often its form comes, and brings the sums
// into the log if they are not there from today: at most one entry a day for
// each project, however many people speak.
func (p *projects) hear(ctx context.Context, o store.Opinion, id [16]byte) error {
	err := p.db.Update(ctx, func(tx *store.ProjectsTx) error {
		if err := tx.PutReceipt(id, serverActor, 0); err != nil {
			return err
		}
		return tx.PutOpinion(o)
	})
	if errors.Is(err, store.ErrExists) {
		return nil
	}
	if err != nil {
		return err
	}
	grades, err := p.db.Grades(ctx)
	if err != nil {
		return err
	}
	sums := grades[o.Project]
	_, err = p.record(ctx, &deed{actor: serverActor, body: func(state *project.State) (project.Body, error) {
		if summedOn(state, o.Project, p.day()) {
			return nil, errSummed
		}
		return &project.Opinion{Project: o.Project, Good: sums[0], Basic: sums[1], Bad: sums[2]}, nil
	}})
	if errors.Is(err, errSummed) {
		return nil
	}
	return err
}

var errSummed = errors.New("the sums of the day are in the log")

func summedOn(state *project.State, number uint32, day project.Date) bool {
	p, _ := state.Project(number)
	for _, e := range p.Events {
		if e.Kind == project.KindOpinion && e.Day == day {
			return true
		}
	}
	return false
}

// opinionsOf reads what the public said to a project, and may be shown.
func (s *Server) opinionsOf(r *http.Request, number uint32) (*opinionsData, error) {
	d := &opinionsData{Open: s.projects.hears(number) == nil, ID: newFormID(), Said: r.URL.Query().Has("said")}
	grades, err := s.projects.db.Grades(r.Context())
	if err != nil {
		return nil, err
	}
	d.Sums = grades[number]
	all, err := s.projects.db.Opinions(r.Context(), number, store.Public, opinionsShown)
	d.Words = opinionLines(all)
	return d, err
}

func opinionLines(all []store.Opinion) (lines []opinionLine) {
	for _, o := range all {
		lines = append(lines, opinionLine{ID: o.ID, Project: o.Project, Grade: o.Grade, Day: project.Date(o.Day), Words: o.Words})
	}
	return lines
}

// moderationData fills GET /projects/opinions: words that wait for the office.
type moderationData struct {
	ID    string
	Lines []opinionLine
}

// opinionsPage fills GET /projects/opinions.
func (s *Server) opinionsPage(r *http.Request, who Person) (any, error) {
	if err := s.onlyOffice(r, who); err != nil {
		return nil, err
	}
	all, err := s.projects.db.Opinions(r.Context(), 0, store.Waits, 200)
	if err != nil {
		return nil, err
	}
	d := &moderationData{ID: newFormID(), Lines: opinionLines(all)}
	return d, s.projects.view(func(state *project.State) error {
		for i := range d.Lines {
			p, _ := state.Project(d.Lines[i].Project)
			d.Lines[i].Title = p.Title
		}
		return nil
	})
}

// onlyOffice refuses everybody but the office.
func (s *Server) onlyOffice(r *http.Request, who Person) error {
	actor, err := s.actor(r, who)
	if err != nil {
		return err
	}
	return s.projects.view(func(state *project.State) error {
		if a, ok := state.Actor(actor); !ok || a.Role != project.RoleOffice || a.Retired {
			return refuse(codeForbidden)
		}
		return nil
	})
}

// postModeration serves POST /projects/opinions: some words are shown, or are
// erased for good. The grade counts either way.
func (s *Server) postModeration(w http.ResponseWriter, r *http.Request, who Person) error {
	if err := s.onlyOffice(r, who); err != nil {
		return err
	}
	given, err := readForm(w, r)
	if err != nil {
		return err
	}
	to := map[string]store.Shown{"show": store.Public, "erase": store.Hidden}[first(given.values["decision"])]
	if to == store.Waits {
		return refuse(codeBadForm)
	}
	err = s.projects.db.Update(r.Context(), func(tx *store.ProjectsTx) error {
		return tx.ShowOpinion(int64(parseNumber(first(given.values["opinion"]))), to)
	})
	if err != nil && !errors.Is(err, store.ErrUnclean) {
		return err
	}
	return s.redirect(w, r, "/projects/opinions")
}
