package web

import (
	"strconv"

	"piaojue/project"
)

// action is a button on the page of a thing: something that who looks at it may
// do with it now. Its text is deed.do_<Kind>.
type action struct {
	Kind, Href string
}

// actionKinds are the entries about a thing that have a form, in the order in
// which a page offers them.
var actionKinds = map[project.Noun][]project.Kind{
	project.NounCandidate: {project.KindEstimate, project.KindAttachment, project.KindMerger},
	project.NounList:      {project.KindGate, project.KindList},
	project.NounProject: {
		project.KindAnswer, project.KindTask, project.KindReport, project.KindDelivery, project.KindCommitment, project.KindSite, project.KindRequest,
		project.KindOffer, project.KindRuling, project.KindAnnouncement, project.KindNotice,
		project.KindInspection, project.KindProblem, project.KindInquiry, project.KindAcceptance, project.KindClosure,
		project.KindTeam, project.KindPriority,
	},
}

// actionsOf lists what an actor may do with a thing now. The server decides
// again when the form comes in.
func actionsOf(state *project.State, actor uint32, about project.Ref) (all []action) {
	by, ok := state.Actor(actor)
	if !ok || by.Role == project.RoleServer {
		return nil // nobody, or a visitor: number 0 is the server
	}
	for _, k := range actionKinds[about.Noun] {
		if mayDo(state, &by, k, about) {
			all = append(all, newAction(k, about.Number))
		}
	}
	return all
}

func newAction(k project.Kind, about uint32) action {
	return action{k.String(), "/projects/do/" + k.String() + "?about=" + strconv.FormatUint(uint64(about), 10)}
}

// mayDo asks the rules, and for what they leave to the entry itself whether it
// makes sense: no button leads to a form that can only be refused.
func mayDo(state *project.State, by *project.Actor, k project.Kind, about project.Ref) bool {
	if about.Noun == project.NounProject {
		p, _ := state.Project(about.Number)
		if !makesSense(&p, k) {
			return false
		}
	}
	body := bodyAbout(state, k, about.Number)
	if gate, ok := body.(*project.Passage); ok && (gate.Gate == 0 || gateRoles[gate.Gate] != by.Role) {
		return false
	}
	return body != nil && state.May(by.Number, body) == nil
}

func makesSense(p *project.Project, k project.Kind) bool {
	switch k {
	case project.KindAnnouncement:
		return p.Announce
	case project.KindNotice:
		return p.Tell
	case project.KindRuling:
		return p.Asked != 0
	case project.KindRequest:
		return p.Asked == 0
	case project.KindDelivery:
		return finished(p)
	}
	return true
}

// finished reports whether all milestones are reported as done.
func finished(p *project.Project) bool {
	for _, percent := range p.Percents {
		if percent < 100 {
			return false
		}
	}
	return len(p.Percents) > 0
}

// gateRoles says who decides at each gate.
var gateRoles = map[project.Gate]project.Role{
	project.GateGovernment: project.RoleGovernment, project.GateParty: project.RoleParty,
	project.GateStanding: project.RoleStanding, project.GatePresidium: project.RolePresidium,
}
