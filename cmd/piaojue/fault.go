package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"syscall"

	"piaojue/audit"
	"piaojue/client"
	"piaojue/election"
	"piaojue/form"
	"piaojue/keyfile"
	"piaojue/lang"
)

// fault is a mistake or refusal that people can do something about. Its text
// and its hint are in the catalogues, as fault.<id> and fault.<id>.hint.
type fault struct {
	id     string
	args   []any
	usage  bool // the command was used wrongly
	again  bool // a person who is asked may answer again
	reason error
}

func (f *fault) Error() string {
	text := english().say("fault."+f.id, f.args...)
	if f.reason != nil {
		text += ": " + f.reason.Error()
	}
	return text
}

func (f *fault) Unwrap() error { return f.reason }

// wrong returns a fault.
func wrong(id string, args ...any) error { return &fault{id: id, args: args} }

// misuse returns a fault of who typed the command.
func misuse(id string, args ...any) error { return &fault{id: id, args: args, usage: true} }

// because returns a fault with its reason.
func because(reason error, id string, args ...any) error {
	return &fault{id: id, args: args, reason: reason}
}

// retry marks a mistake that a person at a prompt may mend.
func retry(err error) error {
	if f, ok := errors.AsType[*fault](err); ok {
		marked := *f
		marked.again = true
		return &marked
	}
	return err
}

// hints are for errors of other packages, by id of the catalogues: cause.<id>
// frames the error, hint.<id> says what to do.
var hints = []struct {
	err error
	id  string
}{
	{context.Canceled, "interrupted"},
	{context.DeadlineExceeded, "timeout"},
	{syscall.ECONNREFUSED, "refused"},
	{syscall.ECONNRESET, "cut_off"},
	{io.EOF, "cut_off"},
	{keyfile.ErrPassphrase, "passphrase"},
	{fs.ErrExist, "exists"},
	{fs.ErrNotExist, "missing"},
	{fs.ErrPermission, "permission"},
	{client.ErrBadge, "badge"},
	{client.ErrBoard, "board"},
	{client.ErrOffline, "offline"},
	{client.ErrStale, "stale"},
	{client.ErrNotOpen, "not_open"},
	{client.ErrRoll, "roll"},
	{client.ErrOther, "other"},
	{client.ErrOtherLog, "other_log"},
	{client.ErrPaper, "paper"},
	{client.ErrSheets, "sheets"},
	{client.ErrManySheets, "many_sheets"},
	{election.ErrLong, "too_long"},
	{client.ErrSeed, "seed"},
	{client.ErrIssuer, "issuer"},
	{client.ErrPromise, "promise"},
	{client.ErrDecided, "decided"},
	{client.ErrNotTrustee, "not_trustee"},
	{client.ErrOtherRoot, "other_root"},
	{client.ErrTooFew, "too_few"},
	{client.ErrRecord, "record"},
	{client.ErrNotLogged, "not_logged"},
	{client.ErrNotClosed, "not_closed"},
	{audit.ErrReceipt, "receipt"},
}

// finish says what went wrong, and returns the exit status.
func (t *tool) finish(err error) int {
	if err == nil {
		return exitDone
	}
	if quiet, ok := errors.AsType[silent](err); ok {
		return int(quiet)
	}
	t.keepEvidence(err)
	text, hint := t.explain(err)
	for line := range strings.Lines(text) {
		t.talk(strings.TrimSuffix(line, "\n"))
	}
	if hint != "" {
		t.talk(t.words.say("hint") + hint)
	}
	if f, ok := errors.AsType[*fault](err); ok && f.usage {
		return exitUsage
	}
	return exitFailed
}

// talk says a line to the person, on standard error.
func (t *tool) talk(line string) {
	fmt.Fprintf(t.err, "piaojue: %s\n", lang.Plain(line))
}

// silent is an exit status of a command that has said what there is to say.
type silent int

func (silent) Error() string { return "silent" }

// explain finds the words for an error, and the hint if there is one.
func (t *tool) explain(err error) (text, hint string) {
	if errors.Is(err, client.ErrIssuer) { // it names the issuer; what is inside would not
		return t.words.say("cause.issuer", err), t.words.say("hint.issuer")
	}
	if f, ok := errors.AsType[*fault](err); ok {
		text = t.words.say("fault."+f.id, f.args...)
		if f.reason != nil {
			reason, more := t.explain(f.reason)
			text, hint = text+": "+reason, more
		}
		if own := "fault." + f.id + ".hint"; t.words.has(own) {
			hint = t.words.say(own)
		}
		return text, hint
	}
	if rows, ok := errors.AsType[form.RowErrors](err); ok {
		return rows.Text(t.lang), ""
	}
	if sheets, ok := errors.AsType[sheetErrors](err); ok {
		return sheets.text(t), t.words.say("hint.sheet_lines")
	}
	if fields, ok := errors.AsType[form.FieldErrors](err); ok {
		return fields.Text(t.lang), ""
	}
	if refused, ok := errors.AsType[*client.Refusal](err); ok {
		return refused.Text, ""
	}
	for _, h := range hints {
		if errors.Is(err, h.err) {
			return t.words.say("cause."+h.id, err), t.words.say("hint." + h.id)
		}
	}
	return err.Error(), ""
}
