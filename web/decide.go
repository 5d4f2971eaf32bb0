package web

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"unicode/utf8"

	"piaojue/ballot"
	"piaojue/election"
	"piaojue/form"
	"piaojue/lang"
	"piaojue/project"
)

// Votes inside supervision are votes of the engine whose options are projects by
// their codes: an award (评选) takes the best of them, a decision (决定) says yes or
// no to a matter for each. They adopt nothing, and no project changes by them: a
// ruling that follows names the vote.

// decideData fills GET /projects/votes.
type decideData struct {
	ID       string
	Lead     bool // who looks may set one up
	Projects []ratingLine
	Drafts   []voteChoice
	Votes    []decideVote
}

// decideVote is a vote inside supervision, as far as everybody may know it.
type decideVote struct {
	ID, Title string
	Award     bool
	Frozen    bool
	Phase     election.Phase
	Seats     int
	Lines     []decideLine
	Proof     *voteProof // of its result; nil: not certified
	Valid     bool
}

// decideLine is an option of it.
type decideLine struct {
	Project uint32
	Name    string
	Adopted bool
	Shown   bool // the rules let the tallies out
	Judged  bool // for and against were said
	For     uint32
	Against uint32
	Abstain uint32
}

// decidePage fills it.
func (s *Server) decidePage(r *http.Request, who Person) (any, error) {
	if _, err := s.actor(r, who); err != nil {
		return nil, err
	}
	d := &decideData{ID: newFormID(), Lead: lead.check(who) == nil}
	err := s.projects.view(func(state *project.State) error {
		for n := uint32(1); n < state.Next(project.NounProject); n++ {
			if p, _ := state.Project(n); p.Stage != project.StageTerminated {
				d.Projects = append(d.Projects, ratingLine{Number: n, Title: p.Title, Lead: unitName(state, p.Lead), Ready: p.Asked != 0})
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if err := s.addDrafts(r.Context(), d); err != nil {
		return nil, err
	}
	for _, v := range s.frozenVotes() {
		if x := s.decideVote(r, v, who); x != nil {
			d.Votes = append(d.Votes, *x)
		}
	}
	return d, nil
}

// addDrafts lists the drafts: those that are such votes already, and all that can
// become one.
func (s *Server) addDrafts(ctx context.Context, d *decideData) error {
	kept, err := s.config.DB.Votes(ctx)
	if err != nil {
		return err
	}
	for _, k := range kept {
		if k.Frozen {
			continue
		}
		draft, err := draftOf(k)
		if err != nil {
			return err
		}
		d.Drafts = append(d.Drafts, voteChoice{ID: k.ID, Title: draft.Title})
		options, err := s.config.DB.Candidates(ctx, k.ID)
		if err != nil {
			return err
		}
		if rules := draft.Rules; rules != nil && aboutProjects(rules, options) {
			d.Votes = append(d.Votes, decideVote{ID: k.ID, Title: draft.Title, Award: isAward(rules), Seats: rules.WinnersK, Lines: decideLines(options)})
		}
	}
	return nil
}

// aboutProjects reports whether a vote is one inside supervision: its options are
// projects, and it grades nothing.
func aboutProjects(rules *election.Rules, options []election.Option) bool {
	for _, o := range options {
		if tag, err := project.ParseTag(o.ID); err != nil || tag.Of != project.TagProject {
			return false
		}
	}
	return len(options) > 0 && rules.BallotMode != ballot.Satisfaction3
}

func isAward(rules *election.Rules) bool { return rules.BallotMode == ballot.SelectK }

func decideLines(options []election.Option) (all []decideLine) {
	for _, o := range options {
		tag, _ := project.ParseTag(o.ID)
		all = append(all, decideLine{Project: tag.Number, Name: o.Name})
	}
	return all
}

// decideVote tells who asks of a frozen vote, if it is one inside supervision.
// Nothing of a result is told before it is certified.
func (s *Server) decideVote(r *http.Request, v *vote, who Person) *decideVote {
	w := v.view.Load()
	if !aboutProjects(&w.manifest.Rules, w.manifest.Options) {
		return nil
	}
	x := &decideVote{
		ID: v.id, Title: w.manifest.Title, Award: isAward(&w.manifest.Rules), Frozen: true, Phase: w.phase,
		Seats: w.manifest.Rules.WinnersK, Lines: decideLines(w.manifest.Options),
	}
	if !w.certified() {
		return x
	}
	proof := s.proof(r, w.manifestHash, w.resultHash)
	x.Proof, x.Valid = &proof, w.result.Outcome.Vote == election.VoteValid
	for i, line := range newResult(w, w.talliesFor(who)).Lines {
		to := &x.Lines[i]
		to.Adopted = line.Adopted || line.Decided != nil && *line.Decided
		if to.Shown = line.For != nil; to.Shown {
			to.For = *line.For
		}
		if line.Against != nil {
			to.Judged, to.Against, to.Abstain = true, *line.Against, *line.Abstain
		}
	}
	return x
}

// decidedAbout are the certified votes inside supervision about a project.
func (s *Server) decidedAbout(r *http.Request, number uint32, who Person) (all []decideVote) {
	for _, v := range s.frozenVotes() {
		x := s.decideVote(r, v, who)
		if x == nil || x.Proof == nil {
			continue
		}
		for _, line := range x.Lines {
			if line.Project == number {
				x.Lines = []decideLine{line}
				all = append(all, *x)
				break
			}
		}
	}
	return all
}

var errNoMatter = errors.New("a decision needs a matter, and an award seats for fewer than there are projects")

// maxMatter bounds what a decision is about, which stands before the name of each
// project.
const maxMatter = 40

// postDecide serves POST /projects/votes: the chosen projects become the options of
// a vote that is a draft still, with the rules of an award or of a decision.
func (s *Server) postDecide(w http.ResponseWriter, r *http.Request, who Person) error {
	given, v, err := s.formOfVote(w, r, who)
	if err != nil {
		return err
	}
	options, err := s.projectOptions(parseNumbers(given.values["projects"]), func(p *project.Project) bool { return p.Stage != project.StageTerminated })
	if err != nil {
		return err
	}
	preset, seats := election.SelectPlurality, int(parseNumber(first(given.values["seats"])))
	if first(given.values["what"]) == "decision" {
		matter := first(given.values["matter"])
		if matter == "" || utf8.RuneCountInString(matter) > maxMatter || hasHidden(matter) {
			return because(codeBadForm, errNoMatter)
		}
		for i := range options {
			options[i].Name = matterName(voice{lang: lang.ZH}, matter, options[i].Name)
		}
		preset, seats = election.JudgeMajority, len(options)
	} else if seats < 1 || seats >= len(options) {
		return because(codeBadForm, errNoMatter)
	}
	rules, err := preset.Rules(len(options), seats)
	if err != nil {
		return because(codeBadForm, err)
	}
	if err := s.setDraft(r.Context(), v, options, &rules); err != nil {
		return err
	}
	return s.redirect(w, r, "/console/"+v.id+"/candidates")
}

// matterName is an option of a decision.
func matterName(v voice, matter, title string) string { return v.text("decide.option", matter, title) }

// setDraft makes projects the options of a draft.
func (s *Server) setDraft(ctx context.Context, v *vote, options []election.Option, rules *election.Rules) error {
	// What an import would refuse must not come in this way.
	options, err := form.ReadCandidates(form.WriteCandidates(lang.ZH, options))
	if err != nil {
		return err
	}
	if err := s.config.DB.PutCandidates(ctx, v.id, options); err != nil {
		return err
	}
	return s.config.DB.EditDraft(ctx, v.id, func(old []byte) ([]byte, error) {
		var d draft
		if err := json.Unmarshal(old, &d); err != nil {
			return nil, err
		}
		d.List, d.Rules = 0, rules
		return json.Marshal(&d)
	})
}

// projectOptions makes options of projects.
func (s *Server) projectOptions(numbers []uint32, may func(*project.Project) bool) (all []election.Option, err error) {
	if len(numbers) == 0 || len(numbers) > maxNumbers {
		return nil, because(codeBadForm, errNotRateable)
	}
	return all, s.projects.view(func(state *project.State) error {
		for _, n := range numbers {
			p, ok := state.Project(n)
			if !ok || !may(&p) {
				return because(codeBadForm, errNotRateable)
			}
			all = append(all, election.Option{
				ID: project.Tag{Of: project.TagProject, Number: n}.String(), Name: p.Title, Unit: unitName(state, p.Lead),
				Investment: investment(&p), Deadline: voice{lang: lang.ZH}.day(deadlineOf(&p)),
			})
		}
		return nil
	})
}

// rulingVotes are the certified votes inside supervision that a ruling on a project
// may name.
func (s *Server) rulingVotes(number uint32) (all []rulingVote) {
	for _, v := range s.frozenVotes() {
		w := v.view.Load()
		if !w.certified() || isAward(&w.manifest.Rules) || !aboutProjects(&w.manifest.Rules, w.manifest.Options) {
			continue
		}
		for _, o := range w.manifest.Options {
			if tag, _ := project.ParseTag(o.ID); tag.Number == number {
				all = append(all, rulingVote{sheetOption{Value: v.id, Name: w.manifest.Title}, w.manifestHash, w.resultHash})
				break
			}
		}
	}
	return all
}

// rulingVote is a vote that a form offers.
type rulingVote struct {
	sheetOption
	manifest, result [32]byte
}

// vote asks by which vote something was decided, if it was by one.
func (s *sheet) vote(name string, manifest, result *[32]byte) {
	var options []sheetOption
	for _, v := range s.votes {
		options = append(options, v.sheetOption)
	}
	id, _ := s.choose(name, options, false)
	for _, v := range s.votes {
		if v.Value == id && id != "" {
			*manifest, *result = v.manifest, v.result
		}
	}
}
