package main

import (
	"errors"

	"piaojue/ballot"
	"piaojue/bridge"
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
	{client.ErrPaper, "on_paper"},
}

// explain finds the code of an error.
func explain(err error) *bridge.Fault {
	for _, c := range codes {
		if errors.Is(err, c.err) {
			return &bridge.Fault{Code: c.code, Err: err}
		}
	}
	if limit, ok := errors.AsType[*ballot.LimitError](err); ok {
		return &bridge.Fault{Code: "choice", Err: errors.New("the choice is not allowed"), More: bridge.Object(
			"option", limit.Option, "low", limit.Low, "high", limit.High, "over", limit.Over,
		)}
	}
	r, refused := errors.AsType[*client.Refusal](err)
	if i, ok := errors.AsType[*client.IssuerError](err); ok && (!refused || r.Status >= 500) {
		return &bridge.Fault{Code: "issuer", Err: err, More: bridge.Object("issuer", i.Name, "wrong", i.Wrong)}
	}
	if refused {
		return bridge.Refused(r)
	}
	if f, ok := errors.AsType[*bridge.Fault](err); ok {
		return f
	}
	if errors.Is(err, client.ErrStale) {
		return &bridge.Fault{Code: "stale", Err: err}
	}
	return &bridge.Fault{Code: "order", Err: err}
}
