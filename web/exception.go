package web

import (
	"net/http"
	"slices"

	"piaojue/election"
	"piaojue/store"
)

// exceptionsData are the figures that the cards of the exceptions name.
type exceptionsData struct {
	Quorum, Present, Ever, Logged uint32
	Open, Suspended, Voided       bool
	QuorumLost                    bool
	Over                          []side // kinds of ballots of which too many came back
	Help, Unreachable             int
	Spare                         int
	Cards                         []exception
}

// exception is a card: what happened, what the law says, what to do now.
type exception struct {
	ID    string // console.x_<ID>, what_<ID>, law_<ID>, act_<ID>_<line>
	Lines []int
	Ways  []door
	Copy  string // the copy of this vote that it may need
	Sides []side // numbers that the card is about
}

// side compares what was issued of a kind of ballot with what came back.
type side struct {
	ID           string // console.side_<ID>
	Issued, Back uint32
	Known        bool
}

// Over is how many too many came back.
func (x side) Over() uint32 { return x.Back - min(x.Back, x.Issued) }

// sides are the two kinds of ballots, each of which voids the vote if more of it
// came back than were issued (PROTOCOL.md, Section 9). The box counts at the
// close: what it holds before may still be on its way.
func (o *overview) sides() []side {
	n := o.view.numbers
	known := o.view.phase >= election.PhaseClosed && n.I > 0
	all := []side{{"electronic", n.I - n.Sheets, n.R - n.Paper + n.U, known}}
	if n.Sheets > 0 || n.Paper > 0 {
		all = append(all, side{"paper", n.Sheets, n.Paper, known})
	}
	return all
}

// exceptions lists the cards. A way is shut, with its reason, where the phase
// does not allow what it leads to.
func (o *overview) exceptions(id string, who Person) []exception {
	open := o.view.phase == election.PhaseVoting
	suspended := o.view.phase == election.PhaseSuspended
	notOpen, notSuspended := why(open, "not_open"), why(suspended, "not_suspended")
	sign := func(w *fact) door { return byOrganizers.door(id, who, w) }
	gate := door{"checkin", "/checkin/" + id, why(slices.Contains(gates.roles, who.Role), "gate")}
	operations := door{"operations", "/operations/" + id, nil}
	terminals := door{"terminals", "/console/" + id + "/terminals", nil}
	resumed := why(!suspended, "suspended")
	frozen := why(o.view.manifest != nil && o.view.phase < election.PhaseCertified, "not_frozen")
	all := []exception{
		{ID: "quorum", Lines: lines(4), Ways: []door{gate, sign(notOpen)}},
		{ID: "terminal_before", Lines: lines(3), Ways: []door{operations, terminals}},
		{ID: "terminal_after", Lines: lines(3), Ways: []door{operations}},
		{ID: "late", Lines: lines(3), Ways: []door{gate, byScrutineers.door(id, who, why(o.view.phase >= election.PhaseApproved, "trustees"))}},
		{ID: "leave", Lines: lines(3), Ways: []door{gate}},
		{ID: "suspend", Lines: lines(3), Ways: []door{sign(notOpen)}},
		{ID: "resume", Lines: lines(2), Ways: []door{sign(notSuspended)}},
		{ID: "surplus", Lines: lines(4), Ways: []door{sign(frozen)}, Sides: o.sides()},
		{ID: "changed", Lines: lines(2), Ways: []door{gate, sign(frozen)}},
		{ID: "reopen", Lines: lines(4), Ways: []door{byOrganizers.door(id, who, resumed, notOpen)}},
		{ID: "void", Lines: lines(4), Ways: []door{sign(frozen)}},
		{ID: "badge", Lines: lines(4), Ways: []door{byScrutineers.door(id, who, why(!o.ended(), "voided"),
			why(o.view.phase >= election.PhaseApproved, "trustees"), why(o.view.phase < election.PhaseClosing, "closed"))}},
		{ID: "power", Lines: lines(5), Ways: []door{
			byOrganizers.begin("suspend", id, who, notOpen), byOrganizers.begin("resume", id, who, notSuspended),
			byOrganizers.begin("onpaper", id, who, resumed, why(open || o.view.phase == election.PhaseKeyed, "not_open")), byOrganizers.begin("void", id, who, frozen)}},
	}
	if o.follows() == election.NextRepeat && o.after == nil {
		for i := range all {
			if id := all[i].ID; id == "void" || id == "surplus" || id == "power" {
				all[i].Copy = copyRepeat
			}
		}
	}
	return all
}

func lines(n int) []int {
	var all []int
	for i := range n {
		all = append(all, i+1)
	}
	return all
}

func (s *Server) exceptionsPage(_ *http.Request, v *vote, o *overview, who Person) (any, error) {
	n := o.view.numbers
	x := &exceptionsData{
		Quorum: o.quorum(), Present: o.present, Ever: o.ever, Logged: n.P,
		Open: o.view.phase == election.PhaseVoting, Suspended: o.view.phase == election.PhaseSuspended, Voided: o.ended(),
		Help: o.terminals.Help, Unreachable: o.terminals.Unreachable,
	}
	x.QuorumLost = o.view.manifest != nil && o.view.phase < election.PhaseClosing && o.ever > 0 && o.present < x.Quorum
	for _, kind := range o.sides() {
		if kind.Known && kind.Over() > 0 {
			x.Over = append(x.Over, kind)
		}
	}
	for _, t := range s.floor.list(v.id, s.config.Now(), o.view) {
		if t.Kind == store.TerminalShared && t.State == stateReady {
			x.Spare++
		}
	}
	x.Cards = o.exceptions(v.id, who)
	return x, nil
}
