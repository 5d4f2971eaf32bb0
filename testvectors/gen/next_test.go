package gen

import (
	"testing"

	"piaojue/election"
)

func (v *vote) writeDecision() {
	if v.decided == nil {
		return
	}
	v.chained(election.KindDecision, &election.Decision{
		Chain: v.chain(), Adopted: *v.decided, Basis: "《票决办法》第九条\n主席团第三次会议", Text: "由主席团确定如上", Members: []string{"主席一", "主席二"},
	}, byPresidium)
}

// writeNext names the vote that rule 7 of PROTOCOL.md, Section 10, derives.
func (v *vote) writeNext() {
	if v.child == "" {
		return
	}
	p := childPlans[v.child]
	if v.named == nil {
		v.named = p.named
	}
	follow := must(v.manifest.Next(v.outcome))
	child := &vote{plan: plan{deputies: v.deputies, issuers: p.issuers, min: p.min, kind: v.kind, rules: follow.Rules}}
	child.roll = child.newRoll()
	m := child.newManifest(v.child)
	m.Parent, m.Round, m.Options = v.hash, follow.Round, follow.Options
	if v.named != nil {
		v.named(m)
	}
	v.next = m
	v.chained(election.KindSuccessor, &election.Successor{Chain: v.chain(), Manifest: m.Hash()}, byStaff, byPresidium)
}

// playChild plays the vote that another one names.
func (l library) playChild(t *testing.T, name string) *played {
	p := childPlans[name]
	parent := l.play(t, p.parent).vote
	p.name, p.kind, p.deputies, p.follows, p.rules = name, parent.kind, parent.deputies, parent.next, parent.next.Rules
	p.named = nil
	return play(t, p)
}

// renamed lets a fork of the parent name what the flaw makes of the next vote.
// The parent is a good record of its own.
func (l library) renamed(t *testing.T, f flaw) func(v *vote) {
	t.Helper()
	child := l.play(t, f.base)
	parent := l.play(t, child.parent)
	name := namesPrefix + f.name
	step := "next"
	if parent.last != "" {
		step = "counts" // the end of a void vote is no step
	}
	l[name] = parent.fork(t, name, step, func(v *vote) { v.named = f.named })
	return func(v *vote) {
		v.parent, v.follows, v.until = name, l[name].next, "trustees"
		v.blame()
	}
}

// namesPrefix begins the names of records whose log names a vote that must not
// follow.
const namesPrefix = "names_"
