package web

import (
	"context"
	"errors"
	"net/http"

	"piaojue/ballot"
	"piaojue/election"
	"piaojue/form"
	"piaojue/project"
	"piaojue/store"
)

// toRefusal maps an error of another package to its code. What nobody expected
// is internal.
func toRefusal(err error) *refusal {
	if r, ok := errors.AsType[*refusal](err); ok {
		return r
	}
	if check, ok := errors.AsType[*election.CheckError](err); ok {
		return &refusal{code: checkCode(check), check: string(check.Check), cause: err}
	}
	if rows, ok := errors.AsType[form.RowErrors](err); ok {
		return &refusal{code: codeRows, rows: rowProblems(rows), cause: err}
	}
	if fields, ok := errors.AsType[form.FieldErrors](err); ok {
		return &refusal{code: fieldCode(fields), fields: formProblems(fields), cause: err}
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return &refusal{code: codeTooLarge, cause: err}
	}
	for _, m := range sentinels {
		if errors.Is(err, m.err) {
			return &refusal{code: m.code, cause: err}
		}
	}
	if refused, ok := errors.AsType[*project.Error](err); ok {
		return &refusal{code: projectCode(refused.Code), cause: err}
	}
	return &refusal{code: codeInternal, cause: err}
}

// projectCode says what a refusal of the projects' log means to people, where no
// form says it.
func projectCode(c project.Code) code {
	switch c {
	case project.CodeRole, project.CodeOwn, project.CodeActor:
		return codeForbidden
	case project.CodeForm:
		return codeBadForm
	}
	return codeConflict
}

var sentinels = []struct {
	err  error
	code code
}{
	{ballot.ErrForm, codeBadForm},
	{ballot.ErrCredential, codeBadCredential},
	{ballot.ErrSignature, codeBadSignature},
	{ballot.ErrProof, codeBadProof},
	{errUnsigned, codeNoSigning},
	{store.ErrNotFound, codeNotFound},
	{store.ErrExists, codeExists},
	{ErrBoxGone, codeExists},
	{store.ErrSamePerson, codeSamePerson},
	{store.ErrNumber, codeNumberTaken},
	{store.ErrFrozen, codePhase},
	{store.ErrRevised, codeConflict},
	{store.ErrOtherVector, codeIssued},
	{store.ErrStopped, codeStorage},
	{store.ErrDamaged, codeStorage},
	{context.Canceled, codeUnavailable},
	{context.DeadlineExceeded, codeUnavailable},
}

// checkCodes says what the failure of a check means to people. A check that is
// not here means that the request itself was made wrong.
var checkCodes = map[election.CheckID]code{
	election.CheckManifestForm:      codeMissing,
	election.CheckEntryPhase:        codePhase,
	election.CheckEntryChain:        codeBadChain,
	election.CheckEntrySignatures:   codeBadSignature,
	election.CheckTrusteesKeys:      codeBadKey,
	election.CheckCeremonyDealings:  codeBadSignature,
	election.CheckCeremonyAgreement: codeBadSignature,
	election.CheckAttendanceRoll:    codeConflict,
	election.CheckOpeningQuorum:     codeConflict, // but see vote.explain
	election.CheckIssuanceRoll:      codeNotCheckedIn,
	election.CheckBallotCredential:  codeBadCredential,
	election.CheckBallotSignature:   codeBadSignature,
	election.CheckBallotProofs:      codeBadProof,
	election.CheckBallotUnique:      codeSecondBallot,
	election.CheckCloseOrder:        codeConflict,
	election.CheckCountKept:         codeConflict,
	election.CheckNumbersOrder:      codeSurplus,
	election.CheckCollectionNumbers: codeConflict,
	election.CheckOpeningMinimum:    codeTooFew,
	election.CheckShareProofs:       codeBadShare,
	election.CheckCertificateResult: codeConflict,
	election.CheckArchiveRoot:       codeConflict,
}

func checkCode(e *election.CheckError) code {
	switch {
	case errors.Is(e.Err, election.ErrPhase):
		return codePhase
	case errors.Is(e.Err, election.ErrIssued):
		return codeIssued
	}
	if c, ok := checkCodes[e.Check]; ok {
		return c
	}
	return codeBadForm
}

// fieldCode tells rules that contradict each other from a document that cannot
// be read and from names that do not exist.
func fieldCode(fields form.FieldErrors) code {
	c := codeBadRules
	for _, f := range fields {
		switch f.ID {
		case "json.unknown":
			return codeUnknownField
		case "json.bad_json", "json.bad_text", "json.large", "json.deep":
			c = codeBadForm
		}
	}
	return c
}

// notVoting says why a ballot cannot be taken in a phase.
func notVoting(p election.Phase) error {
	switch {
	case p < election.PhaseVoting:
		return refuse(codeNotOpen)
	case p == election.PhaseSuspended:
		return refuse(codeSuspended)
	case p == election.PhaseVoided:
		return refuse(codeVoided)
	}
	return refuse(codeClosed)
}
