package election

import "errors"

// Cause tells the causes of one check's failure apart, for programs and for
// catalogues of messages: what an error says is English, for experts. Most
// checks have one plain cause, which is empty.
type Cause string

// The causes. With which check each occurs, the catalogue of messages lists.
const (
	CausePlain     Cause = ""
	CauseAbsent    Cause = "absent"    // not checked in
	CauseArchive   Cause = "archive"   // no readable zip file
	CauseBeyond    Cause = "beyond"    // a number that does not exist
	CauseCopied    Cause = "copied"    // from another ballot
	CauseEarly     Cause = "early"     // before what must precede
	CauseEmpty     Cause = "empty"     // nothing there
	CauseEpoch     Cause = "epoch"     // of another opening
	CauseExtra     Cause = "extra"     // what must not be there
	CauseFew       Cause = "few"       // fewer than are needed
	CauseInvalid   Cause = "invalid"   // a key or signature that does not verify
	CauseLarge     Cause = "large"     // more than any vote needs
	CauseLost      Cause = "lost"      // fewer than were promised
	CauseMissing   Cause = "missing"   // what must be there
	CauseNumbers   Cause = "numbers"   // do not agree with the log
	CauseOther     Cause = "other"     // names or belongs to another one
	CausePath      Cause = "path"      // a name that leads elsewhere, or a link
	CauseReused    Cause = "reused"    // of an earlier attempt
	CauseSize      Cause = "size"      // longer or shorter than it must be
	CauseSpent     Cause = "spent"     // opened as a challenge
	CauseSurplus   Cause = "surplus"   // more than were issued
	CauseTree      Cause = "tree"      // root or size is another
	CauseTwice     Cause = "twice"     // happened before
	CauseUnfounded Cause = "unfounded" // a complaint about a good share
)

// Fault is an error that says its cause, and what it is about: the path of a
// file, a field, a signer, a key's name. It reads like the error within.
type Fault struct {
	Cause Cause
	About string // an identifier, or empty
	Err   error
}

func (f *Fault) Error() string { return f.Err.Error() }

// Unwrap returns the error within.
func (f *Fault) Unwrap() error { return f.Err }

func because(c Cause, err error) error { return &Fault{Cause: c, Err: err} }

// CauseOf returns the cause of err, and what it is about: of a Fault or of a
// FieldError, the outermost.
func CauseOf(err error) (c Cause, about string) {
	var fault *Fault
	if errors.As(err, &fault) {
		return fault.Cause, fault.About
	}
	var field *FieldError
	if errors.As(err, &field) {
		return CausePlain, field.Field
	}
	return CausePlain, ""
}
