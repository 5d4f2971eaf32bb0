package form

import (
	"strconv"
	"strings"

	"piaojue/ballot"
	"piaojue/election"
	"piaojue/lang"
)

// lastRound is the round for which rules are checked here: a document does not
// say its round, and some rules belong to a later one. Whoever freezes a vote
// checks again for its own.
const lastRound = 2

// ReadRules reads rules as nested JSON, in the names of PROTOCOL.md, Section
// 4.2 (quorum.rule is {"quorum": {"rule": …}}). An absent name takes its
// default; a default that the other values make impossible gives way: max_marks
// to candidates_n, and for satisfaction_3 winners_k to 0 and grades to 满意,
// 基本满意 and 不满意. The error is [FieldErrors].
func ReadRules(data []byte) (election.Rules, error) {
	d := &document{}
	var rules election.Rules
	if root := d.parse(data); root != nil {
		rules = readRules(root, 0)
	}
	if err := d.err(); err != nil {
		return election.Rules{}, err
	}
	return rules, nil
}

// readRules reads an object of rules. If options is not zero, it is the default
// of candidates_n.
func readRules(n *node, options int) election.Rules {
	rules, given := election.DefaultRules(), make(map[string]bool)
	before := len(n.doc.errs)
	readGroup(n, "", &rules, given)
	fillRules(&rules, given, options)
	// Errors of one value would show again as contradictions between values.
	if len(n.doc.errs) == before {
		n.doc.failFields(rules.Check(lastRound), func(field string) string { return join(n.path, field) })
	}
	return rules
}

func readGroup(n *node, prefix string, rules *election.Rules, given map[string]bool) {
	m := n.object()
	for _, name := range m.names {
		child, full := m.nodes[name], prefix+name
		field, ok := ruleField(full)
		switch {
		case ok && !strings.Contains(name, "."):
			given[full] = true
			child.setRule(field, rules)
		case ruleGroup(full):
			readGroup(child, full+".", rules, given)
		default:
			child.fail("json.unknown")
		}
	}
}

func ruleField(name string) (election.RuleField, bool) {
	for _, f := range election.RuleFields() {
		if f.Name == name {
			return f, true
		}
	}
	return election.RuleField{}, false
}

func ruleGroup(name string) bool {
	for _, f := range election.RuleFields() {
		if strings.HasPrefix(f.Name, name+".") {
			return true
		}
	}
	return false
}

func (n *node) setRule(f election.RuleField, rules *election.Rules) {
	before := len(n.doc.errs)
	value := n.ruleValue(f)
	if len(n.doc.errs) > before {
		return
	}
	if err := f.Set(rules, value); err != nil {
		if len(f.Values) > 0 {
			n.fail("json.one_of", strings.Join(f.Values, ", "))
			return
		}
		n.failValue(err)
	}
}

// ruleValue gives a value as the manifest writes it.
func (n *node) ruleValue(f election.RuleField) string {
	switch {
	case f.Name == "grades":
		var grades []string
		for _, g := range n.list() {
			grades = append(grades, g.text())
			if strings.Contains(grades[len(grades)-1], ",") {
				g.fail("json.value", "comma")
			}
		}
		return strings.Join(grades, ",")
	case f.Default == "true" || f.Default == "false":
		return strconv.FormatBool(n.truth())
	case isNumber(f.Default):
		v, _ := n.whole()
		return strconv.FormatUint(uint64(v), 10)
	}
	return n.text()
}

func isNumber(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

func fillRules(r *election.Rules, given map[string]bool, options int) {
	if options > 0 && !given["candidates_n"] {
		r.CandidatesN = options
	}
	if !given["max_marks"] {
		r.MaxMarks = min(r.MaxMarks, r.CandidatesN)
	}
	if r.BallotMode != ballot.Satisfaction3 {
		return
	}
	if !given["winners_k"] {
		r.WinnersK = 0
	}
	if !given["grades"] {
		r.Grades = defaultGrades()
	}
}

// defaultGrades are Chinese whatever the language of the screen: they are data
// of the manifest.
func defaultGrades() election.Grades {
	return election.Grades{
		lang.ZH.Text("grade.satisfied"), lang.ZH.Text("grade.fairly"), lang.ZH.Text("grade.unsatisfied"),
	}
}
