package web

import (
	"encoding/hex"
	"net/http"

	"piaojue/ballot"
	"piaojue/election"
)

// sheetData is the paper ballot. Nothing on it tells one sheet from another:
// a number would lead to the deputy who got it.
type sheetData struct {
	Options []election.Option
	Marks   []string // mark.<…>, or the grades themselves; none: one column to mark
	Graded  bool
	Rule    string // console.sheet_<…>
	Args    []any
	Code    []string // the beginning of the manifest hash; none before the freeze
	Small   bool     // so many options that the type must be smaller
}

// smallFrom is the number of options from which the type is smaller, so that a
// ballot keeps to one page.
const smallFrom = 18

func (s *Server) sheetPage(r *http.Request, v *vote, o *overview, _ Person) (any, error) {
	options, err := s.config.DB.Candidates(r.Context(), v.id)
	if err != nil {
		return nil, err
	}
	rules := o.draftRules()
	x := &sheetData{Options: options, Small: len(options) >= smallFrom}
	x.shape(&rules)
	if o.view.manifest != nil {
		x.Code = fours(hex.EncodeToString(o.view.manifestHash[:8]))
	}
	return x, nil
}

func (x *sheetData) shape(r *election.Rules) {
	switch r.BallotMode {
	case ballot.Choose1:
		x.Rule = "one"
	case ballot.SelectK:
		x.Rule, x.Args = "up_to", []any{r.MaxMarks}
		if r.Undervote == election.UndervoteInvalid {
			x.Rule = "exactly"
		} else if r.MinMarks > 0 {
			x.Rule, x.Args = "range", []any{r.MinMarks, r.MaxMarks}
		}
	case ballot.Satisfaction3:
		x.Rule, x.Marks, x.Graded = "each", r.Grades, true
	case ballot.YNACapped:
		x.Rule, x.Args, x.Marks = "capped", []any{r.MaxMarks}, []string{"for", "against", "abstain"}
	default:
		x.Rule, x.Marks = "each", []string{"for", "against", "abstain"}
	}
}
