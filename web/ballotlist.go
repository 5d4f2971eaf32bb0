package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/go-chi/chi/v5"

	"piaojue/election"
	"piaojue/form"
	"piaojue/lang"
	"piaojue/project"
)

// ballotOptions makes the options of a vote of a list, in its order. The texts
// lie beside the log: content finds them.
func ballotOptions(state *project.State, l *project.List, content func(project.Blob) string) []election.Option {
	var all []election.Option
	for i, n := range l.Candidates {
		c, _ := state.Candidate(n)
		unit, _ := state.Unit(c.Figures.Unit)
		all = append(all, election.Option{
			ID: fmt.Sprintf("%02d", i+1), Name: c.Title, Content: content(c.Text),
			Investment: c.Figures.Investment, Fiscal: c.Figures.Fiscal, Beneficiaries: peopleText(c.Figures.People),
			Deadline: voice{lang: lang.ZH}.day(c.Figures.Deadline), Unit: unit.Name, Suggestions: c.Suggestions,
		})
	}
	return all
}

// peopleText says how many benefit, as it stands on the ballot.
func peopleText(n uint32) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatUint(uint64(n), 10) + "人"
}

// difference is what keeps a list from being that of a vote: list.differs_<ID>.
type difference struct {
	ID   string
	Args []any
}

// listDifferences compares what deputies decide on: which projects in which
// order, what they cost, and how many people asked for them. Other texts the
// staff may have put more clearly for the ballot.
func listDifferences(state *project.State, l *project.List, options []election.Option) (all []difference) {
	if len(options) != len(l.Candidates) {
		return []difference{{"count", []any{len(l.Candidates), len(options)}}}
	}
	for i, want := range ballotOptions(state, l, func(project.Blob) string { return "" }) {
		got := options[i]
		switch {
		case got.Name != want.Name:
			all = append(all, difference{"name", []any{i + 1, want.Name, got.Name}})
		case got.Investment != want.Investment || got.Fiscal != want.Fiscal:
			all = append(all, difference{"money", []any{i + 1, want.Name}})
		case got.Suggestions != want.Suggestions:
			all = append(all, difference{"suggestions", []any{i + 1, want.Name, int(want.Suggestions), int(got.Suggestions)}})
		}
	}
	return all
}

// postBallot serves POST /projects/lists/{number}/ballot: the list becomes the
// candidates of a vote that is a draft still.
func (s *Server) postBallot(w http.ResponseWriter, r *http.Request, who Person) error {
	_, v, err := s.formOfVote(w, r, who)
	if err != nil {
		return err
	}
	number := parseNumber(chi.URLParam(r, "number"))
	options, err := s.optionsOf(r.Context(), number)
	if err != nil {
		return err
	}
	// What an import would refuse must not come in this way.
	if options, err = form.ReadCandidates(form.WriteCandidates(lang.ZH, options)); err != nil {
		return err
	}
	if err := s.config.DB.PutCandidates(r.Context(), v.id, options); err != nil {
		return err
	}
	err = s.config.DB.EditDraft(r.Context(), v.id, func(old []byte) ([]byte, error) {
		var d draft
		if err := json.Unmarshal(old, &d); err != nil {
			return nil, err
		}
		d.List = number
		return json.Marshal(&d)
	})
	if err != nil {
		return err
	}
	return s.redirect(w, r, "/console/"+v.id+"/candidates")
}

// optionsOf makes the options of a list that waits for its vote.
func (s *Server) optionsOf(ctx context.Context, number uint32) (options []election.Option, err error) {
	texts := map[project.Blob]string{}
	var l project.List
	err = s.projects.view(func(state *project.State) error {
		found := false
		if l, found = state.List(number); !found {
			return refuse(codeNotFound)
		}
		if l.Stage != project.StageDrawn || l.Returned != 0 {
			return refuse(codePhase)
		}
		l.Candidates = slices.Clone(l.Candidates)
		for _, n := range l.Candidates {
			c, _ := state.Candidate(n)
			texts[c.Text] = ""
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for hash := range texts {
		if texts[hash], err = s.projects.text(ctx, hash); err != nil {
			return nil, err
		}
	}
	return options, s.projects.view(func(state *project.State) error {
		options = ballotOptions(state, &l, func(b project.Blob) string { return texts[b] })
		return nil
	})
}
