package election

import (
	"errors"
	"fmt"
)

// ErrPhase means that the phase does not allow the entry: it comes too early
// or too late. The order of the log decides, no clock does (attack S14).
var ErrPhase = errors.New("election: phase does not allow entry")

// Phase says where a vote stands.
type Phase uint8

// The phases (PROTOCOL.md, "Phases").
const (
	PhaseDraft Phase = iota
	PhaseFrozen
	PhaseApproved
	PhaseKeyed
	PhaseVoting
	PhaseSuspended
	PhaseClosing
	PhaseClosed
	PhaseCollected
	PhaseCounted
	PhaseCertified
	PhasePublished
	PhaseArchived
	PhaseVoided

	lastPhase = PhaseVoided
)

var phaseNames = [lastPhase + 1]string{
	PhaseDraft:     "draft",
	PhaseFrozen:    "frozen",
	PhaseApproved:  "approved",
	PhaseKeyed:     "keyed",
	PhaseVoting:    "voting",
	PhaseSuspended: "suspended",
	PhaseClosing:   "closing",
	PhaseClosed:    "closed",
	PhaseCollected: "collected",
	PhaseCounted:   "counted",
	PhaseCertified: "certified",
	PhasePublished: "published",
	PhaseArchived:  "archived",
	PhaseVoided:    "voided",
}

// Phases returns all phases in their order.
func Phases() []Phase {
	phases := make([]Phase, 0, lastPhase+1)
	for p := PhaseDraft; p <= lastPhase; p++ {
		phases = append(phases, p)
	}
	return phases
}

// String returns the phase's name in PROTOCOL.md.
func (p Phase) String() string {
	if p > lastPhase {
		return fmt.Sprintf("phase %d", uint8(p))
	}
	return phaseNames[p]
}

// phaseTable says which kinds a phase accepts, and what phase follows. That
// only the last of n ready entries makes the vote keyed stands in Ready.apply.
var phaseTable = [lastPhase + 1]map[Kind]Phase{
	PhaseDraft:  {KindManifest: PhaseFrozen},
	PhaseFrozen: {KindTrustees: PhaseApproved, KindVoid: PhaseVoided},
	PhaseApproved: {
		KindTrustees: PhaseApproved, KindDealing: PhaseApproved, KindAgreement: PhaseApproved, KindComplaint: PhaseApproved,
		KindReady: PhaseKeyed, KindAttendance: PhaseApproved, KindBadge: PhaseApproved, KindVoid: PhaseVoided,
	},
	PhaseKeyed: {KindAttendance: PhaseKeyed, KindBadge: PhaseKeyed, KindOpening: PhaseVoting, KindVoid: PhaseVoided},
	PhaseVoting: {
		KindAttendance: PhaseVoting, KindBadge: PhaseVoting, KindOpening: PhaseVoting, KindIssuance: PhaseVoting,
		KindSheets: PhaseVoting, KindCount: PhaseVoting, KindOrder: PhaseClosing, KindSuspend: PhaseSuspended, KindVoid: PhaseVoided,
	},
	PhaseSuspended: {
		KindAttendance: PhaseSuspended, KindBadge: PhaseSuspended, KindCount: PhaseSuspended,
		KindResume: PhaseVoting, KindVoid: PhaseVoided,
	},
	PhaseClosing: {
		KindBallot: PhaseClosing, KindSpent: PhaseClosing, KindUnused: PhaseClosing,
		KindClose: PhaseClosed, KindVoid: PhaseVoided,
	},
	PhaseClosed: {
		KindBatch: PhaseClosed, KindPaper: PhaseClosed, KindCollection: PhaseCollected, KindVoid: PhaseVoided,
	},
	PhaseCollected: {KindShare: PhaseCollected, KindResult: PhaseCounted, KindVoid: PhaseVoided},
	PhaseCounted:   {KindCertificate: PhaseCertified, KindVoid: PhaseVoided},
	PhaseCertified: {
		KindDecision: PhaseCertified, KindSuccessor: PhaseCertified,
		KindAnnouncement: PhasePublished, KindDestruction: PhaseCertified,
	},
	PhasePublished: {KindSuccessor: PhasePublished, KindArchive: PhaseArchived, KindDestruction: PhasePublished},
	PhaseArchived:  {KindDestruction: PhaseArchived},
	PhaseVoided:    {KindSuccessor: PhaseVoided, KindDestruction: PhaseVoided},
}

// Accepts reports whether the phase accepts entries of the kind.
func (p Phase) Accepts(k Kind) bool {
	_, ok := p.Next(k)
	return ok
}

// Next returns the phase after an entry of the kind. After a ready entry that
// is not the last it is still approved.
func (p Phase) Next(k Kind) (Phase, bool) {
	if p > lastPhase {
		return p, false
	}
	next, ok := phaseTable[p][k]
	return next, ok
}
