package web

import (
	"fmt"
	"io"

	"piaojue/ballot"
	"piaojue/election"
)

// scriptPart is a part of the chair's script: podium.step_<ID>.
type scriptPart struct {
	ID    string
	Lines []scriptLine
}

// scriptLine is what somebody says, podium.say_<ID>, or a direction that nobody
// reads out, console.script_<ID>.
type scriptLine struct {
	Who  string // chair, chief or empty: a direction
	ID   string
	Args []any
}

// blank is a number that nobody knows yet: a line to write on.
type blank struct{}

// Format implements fmt.Formatter, for any verb.
func (blank) Format(f fmt.State, _ rune) { io.WriteString(f, "____") }

// known returns a number, or a line to write on.
func known[T any](n T, is bool) any {
	if is {
		return n
	}
	return blank{}
}

func (p *scriptPart) chair(id string, args ...any) {
	p.Lines = append(p.Lines, scriptLine{"chair", id, args})
}

func (p *scriptPart) chief(id string, args ...any) {
	p.Lines = append(p.Lines, scriptLine{"chief", id, args})
}

func (p *scriptPart) direct(id string, args ...any) {
	p.Lines = append(p.Lines, scriptLine{"", id, args})
}

// scriptCard is what chair and chief scrutineer say, with all numbers that are
// known. The wording is that of the podium's screen.
func (o *overview) scriptCard() []scriptPart {
	rules := o.rules()
	parts := []scriptPart{{ID: "present"}, {ID: "seal"}, {ID: "start"}, {ID: "close"}, {ID: "collect"}, {ID: "open"}, {ID: "result"}}
	o.sayPresent(&parts[0], rules)
	parts[1].direct("approval")
	parts[1].chair("seal")
	parts[1].chief("sealed", int(o.draft.N), int(o.draft.T))
	parts[1].chair("compare")
	o.sayStart(&parts[2], rules)
	parts[3].direct("ask")
	parts[3].chair("close")
	o.sayCollected(&parts[4])
	parts[5].chair("open")
	parts[5].direct("shares", int(o.draft.T), int(o.draft.N))
	o.sayResult(&parts[6], rules)
	return parts
}

// rules are those that were frozen, or drafted, or else the usual ones.
func (o *overview) rules() *election.Rules {
	switch {
	case o.view.manifest != nil:
		return &o.view.manifest.Rules
	case o.draft.Rules != nil:
		return o.draft.Rules
	}
	r := election.DefaultRules()
	return &r
}

func (o *overview) sayPresent(p *scriptPart, r *election.Rules) {
	n, present, came := o.deputies, int(max(o.view.numbers.P, o.ever)), o.ever > 0
	p.direct("quorum", known(o.quorum(), o.deputies > 0))
	p.chair("begin", o.draft.Title)
	p.chair("present_"+r.Quorum.Rule, known(n, n > 0), known(present, came), known(n-present, came))
}

func (o *overview) sayStart(p *scriptPart, r *election.Rules) {
	p.direct("handout")
	p.chair("explain")
	options := known(o.options, o.options > 0)
	if r.BallotMode == ballot.Satisfaction3 {
		p.chief("rows", options)
	} else {
		p.chief("options", options, r.WinnersK)
	}
	p.chief(modeLine(r), modeNumbers(r)...)
	p.chief("secret")
	if o.draft.customs().Order == orderFirst {
		p.direct("order")
		p.chair("start")
	} else {
		p.chair("start_together")
	}
}

// modeLine names the sentence about the way of marking.
func modeLine(r *election.Rules) string {
	switch {
	case r.BallotMode != ballot.SelectK:
		return "mode_" + string(r.BallotMode)
	case r.Undervote == election.UndervoteInvalid:
		return "mode_select_exact"
	case r.MinMarks > 0:
		return "mode_select_range"
	}
	return "mode_select_k"
}

func modeNumbers(r *election.Rules) []any {
	switch modeLine(r) {
	case "mode_select_range":
		return []any{r.MinMarks, r.MaxMarks}
	case "mode_select_k", "mode_select_exact", "mode_yna_capped":
		return []any{r.MaxMarks}
	case "mode_satisfaction_3":
		return []any{r.Grades[0], r.Grades[1], r.Grades[2]}
	}
	return nil
}

func (o *overview) sayCollected(p *scriptPart) {
	n, closed := o.view.numbers, o.view.phase >= election.PhaseClosed && !o.ended()
	p.chief("collected", known(o.deputies, o.deputies > 0), known(n.P, closed), known(n.I, closed), known(n.R, closed))
	if n.Sheets > 0 {
		issued, cast := n.Electronic()
		p.chief("channels", known(issued, closed), known(n.Sheets, closed), known(cast, closed), known(n.Paper, closed))
	}
	p.direct("valid")
	p.chair("valid")
}

func (o *overview) sayResult(p *scriptPart, r *election.Rules) {
	n, counted := o.view.numbers, o.view.result != nil && !o.ended()
	var valid, invalid uint32
	if counted {
		valid, invalid = o.view.result.Numbers.V, o.view.result.Numbers.X
	}
	p.direct("signed")
	p.chief("counted", known(n.I, counted), known(n.R, counted), known(valid, counted), known(invalid, counted))
	p.chief("all")
	p.direct("list")
	if r.BallotMode == ballot.Satisfaction3 {
		p.chair("graded")
	} else {
		p.chair("adopted", blank{})
		if counted {
			p.Lines[len(p.Lines)-1].Args = []any{len(o.view.result.Outcome.Adopted)}
		}
		p.direct("tie")
	}
	p.chair("end")
}
