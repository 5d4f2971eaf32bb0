package election

import "fmt"

// Kind says what an entry of the log is.
type Kind uint8

// The kinds of entries (PROTOCOL.md, "Entries").
const (
	KindManifest Kind = 1 + iota
	KindTrustees
	KindDealing
	KindAgreement
	KindComplaint
	KindReady
	KindAttendance
	KindBadge
	KindOpening
	KindIssuance
	KindCount
	KindOrder
	KindBallot
	KindSpent
	KindUnused
	KindClose
	KindCollection
	KindShare
	KindResult
	KindCertificate
	KindAnnouncement
	KindArchive
	KindDestruction
	KindSuspend
	KindResume
	KindVoid
	KindSheets
	KindBatch
	KindPaper
	KindDecision
	KindSuccessor

	lastKind = KindSuccessor
)

// The names are part of what is signed.
var kindNames = [lastKind + 1]string{
	KindManifest:     "manifest",
	KindTrustees:     "trustees",
	KindDealing:      "dealing",
	KindAgreement:    "agreement",
	KindComplaint:    "complaint",
	KindReady:        "ready",
	KindAttendance:   "attendance",
	KindBadge:        "badge",
	KindOpening:      "opening",
	KindIssuance:     "issuance",
	KindCount:        "count",
	KindOrder:        "order",
	KindBallot:       "ballot",
	KindSpent:        "spent",
	KindUnused:       "unused",
	KindClose:        "close",
	KindCollection:   "collection",
	KindShare:        "share",
	KindResult:       "result",
	KindCertificate:  "certificate",
	KindAnnouncement: "announcement",
	KindArchive:      "archive",
	KindDestruction:  "destruction",
	KindSuspend:      "suspend",
	KindResume:       "resume",
	KindVoid:         "void",
	KindSheets:       "sheets",
	KindBatch:        "batch",
	KindPaper:        "paper",
	KindDecision:     "decision",
	KindSuccessor:    "successor",
}

// Kinds returns all kinds in the order of their numbers.
func Kinds() []Kind {
	kinds := make([]Kind, 0, lastKind)
	for k := KindManifest; k <= lastKind; k++ {
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
	return k >= KindManifest && k <= lastKind
}
