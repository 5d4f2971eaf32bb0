package web

import (
	"net/http"
	"strings"

	"piaojue/election"
	"piaojue/form"
	"piaojue/lang"
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
// them.
type rulesPreviewJSON struct {
	Warnings []ruleWarningJSON `json:"warnings" doc:"What is allowed, but contradicts itself or is unusual."`
}

// ruleWarningJSON is a doubt about a rule.
type ruleWarningJSON struct {
	ID   string `json:"id"`
	Rule string `json:"rule" doc:"The rule to look at; or min_ballots, of the draft."`
	ZH   string `json:"zh"`
	EN   string `json:"en"`
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
	o, err := s.overview(r.Context(), v)
	if err != nil {
		return err
	}
	if err := rules.Check(max(o.draft.Round, 1)); err != nil {
		return &refusal{code: codeBadRules, fields: fieldProblems(err), cause: err}
	}
	zh, en := s.voiceOf(lang.ZH, r), s.voiceOf(lang.EN, r)
	p := rulesPreviewJSON{Warnings: []ruleWarningJSON{}}
	for _, d := range o.ruleDoubts(&rules) {
		var numbers []any
		for _, n := range d.Numbers {
			numbers = append(numbers, n)
		}
		id := "doubt." + d.ID
		p.Warnings = append(p.Warnings, ruleWarningJSON{d.ID, d.Rule, zh.text(id, numbers...), en.text(id, numbers...)})
	}
	return writeJSON(w, http.StatusOK, p)
}

// ruleDoubts are the doubts about rules of the draft, and whether they are about
// as many projects as there are.
func (o *overview) ruleDoubts(r *election.Rules) []election.Doubt {
	var all []election.Doubt
	if o.options > 0 && o.options != r.CandidatesN {
		all = append(all, election.Doubt{ID: "other_number", Rule: "candidates_n", Numbers: []uint32{uint32(r.CandidatesN), uint32(o.options)}})
	}
	basics := election.Basics{Deputies: uint32(o.deputies), Round: max(o.draft.Round, 1), MinBallots: o.draft.MinBallots}
	return append(all, r.Doubts(basics)...)
}
