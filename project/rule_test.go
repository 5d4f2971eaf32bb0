package project

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// reach makes, for each noun and stage, a thing at that stage.
var reach = map[Stage]func(*world) uint32{
	StageReceived: (*world).suggest,
	StageTransferred: func(w *world) uint32 {
		n := w.suggest()
		w.do(office, &Transfer{n, roads})
		return n
	},
	StageStudied: func(w *world) uint32 {
		n := w.suggest()
		w.do(office, &Transfer{n, roads})
		w.do(roadsClerk, &Study{n})
		return n
	},
	StageTakenUp: (*world).takenUp,
	StageDeclined: func(w *world) uint32 {
		n := w.suggest()
		w.do(office, &Verdict{n, ReasonDebt, w.blob()})
		return n
	},
	StageSolved: func(w *world) uint32 {
		n := w.suggest()
		w.do(stationClerk, &Solution{Suggestion: n, Text: w.blob()})
		return n
	},
	StageBundled: func(w *world) uint32 {
		lead, n := w.suggest(), w.suggest()
		w.do(office, &Bundle{lead, []uint32{n}})
		return n
	},
	StageDrafted: func(w *world) uint32 { return w.candidate(w.takenUp()) },
	StageListed: func(w *world) uint32 {
		x, _ := w.State.List(w.list(1))
		return x.Candidates[0]
	},
	StageBalloted: func(w *world) uint32 {
		x, _ := w.State.List(w.frozen(1))
		return x.Candidates[0]
	},
	StageChosen: func(w *world) uint32 {
		p, _ := w.State.Project(w.adopted())
		return p.Candidate
	},
	StageReserved: func(w *world) uint32 {
		b := w.adoption(w.frozen(1), OutcomeRejected)
		w.do(server, b)
		return b.Outcomes[0].Candidate
	},
	StageMerged: func(w *world) uint32 {
		into, from := w.candidate(w.takenUp()), w.candidate(w.takenUp())
		w.do(office, &Merger{into, from})
		return from
	},
	StageDrawn:  func(w *world) uint32 { return w.list(1) },
	StageFrozen: func(w *world) uint32 { return w.frozen(1) },
	StagePending: func(w *world) uint32 {
		list := w.frozen(1)
		w.do(server, w.adoption(list, OutcomeAgain))
		return list
	},
	StageDecided: func(w *world) uint32 {
		p, _ := w.State.Project(w.adopted())
		return p.Source.List
	},
	StageAdopted:    (*world).adopted,
	StageOffered:    (*world).offered,
	StageObjected:   (*world).objected,
	StageTaken:      (*world).taken,
	StageUnderway:   (*world).underway,
	StageSuspended:  (*world).suspended,
	StageTerminated: (*world).terminated,
	StageDelivered:  (*world).delivered,
	StageAccepted:   (*world).accepted,
	StageRedone:     (*world).redone,
	StageClosed:     (*world).closed,
	StageRaised:     (*world).raised,
	StageRectified:  (*world).rectified,
	StageRechecked:  (*world).rechecked,
	StageStruck:     (*world).struck,
	StageAsked:      (*world).asked,
	StageAnswered:   (*world).answered,
	StageSettled: func(w *world) uint32 {
		n := w.answered()
		w.do(committeeClerk, &Settlement{Inquiry: n, Enough: true})
		return n
	},
	StagePlanned: (*world).plan,
	StageHeld: func(w *world) uint32 {
		n := w.plan()
		w.do(committeeClerk, &Held{n, w.Day, w.blob()})
		return n
	},
}

// sample is a good entry of each kind about thing n, with an actor who may
// make it where it may be made.
type sample struct {
	by   uint32
	body func(w *world, n uint32) Body
}

var samples = map[Kind]sample{
	KindModeration: {office, func(w *world, n uint32) Body { return &Moderation{n, ShownAll} }},
	KindTransfer:   {office, func(w *world, n uint32) Body { return &Transfer{n, schools} }},
	KindReturn:     {roadsClerk, func(w *world, n uint32) Body { return &Return{n, w.blob()} }},
	KindStudy:      {office, func(w *world, n uint32) Body { return &Study{n} }},
	KindVerdict:    {office, func(w *world, n uint32) Body { return &Verdict{n, ReasonOffice, w.blob()} }},
	KindSolution:   {stationClerk, func(w *world, n uint32) Body { return &Solution{Suggestion: n, Text: w.blob()} }},
	KindBundle:     {office, func(w *world, n uint32) Body { return &Bundle{n, []uint32{w.suggest()}} }},
	KindUnbundle:   {office, func(w *world, n uint32) Body { return &Unbundle{n} }},

	KindAttachment: {office, func(w *world, n uint32) Body { return &Attachment{n, []uint32{w.takenUp()}} }},
	KindEstimate:   {government, func(w *world, n uint32) Body { return &Estimate{n, figures(), Marks{1, 2, 3}, w.blob()} }},
	KindMerger:     {office, func(w *world, n uint32) Body { return &Merger{n, w.candidate(w.takenUp())} }},
	KindList: {office, func(w *world, n uint32) Body {
		return &List{Number: n, Year: 2026, Candidates: []uint32{w.candidate(w.takenUp())}}
	}},
	KindGate: {government, func(w *world, n uint32) Body {
		return &Passage{List: n, Gate: GateGovernment, Passed: true, Document: "第1号"}
	}},
	KindFreeze: {office, func(w *world, n uint32) Body {
		if x, _ := w.State.List(n); x.Stage == StageDrawn {
			w.gates(n)
		}
		return w.freeze(n)
	}},
	KindAdoption: {server, func(w *world, n uint32) Body { return w.adoption(n, OutcomeAdopted) }},
	KindSuccession: {office, func(w *world, n uint32) Body {
		x, _ := w.State.List(n)
		return &Succession{n, w.vote(), x.Candidates}
	}},

	KindOffer:      {government, func(w *world, n uint32) Body { return &Offer{n, schools, nil} }},
	KindAnswer:     {roadsClerk, func(w *world, n uint32) Body { return &Answer{Project: n, Accepted: true} }},
	KindTask:       {roadsClerk, func(w *world, n uint32) Body { return &Task{n, w.book()} }},
	KindCommitment: {roadsClerk, func(w *world, n uint32) Body { return &Commitment{n, w.blob()} }},
	KindReport: {roadsClerk, func(w *world, n uint32) Body {
		b := w.report(n, 100, 100)
		b.Because = w.blob()
		return b
	}},
	KindRequest: {roadsClerk, func(w *world, n uint32) Body { return &Request{n, RuledTerminate, w.blob()} }},
	KindRuling: {standing, func(w *world, n uint32) Body {
		if p, _ := w.State.Project(n); working&(1<<p.Stage) != 0 || p.Stage == StageSuspended {
			w.do(roadsClerk, &Request{n, RuledTerminate, w.blob()})
		}
		return &Ruling{Project: n, For: RuledTerminate, Granted: true, Document: "1号", Text: w.blob()}
	}},
	KindDelivery: {roadsClerk, func(w *world, n uint32) Body {
		if p, _ := w.State.Project(n); p.Stage == StageUnderway {
			w.do(roadsClerk, w.report(n, 100, 100))
		}
		return &Delivery{Project: n, Text: w.blob()}
	}},
	KindTeam: {office, func(w *world, n uint32) Body {
		return &Team{n, "副主任", committee, []uint32{deputyA, deputyB, deputyC}, 0}
	}},
	KindAcceptance: {committeeClerk, func(w *world, n uint32) Body {
		if p, _ := w.State.Project(n); p.Stage == StageDelivered {
			w.inspect(n)
		}
		return &Acceptance{Project: n, Passed: true, Text: w.blob()}
	}},
	KindClosure: {committeeClerk, func(w *world, n uint32) Body {
		if p, _ := w.State.Project(n); p.Stage == StageAccepted {
			w.do(server, w.rating(n, 28, 1, 0))
		}
		return &Closure{n, w.blob()}
	}},
	KindOpinion:  {server, func(w *world, n uint32) Body { return &Opinion{n, 3, 2, 1} }},
	KindPriority: {standing, func(w *world, n uint32) Body { return &Priority{n, "主任"} }},
	KindSite:     {roadsClerk, func(w *world, n uint32) Body { return w.site(n) }},

	KindEvent: {committeeClerk, func(w *world, n uint32) Body { return &Held{n, w.Day, w.blob()} }},
	KindInspection: {deputyA, func(w *world, n uint32) Body {
		return &Inspection{Number: w.State.Next(NounInspection), Project: n, Held: w.Day, Progress: 1, Quality: 1, Effect: 1, Text: w.blob()}
	}},
	KindProblem: {office, func(w *world, n uint32) Body {
		return &Problem{Number: w.State.Next(NounProblem), Project: n, Owner: roads, Due: w.Day, Text: w.blob()}
	}},
	KindContact: {deputyB, func(w *world, n uint32) Body {
		x, _ := w.State.Problem(n)
		return &Contact{n, min(x.Contacts+1, 3), w.Day}
	}},
	KindEvidence: {roadsClerk, func(w *world, n uint32) Body { return &Evidence{n, w.blob(), []Blob{w.blob()}} }},
	KindRecheck:  {deputyC, func(w *world, n uint32) Body { return &Recheck{Problem: n, Passed: true, Held: w.Day, Text: w.blob()} }},
	KindStrike: {committeeClerk, func(w *world, n uint32) Body {
		if x, _ := w.State.Problem(n); x.Stage == StageRechecked {
			w.do(deputyA, &Contact{n, 3, w.Day})
		}
		return &Strike{n, ConsentNone}
	}},
	KindLookback:   {deputyA, func(w *world, n uint32) Body { return &Lookback{Problem: n, Fine: true, Held: w.Day, Text: w.blob()} }},
	KindResponse:   {roadsClerk, func(w *world, n uint32) Body { return &Response{n, ClassSolved, w.blob()} }},
	KindSettlement: {standing, func(w *world, n uint32) Body { return &Settlement{Inquiry: n, Enough: true} }},
}

// stagesOf are the stages that an entry of a kind may find, by its noun. A
// problem or inspection finds the stage of its project.
func stagesOf(k Kind) []Stage {
	if k == KindInspection || k == KindProblem {
		return NounProject.Stages()
	}
	return rules[k].noun.Stages()
}

// TestEveryStage applies every kind of entry to a thing at every stage: it is
// taken where the table says so, and else refused for its stage.
func TestEveryStage(t *testing.T) {
	tried := 0
	for k, x := range samples {
		for _, at := range stagesOf(k) {
			if k == KindAnnouncement || k == KindNotice {
				continue
			}
			w := newWorld(t)
			n := reach[at](w)
			if p, ok := w.State.Project(n); ok && stageNoun(at) == NounProject && p.Team.Committee == 0 && p.Stage != StageClosed {
				w.team(n) // so that only the stage can be the reason
			}
			err := w.try(x.by, x.body(w, n))
			got, want := codeOf(err), Code(0)
			if rules[k].at&(1<<at) == 0 {
				want = CodeStage
			}
			// In whose hands a thing is comes first, and before 预交办, or after
			// it was given back, it is in nobody's.
			nobody := got == CodeOwn && want == CodeStage && rules[k].any&(1<<w.State.actors[x.by].Role) == 0
			if got != want && !nobody {
				t.Errorf("%s while %s: %v, want %v", k, at, err, want)
			}
			tried++
		}
	}
	if tried < 250 {
		t.Errorf("tried %d pairs", tried)
	}
}

func stageNoun(at Stage) Noun {
	for n := NounSuggestion; n <= lastNoun; n++ {
		if firstStages[n] != 0 && at >= firstStages[n] && at <= lastStages[n] {
			return n
		}
	}
	return 0
}

// TestEveryKindIsRuled: every kind has a sample that is tried at every stage,
// or a test of its own, and a line in the table.
func TestEveryKindIsRuled(t *testing.T) {
	own := map[Kind]string{
		KindOrganisation: "TestFirstEntry", KindSettings: "TestDirectory", KindUnit: "TestDirectory", KindActor: "TestDirectory",
		KindSuggestion: "TestSuggestionSource", KindCandidate: "TestBehind", KindPlan: "TestPlan", KindInquiry: "TestInquiry",
		KindAnnouncement: "TestRuling", KindNotice: "TestRuling", KindRating: "TestRating", KindActivity: "TestActivity", KindWithdrawal: "TestWithdrawal",
	}
	for _, k := range Kinds() {
		if _, ok := samples[k]; !ok && own[k] == "" {
			t.Errorf("%s has no test", k)
		}
		if x := rules[k]; x.any|x.own == 0 && k != KindOrganisation {
			t.Errorf("nobody may make a %s", k)
		}
		if newBody(k).Kind() != k {
			t.Errorf("the body of %s is another", k)
		}
	}
}

// TestRoles: every kind of entry is refused to every role that the table does
// not name, and to those who may make it about their own things only, if the
// thing is another's.
func TestRoles(t *testing.T) {
	for _, k := range Kinds() {
		at := StageNone
		for _, s := range append(stagesOf(k), StageNone) {
			if rules[k].at&(1<<s) != 0 {
				at = s
			}
		}
		for _, r := range Roles() {
			any, own := rules[k].any&(1<<r) != 0, rules[k].own&(1<<r) != 0
			if got := Allowed(r, k, false, at) == nil; got != any {
				t.Errorf("%s by %s with another's: %v", k, r, got)
			}
			if got := Allowed(r, k, true, at) == nil; got != (any || own) {
				t.Errorf("%s by %s with its own: %v", k, r, got)
			}
		}
	}
	if Allowed(0, KindStudy, true, StageReceived) == nil || Allowed(RoleOffice, 0, true, StageReceived) == nil || Allowed(200, 200, true, 200) == nil {
		t.Error("what is no role or kind is allowed")
	}
}

// TestOwnHands: departments, stations, committees and deputies act on what is
// in their own hands, and on nothing else.
func TestOwnHands(t *testing.T) {
	w := newWorld(t)
	offered, n := w.offered(), w.underway()
	problem, asked, planned, wish := w.raise(n), w.asked(), w.plan(), w.suggest()
	w.do(office, &Transfer{wish, roads})
	for _, x := range []struct {
		by   uint32
		body Body
	}{
		{schoolsClerk, &Answer{Project: offered, Accepted: true}},
		{schoolsClerk, w.report(n, 1, 0)},
		{schoolsClerk, &Request{n, RuledSuspend, w.blob()}},
		{schoolsClerk, &Delivery{Project: n, Text: w.blob()}},
		{schoolsClerk, w.site(n)},
		{schoolsClerk, &Evidence{problem, w.blob(), []Blob{w.blob()}}},
		{schoolsClerk, &Response{asked, ClassSolved, w.blob()}},
		{schoolsClerk, &Study{wish}},
		{otherStaffer, &Solution{Suggestion: wish, Text: w.blob()}},
		{outsider, &Solution{Suggestion: wish, Text: w.blob()}},
		{outsider, &Contact{problem, 1, w.Day}},
		{outsider, &Inspection{Number: 1, Project: n, Held: w.Day, Progress: 1, Quality: 1, Effect: 1, Text: w.blob()}},
		{otherCommitteeClerk, &Problem{Number: 2, Project: n, Owner: roads, Due: w.Day, Text: w.blob()}},
		{otherCommitteeClerk, &Contact{problem, 1, w.Day}},
		{otherCommitteeClerk, &Held{planned, w.Day, w.blob()}},
	} {
		if got := codeOf(w.State.May(x.by, x.body)); got != CodeOwn {
			t.Errorf("May %d %s: %v", x.by, x.body.Kind(), got)
		}
		w.refuse(CodeOwn, x.by, x.body)
	}
	w.do(roadsClerk, &Answer{Project: offered, Accepted: true})
	w.do(roadsClerk, w.report(n, 1, 0))
	w.do(deputyA, &Contact{problem, 1, w.Day})
	w.do(deputyB, &Solution{Suggestion: wish, Text: w.blob()})
}

// TestRulesInProtocol: the table of PROTOCOL.md is the table of this package.
func TestRulesInProtocol(t *testing.T) {
	text, err := os.ReadFile("../PROTOCOL.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range Kinds() {
		if want := k.row(); !strings.Contains(string(text), want) {
			t.Errorf("PROTOCOL.md lacks, or has otherwise:\n%s", want)
		}
	}
}

// row is the beginning of a kind's row in the table of PROTOCOL.md.
func (k Kind) row() string {
	x := rules[k]
	who := names(x.any)
	if x.own != 0 {
		who = append(who, "own: "+strings.Join(names(x.own), ", "))
	}
	if k == KindOrganisation {
		who = []string{"server"}
	}
	var at []string
	for _, s := range stagesOf(k) {
		if x.at&(1<<s) != 0 && x.at != everywhere {
			at = append(at, s.String())
		}
	}
	return fmt.Sprintf("| %d | `%s` | %s | %s |", k, k, strings.Join(who, ", "), strings.Join(at, ", "))
}

func names(set roleSet) (all []string) {
	for _, r := range Roles() {
		if set&(1<<r) != 0 {
			all = append(all, r.String())
		}
	}
	return all
}
