package web

import (
	"errors"
	"net/http"
	"slices"

	"piaojue/ballot"
	"piaojue/election"
	"piaojue/project"
)

// rating says what the deputies think of projects: the certified result of a
// satisfaction vote whose options are projects, by their codes (一事一码). The codes
// stand in the manifest, so that whoever has the record of the vote sees which
// project each row is. What is 不满意 is done again, until the days are over that
// the settings give for it.
func (x *consequence) rating(state *project.State) project.Body {
	if !x.w.certified() || x.w.result.Outcome.Vote != election.VoteValid {
		return nil
	}
	base := x.w.result.Numbers.N
	b := &project.Rating{Manifest: x.w.manifestHash, Result: x.w.resultHash, Certificate: x.certificate, Base: base}
	for i, o := range x.w.manifest.Options {
		n, ok := ratedProject(state, o.ID)
		p, there := state.Project(n)
		if !ok || !there || p.Rating != nil && p.Rating.Vote == x.w.manifestHash || i >= len(x.w.result.Outcome.Lines) {
			return nil // not about projects, or in the log already
		}
		if !p.Stage.Rateable() {
			continue // terminated or closed while the vote ran; the others are rated all the same
		}
		l := x.w.result.Outcome.Lines[i]
		r := project.Rated{Project: n, Option: uint16(i), Good: l.Grades[0], Basic: l.Grades[1], Bad: l.Grades[2], Abstain: l.Abstain}
		if r.Grade = project.RollUp(r.Good, r.Basic, base); r.Grade == project.GradeBad {
			r.Due = x.today.Add(int(state.Settings().RatingDays))
		}
		b.Rows = append(b.Rows, r)
	}
	if len(b.Rows) == 0 {
		return nil
	}
	return b
}

// checkRating refuses a satisfaction vote about projects whose rules keep the
// tallies from the public: the log of the projects, which everybody reads, has how
// many said what of each, and the grade must follow from it.
func checkRating(m *election.Manifest) error {
	about := func(o election.Option) bool {
		tag, err := project.ParseTag(o.ID)
		return err == nil && tag.Of == project.TagProject
	}
	rated := m.Rules.BallotMode == ballot.Satisfaction3 && !slices.ContainsFunc(m.Options, func(o election.Option) bool { return !about(o) })
	if rated && m.Rules.Display.Tallies != "public" {
		return &refusal{code: codeBadRules, fields: []fieldProblem{newFieldProblem("display.tallies", "field.rated_tallies")}}
	}
	return nil
}

// ratedProject is the project that an option of a satisfaction vote stands for.
func ratedProject(state *project.State, option string) (uint32, bool) {
	tag, err := project.ParseTag(option)
	if err != nil || tag.Of != project.TagProject {
		return 0, false
	}
	_, ok := state.Project(tag.Number)
	return tag.Number, ok
}

// ratingData fills GET /projects/ratings.
type ratingData struct {
	ID       string
	Projects []ratingLine
	Drafts   []voteChoice
	Lead     bool
}

type ratingLine struct {
	Number uint32
	Title  string
	Lead   string // the department
	Ready  bool   // accepted, or asking to be
	Rated  *project.Rated
}

func (s *Server) ratingPage(r *http.Request, who Person) (any, error) {
	if _, err := s.actor(r, who); err != nil {
		return nil, err
	}
	d := &ratingData{ID: newFormID(), Lead: lead.check(who) == nil}
	kept, err := s.config.DB.Votes(r.Context())
	if err != nil {
		return nil, err
	}
	for _, k := range kept {
		draft, err := draftOf(k)
		if err != nil {
			return nil, err
		}
		if !k.Frozen {
			d.Drafts = append(d.Drafts, voteChoice{ID: k.ID, Title: draft.Title})
		}
	}
	return d, s.projects.view(func(state *project.State) error {
		for n := uint32(1); n < state.Next(project.NounProject); n++ {
			if p, _ := state.Project(n); p.Stage.Rateable() {
				ready := p.Stage == project.StageDelivered || p.Stage == project.StageAccepted
				d.Projects = append(d.Projects, ratingLine{n, p.Title, unitName(state, p.Lead), ready, p.Rating})
			}
		}
		return nil
	})
}

var errNotRateable = errors.New("no project, or one that nobody can judge now")

// postRating serves POST /projects/ratings: the chosen projects become the rows of
// a vote that is a draft still, with the rules of 满意度测评.
func (s *Server) postRating(w http.ResponseWriter, r *http.Request, who Person) error {
	given, v, err := s.formOfVote(w, r, who)
	if err != nil {
		return err
	}
	options, err := s.projectOptions(parseNumbers(given.values["projects"]), func(p *project.Project) bool { return p.Stage.Rateable() })
	if err != nil {
		return err
	}
	rules, err := election.Satisfaction.Rules(len(options), 0)
	if err != nil {
		return because(codeBadForm, err)
	}
	if err := s.setDraft(r.Context(), v, options, &rules); err != nil {
		return err
	}
	return s.redirect(w, r, "/console/"+v.id+"/candidates")
}

// isRating reports whether a vote is about satisfaction.
func (x *consequence) isRating() bool { return x.w.manifest.Rules.BallotMode == ballot.Satisfaction3 }
