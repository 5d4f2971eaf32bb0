package web

import (
	"errors"

	"piaojue/election"
)

// fieldProblem says what is wrong with one field, or that it is missing.
type fieldProblem struct {
	Field  string `json:"field"`
	Reason string `json:"reason,omitempty"`
}

// fieldProblems lists the fields of a tree of joined errors.
func fieldProblems(err error) []fieldProblem {
	if err == nil {
		return nil
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var all []fieldProblem
		for _, part := range joined.Unwrap() {
			all = append(all, fieldProblems(part)...)
		}
		return all
	}
	if bad, ok := errors.AsType[*election.FieldError](err); ok {
		return []fieldProblem{{Field: bad.Field, Reason: bad.Err.Error()}}
	}
	return []fieldProblem{{Reason: err.Error()}}
}

// badField refuses a request over one field of its body.
func badField(field, reason string) error {
	return &refusal{code: codeBadForm, fields: []fieldProblem{{Field: field, Reason: reason}}}
}
