package main

import (
	"errors"
	"strings"

	"piaojue/ballot"
	"piaojue/client"
)

// codes are the errors that a page decides on, in the order in which they are
// looked for.
var codes = []struct {
	err  error
	code string
}{
	{client.ErrBoard, "board"},
	{client.ErrPromise, "promise"},
	{client.ErrOther, "other"},
	{client.ErrBadge, "badge"},
	{client.ErrRoll, "roll"},
	{client.ErrSeed, "seed"},
	{client.ErrNotOpen, "not_open"},
	{client.ErrDecided, "decided"},
	{client.ErrNotClosed, "not_closed"},
}

// explain finds the code of an error.
func explain(err error) *fault {
	for _, c := range codes {
		if errors.Is(err, c.err) {
			return &fault{code: c.code, err: err}
		}
	}
	if limit, ok := errors.AsType[*ballot.LimitError](err); ok {
		return &fault{code: "choice", err: errors.New("the choice is not allowed"), more: obj(
			"option", limit.Option, "low", limit.Low, "high", limit.High, "over", limit.Over,
		)}
	}
	if r, ok := errors.AsType[*client.Refusal](err); ok {
		return explainRefusal(r)
	}
	if errors.Is(err, client.ErrIssuer) {
		return &fault{code: "issuer", err: err}
	}
	if f, ok := errors.AsType[*fault](err); ok {
		return f
	}
	if errors.Is(err, client.ErrStale) {
		return &fault{code: "stale", err: err}
	}
	return &fault{code: "order", err: err}
}

func explainRefusal(r *client.Refusal) *fault {
	zh, en, _ := strings.Cut(r.Text, "\n")
	return &fault{code: "refused", err: r, more: obj("refusal", r.Code, "status", r.Status, "zh", zh, "en", en)}
}
