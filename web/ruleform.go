package web

import (
	"net/http"
	"strings"

	"piaojue/ballot"
	"piaojue/election"
	"piaojue/form"
)

// ruleGroup is a part of the form of rules, for people to find their way.
type ruleGroup struct {
	ID     string // console.group_<ID>
	Fields []ruleInput
}

// ruleInput is one rule in the form.
type ruleInput struct {
	Name    string // as the manifest has it
	ID      string // for the page: without dots
	Kind    string // choice, number or text
	Value   string
	Values  []string
	Default string
}

// ruleGroups are the rules in the order in which people decide them. All of the
// table are here: see TestRuleForm.
var ruleGroups = []struct {
	id    string
	names []string
}{
	{"ballot", []string{"ballot_mode", "candidates_n", "winners_k", "min_marks", "max_marks", "undervote", "allow_spoil", "write_in", "grades"}},
	{"quorum", []string{"quorum.rule", "quorum.recheck_at_open", "quorum.min_participation"}},
	{"outcome", []string{"base", "tie", "shortfall", "void_vote_if", "recast"}},
	{"display", []string{"candidate_order", "display.turnout", "display.results", "display.tallies"}},
	{"keeping", []string{"ballot_retention.until", "ballot_retention.destroy_needs"}},
}

func ruleForm(r *election.Rules) []ruleGroup {
	fields := make(map[string]election.RuleField)
	for _, f := range election.RuleFields() {
		fields[f.Name] = f
	}
	var all []ruleGroup
	for _, g := range ruleGroups {
		group := ruleGroup{ID: g.id}
		for _, name := range g.names {
			f := fields[name]
			in := ruleInput{Name: name, ID: strings.ReplaceAll(name, ".", "_"), Kind: "text", Value: f.Get(r), Values: f.Values, Default: f.Default}
			switch {
			case f.Default == "true" || f.Default == "false":
				in.Kind = "choice"
				if in.Values == nil {
					in.Values = []string{"true", "false"}
				}
			case f.Values != nil:
				in.Kind = "choice"
			case f.Default != "" && strings.Trim(f.Default, "0123456789") == "":
				in.Kind = "number"
			}
			group.Fields = append(group.Fields, in)
		}
		all = append(all, group)
	}
	return all
}

// presetValues are the rules of each preset, by name, for n options and k seats.
func presetValues(n, k int) map[string]map[string]string {
	all := make(map[string]map[string]string)
	for _, p := range election.Presets() {
		r, err := p.Rules(n, k)
		if err != nil {
			continue // impossible for so few options
		}
		all[string(p)] = ruleValues(&r)
	}
	return all
}

func ruleValues(r *election.Rules) map[string]string {
	values := make(map[string]string)
	for _, f := range election.RuleFields() {
		values[f.Name] = f.Get(r)
	}
	return values
}

// rulesPreviewJSON says what people should know of rules before they decide
// them: console.warn_<ID>.
type rulesPreviewJSON struct {
	Warnings []string `json:"warnings"`
}

// previewRules serves POST /votes/{vote}/rules/preview. Rules that contradict
// each other are refused with the names of the fields.
func (s *Server) previewRules(w http.ResponseWriter, r *http.Request, _ Person) error {
	v, err := s.vote(r)
	if err != nil {
		return err
	}
	body, err := readBody(w, r, maxBody)
	if err != nil {
		return err
	}
	rules, err := form.ReadRules(body)
	if err != nil {
		return err
	}
	d, err := v.draft(r.Context())
	if err != nil {
		return err
	}
	if err := rules.Check(max(d.Round, 1)); err != nil {
		return &refusal{code: codeBadRules, fields: fieldProblems(err), cause: err}
	}
	options, err := s.config.DB.Candidates(r.Context(), v.id)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, rulesPreviewJSON{ruleWarnings(&rules, len(options))})
}

// ruleWarnings names what is allowed, but rarely meant.
func ruleWarnings(r *election.Rules, options int) []string {
	all := []string{}
	warn := func(id string, is bool) {
		if is {
			all = append(all, id)
		}
	}
	graded := r.BallotMode == ballot.Satisfaction3
	warn("other_number", options > 0 && options != r.CandidatesN)
	warn("no_surplus", !graded && r.BallotMode != ballot.Choose1 && r.WinnersK >= r.CandidatesN)
	warn("fewer_marks", r.BallotMode == ballot.SelectK && r.MaxMarks < r.WinnersK)
	warn("more_marks", (r.BallotMode == ballot.SelectK || r.BallotMode == ballot.YNACapped) && r.MaxMarks > r.WinnersK)
	warn("no_majority", !graded && r.Base == election.BaseNone)
	warn("other_base", r.Base == election.BasePresent || r.Base == election.BaseCollected || r.Base == election.BaseValid)
	warn("exact", r.Undervote == election.UndervoteInvalid)
	warn("no_spoil", !r.AllowSpoil)
	warn("half_quorum", r.Quorum.Rule == election.QuorumHalf)
	warn("no_recheck", !r.Quorum.RecheckAtOpen)
	warn("rotation", r.CandidateOrder == "per_terminal_rotation")
	warn("no_tallies", r.Display.Tallies == "none")
	return all
}
