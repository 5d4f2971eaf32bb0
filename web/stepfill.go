package web

import (
	"slices"

	"piaojue/election"
)

// drafted says of each part of the draft whether it is there.
func (o *overview) drafted() []fact {
	p := &step{}
	d := o.draft
	p.fact("roll", o.deputies > 0, o.deputies)
	p.fact("badges", o.deputies > 0 && o.badges == o.deputies, o.badges, o.deputies)
	p.fact("candidates", o.options > 0, o.options)
	if o.unlike != "" {
		p.fact(o.unlike, false, d.List)
	}
	if demanded := d.reviews().Demanded; demanded != reviewNone && d.Parent == nil {
		p.fact("reviews_"+demanded, o.unreviewed == "")
	}
	p.fact("rules", d.Rules != nil)
	if d.Rules != nil && o.options > 0 {
		if d.Rules.CandidatesN != o.options {
			p.fact("numbers", false, d.Rules.CandidatesN, o.options)
		} else if d.Rules.WinnersK > 0 {
			p.note("seats", d.Rules.WinnersK, o.options-d.Rules.WinnersK)
		}
	}
	p.fact("keys", d.Keys != nil)
	p.fact("policy", d.policy() != "")
	return p.Facts
}

func (o *overview) prepare(p *step, who Person) {
	p.Facts = o.drafted()
	if p.State == stepNow && o.missing() == 0 {
		p.State = stepDone
	}
	p.note("issuers", 1+len(o.draft.Issuers))
	if o.draft.terminals() == terminalsRequired {
		p.note("terminals", o.registered(), o.terminals.Unreachable)
	}
	for _, page := range []string{"basics", "roll", "candidates", "rules", "ballot", "terminals", "keys"} {
		p.way(page, "/console/{vote}/"+page)
	}
}

func (o *overview) registered() int {
	t := o.terminals
	return t.Ready + t.InUse + t.Help + t.Unreachable
}

func (o *overview) freeze(p *step, who Person) {
	n := o.missing()
	if o.view.manifest == nil {
		if n > 0 {
			p.State = stepLater
		}
		if n == 0 {
			p.fact("complete", true)
		} else {
			p.fact("incomplete", false, n)
		}
	} else {
		p.fact("frozen", true)
	}
	p.sign(byOrganizers, who, why(n == 0, "missing", n))
	if p.State == stepLater {
		p.Ways[0].Why = why(n == 0, "missing", n)
	}
}

func (o *overview) approve(p *step, who Person) {
	d := o.draft
	p.fact("trustees", o.view.phase >= election.PhaseApproved, d.N, d.T)
	p.note("approval")
	p.sign(byPresidium, who)
}

func (o *overview) seal(p *step, who Person) {
	n := int(o.draft.N)
	p.fact("sealed", o.view.jointKey != nil, o.sealed(), n)
	if o.view.complaint != nil {
		p.fact("complaint", false)
	}
	p.sign(byTrustees, who)
}

func (o *overview) checkIn(p *step, who Person) {
	if o.view.manifest == nil {
		p.gateWay(who)
		return
	}
	q, logged := o.quorum(), o.view.numbers.P
	p.fact("present", o.ever >= q, o.view.manifest.Deputies, o.ever, q)
	if o.ever > logged {
		p.fact("attendance", false, logged, o.ever-logged)
	} else {
		p.fact("attendance_done", logged > 0, logged)
	}
	p.gateWay(who)
	p.sign(byScrutineers, who, why(o.ever > logged, "nobody_new"), why(o.view.phase >= election.PhaseApproved, "trustees"))
}

func (o *overview) open(p *step, who Person) {
	q, logged := o.quorum(), o.view.numbers.P
	if o.view.manifest != nil {
		p.fact("quorum", logged >= q, logged, q)
		if o.draft.terminals() == terminalsRequired {
			p.fact("ready", o.terminals.Ready > 0, o.terminals.Ready, o.registered())
		}
	}
	recheck := o.view.manifest != nil && o.view.manifest.Rules.Quorum.RecheckAtOpen
	p.sign(byOrganizers, who, why(!recheck || logged >= q, "quorum", q, logged))
}

func (o *overview) vote(p *step, who Person) {
	if p.State != stepLater {
		i := o.view.numbers.I
		p.note("issued", i)
		if o.view.turnoutShown() {
			n := o.view.numbers // paper comes back after the close, and is not among those not cast
			cast, issued := o.ballots-min(n.Paper, o.ballots), n.I-min(n.Sheets, n.I)
			p.note("turnout", o.ballots, max(issued, cast)-cast)
		} else {
			p.note("turnout_later")
		}
	}
	if n := o.view.numbers; n.Sheets > 0 && p.State != stepLater {
		p.note("sheets", n.I-n.Sheets, n.Sheets)
	}
	if o.view.phase == election.PhaseSuspended {
		p.fact("suspended", false)
	}
	if p.State == stepNow {
		p.way("operations", "/operations/{vote}", why(slices.Contains(operations.roles, who.Role), "not_yours"))
		p.way("exceptions", "/console/{vote}/exceptions")
	}
}

func (o *overview) close(p *step, who Person) {
	if o.view.phase == election.PhaseClosing {
		p.fact("closing", false)
	}
	if p.State == stepDone {
		p.fact("closed", true, o.view.numbers.I, o.view.numbers.R)
	} else {
		p.note("close")
	}
	p.sign(byOrganizers, who, why(o.view.phase != election.PhaseSuspended, "suspended"), why(o.view.phase != election.PhaseClosing, "closing"))
}

func (o *overview) collect(p *step, who Person) {
	n := o.view.numbers
	if p.State == stepNow || p.State == stepDone {
		if n.Sheets > 0 || n.Paper > 0 {
			p.fact("papers", n.Paper == n.Sheets, n.Sheets, n.Paper)
		}
		p.fact("collected", p.State == stepDone, n.I, n.R, n.U)
	} else {
		p.note("collect")
	}
	p.sign(byScrutineers, who)
}

func (o *overview) unseal(p *step, who Person) {
	t := int(o.draft.T)
	if p.State == stepNow {
		p.fact("shares", o.shared() >= t, o.shared(), t)
	} else {
		p.note("unseal", t)
	}
	p.sign(byTrustees, who, why(o.view.numbers.R >= o.draft.MinBallots, "few", o.view.numbers.R, o.draft.MinBallots))
}

func (o *overview) certify(p *step, who Person) {
	p.note("certify")
	p.sign(byScrutineers, who)
}

func (o *overview) announce(p *step, who Person) {
	p.fact("announced", o.view.phase >= election.PhasePublished)
	p.fact("archived", o.view.phase >= election.PhaseArchived)
	p.sign(byPresidium, who, why(o.view.next != election.NextPresidium, "decide_first"))
}
