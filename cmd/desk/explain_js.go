package main

import (
	"errors"

	"piaojue/audit"
	"piaojue/ballot"
	"piaojue/bridge"
	"piaojue/client"
	"piaojue/election"
	"piaojue/keyfile"
)

// codes are the errors that a page decides on, in the order in which they are
// looked for.
var codes = []struct {
	err  error
	code string
}{
	{client.ErrBoard, "board"},
	{election.ErrIssued, "issued"}, // of a badge that is replaced: ErrProposal as well
	{client.ErrProposal, "proposal"},
	{client.ErrOtherRoot, "other_root"},
	{client.ErrTooFew, "too_few"},
	{client.ErrNotTrustee, "not_trustee"},
	{client.ErrWait, "wait"},
	{client.ErrUnknownKey, "unknown_key"},
	{client.ErrEarly, "early"},
	{client.ErrNotOpen, "not_open"},
	{client.ErrNotClosed, "not_closed"},
	{client.ErrSheets, "sheets"},
	{client.ErrManySheets, "many_sheets"},
	{election.ErrLong, "too_long"},
	{client.ErrDraft, "draft"},
	{client.ErrNotLogged, "not_logged"},
	{audit.ErrReceipt, "receipt"},
	{keyfile.ErrPassphrase, "passphrase"},
	{keyfile.ErrIdentity, "identity"},
}

// explain finds the code of an error.
func explain(err error) *bridge.Fault {
	for _, c := range codes {
		if errors.Is(err, c.err) {
			return &bridge.Fault{Code: c.code, Err: err}
		}
	}
	if r, ok := errors.AsType[*client.Refusal](err); ok {
		return bridge.Refused(r)
	}
	if limit, ok := errors.AsType[*ballot.LimitError](err); ok {
		return &bridge.Fault{Code: "choice", Err: errors.New("the choice is not allowed"), More: bridge.Object("low", limit.Low, "high", limit.High)}
	}
	if f, ok := errors.AsType[*bridge.Fault](err); ok {
		return f
	}
	if errors.Is(err, client.ErrStale) {
		return &bridge.Fault{Code: "stale", Err: err}
	}
	return &bridge.Fault{Code: "argument", Err: err}
}
