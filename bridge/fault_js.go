package bridge

import (
	"errors"
	"strings"
	"syscall/js"

	"piaojue/client"
)

// Fault is an error with the code that the page words, and what it needs for
// that.
type Fault struct {
	Code string
	Err  error // for logs
	More Map
}

func (f *Fault) Error() string { return f.Err.Error() }
func (f *Fault) Unwrap() error { return f.Err }

// What a page with a mistake asks for.
var (
	ErrOrder    = &Fault{Code: "order", Err: errors.New("steps out of order")}
	ErrArgument = &Fault{Code: "argument", Err: errors.New("argument is malformed")}
)

var (
	errBusy     = &Fault{Code: "busy", Err: errors.New("another call is running")}
	errInternal = &Fault{Code: "internal", Err: errors.New("internal error")}
)

// Refused is a refusal of the server, with its own words for people.
func Refused(r *client.Refusal) *Fault {
	zh, en, _ := strings.Cut(r.Text, "\n")
	return &Fault{Code: "refused", Err: r, More: Object("refusal", r.Code, "status", r.Status, "zh", zh, "en", en)}
}

func jsError(f *Fault) js.Value {
	e := js.Global().Get("Error").New(f.Err.Error())
	e.Set("code", f.Code)
	for name, value := range f.More {
		e.Set(name, ToJS(value))
	}
	return e
}
