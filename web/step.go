package web

import (
	"slices"
	"strings"

	"piaojue/election"
	"piaojue/store"
)

// step is a part of the life of a vote as the console lists it: what is done,
// what is missing, where to go, and why one cannot go there yet. Its texts are
// console.step_<ID> and console.do_<ID>.
type step struct {
	ID      string
	State   stepState
	Current bool // the first that is not done
	Facts   []fact
	Ways    []door
	Signing []unsigned
	Copy    string // the copy of this vote that the step makes
}

type stepState string

// Where a step stands.
const (
	stepDone    stepState = "done"
	stepNow     stepState = "now"
	stepLater   stepState = "later"
	stepStopped stepState = "stopped" // the vote was voided
)

// fact is a sentence about a step: console.fact_<ID>, or console.why_<ID> where
// it says why something cannot be done.
type fact struct {
	ID    string
	State string
	Args  []any
}

// How a fact bears on its step.
const (
	factDone    = "done"
	factMissing = "missing"
	factNote    = "note" // neither: good to know
)

// door leads to where something is done: console.way_<ID>.
type door struct {
	ID, Href string
	Why      *fact // why one cannot do it now; nil: one can
}

// unsigned is an entry that waits for signatures.
type unsigned struct {
	Kind            string
	Signed, Missing []signatory
	Needed          int
}

// signatory is somebody who signs: a role, of scrutineers with the name.
type signatory struct{ Role, Name string }

// stepSpan is a step before anybody looks at it.
type stepSpan struct {
	id         string
	from, till election.Phase
	kinds      []election.Kind // what is signed for it
	fill       func(o *overview, p *step, who Person)
}

// stepSpans are the phases in which each step is to be done: from the first,
// until the second is reached.
var stepSpans = []stepSpan{
	{"prepare", election.PhaseDraft, election.PhaseFrozen, nil, (*overview).prepare},
	{"freeze", election.PhaseDraft, election.PhaseFrozen, kinds(election.KindManifest), (*overview).freeze},
	{"approve", election.PhaseFrozen, election.PhaseApproved, kinds(election.KindTrustees), (*overview).approve},
	{"seal", election.PhaseApproved, election.PhaseKeyed, nil, (*overview).seal},
	{"checkin", election.PhaseFrozen, election.PhaseVoting, kinds(election.KindAttendance), (*overview).checkIn},
	{"open", election.PhaseKeyed, election.PhaseVoting, kinds(election.KindOpening), (*overview).open},
	{"vote", election.PhaseVoting, election.PhaseClosing, kinds(election.KindSuspend, election.KindResume, election.KindVoid, election.KindBadge), (*overview).vote},
	{"close", election.PhaseVoting, election.PhaseClosed, kinds(election.KindOrder), (*overview).close},
	{"collect", election.PhaseClosed, election.PhaseCollected, kinds(election.KindCollection), (*overview).collect},
	{"unseal", election.PhaseCollected, election.PhaseCounted, nil, (*overview).unseal},
	{"certify", election.PhaseCounted, election.PhaseCertified, kinds(election.KindCertificate), (*overview).certify},
	{"publish", election.PhaseCertified, election.PhaseArchived, kinds(election.KindAnnouncement, election.KindArchive), (*overview).announce},
}

func kinds(all ...election.Kind) []election.Kind { return all }

// steps lists the life of a vote for a person, who may not go every way.
func steps(id string, o *overview, who Person) []step {
	var all []step
	current := false
	for _, span := range o.spans() {
		p := step{ID: span.id, State: stateBetween(o, span.from, span.till)}
		span.fill(o, &p, who)
		for _, kind := range span.kinds {
			p.Signing = append(p.Signing, o.signings(kind.String())...)
		}
		for i := range p.Ways {
			p.Ways[i].Href = strings.ReplaceAll(p.Ways[i].Href, "{vote}", id)
		}
		p.Current = p.State == stepNow && !current
		current = current || p.Current
		all = append(all, p)
	}
	return all
}

func stateBetween(o *overview, from, till election.Phase) stepState {
	switch {
	case o.ended() && from >= election.PhaseFrozen:
		return stepStopped
	case o.view.phase >= till:
		return stepDone
	case o.view.phase >= from:
		return stepNow
	}
	return stepLater
}

// signings are the waiting entries of a kind.
func (o *overview) signings(kind string) []unsigned {
	var all []unsigned
	for _, p := range o.waiting {
		if p.Kind == kind {
			all = append(all, unsigned{p.Kind, o.signatories(p.Signed), o.signatories(p.Missing), p.Needed})
		}
	}
	return all
}

// signatories reads names like scrutineer:2.
func (o *overview) signatories(names []string) []signatory {
	var all []signatory
	for _, name := range names {
		role, number, _ := strings.Cut(name, ":")
		x := signatory{role, number}
		if role == "scrutineer" && len(number) == 1 && int(number[0]-'1') < len(o.view.trustees) {
			x.Name = o.view.trustees[number[0]-'1'].Name
		}
		all = append(all, x)
	}
	return all
}

func (p *step) fact(id string, done bool, args ...any) {
	state := factMissing
	if done {
		state = factDone
	}
	p.Facts = append(p.Facts, fact{id, state, args})
}

func (p *step) note(id string, args ...any) {
	p.Facts = append(p.Facts, fact{id, factNote, args})
}

// way adds a way, with the first reason why it is shut.
func (p *step) way(id, href string, why ...*fact) {
	w := door{ID: id, Href: href}
	if i := slices.IndexFunc(why, func(f *fact) bool { return f != nil }); i >= 0 {
		w.Why = why[i]
	}
	p.Ways = append(p.Ways, w)
}

// why says why not, unless all is well.
func why(well bool, id string, args ...any) *fact {
	if well {
		return nil
	}
	return &fact{ID: id, State: factMissing, Args: args}
}

// hands says who signs for a step: console.why_by_<ID> to all others.
type hands struct {
	id    string
	roles []store.Role
}

var (
	byOrganizers  = hands{"by_organizers", []store.Role{store.RoleStaffLead, store.RolePresidium}}
	byPresidium   = hands{"by_presidium", []store.Role{store.RolePresidium}}
	byScrutineers = hands{"by_scrutineers", []store.Role{store.RoleScrutineer}}
	byTrustees    = hands{"by_trustees", []store.Role{store.RoleScrutineer}} // on a page of their own
)

// door is the way to the page on which people sign.
func (x hands) door(id string, who Person, reasons ...*fact) door {
	p := &step{}
	p.way("sign", "/sign/"+id, append(reasons, why(slices.Contains(x.roles, who.Role), x.id))...)
	return p.Ways[0]
}

// begin is the door to one motion of the signing desk, which it has ready for
// who opens the key.
func (x hands) begin(motion, id string, who Person, reasons ...*fact) door {
	d := x.door(id, who, reasons...)
	d.ID, d.Href = motion, d.Href+"#"+motion
	return d
}

// sign adds that way. Before its time it is shut.
func (p *step) sign(by hands, who Person, reasons ...*fact) {
	first := []*fact{why(p.State != stepStopped, "voided"), why(p.State != stepDone, "done"), why(p.State != stepLater, "early")}
	p.Ways = append(p.Ways, by.door("{vote}", who, append(first, reasons...)...))
}

// gateWay is the way to the check-in desk.
func (p *step) gateWay(who Person) {
	p.way("checkin", "/checkin/{vote}", why(p.State != stepLater, "early"), why(slices.Contains(gates.roles, who.Role), "gate"), why(p.State != stepStopped, "voided"))
}

// isLead reports whether a person may begin votes.
func isLead(who Person) bool { return who.Role == store.RoleStaffLead }
