package web

import (
	"cmp"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"

	"piaojue/ballot"
	"piaojue/election"
	"piaojue/store"
)

// consoleData is what all pages of the console show of a vote.
type consoleData struct {
	ID, Page, Phase string
	Draft           *draft
	Editor          bool // may change the draft, as long as it is one
	Lead            bool // may begin votes and set keys
	Frozen          bool
	Before          *origin // the vote that this one repeats or continues; nil: none
	Halted          code    // why the server signs nothing for the vote; empty: it does
	More            any     // what the page itself is about
}

// Editable reports whether the person may change anything here now.
func (c *consoleData) Editable() bool { return c.Editor && !c.Frozen }

// Shut reports whether a rule cannot be chosen: of a vote that follows another
// one only what happens to empty seats, and that only after a shortfall.
func (c *consoleData) Shut(rule string) bool {
	return c.Before != nil && (rule != "shortfall" || !c.Before.FreeShortfall())
}

// consoleTab leads to a page of the console.
type consoleTab struct {
	Name, Href string
	Here       bool
}

func (c *consoleData) tab(name string) consoleTab {
	href := "/console/" + c.ID
	if name != "show" {
		href += "/" + name
	}
	return consoleTab{name, href, name == c.Page}
}

// consolePages fill what each page is about.
var consolePages = map[string]func(s *Server, r *http.Request, v *vote, o *overview, who Person) (any, error){
	"show":       (*Server).stepsPage,
	"basics":     (*Server).basicsPage,
	"roll":       (*Server).rollPage,
	"candidates": (*Server).candidatesPage,
	"rules":      (*Server).rulesPage,
	"measures":   (*Server).measuresPage,
	"ballot":     (*Server).ballotPage,
	"paper":      (*Server).sheetPage,
	"terminals":  (*Server).terminalsPage,
	"keys":       (*Server).keysPage,
	"script":     (*Server).scriptPage,
	"exceptions": (*Server).exceptionsPage,
}

// consolePage fills a page of the console.
func consolePage(name string) func(*Server, *http.Request, Person) (any, error) {
	return func(s *Server, r *http.Request, who Person) (any, error) {
		v, err := s.vote(r)
		if err != nil {
			return nil, err
		}
		o, err := s.overview(r.Context(), v)
		if err != nil {
			return nil, err
		}
		data := &consoleData{
			ID: v.id, Page: name, Phase: o.view.phase.String(), Draft: o.draft,
			Editor: slices.Contains(editors.roles, who.Role), Lead: isLead(who), Frozen: o.view.manifest != nil, Before: o.before,
		}
		if h := v.halt.Load(); h != nil {
			data.Halted = h.Code
		}
		data.More, err = consolePages[name](s, r, v, o, who)
		return data, err
	}
}

// consoleList is all votes, newest kind of work first.
type consoleList struct {
	Votes []voteItem
	Lead  bool
}

// consoleListPage fills GET /console.
func (s *Server) consoleListPage(r *http.Request, who Person) (any, error) {
	kept, err := s.config.DB.Votes(r.Context())
	if err != nil {
		return nil, err
	}
	data := &consoleList{Lead: isLead(who)}
	for _, k := range kept {
		item, err := s.voteItem(k)
		if err != nil {
			return nil, err
		}
		data.Votes = append(data.Votes, item)
	}
	return data, nil
}

// stepsData is the page of the steps.
type stepsData struct {
	Steps   []step
	Done    int
	Code    []string // manifest hash in groups of four
	Picture *picture // the same, for the scanner of a terminal
	Others  []unsigned
	Numbers []figure
	Results []resultLink
	Story   []roundJSON
}

// figure is one of the five numbers: number.<ID> of package lang.
type figure struct {
	ID    string
	Value any
}

func (s *Server) stepsPage(_ *http.Request, v *vote, o *overview, who Person) (any, error) {
	data := &stepsData{Steps: steps(v.id, o, who), Numbers: o.numbers()}
	for _, p := range data.Steps {
		if p.State == stepDone {
			data.Done++
		}
	}
	data.Story = v.story(o.view)
	if o.view.manifest != nil {
		code := hex.EncodeToString(o.view.manifestHash[:])
		drawn, err := drawQR(strings.ToUpper(code)) // capitals make a smaller one
		if err != nil {
			return nil, err
		}
		data.Code, data.Picture = fours(code), drawn
	}
	if o.view.certified() {
		data.Results = o.view.results("/console/" + v.id)
	}
	return data, nil
}

// numbers are the five, as far as the podium may know them.
func (o *overview) numbers() []figure {
	n := o.view.numbers
	all := []figure{{"n", o.deputies}, {"p", max(n.P, o.ever)}, {"i", n.I}, {"r", nil}}
	if o.view.turnoutShown() {
		all[3].Value = o.ballots
	}
	return all
}

func (s *Server) rollPage(r *http.Request, v *vote, o *overview, _ Person) (any, error) {
	members, err := s.config.DB.Roll(r.Context(), v.id)
	return struct {
		Members          []store.Member
		Deputies, Badges int
	}{members, o.deputies, o.badges}, err
}

// rulesData is the form of rules.
type rulesData struct {
	Groups  []ruleGroup
	Presets []election.Preset
	Values  map[string]map[string]string // of the presets
	Saved   bool
	Options int
	Customs customs
}

func (s *Server) rulesPage(_ *http.Request, _ *vote, o *overview, _ Person) (any, error) {
	rules := o.draftRules()
	n := cmp.Or(o.options, rules.CandidatesN)
	return &rulesData{
		Groups: ruleForm(&rules), Presets: election.Presets(), Values: presetValues(n, max(1, min(rules.WinnersK, n))),
		Saved: o.draft.Rules != nil, Options: o.options, Customs: o.draft.customs(),
	}, nil
}

// draftRules are the rules, fitted to the options as long as nobody has saved
// any.
func (o *overview) draftRules() election.Rules {
	rules := *o.rules()
	if o.draft.Rules == nil && o.view.manifest == nil && o.options > 0 {
		k := min(rules.WinnersK, o.options)
		rules.CandidatesN, rules.WinnersK, rules.MaxMarks = o.options, k, k
	}
	return rules
}

// ballotData is the ballot as the terminal shows it.
type ballotData struct {
	Title, Rule string // terminal.<…>
	RuleArgs    []any
	Options     []election.Option
	Marks       []string // terminal.<…>, or the grades themselves
	Graded      bool
	Abstain     bool
	Spoil       bool
	Rules       *election.Rules
}

func (s *Server) ballotPage(r *http.Request, v *vote, o *overview, _ Person) (any, error) {
	options, err := s.config.DB.Candidates(r.Context(), v.id)
	if err != nil {
		return nil, err
	}
	rules := o.rules()
	b := &ballotData{Options: options, Rules: rules, Spoil: rules.AllowSpoil}
	b.shape(rules, len(options))
	return b, nil
}

// shape says what terminal.js says of the rules.
func (b *ballotData) shape(r *election.Rules, n int) {
	switch r.BallotMode {
	case ballot.SelectK:
		b.Title, b.Marks = "choose_select", []string{"pick"}
		b.Rule, b.RuleArgs = "rule_up_to", []any{n, r.MaxMarks}
		if r.Undervote == election.UndervoteInvalid {
			b.Rule = "rule_exactly"
		} else if r.MinMarks > 0 {
			b.Rule, b.RuleArgs = "rule_at_least", []any{n, r.MinMarks, r.MaxMarks}
		}
	case ballot.Choose1:
		b.Title, b.Rule, b.Marks = "choose_one", "rule_one", []string{"pick"}
	case ballot.Satisfaction3:
		b.Title, b.Rule, b.Marks, b.Graded = "choose_grades", "rule_grades", r.Grades, true
	default:
		b.Title, b.Rule, b.Marks = "choose_each", "rule_each", []string{"mark_for", "mark_against", "mark_abstain"}
		if r.BallotMode == ballot.YNACapped {
			b.Rule, b.RuleArgs = "rule_capped", []any{r.MaxMarks}
		}
	}
	b.Abstain = !b.Graded
}

// terminalsData is the page of the terminals.
type terminalsData struct {
	Rule   string
	Others []voteItem // whose terminals one can take over
}

func (s *Server) terminalsPage(r *http.Request, v *vote, o *overview, _ Person) (any, error) {
	kept, err := s.config.DB.Votes(r.Context())
	if err != nil {
		return nil, err
	}
	data := &terminalsData{Rule: o.draft.terminals()}
	for _, k := range kept {
		if k.ID == v.id {
			continue
		}
		item, err := s.voteItem(k)
		if err != nil {
			return nil, err
		}
		data.Others = append(data.Others, item)
	}
	return data, nil
}

// keysData is the page of the keys.
type keysData struct {
	Staff, Presidium []string // in groups of four; nil: none yet
	Policy           string
}

func (s *Server) keysPage(_ *http.Request, _ *vote, o *overview, _ Person) (any, error) {
	data := &keysData{Policy: o.draft.policy()}
	if k := o.draft.Keys; k != nil {
		data.Staff, data.Presidium = fours(hex.EncodeToString(k.Staff[:])), fours(hex.EncodeToString(k.Presidium[:]))
	}
	return data, nil
}

func (s *Server) scriptPage(_ *http.Request, _ *vote, o *overview, _ Person) (any, error) {
	return o.scriptCard(), nil
}
