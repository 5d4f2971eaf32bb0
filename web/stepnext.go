package web

import (
	"context"
	"slices"
	"strings"

	"piaojue/election"
)

// origin is the vote that another one repeats or continues.
type origin struct {
	ID     string
	Round  uint8 // of the vote before
	Now    uint8 // of the vote itself
	Repeat bool

	follow *election.Follow // nil: the vote before does not say
}

// FreeShortfall reports whether the rules leave one of them to the presidium:
// what happens if seats stay empty again.
func (x *origin) FreeShortfall() bool { return x.follow != nil && x.follow.FreeShortfall }

// originOf returns where a draft comes from; nil if from nowhere.
func (s *Server) originOf(d *draft) *origin {
	if d.Parent == nil {
		return nil
	}
	before := s.voteOf(*d.Parent)
	if before == nil {
		return nil
	}
	w := before.view.Load()
	x := &origin{ID: before.id, Round: w.manifest.Round, Now: max(d.Round, 1)}
	x.Repeat = x.Round == x.Now
	x.follow = w.follow()
	return x
}

// follow derives what must follow; nil if nothing does.
func (w *view) follow() *election.Follow {
	var out *election.Outcome
	if w.phase != election.PhaseVoided {
		if !w.certified() {
			return nil
		}
		out = &w.result.Outcome
	}
	f, err := w.manifest.Next(out)
	if err != nil {
		return nil
	}
	return f
}

// sequel is the vote that repeats or continues this one, perhaps a draft.
type sequel struct {
	ID     string
	Frozen bool
	Named  bool // in the log of this vote
}

// sequelOf finds it: the one that the log names, or else the newest draft.
func (s *Server) sequelOf(ctx context.Context, w *view) (*sequel, error) {
	if w.manifest == nil {
		return nil, nil
	}
	if next := s.voteOf(w.successor); next != nil {
		return &sequel{next.id, true, true}, nil
	}
	kept, err := s.config.DB.Votes(ctx)
	if err != nil || w.next != election.NextSecondRound && w.next != election.NextRepeat {
		return nil, err
	}
	for _, k := range slices.Backward(kept) {
		d, err := draftOf(k)
		if err != nil {
			return nil, err
		}
		if d.Parent != nil && *d.Parent == w.manifestHash {
			return &sequel{ID: k.ID, Frozen: k.Frozen}, nil
		}
	}
	return nil, nil
}

// What a vote can leave empty, beside what its outcome demands.
const nextLeave = "leave"

// follows says what follows the result, as the console words it; empty: nothing.
func (o *overview) follows() string {
	switch {
	case o.ended():
		return election.NextRepeat
	case !o.view.certified():
		return ""
	}
	out := &o.view.result.Outcome
	if out.Next == election.NextNone && out.Vote == election.VoteValid && len(out.Adopted) < o.view.manifest.Rules.WinnersK {
		return nextLeave
	}
	if out.Next == election.NextNone {
		return ""
	}
	return out.Next
}

// nextSteps are the steps that an outcome can demand, each with its own door.
var nextSteps = map[string]stepSpan{
	election.NextSecondRound: {id: "second_round", kinds: kinds(election.KindSuccessor), fill: (*overview).again},
	election.NextRepeat:      {id: "repeat", kinds: kinds(election.KindSuccessor), fill: (*overview).again},
	election.NextPresidium:   {id: "presidium", kinds: kinds(election.KindDecision), fill: (*overview).decide},
	election.NextSession:     {id: "next_session", fill: (*overview).leave},
	nextLeave:                {id: "leave", fill: (*overview).leave},
}

// spans are the steps of this vote: those of every vote, and after the
// certificate what its outcome demands.
func (o *overview) spans() []stepSpan {
	span, ok := nextSteps[o.follows()]
	if !ok {
		return stepSpans
	}
	return slices.Insert(slices.Clone(stepSpans), len(stepSpans)-1, span)
}

// leftSeats is how many seats the result leaves empty.
func (o *overview) leftSeats() int {
	return o.view.manifest.Rules.WinnersK - len(o.view.result.Outcome.Adopted)
}

// names are those of options, in a row.
func (o *overview) names(options []uint16) string {
	var all []string
	for _, i := range options {
		all = append(all, o.view.manifest.Options[i].Name)
	}
	return strings.Join(all, " / ")
}

// again is another vote: a further round, or a repeat. One click makes it.
func (o *overview) again(p *step, who Person) {
	f := o.view.follow()
	if f == nil {
		p.State = stepStopped
		return
	}
	p.State = stepNow
	p.Copy = copySecond
	if p.ID == "repeat" {
		p.Copy = copyRepeat
		p.note("repeat_stays")
		p.note("repeat_new")
	} else {
		o.sayRound(p, f)
	}
	if o.after == nil {
		p.fact("next_draft", false)
		if !isLead(who) {
			p.way(p.Copy, "", why(false, "by_lead"))
		}
		return
	}
	p.Copy = ""
	p.fact("next_draft", true)
	p.fact("next_frozen", o.after.Frozen)
	p.fact("next_named", o.after.Named)
	if o.after.Named {
		p.State = stepDone
	}
	p.way("next_vote", "/console/"+o.after.ID)
	p.Ways = append(p.Ways, byOrganizers.door("{vote}", who, why(!o.after.Named, "done"), why(o.after.Frozen, "next_unfrozen")))
}

// sayRound says why there is another round, and what nobody chooses.
func (o *overview) sayRound(p *step, f *election.Follow) {
	out := &o.view.result.Outcome
	if len(out.Tied) > 0 {
		p.note("next_tied", o.names(out.Tied), o.leftSeats())
	} else {
		p.note("next_short", o.view.manifest.Rules.WinnersK, len(out.Adopted), o.leftSeats())
	}
	p.note("next_derived", len(f.Options), f.Rules.WinnersK, o.names(f.Origin))
	if f.FreeShortfall {
		p.note("next_free")
	}
	p.note("repeat_new")
}

// decide is what the presidium alone does, about a tie that the rules leave to
// it.
func (o *overview) decide(p *step, who Person) {
	p.State = stepNow
	p.note("next_tied", o.names(o.view.result.Outcome.Tied), o.leftSeats())
	if d := o.view.decision; d != nil {
		p.State = stepDone
		p.fact("decided", true, len(d.Adopted), o.names(d.Adopted))
	} else {
		p.fact("undecided", false)
	}
	p.sign(byPresidium, who, why(o.view.phase == election.PhaseCertified, "announced"))
}

// leave says what happens to seats and options for which nothing is done now.
func (o *overview) leave(p *step, _ Person) {
	p.State = stepDone
	out := &o.view.result.Outcome
	p.note("left", o.view.manifest.Rules.WinnersK, len(out.Adopted), o.leftSeats())
	if len(out.Tied) > 0 {
		p.note("left_tied", o.names(out.Tied))
	}
}
