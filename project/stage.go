package project

import "fmt"

// Stage says where a thing stands. Each noun has stages of its own, so that
// one table can say what may happen when.
type Stage uint8

// The stages.
const (
	StageNone Stage = iota

	// Of a suggestion. Where it stands after it was taken up follows from its
	// candidate and project: see Track.
	StageReceived    // 已收到
	StageTransferred // 已转交
	StageStudied     // 论证中
	StageTakenUp     // 采纳
	StageDeclined    // 不采纳
	StageSolved      // 当场解决, 办结
	StageBundled     // 打捆: it goes the way of another

	// Of a candidate.
	StageDrafted  // proposed
	StageListed   // on a list
	StageBalloted // on the list of a vote
	StageChosen   // 入选
	StageReserved // 储备库
	StageMerged   // part of another

	// Of a list.
	StageDrawn   // drawn up; gates
	StageFrozen  // in a manifest
	StagePending // some of it needs another vote
	StageDecided

	// Of a project.
	StageAdopted    // 定单
	StageOffered    // 预交办
	StageObjected   // 有异议
	StageTaken      // 领单
	StageUnderway   // 实施
	StageSuspended  // 暂缓
	StageTerminated // 终止
	StageDelivered  // 申请验收
	StageAccepted   // 验收
	StageRedone     // 重新整改
	StageClosed     // 销号

	// Of a problem.
	StageRaised    // 待整改
	StageRectified // 已整改, 待复查
	StageRechecked // 复查通过
	StageStruck    // 销号

	// Of an inquiry.
	StageAsked
	StageAnswered
	StageSettled

	// Of a plan.
	StagePlanned
	StageHeld

	lastStage = StageHeld
)

var stageNames = [lastStage + 1]string{
	StageNone:        "none",
	StageReceived:    "received",
	StageTransferred: "transferred",
	StageStudied:     "studied",
	StageTakenUp:     "taken up",
	StageDeclined:    "declined",
	StageSolved:      "solved",
	StageBundled:     "bundled",
	StageDrafted:     "drafted",
	StageListed:      "listed",
	StageBalloted:    "balloted",
	StageChosen:      "chosen",
	StageReserved:    "reserved",
	StageMerged:      "merged",
	StageDrawn:       "drawn",
	StageFrozen:      "frozen",
	StagePending:     "pending",
	StageDecided:     "decided",
	StageAdopted:     "adopted",
	StageOffered:     "offered",
	StageObjected:    "objected",
	StageTaken:       "taken",
	StageUnderway:    "underway",
	StageSuspended:   "suspended",
	StageTerminated:  "terminated",
	StageDelivered:   "delivered",
	StageAccepted:    "accepted",
	StageRedone:      "redone",
	StageClosed:      "closed",
	StageRaised:      "raised",
	StageRectified:   "rectified",
	StageRechecked:   "rechecked",
	StageStruck:      "struck",
	StageAsked:       "asked",
	StageAnswered:    "answered",
	StageSettled:     "settled",
	StagePlanned:     "planned",
	StageHeld:        "held",
}

// String returns the stage's name in PROTOCOL.md.
func (s Stage) String() string {
	if s > lastStage {
		return fmt.Sprintf("stage %d", uint8(s))
	}
	return stageNames[s]
}

// Noun says what a number numbers.
type Noun uint8

// The nouns.
const (
	NounSuggestion Noun = 1 + iota
	NounCandidate
	NounList
	NounProject
	NounPlan
	NounInspection
	NounProblem
	NounInquiry

	lastNoun = NounInquiry
)

var nounNames = [lastNoun + 1]string{
	NounSuggestion: "suggestion",
	NounCandidate:  "candidate",
	NounList:       "list",
	NounProject:    "project",
	NounPlan:       "plan",
	NounInspection: "inspection",
	NounProblem:    "problem",
	NounInquiry:    "inquiry",
}

// String returns the noun.
func (n Noun) String() string {
	if n == 0 || n > lastNoun {
		return fmt.Sprintf("noun %d", uint8(n))
	}
	return nounNames[n]
}

// firstStages and lastStages bound the stages of each noun.
var firstStages = [lastNoun + 1]Stage{
	NounSuggestion: StageReceived,
	NounCandidate:  StageDrafted,
	NounList:       StageDrawn,
	NounProject:    StageAdopted,
	NounPlan:       StagePlanned,
	NounProblem:    StageRaised,
	NounInquiry:    StageAsked,
}

var lastStages = [lastNoun + 1]Stage{
	NounSuggestion: StageBundled,
	NounCandidate:  StageMerged,
	NounList:       StageDecided,
	NounProject:    StageClosed,
	NounPlan:       StageHeld,
	NounProblem:    StageStruck,
	NounInquiry:    StageSettled,
}

// Stages returns the stages of a noun in order.
func (n Noun) Stages() []Stage {
	if n == 0 || n > lastNoun || firstStages[n] == 0 {
		return nil
	}
	var all []Stage
	for s := firstStages[n]; s <= lastStages[n]; s++ {
		all = append(all, s)
	}
	return all
}

// Ref names a thing.
type Ref struct {
	Noun   Noun
	Number uint32
}

// view is what the rules must know of a thing.
type view struct {
	stage   Stage
	units   [2]uint32 // in whose hands it is; 0 is nobody
	project uint32    // the project it belongs to, or 0
	events  *[]Event
}

// look returns a thing. It is where numbers from outside become things.
func (s *State) look(r Ref) (v view, ok bool) {
	at := int(r.Number) - 1
	if at < 0 || at >= s.Count(r.Noun) {
		return view{}, false
	}
	switch r.Noun {
	case NounSuggestion:
		x := &s.suggestions[at]
		return view{x.Stage, [2]uint32{x.Unit, x.station}, 0, &x.Events}, true
	case NounCandidate:
		x := &s.candidates[at]
		return view{x.Stage, [2]uint32{}, 0, &x.Events}, true
	case NounList:
		x := &s.lists[at]
		return view{x.Stage, [2]uint32{}, 0, &x.Events}, true
	case NounProject:
		x := &s.projects[at]
		return view{x.Stage, [2]uint32{x.Lead, x.Team.Committee}, r.Number, &x.Events}, true
	case NounPlan:
		x := &s.plans[at]
		return view{x.Stage, [2]uint32{x.Committee}, 0, &x.Events}, true
	case NounInspection:
		return view{project: s.inspections[at].Project}, true
	case NounProblem:
		x := &s.problems[at]
		return view{x.Stage, [2]uint32{x.Owner, s.projects[x.Project-1].Team.Committee}, x.Project, &x.Events}, true
	}
	x := &s.inquiries[at]
	return view{x.Stage, [2]uint32{x.Unit, x.committee}, x.Project, &x.Events}, true
}

// Count returns how many things of a noun there are. They count from 1, and a
// new one bears the next number.
func (s *State) Count(n Noun) int {
	switch n {
	case NounSuggestion:
		return len(s.suggestions)
	case NounCandidate:
		return len(s.candidates)
	case NounList:
		return len(s.lists)
	case NounProject:
		return len(s.projects)
	case NounPlan:
		return len(s.plans)
	case NounInspection:
		return len(s.inspections)
	case NounProblem:
		return len(s.problems)
	case NounInquiry:
		return len(s.inquiries)
	}
	return 0
}

// Next returns the number that the next new thing of a noun must bear.
func (s *State) Next(n Noun) uint32 { return uint32(s.Count(n)) + 1 }
