package audit

import (
	"errors"

	"piaojue/election"
)

// settled says at which phase a check has seen all that it is about: from then
// on it has passed unless it failed. The checks that are about every entry, and
// those of the record as a whole, are marked as they are made.
var settled = map[election.CheckID]election.Phase{
	election.CheckTrusteesKeys:      election.PhaseKeyed,
	election.CheckCeremonyDealings:  election.PhaseKeyed,
	election.CheckCeremonyAgreement: election.PhaseKeyed,
	election.CheckAttendanceRoll:    election.PhaseClosing,
	election.CheckOpeningQuorum:     election.PhaseClosing,
	election.CheckIssuanceRoll:      election.PhaseClosing,
	election.CheckBallotForm:        election.PhaseClosed,
	election.CheckBallotCredential:  election.PhaseClosed,
	election.CheckBallotSignature:   election.PhaseClosed,
	election.CheckBallotProofs:      election.PhaseClosed,
	election.CheckBallotUnique:      election.PhaseClosed,
	election.CheckCloseOrder:        election.PhaseClosed,
	election.CheckCountKept:         election.PhaseClosed,
	election.CheckNumbersOrder:      election.PhaseCollected,
	election.CheckCollectionNumbers: election.PhaseCollected,
	election.CheckOpeningMinimum:    election.PhaseCounted,
	election.CheckShareProofs:       election.PhaseCounted,
	election.CheckResultTotals:      election.PhaseCounted,
	election.CheckResultOutcome:     election.PhaseCounted,
	election.CheckCertificateResult: election.PhaseCertified,
	election.CheckPaperBatch:        election.PhaseCollected,
	election.CheckPaperProofs:       election.PhaseCollected,
}

// late are the checks of entries that can come at any time once the vote came so
// far: they pass with the last entry only, as what an entry was refused for may
// be the very one that they are about.
var late = map[election.CheckID]election.Phase{
	election.CheckArchiveRoot:   election.PhaseArchived,
	election.CheckDecisionTie:   election.PhaseCertified,
	election.CheckSuccessorNext: election.PhaseCertified,
}

// everyEntry are the checks that pass with the last entry.
var everyEntry = []election.CheckID{
	election.CheckRecordEntries, election.CheckEntryForm, election.CheckEntryPhase,
	election.CheckEntryChain, election.CheckEntrySignatures,
}

// passAll marks what passes once the last entry is through.
func (v *verifier) passAll() {
	if v.closing != nil && v.state.ClosingSize() == 0 {
		v.fail(election.CheckRecordFiles, NoEntry, fault(election.CauseEarly, closingFile, errors.New("there is a closing checkpoint, but no collection entry")))
	}
	for _, c := range everyEntry {
		v.pass(c)
	}
	for c, phase := range late {
		if v.reached >= phase {
			v.pass(c)
		}
	}
	if _, named := v.state.Successor(); named { // also by a vote that was voided
		v.pass(election.CheckSuccessorNext)
	}
	v.listIssuers()
	v.checkRegisters()
}

// advance notes how far the vote came. A void vote came as far as it was.
func (v *verifier) advance() {
	if p := v.state.Phase(); p != election.PhaseVoided {
		v.reached = p
	}
}

// finish writes the report.
func (v *verifier) finish() {
	r := v.report
	r.settle(func(c election.CheckID) bool {
		phase, ok := settled[c]
		return v.passed[c] || ok && v.reached >= phase
	})
	r.Phase, r.Numbers, r.Result = v.state.Phase(), v.state.Numbers(), v.state.Result()
	r.Decision = v.state.Decision()
	r.Successor, _ = v.state.Successor()
	r.BadShares = v.state.BadShares()
	r.Warnings = v.state.Warnings()
	if r.Failed() {
		r.Warnings = nil
		if r.Manifest != nil {
			r.Warnings = r.Manifest.Warnings()
		}
	}
	r.Verified = v.complete()
}

// optional are the checks that need not be reached for a verified vote: a hash,
// a record or registers that were not given, and the archive, which comes later.
var optional = map[election.CheckID]bool{
	election.CheckManifestHash: true,
	election.CheckParentNext:   true,
	election.CheckArchiveRoot:  true,

	election.CheckIssuersRegister: true,
}

func (v *verifier) complete() bool {
	if v.reached < election.PhaseCertified || v.state.Phase() == election.PhaseVoided {
		return false
	}
	for _, f := range v.report.Findings {
		if f.Status == Failed || f.Status == NotReached && !optional[f.Check] {
			return false
		}
	}
	return true
}
