package project

import "fmt"

// Kind says what an entry of the log is.
type Kind uint8

// The kinds of entries (PROTOCOL.md, "The log of the projects").
const (
	KindOrganisation Kind = 1 + iota // who keeps this log; the first entry, and only that
	KindSettings                     // the rules from now on: gates, periods, scheme of lights
	KindUnit                         // a department, committee, station or district, or its new name
	KindActor                        // who may act, for whom, with what key
	KindSuggestion                   // 点单: somebody asks for something
	KindModeration                   // what of a suggestion everybody may see
	KindTransfer                     // 转交 to a department
	KindReturn                       // a department says that it is not the right one
	KindStudy                        // 论证中
	KindVerdict                      // 采纳 or 不采纳
	KindSolution                     // 当场解决, or 办结 by the department
	KindBundle                       // 打捆: suggestions of the same thing
	KindUnbundle                     // a suggestion is another thing after all
	KindCandidate                    // a candidate project made of suggestions
	KindAttachment                   // more suggestions behind a candidate
	KindEstimate                     // its figures and the marks of its feasibility
	KindMerger                       // two candidates become one
	KindList                         // the candidates of a year, in order
	KindGate                         // 政府, 党委, 常委会 or 主席团 passes the list, or does not
	KindFreeze                       // the list is in the manifest of a vote
	KindAdoption                     // 定单: the certified result of that vote
	KindSuccession                   // the list goes to another vote: a round, or a repeat
	KindOffer                        // 预交办 to a department
	KindAnswer                       // the department accepts, or objects
	KindTask                         // 领单: the task book
	KindCommitment                   // 公开承诺
	KindReport                       // progress of a month or quarter
	KindRequest                      // a department asks for 调整, 暂缓, 恢复 or 终止
	KindRuling                       // the standing committee decides on the request
	KindAnnouncement                 // the ruling is announced
	KindNotice                       // the ruling was reported to the plenary
	KindDelivery                     // 申请验收
	KindPlan                         // what will be inspected or asked, by whom, until when
	KindEvent                        // it took place
	KindTeam                         // 监督小组
	KindInspection                   // 验单表: scores, pictures, opinions of a visit
	KindProblem                      // 问题清单: what must be put right, by whom, until when
	KindContact                      // 三见面: before, during, after
	KindEvidence                     // it was put right
	KindRecheck                      // 复查
	KindStrike                       // 销号
	KindLookback                     // 回头看
	KindInquiry                      // 专题询问, 约见, 问政: a question to a department
	KindResponse                     // its reply, 3大类7小类
	KindSettlement                   // whether the reply is enough
	KindAcceptance                   // 验收
	KindRating                       // 满意度测评: the certified result of a vote
	KindClosure                      // the project is closed
	KindOpinion                      // 公众评价: sums so far
	KindActivity                     // what a deputy did: 接待日 and the like
	KindPriority                     // 重点督办, with a lead official
	KindWithdrawal                   // contents were erased
	KindSite                         // 公示牌: who builds, by what standard, when, whom to call

	lastKind = KindSite
)

// The names are part of what is signed.
var kindNames = [lastKind + 1]string{
	KindOrganisation: "organisation",
	KindSettings:     "settings",
	KindUnit:         "unit",
	KindActor:        "actor",
	KindSuggestion:   "suggestion",
	KindModeration:   "moderation",
	KindTransfer:     "transfer",
	KindReturn:       "return",
	KindStudy:        "study",
	KindVerdict:      "verdict",
	KindSolution:     "solution",
	KindBundle:       "bundle",
	KindUnbundle:     "unbundle",
	KindCandidate:    "candidate",
	KindAttachment:   "attachment",
	KindEstimate:     "estimate",
	KindMerger:       "merger",
	KindList:         "list",
	KindGate:         "gate",
	KindFreeze:       "freeze",
	KindAdoption:     "adoption",
	KindSuccession:   "succession",
	KindOffer:        "offer",
	KindAnswer:       "answer",
	KindTask:         "task",
	KindCommitment:   "commitment",
	KindReport:       "report",
	KindRequest:      "request",
	KindRuling:       "ruling",
	KindAnnouncement: "announcement",
	KindNotice:       "notice",
	KindDelivery:     "delivery",
	KindPlan:         "plan",
	KindEvent:        "event",
	KindTeam:         "team",
	KindInspection:   "inspection",
	KindProblem:      "problem",
	KindContact:      "contact",
	KindEvidence:     "evidence",
	KindRecheck:      "recheck",
	KindStrike:       "strike",
	KindLookback:     "lookback",
	KindInquiry:      "inquiry",
	KindResponse:     "response",
	KindSettlement:   "settlement",
	KindAcceptance:   "acceptance",
	KindRating:       "rating",
	KindClosure:      "closure",
	KindOpinion:      "opinion",
	KindActivity:     "activity",
	KindPriority:     "priority",
	KindWithdrawal:   "withdrawal",
	KindSite:         "site",
}

// Kinds returns all kinds in the order of their numbers.
func Kinds() []Kind {
	kinds := make([]Kind, 0, lastKind)
	for k := KindOrganisation; k <= lastKind; k++ {
		kinds = append(kinds, k)
	}
	return kinds
}

// String returns the kind's name in PROTOCOL.md.
func (k Kind) String() string {
	if !k.valid() {
		return fmt.Sprintf("kind %d", uint8(k))
	}
	return kindNames[k]
}

func (k Kind) valid() bool {
	return k >= KindOrganisation && k <= lastKind
}

// newBody returns an empty body of the kind, or nil if there is no such kind.
//
// It is a switch and not a table of functions: a table would be filled at
// start, in every program that links this package.
func newBody(k Kind) Body {
	switch k {
	case KindOrganisation:
		return new(Organisation)
	case KindSettings:
		return new(Settings)
	case KindUnit:
		return new(Unit)
	case KindActor:
		return new(Actor)
	case KindSuggestion:
		return new(Suggestion)
	case KindModeration:
		return new(Moderation)
	case KindTransfer:
		return new(Transfer)
	case KindReturn:
		return new(Return)
	case KindStudy:
		return new(Study)
	case KindVerdict:
		return new(Verdict)
	case KindSolution:
		return new(Solution)
	case KindBundle:
		return new(Bundle)
	case KindUnbundle:
		return new(Unbundle)
	case KindCandidate:
		return new(Candidate)
	case KindAttachment:
		return new(Attachment)
	case KindEstimate:
		return new(Estimate)
	case KindMerger:
		return new(Merger)
	case KindList:
		return new(List)
	case KindGate:
		return new(Passage)
	case KindFreeze:
		return new(Freeze)
	case KindAdoption:
		return new(Adoption)
	case KindSuccession:
		return new(Succession)
	case KindOffer:
		return new(Offer)
	case KindAnswer:
		return new(Answer)
	case KindTask:
		return new(Task)
	case KindCommitment:
		return new(Commitment)
	case KindReport:
		return new(Report)
	case KindRequest:
		return new(Request)
	case KindRuling:
		return new(Ruling)
	case KindAnnouncement:
		return new(Announcement)
	case KindNotice:
		return new(Notice)
	case KindDelivery:
		return new(Delivery)
	case KindPlan:
		return new(Plan)
	case KindEvent:
		return new(Held)
	case KindTeam:
		return new(Team)
	case KindInspection:
		return new(Inspection)
	case KindProblem:
		return new(Problem)
	case KindContact:
		return new(Contact)
	case KindEvidence:
		return new(Evidence)
	case KindRecheck:
		return new(Recheck)
	case KindStrike:
		return new(Strike)
	case KindLookback:
		return new(Lookback)
	case KindInquiry:
		return new(Inquiry)
	case KindResponse:
		return new(Response)
	case KindSettlement:
		return new(Settlement)
	case KindAcceptance:
		return new(Acceptance)
	case KindRating:
		return new(Rating)
	case KindClosure:
		return new(Closure)
	case KindOpinion:
		return new(Opinion)
	case KindActivity:
		return new(Activity)
	case KindPriority:
		return new(Priority)
	case KindWithdrawal:
		return new(Withdrawal)
	case KindSite:
		return new(Site)
	}
	return nil
}
