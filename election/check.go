package election

import (
	"fmt"
	"slices"
)

// CheckID is the id of a check of PROTOCOL.md, "The numbered checks".
type CheckID string

// The numbered checks. Those of record, log, manifest.hash and
// issuers.register are made by package audit, all others by State.
const (
	CheckRecordFiles       CheckID = "record.files"
	CheckRecordEntries     CheckID = "record.entries"
	CheckRecordTiles       CheckID = "record.tiles"
	CheckLogCheckpoint     CheckID = "log.checkpoint"
	CheckLogWitnesses      CheckID = "log.witnesses"
	CheckManifestForm      CheckID = "manifest.form"
	CheckManifestHash      CheckID = "manifest.hash"
	CheckEntryForm         CheckID = "entry.form"
	CheckEntryPhase        CheckID = "entry.phase"
	CheckEntryChain        CheckID = "entry.chain"
	CheckEntrySignatures   CheckID = "entry.signatures"
	CheckTrusteesKeys      CheckID = "trustees.keys"
	CheckCeremonyDealings  CheckID = "ceremony.dealings"
	CheckCeremonyAgreement CheckID = "ceremony.agreement"
	CheckAttendanceRoll    CheckID = "attendance.roll"
	CheckOpeningQuorum     CheckID = "opening.quorum"
	CheckIssuanceRoll      CheckID = "issuance.roll"
	CheckBallotForm        CheckID = "ballot.form"
	CheckBallotCredential  CheckID = "ballot.credential"
	CheckBallotSignature   CheckID = "ballot.signature"
	CheckBallotProofs      CheckID = "ballot.proofs"
	CheckBallotUnique      CheckID = "ballot.unique"
	CheckCloseOrder        CheckID = "close.order"
	CheckCountKept         CheckID = "count.kept"
	CheckNumbersOrder      CheckID = "numbers.order"
	CheckCollectionNumbers CheckID = "collection.numbers"
	CheckOpeningMinimum    CheckID = "opening.minimum"
	CheckShareProofs       CheckID = "share.proofs"
	CheckResultTotals      CheckID = "result.totals"
	CheckResultOutcome     CheckID = "result.outcome"
	CheckCertificateResult CheckID = "certificate.result"
	CheckArchiveRoot       CheckID = "archive.root"
	CheckPaperBatch        CheckID = "paper.batch"
	CheckPaperProofs       CheckID = "paper.proofs"
	CheckDecisionTie       CheckID = "decision.tie"
	CheckSuccessorNext     CheckID = "successor.next"
	CheckParentNext        CheckID = "parent.next"
	CheckIssuersRegister   CheckID = "issuers.register"
)

var checks = []CheckID{
	CheckRecordFiles, CheckRecordEntries, CheckRecordTiles, CheckLogCheckpoint,
	CheckLogWitnesses, CheckManifestForm, CheckManifestHash, CheckEntryForm,
	CheckEntryPhase, CheckEntryChain, CheckEntrySignatures, CheckTrusteesKeys,
	CheckCeremonyDealings, CheckCeremonyAgreement, CheckAttendanceRoll, CheckOpeningQuorum,
	CheckIssuanceRoll, CheckBallotForm, CheckBallotCredential, CheckBallotSignature,
	CheckBallotProofs, CheckBallotUnique, CheckCloseOrder, CheckCountKept,
	CheckNumbersOrder, CheckCollectionNumbers, CheckOpeningMinimum, CheckShareProofs,
	CheckResultTotals, CheckResultOutcome, CheckCertificateResult, CheckArchiveRoot,
	CheckPaperBatch, CheckPaperProofs, CheckDecisionTie, CheckSuccessorNext,
	CheckParentNext, CheckIssuersRegister,
}

// Checks returns the ids of all numbered checks, the first being number 1.
func Checks() []CheckID {
	return slices.Clone(checks)
}

// Number returns the number of the check in PROTOCOL.md, 0 if it has none.
func (c CheckID) Number() int {
	return slices.Index(checks, c) + 1
}

// CheckError says which check an entry fails, and why.
type CheckError struct {
	Check CheckID
	Index uint64 // of the entry in the log
	Err   error
}

func (e *CheckError) Error() string {
	return fmt.Sprintf("election: entry %d: %s: %v", e.Index, e.Check, e.Err)
}

// Unwrap returns the cause.
func (e *CheckError) Unwrap() error {
	return e.Err
}

// place is where an entry stands, or would stand, in the log.
type place struct {
	index uint64
	hash  [32]byte
}

// fail returns a CheckError if err is not nil.
func (p place) fail(check CheckID, err error) error {
	if err == nil {
		return nil
	}
	return &CheckError{Check: check, Index: p.index, Err: err}
}

// demand returns a CheckError unless ok.
func (p place) demand(ok bool, check CheckID, c Cause, format string, args ...any) error {
	if ok {
		return nil
	}
	return p.fail(check, because(c, fmt.Errorf(format, args...)))
}

// first returns the first error: the checks are made in their order, and only
// the first failure is reported.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
