package main

import (
	"errors"
	"strings"

	"piaojue/audit"
	"piaojue/client"
	"piaojue/keyfile"
)

// codes are the errors that a page decides on, in the order in which they are
// looked for.
var codes = []struct {
	err  error
	code string
}{
	{client.ErrBoard, "board"},
	{client.ErrProposal, "proposal"},
	{client.ErrOtherRoot, "other_root"},
	{client.ErrTooFew, "too_few"},
	{client.ErrNotTrustee, "not_trustee"},
	{client.ErrWait, "wait"},
	{client.ErrUnknownKey, "unknown_key"},
	{client.ErrEarly, "early"},
	{client.ErrNotOpen, "not_open"},
	{client.ErrNotClosed, "not_closed"},
	{client.ErrNotLogged, "not_logged"},
	{audit.ErrReceipt, "receipt"},
	{keyfile.ErrPassphrase, "passphrase"},
}

// explain finds the code of an error.
func explain(err error) *fault {
	for _, c := range codes {
		if errors.Is(err, c.err) {
			return &fault{code: c.code, err: err}
		}
	}
	if r, ok := errors.AsType[*client.Refusal](err); ok {
		zh, en, _ := strings.Cut(r.Text, "\n")
		return &fault{code: "refused", err: r, more: obj("refusal", r.Code, "status", r.Status, "zh", zh, "en", en)}
	}
	if f, ok := errors.AsType[*fault](err); ok {
		return f
	}
	if errors.Is(err, client.ErrStale) {
		return &fault{code: "stale", err: err}
	}
	return &fault{code: "argument", err: err}
}
