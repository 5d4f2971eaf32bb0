package web

import (
	"encoding/hex"

	"piaojue/election"
)

// Say is the end of the id of the sentence that says what the entry is. A
// result is not said before it is signed: the hall hears it from the chair.
func (e *logEntry) Say() string {
	if _, ok := e.body.(*election.Result); ok && !e.view.certified() {
		return "result_sealed"
	}
	if m, ok := e.body.(*election.Manifest); ok && m.Rules.WinnersK == 0 {
		return "manifest_graded"
	}
	switch x := e.body.(type) {
	case *election.Opening:
		if len(x.Issuers) == 0 {
			return "opening_paper"
		}
	case *election.Batch:
		if x.Invalid > 0 {
			return "batch_invalid"
		}
	case *election.Collection:
		if e.view.numbers.Sheets > 0 || x.Paper > 0 {
			return "collection_paper"
		}
	}
	return e.Kind
}

// Args fill that sentence.
func (e *logEntry) Args(v voice) []any {
	switch x := e.body.(type) {
	case *election.Manifest:
		if x.Rules.WinnersK == 0 {
			return []any{x.Title, len(x.Options), x.Deputies}
		}
		return []any{x.Title, len(x.Options), x.Rules.WinnersK, x.Deputies}
	case *election.Trustees:
		var names []string
		for i := range x.Scrutineers {
			names = append(names, e.trustee(v, uint8(i+1)))
		}
		return []any{listed(v.lang, names)}
	case *election.Attendance:
		return []any{len(x.Indexes), x.Present}
	case *election.Badge:
		return []any{x.Index}
	case *election.Opening:
		if len(x.Issuers) == 0 {
			return []any{x.Epoch}
		}
		return []any{x.Epoch, len(x.Issuers)}
	case *election.Sheets:
		return []any{len(x.Indexes)}
	case *election.Batch:
		if x.Invalid > 0 {
			return []any{x.Box, x.Sheets, x.Invalid}
		}
		return []any{x.Box, x.Sheets}
	case *election.Issuance:
		return []any{x.Leaf.Index}
	case *election.Promises:
		return []any{x.Given}
	}
	return e.trusteeArgs(v)
}

// trusteeArgs is Args for what one scrutineer does.
func (e *logEntry) trusteeArgs(v voice) []any {
	switch x := e.body.(type) {
	case *election.Dealing:
		return []any{e.trustee(v, x.Index)}
	case *election.Agreement:
		return []any{e.trustee(v, x.Index)}
	case *election.Complaint:
		return []any{e.trustee(v, x.Index), e.trustee(v, x.Accused)}
	case *election.Ready:
		return []any{e.trustee(v, x.Index)}
	case *election.Share:
		return []any{e.trustee(v, x.Index)}
	case *election.Destruction:
		return []any{e.trustee(v, x.Index)}
	}
	return e.laterArgs(v)
}

// laterArgs is Args for what comes after the close order.
func (e *logEntry) laterArgs(v voice) []any {
	switch x := e.body.(type) {
	case *election.Order:
		return []any{x.Size}
	case *election.Close:
		return []any{x.Ballots, x.Unused, x.Spent}
	case *election.Collection:
		n := election.Numbers{I: x.Issued, R: x.Ballots, U: x.Unused, Paper: x.Paper, Sheets: e.view.numbers.Sheets}
		if n.Sheets > 0 || n.Paper > 0 {
			issued, cast := n.Electronic()
			return []any{n.I, issued, n.Sheets, n.R, cast, n.Paper, n.U, n.Unaccounted()}
		}
		return []any{n.I, n.R, n.U, n.Unaccounted()}
	case *election.Result:
		if !e.view.certified() {
			return nil
		}
		n := x.Numbers
		return []any{n.R, n.V, n.X, len(x.Outcome.Adopted)}
	case *election.Archive:
		return []any{x.Size}
	case *election.Announcement:
		return []any{x.Text}
	case *election.Suspend:
		return []any{x.Text}
	case *election.Resume:
		return []any{x.Text}
	case *election.Void:
		return []any{x.Text}
	case *election.Decision:
		return []any{len(x.Adopted), listed(v.lang, e.optionNames(x.Adopted))}
	}
	return nil
}

// optionNames are the names of options of the manifest.
func (e *logEntry) optionNames(options []uint16) (names []string) {
	for _, i := range options {
		names = append(names, e.view.manifest.Options[i].Name)
	}
	return names
}

// entryFact is a detail of an entry: the end of its text's id, and what it is.
type entryFact struct {
	Name  string
	Value string
	Code  []string // in groups of four
	List  []string
}

func codeFact(name string, code [32]byte) entryFact {
	return entryFact{Name: name, Code: fours(hex.EncodeToString(code[:]))}
}

// Facts are what unfolds. Of a ballot there are none: nothing in it is for eyes.
func (e *logEntry) Facts(v voice) []entryFact {
	switch x := e.body.(type) {
	case *election.Manifest:
		return manifestFacts(v, x)
	case *election.Trustees:
		return trusteesFacts(x)
	case *election.Ready:
		return []entryFact{codeFact("joint_key", x.JointKey)}
	case *election.Badge:
		return []entryFact{codeFact("badge_key", x.Key)}
	case *election.Issuance:
		return []entryFact{codeFact("badge_key", x.Leaf.Key)}
	case *election.Order:
		return []entryFact{codeFact("root", x.Root)}
	case *election.Spent:
		return []entryFact{codeFact("seal", x.Seal)}
	case *election.Share:
		return []entryFact{codeFact("root", x.Root)}
	case *election.Certificate:
		return []entryFact{codeFact("result", x.Result)}
	case *election.Archive:
		return []entryFact{codeFact("root", x.Root)}
	case *election.Result:
		return resultFacts(v, x, e.view)
	case *election.Decision:
		return []entryFact{{Name: "basis", Value: x.Basis}, {Name: "decision", Value: x.Text}, {Name: "members", List: x.Members}}
	case *election.Successor:
		return []entryFact{codeFact("next", x.Manifest)}
	}
	return nil
}

func manifestFacts(v voice, m *election.Manifest) []entryFact {
	var options, rules, issuers []string
	for _, o := range m.Options {
		options = append(options, o.ID+" "+o.Name)
	}
	for _, f := range election.RuleFields() {
		if value := f.Get(&m.Rules); value != "" {
			rules = append(rules, v.text("log.pair", v.text("rule."+f.Name), ruleValue(v, f.Name, value)))
		}
	}
	for _, i := range m.Issuers {
		issuers = append(issuers, i.Name)
	}
	var facts []entryFact
	if m.Parent != ([32]byte{}) {
		facts = append(facts, entryFact{Name: "round", Value: v.text("screen.round", m.Round)}, codeFact("parent", m.Parent))
	}
	facts = append(facts, []entryFact{
		{Name: "congress", Value: m.Congress + " " + m.Session},
		{Name: "date", Value: m.Date},
		{Name: "options", List: options},
		{Name: "rules", List: rules},
		{Name: "threshold", Value: v.text("log.of", m.Threshold, m.Trustees)},
		{Name: "issuers", Value: listed(v.lang, issuers)},
		codeFact("roll", m.RollRoot),
	}...)
	for _, p := range m.Pins {
		facts = append(facts, entryFact{Name: "pin", Value: p.Name, Code: fours(hex.EncodeToString(p.Hash[:]))})
	}
	return facts
}

// ruleValue words a value that has words, and else shows it as it is.
func ruleValue(v voice, name, value string) string {
	if id := "value." + name + "." + value; v.lang.Has(id) {
		return v.text(id)
	}
	return value
}

func trusteesFacts(t *election.Trustees) (facts []entryFact) {
	var names, tellers []string
	for _, s := range t.Scrutineers {
		name := s.Name
		if s.Delegation != "" {
			name += " · " + s.Delegation
		}
		names = append(names, name)
	}
	for _, s := range t.Tellers {
		tellers = append(tellers, s.Name)
	}
	facts = append(facts, entryFact{Name: "scrutineers", List: names})
	if tellers != nil {
		facts = append(facts, entryFact{Name: "tellers", List: tellers})
	}
	return facts
}

// resultFacts names what was adopted. Tallies stand where the rules let them:
// with the result itself.
func resultFacts(v voice, r *election.Result, w *view) []entryFact {
	if !w.certified() {
		return nil
	}
	var adopted []string
	for _, i := range w.adopted(w.tallies(false)) {
		adopted = append(adopted, w.manifest.Options[i].Name)
	}
	facts := []entryFact{{Name: "outcome", Value: v.text("vote." + r.Outcome.Vote)}}
	if adopted != nil {
		facts = append(facts, entryFact{Name: "adopted", List: adopted})
	}
	return facts
}
