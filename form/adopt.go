package form

import (
	"reflect"
	"strings"

	"piaojue/ballot"
	"piaojue/election"
)

// ReadAdopt reads what the adoption rule needs, for a count made on paper or
// elsewhere:
//
//	{"rules": {…},
//	 "counts": {"entitled": 331, "present": 304, "issued": 304, "collected": 304, "valid": 303, "invalid": 1},
//	 "options": [{"id": "01", "for": 280, "against": 12, "abstain": 11}, …]}
//
// The rules are those of [ReadRules], with the number of options as the default
// of candidates_n. All counts are needed, and for of each option; against and
// abstain may be left out. With satisfaction_3 an option has
// "grades": {"满意": 20, "基本满意": 8, "不满意": 1} instead. The document that
// [Publication.JSON] writes is read as well, if it has tallies. Counts that no
// ballots can add up to are refused; more collected than issued, or none at
// all, is possible, and makes the vote void. The error is [FieldErrors].
func ReadAdopt(data []byte) (election.Input, error) {
	d := &document{}
	var in election.Input
	if root := d.parse(data); root != nil {
		in = readInput(root)
	}
	if len(d.errs) == 0 {
		d.failFields(in.Check(), adoptField)
	}
	if err := d.err(); err != nil {
		return election.Input{}, err
	}
	return in, nil
}

func readInput(root *node) (in election.Input) {
	root.object(publicationNames(root, []string{"rules", "counts", "options"}, ResultDocument{})...)
	var options []*node
	if n := root.member("options"); n != nil {
		options = n.list()
		if len(options) == 0 || len(options) > ballot.MaxOptions {
			n.fail("json.value", len(options))
		}
	}
	if n := root.member("rules"); n != nil {
		in.Rules = readRules(n, len(options))
	}
	if n := root.member("counts"); n != nil {
		in.Numbers = readNumbers(root, n)
	}
	seen := make(map[string]bool)
	for _, n := range options {
		c := n.readCount(root, &in)
		if c.ID != "" && seen[c.ID] {
			n.doc.fail(join(n.path, "id"), "json.same_id")
		}
		seen[c.ID] = true
		in.Counts = append(in.Counts, c)
	}
	return in
}

// publicationNames adds to names those that a published result has beside them.
func publicationNames(root *node, names []string, parts ...any) []string {
	m, ok := root.value.(members)
	if !ok || m.nodes["format"] == nil || m.nodes["format"].value != publicationFormat {
		return names
	}
	for _, part := range parts {
		for f := range reflect.TypeOf(part).Fields() {
			if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" {
				names = append(names, name)
			}
		}
	}
	return names
}

func readNumbers(root, n *node) election.Numbers {
	names := []string{"entitled", "present", "issued", "collected", "valid", "invalid"}
	n.object(publicationNames(root, names, ResultCounts{})...)
	unused, _ := n.optional("unused")
	return election.Numbers{
		U: unused,
		N: n.needed("entitled"), P: n.needed("present"), I: n.needed("issued"),
		R: n.needed("collected"), V: n.needed("valid"), X: n.needed("invalid"),
	}
}

// needed gives a number that must be there.
func (n *node) needed(name string) uint32 {
	if n.member(name) == nil {
		return 0
	}
	v, _ := n.optional(name)
	return v
}

// optional gives a number, and whether it is there and is one.
func (n *node) optional(name string) (uint32, bool) {
	m, ok := n.value.(members)
	if !ok || m.nodes[name] == nil {
		return 0, false
	}
	return m.nodes[name].whole()
}

func (n *node) readCount(root *node, in *election.Input) (c election.Count) {
	names := []string{"id", "for", "against", "abstain", "grades"}
	if n.object(publicationNames(root, names, ResultOption{})...).nodes == nil {
		return c
	}
	if id := n.member("id"); id != nil {
		c.ID = id.text()
		switch {
		case id.value == "":
			id.fail("json.missing")
		case len(c.ID) > maxShort:
			id.fail("row.too_long", maxShort)
		}
	}
	if in.Rules.BallotMode == ballot.Satisfaction3 {
		c.For, _ = n.optional("for")
		n.readGrades(in.Rules.Grades, &c)
	} else {
		c.For = n.needed("for")
		if m := n.value.(members); m.nodes["grades"] != nil {
			m.nodes["grades"].fail("json.unknown")
		}
	}
	if in.Rules.Tie == election.TieFewerAgainst { // it may decide: nobody's silence does
		c.Against = n.needed("against")
	} else {
		c.Against, _ = n.optional("against")
	}
	n.checkAbstain(in, c)
	return c
}

func (n *node) readGrades(grades election.Grades, c *election.Count) {
	child := n.member("grades")
	if child == nil || len(grades) != len(c.Grades) {
		return
	}
	child.object(grades...)
	for i, name := range grades {
		c.Grades[i] = child.needed(name)
	}
}

// checkAbstain compares a given number with the one that follows from the
// others. Where options are marked, not judged, whole-ballot abstentions may be
// what is meant, so that it is only too many that cannot be.
func (n *node) checkAbstain(in *election.Input, c election.Count) {
	abstain, ok := n.optional("abstain")
	if !ok {
		return
	}
	sum := uint64(abstain) + uint64(c.For) + uint64(c.Against)
	for _, g := range c.Grades {
		sum += uint64(g)
	}
	mode, valid := in.Rules.BallotMode, uint64(in.Numbers.V)
	exact := mode == ballot.YNAEach || mode == ballot.YNACapped || mode == ballot.Satisfaction3
	if sum > valid || exact && sum < valid {
		n.doc.fail(join(n.path, "abstain"), "json.sum", valid)
	}
}

// adoptField gives the name that the document has for a field of
// election.Input.
func adoptField(field string) string {
	switch field {
	case "n":
		return "counts.entitled"
	case "p":
		return "counts.present"
	case "i":
		return "counts.issued"
	case "v":
		return "counts.valid"
	}
	if rest, ok := strings.CutPrefix(field, "counts"); ok {
		return "options" + rest
	}
	return field
}
