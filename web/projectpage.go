package web

import (
	"encoding/hex"
	"net/http"

	"github.com/go-chi/chi/v5"

	"piaojue/project"
)

// projectData fills GET /projects/{number}: what everybody may know of a project,
// and to those who work on it what is not public.
type projectData struct {
	project.Project
	Day       project.Date
	Year      uint32
	Place     string
	LeadName  string
	Assists   []string
	Cost      uint64
	Deadline  project.Date
	SpentPart uint64 // percent
	Light     project.Light
	Lamp      lamp
	Wishes    uint32 // behind it
	Chart     *projectChart
	Events    []*happening
	First     string // hash of the first picture, empty: fewer than two
	Last      string
	Team      *projectTeam
	Problems  []projectProblem
	Promise   string
	Actions   []action      // what who looks may do now
	Opinions  *opinionsData // of the public
	Adopted   voteProof
	Decided   []decideVote // votes inside supervision, certified
	Rated     *voteProof
	promise   project.Blob
}

// projectTeam is the team that supervises.
type projectTeam struct {
	Leader, Committee string
	Deputies          []string
	Specialists       uint8
}

// projectProblem is a problem in public.
type projectProblem struct {
	Number uint32
	Stage  project.Stage
	Owner  string
	Due    project.Date
	Late   bool
	Text   string
	text   project.Blob
}

// voteProof leads to the vote that decided something, on this server or not.
type voteProof struct {
	Vote     string // empty: not here
	Entry    uint64
	Found    bool // Entry is its result
	Manifest []string
}

// projectPage fills GET /projects/{number}.
func (s *Server) projectPage(r *http.Request, who Person) (any, error) {
	if s.projects == nil {
		return nil, because(codeNotFound, errNoProjects)
	}
	reader, err := s.actorOr0(r, who)
	if err != nil {
		return nil, err
	}
	d := &projectData{Day: s.projects.day()}
	number := parseNumber(chi.URLParam(r, "number"))
	err = s.projects.view(func(state *project.State) error {
		d.Actions = actionsOf(state, reader, project.Ref{Noun: project.NounProject, Number: number})
		return d.fill(state, number)
	})
	if err != nil {
		return nil, err
	}
	if err := s.readHappenings(r.Context(), reader, d); err != nil {
		return nil, err
	}
	err = s.projects.view(func(state *project.State) error {
		d.Chart = newProjectChart(state, &d.Project, d.Events, d.Day)
		return nil
	})
	if err != nil {
		return nil, err
	}
	d.Decided = s.decidedAbout(r, number, who)
	d.Adopted = s.proof(r, d.Source.Manifest, d.Source.Result)
	if d.Rating != nil {
		proof := s.proof(r, d.Rating.Vote, [32]byte{})
		d.Rated = &proof
	}
	if d.Opinions, err = s.opinionsOf(r, number); err != nil {
		return nil, err
	}
	return d, s.readWords(r.Context(), d)
}

func (d *projectData) fill(state *project.State, number uint32) error {
	p, ok := state.Project(number)
	if !ok {
		return refuse(codeNotFound)
	}
	d.Project, d.promise = p, p.Promise
	d.Year, d.Place, d.LeadName = yearOf(state, &p), unitName(state, p.District), unitName(state, p.Lead)
	d.Assists, d.Cost, d.Deadline = unitNames(state, p.Assisting), investment(&p), deadlineOf(&p)
	if d.Cost > 0 {
		d.SpentPart = p.Spent * 100 / d.Cost
	}
	d.Light = state.Light(number, d.Day)
	d.Lamp = newLamp(d.Light)
	c, _ := state.Candidate(p.Candidate)
	d.Wishes = c.Suggestions
	d.addTeam(state)
	d.addProblems(state)
	d.Events = happeningsOf(state, &p)
	return nil
}

func (d *projectData) addTeam(state *project.State) {
	t := d.Project.Team
	if t.Committee == 0 {
		return
	}
	d.Team = &projectTeam{Leader: t.Leader, Committee: unitName(state, t.Committee), Specialists: t.Specialists}
	for _, n := range t.Deputies {
		a, _ := state.Actor(n)
		d.Team.Deputies = append(d.Team.Deputies, a.Name)
	}
}

func (d *projectData) addProblems(state *project.State) {
	for _, n := range d.Project.Problems {
		x, _ := state.Problem(n)
		d.Problems = append(d.Problems, projectProblem{
			Number: n, Stage: x.Stage, Owner: unitName(state, x.Owner), Due: x.Due,
			Late: x.Stage != project.StageStruck && x.Due.Past(d.Day), text: x.Text,
		})
	}
}

// proof finds the vote of a manifest on this server, and its entry with that
// hash.
func (s *Server) proof(r *http.Request, manifest, entry [32]byte) voteProof {
	p := voteProof{Manifest: fours(hex.EncodeToString(manifest[:]))}
	v := s.voteWith(manifest)
	if v == nil {
		return p
	}
	p.Vote = v.id
	if index, err := s.config.DB.Log(v.id).Find(r.Context(), entry); err == nil {
		p.Entry, p.Found = index, true
	}
	return p
}

// voteWith returns the vote of a manifest, or nil.
func (s *Server) voteWith(manifest [32]byte) *vote {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, v := range s.votes {
		if now := v.view.Load(); now.manifest != nil && now.manifestHash == manifest {
			return v
		}
	}
	return nil
}
