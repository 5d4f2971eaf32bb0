package web

import "piaojue/project"

// bodyAbout returns an entry of a kind about a thing as far as the rules look at
// it: who may make it, and when (State.May). It costs nothing, so that a page can
// ask for thousands of things.
func bodyAbout(state *project.State, k project.Kind, n uint32) project.Body {
	switch k {
	case project.KindTransfer:
		return &project.Transfer{Suggestion: n}
	case project.KindVerdict:
		return &project.Verdict{Suggestion: n}
	case project.KindCandidate:
		return &project.Candidate{Number: state.Next(project.NounCandidate)}
	case project.KindAttachment:
		return &project.Attachment{Candidate: n}
	case project.KindEstimate:
		return &project.Estimate{Candidate: n}
	case project.KindMerger:
		return &project.Merger{Into: n, From: n}
	case project.KindList:
		return &project.List{Number: numberOr(n, state.Next(project.NounList))}
	case project.KindGate:
		return &project.Passage{List: n, Gate: state.NextGate(n)}
	case project.KindPlan:
		return &project.Plan{Number: state.Next(project.NounPlan)}
	case project.KindEvent:
		return &project.Held{Plan: n}
	case project.KindInquiry:
		return &project.Inquiry{Number: state.Next(project.NounInquiry), Project: n}
	case project.KindResponse:
		return &project.Response{Inquiry: n}
	case project.KindSettlement:
		return &project.Settlement{Inquiry: n}
	}
	if b := problemBody(state, k, n); b != nil {
		return b
	}
	return projectBody(state, k, n)
}

func numberOr(n, other uint32) uint32 {
	if n == 0 {
		return other
	}
	return n
}

func problemBody(state *project.State, k project.Kind, n uint32) project.Body {
	switch k {
	case project.KindProblem:
		return &project.Problem{Number: state.Next(project.NounProblem), Project: n}
	case project.KindEvidence:
		return &project.Evidence{Problem: n}
	case project.KindRecheck:
		return &project.Recheck{Problem: n}
	case project.KindStrike:
		return &project.Strike{Problem: n}
	case project.KindLookback:
		return &project.Lookback{Problem: n}
	}
	return nil
}

func projectBody(state *project.State, k project.Kind, n uint32) project.Body {
	switch k {
	case project.KindOffer:
		return &project.Offer{Project: n}
	case project.KindAnswer:
		return &project.Answer{Project: n}
	case project.KindTask:
		return &project.Task{Project: n}
	case project.KindCommitment:
		return &project.Commitment{Project: n}
	case project.KindReport:
		return &project.Report{Project: n}
	case project.KindRequest:
		return &project.Request{Project: n}
	case project.KindRuling:
		return &project.Ruling{Project: n}
	case project.KindAnnouncement:
		return &project.Announcement{Project: n}
	case project.KindNotice:
		return &project.Notice{Project: n}
	case project.KindDelivery:
		return &project.Delivery{Project: n}
	case project.KindTeam:
		return &project.Team{Project: n}
	case project.KindInspection:
		return &project.Inspection{Number: state.Next(project.NounInspection), Project: n}
	case project.KindAcceptance:
		return &project.Acceptance{Project: n}
	case project.KindClosure:
		return &project.Closure{Project: n}
	case project.KindPriority:
		return &project.Priority{Project: n}
	case project.KindSite:
		return &project.Site{Project: n}
	}
	return nil
}
