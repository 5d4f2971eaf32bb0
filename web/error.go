package web

import (
	"encoding/json"
	"net/http"

	"piaojue/lang"
)

// code names a reason to refuse. Its sentence is error.<code> of package lang.
type code string

// The codes, in the order of the table.
const (
	codeBadForm      code = "bad_form"
	codeUnknownField code = "unknown_field"
	codeRows         code = "row_errors"
	codeBadRules     code = "bad_rules"
	codeBadKey       code = "bad_key"
	codeWrongChannel code = "wrong_channel"
	codeUnsupported  code = "unsupported_type"
	codeTooLarge     code = "too_large"

	codeUnauthorized code = "unauthorized"
	codeForbidden    code = "forbidden"
	codeForeign      code = "foreign_origin"
	codeNotFound     code = "not_found"
	codeWithdrawn    code = "withdrawn"
	codeMethod       code = "method_not_allowed"
	codeRateLimited  code = "rate_limited"
	codeManyScreens  code = "many_screens"
	codeManyDrafts   code = "many_drafts"
	codeSlow         code = "slow"

	codeConflict   code = "conflict"
	codeExists     code = "exists"
	codeMissing    code = "missing"
	codePhase      code = "phase"
	codeBadChain   code = "bad_chain"
	codeSigned     code = "already_signed"
	codeUnsigned   code = "unsigned"
	codeNoSigning  code = "no_signing"
	codeListInVote code = "list_in_vote"

	codeSamePerson   code = "same_person"
	codeKeyOfAnother code = "key_of_another"
	codeWrongSignIn  code = "wrong_signin"
	codeLocked       code = "account_locked"
	codeLinkUsed     code = "link_used"
	codeWeakPassword code = "weak_password"
	codeWrongCode    code = "wrong_code"
	codeLateDevice   code = "device_expired"
	codeCodeDemanded code = "code_demanded"
	codeNoSession    code = "no_session"
	codeSignInAgain  code = "sign_in_again"
	codeNumberTaken  code = "number_taken"
	codeTwoDuties    code = "two_duties"
	codeLastAdmin    code = "last_admin"

	codeNotOpen   code = "not_open"
	codeSuspended code = "suspended"
	codeClosed    code = "closed"
	codeVoided    code = "voided"

	codeNotInRoll    code = "not_in_roll"
	codeNotCheckedIn code = "not_checked_in"
	codeBadBadge     code = "bad_badge"
	codeIssued       code = "already_issued"
	codeOnPaper      code = "on_paper"
	codeNoIssuer     code = "no_issuer"
	codeReasonNeeded code = "reason_needed"
	codeTerminalCode code = "bad_terminal_code"
	codeNoTerminal   code = "no_terminal"
	codePINNeeded    code = "pin_needed"
	codeWrongPIN     code = "wrong_pin"
	codeBadgeLocked  code = "locked"

	codeWrongVote     code = "wrong_vote"
	codeOldEpoch      code = "old_epoch"
	codeBadCredential code = "bad_credential"
	codeBadSignature  code = "bad_signature"
	codeBadProof      code = "bad_proof"
	codeSecondBallot  code = "second_ballot"
	codeSpentSeal     code = "spent_seal"
	codeManyChecks    code = "many_checks"
	codeOwnChecks     code = "own_checks"
	codeFalseProofs   code = "false_proofs"

	codeNoQuorum     code = "no_quorum"
	codeTooFew       code = "too_few_ballots"
	codeSurplus      code = "surplus"
	codeBadShare     code = "bad_share"
	codeNotWitnessed code = "not_witnessed"

	codeStorage     code = "storage"
	codeStopping    code = "stopping"
	codeForked      code = "forked"
	codeUnasked     code = "unasked"
	codeNoFont      code = "no_font"
	codeNoGlyph     code = "no_glyph"
	codeUnavailable code = "unavailable"
	codeNotReady    code = "not_ready"
	codeInternal    code = "internal"
)

// statuses is the one table from codes to HTTP.
var statuses = map[code]int{
	codeBadForm:      http.StatusBadRequest,
	codeUnknownField: http.StatusBadRequest,
	codeRows:         http.StatusBadRequest,
	codeBadRules:     http.StatusBadRequest,
	codeBadKey:       http.StatusBadRequest,
	codeWrongChannel: http.StatusBadRequest,
	codeUnsupported:  http.StatusUnsupportedMediaType,
	codeTooLarge:     http.StatusRequestEntityTooLarge,

	codeUnauthorized: http.StatusUnauthorized,
	codeForbidden:    http.StatusForbidden,
	codeForeign:      http.StatusForbidden,
	codeNotFound:     http.StatusNotFound,
	codeWithdrawn:    http.StatusGone,
	codeMethod:       http.StatusMethodNotAllowed,
	codeRateLimited:  http.StatusTooManyRequests,
	codeManyScreens:  http.StatusServiceUnavailable,
	codeManyDrafts:   http.StatusTooManyRequests,
	codeSlow:         http.StatusRequestTimeout,

	codeConflict:   http.StatusConflict,
	codeExists:     http.StatusConflict,
	codeMissing:    http.StatusConflict,
	codePhase:      http.StatusConflict,
	codeBadChain:   http.StatusConflict,
	codeSigned:     http.StatusConflict,
	codeUnsigned:   http.StatusConflict,
	codeNoSigning:  http.StatusConflict,
	codeListInVote: http.StatusConflict,

	codeSamePerson:   http.StatusConflict,
	codeKeyOfAnother: http.StatusConflict,
	codeWrongSignIn:  http.StatusUnauthorized,
	codeLocked:       http.StatusTooManyRequests,
	codeLinkUsed:     http.StatusGone,
	codeWeakPassword: http.StatusBadRequest,
	codeWrongCode:    http.StatusBadRequest,
	codeLateDevice:   http.StatusConflict,
	codeCodeDemanded: http.StatusForbidden,
	codeNoSession:    http.StatusConflict,
	codeSignInAgain:  http.StatusForbidden,
	codeNumberTaken:  http.StatusConflict,
	codeTwoDuties:    http.StatusConflict,
	codeLastAdmin:    http.StatusConflict,

	codeNotOpen:   http.StatusConflict,
	codeSuspended: http.StatusConflict,
	codeClosed:    http.StatusConflict,
	codeVoided:    http.StatusConflict,

	codeNotInRoll:    http.StatusNotFound,
	codeNotCheckedIn: http.StatusConflict,
	codeBadBadge:     http.StatusForbidden,
	codeIssued:       http.StatusConflict,
	codeOnPaper:      http.StatusConflict,
	codeNoIssuer:     http.StatusServiceUnavailable,
	codeReasonNeeded: http.StatusBadRequest,
	codeTerminalCode: http.StatusGone,
	codeNoTerminal:   http.StatusForbidden,
	codePINNeeded:    http.StatusUnauthorized,
	codeWrongPIN:     http.StatusForbidden,
	codeBadgeLocked:  http.StatusLocked,

	codeWrongVote:     http.StatusBadRequest,
	codeOldEpoch:      http.StatusConflict,
	codeBadCredential: http.StatusBadRequest,
	codeBadSignature:  http.StatusBadRequest,
	codeBadProof:      http.StatusBadRequest,
	codeSecondBallot:  http.StatusConflict,
	codeSpentSeal:     http.StatusConflict,
	codeManyChecks:    http.StatusTooManyRequests,
	codeOwnChecks:     http.StatusTooManyRequests,
	codeFalseProofs:   http.StatusTooManyRequests,

	codeNoQuorum:     http.StatusConflict,
	codeTooFew:       http.StatusConflict,
	codeSurplus:      http.StatusConflict,
	codeBadShare:     http.StatusBadRequest,
	codeNotWitnessed: http.StatusServiceUnavailable,

	codeStorage:     http.StatusServiceUnavailable,
	codeStopping:    http.StatusServiceUnavailable,
	codeForked:      http.StatusServiceUnavailable,
	codeUnasked:     http.StatusServiceUnavailable,
	codeNoFont:      http.StatusConflict,
	codeNoGlyph:     http.StatusConflict,
	codeUnavailable: http.StatusServiceUnavailable,
	codeNotReady:    http.StatusServiceUnavailable,
	codeInternal:    http.StatusInternalServerError,
}

// refusal is an answer that says no, with the cause for tests and for logs of
// internal errors. People see the sentence of the code, never the cause.
type refusal struct {
	code   code
	issuer string         // which other issuer it was
	check  string         // the check of PROTOCOL.md that failed, if one did
	rows   []rowProblem   // what is wrong with a table
	fields []fieldProblem // what is wrong or missing in a document
	cause  error
}

func (r *refusal) Error() string {
	if r.cause == nil {
		return string(r.code)
	}
	return string(r.code) + ": " + r.cause.Error()
}

func (r *refusal) Unwrap() error { return r.cause }

// refuse returns a refusal without a cause.
func refuse(c code) error { return &refusal{code: c} }

// because returns a refusal with the code, whatever the cause would map to.
func because(c code, cause error) error { return &refusal{code: c, cause: cause} }

// problem is what the client gets.
type problem struct {
	Code   code           `json:"code"`
	ZH     string         `json:"zh" doc:"A sentence for people, in Chinese."`
	EN     string         `json:"en" doc:"The same in English."`
	Issuer string         `json:"issuer,omitempty" doc:"Which issuer it was."`
	Check  string         `json:"check,omitempty" doc:"The check of PROTOCOL.md, Section 12, that failed."`
	Rows   []rowProblem   `json:"rows,omitempty" doc:"What is wrong with a table."`
	Fields []fieldProblem `json:"fields,omitempty" doc:"What is wrong with a body, or missing."`
}

// problem says the refusal, in Chinese with the word of a vote.
func (r *refusal) problem(word string) problem {
	id := "error." + string(r.code)
	return problem{
		Code:   r.code,
		ZH:     voice{lang.ZH, word}.text(id),
		EN:     lang.EN.Text(id),
		Issuer: r.issuer,
		Check:  r.check,
		Rows:   wordedRows(r.rows, word),
		Fields: wordedFields(r.fields, word),
	}
}

// refusedJSON is the body of every answer that says no.
type refusedJSON struct {
	Error problem `json:"error"`
}

// tell answers with a refusal in the words of the vote that a request is about.
// Who asks too often costs no look at what it was about.
func (s *Server) tell(w http.ResponseWriter, r *http.Request, refused *refusal) {
	if refused.code == codeRateLimited {
		writeRefusal(w, refused, "")
		return
	}
	writeRefusal(w, refused, s.voiceOf(lang.ZH, r).word)
}

// writeRefusal answers with the problem.
func writeRefusal(w http.ResponseWriter, r *refusal, word string) {
	body, err := json.Marshal(refusedJSON{r.problem(word)})
	if err != nil {
		body = []byte(`{"error":{"code":"internal"}}`)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(statuses[r.code])
	w.Write(append(body, '\n'))
}
