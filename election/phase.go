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
	Draft Phase = iota
	Frozen
	Approved
	Keyed
	Voting
	Suspended
	Closing
	Closed
	Collected
	Counted
	Certified
	Published
	Archived
	Voided

	lastPhase = Voided
)

var phaseNames = [lastPhase + 1]string{
	Draft:     "draft",
	Frozen:    "frozen",
	Approved:  "approved",
	Keyed:     "keyed",
	Voting:    "voting",
	Suspended: "suspended",
	Closing:   "closing",
	Closed:    "closed",
	Collected: "collected",
	Counted:   "counted",
	Certified: "certified",
	Published: "published",
	Archived:  "archived",
	Voided:    "voided",
}

// Phases returns all phases in their order.
func Phases() []Phase {
	phases := make([]Phase, 0, lastPhase+1)
	for p := Draft; p <= lastPhase; p++ {
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
	Draft:  {KindManifest: Frozen},
	Frozen: {KindTrustees: Approved, KindVoid: Voided},
	Approved: {
		KindTrustees: Approved, KindDealing: Approved, KindAgreement: Approved, KindComplaint: Approved,
		KindReady: Keyed, KindAttendance: Approved, KindBadge: Approved, KindVoid: Voided,
	},
	Keyed: {KindAttendance: Keyed, KindBadge: Keyed, KindOpening: Voting, KindVoid: Voided},
	Voting: {
		KindAttendance: Voting, KindBadge: Voting, KindOpening: Voting, KindIssuance: Voting,
		KindCount: Voting, KindOrder: Closing, KindSuspend: Suspended, KindVoid: Voided,
	},
	Suspended: {
		KindAttendance: Suspended, KindBadge: Suspended, KindCount: Suspended,
		KindResume: Voting, KindVoid: Voided,
	},
	Closing: {
		KindBallot: Closing, KindSpent: Closing, KindUnused: Closing,
		KindClose: Closed, KindVoid: Voided,
	},
	Closed:    {KindCollection: Collected, KindVoid: Voided},
	Collected: {KindShare: Collected, KindResult: Counted, KindVoid: Voided},
	Counted:   {KindCertificate: Certified, KindVoid: Voided},
	Certified: {KindAnnouncement: Published, KindDestruction: Certified},
	Published: {KindArchive: Archived, KindDestruction: Published},
	Archived:  {KindDestruction: Archived},
	Voided:    {KindDestruction: Voided},
}

// Accepts reports whether the phase accepts entries of the kind.
func (p Phase) Accepts(k Kind) bool {
	_, ok := p.next(k)
	return ok
}

func (p Phase) next(k Kind) (Phase, bool) {
	if p > lastPhase {
		return p, false
	}
	next, ok := phaseTable[p][k]
	return next, ok
}
