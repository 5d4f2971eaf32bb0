package web

import (
	"errors"
	"slices"
	"strings"

	"piaojue/election"
	"piaojue/form"
	"piaojue/lang"
)

// fieldProblem says what is wrong with one field, or that it is missing.
type fieldProblem struct {
	Field string `json:"field" doc:"Its path in the body, as in issuers[1].url; empty: the whole body."`
	ZH    string `json:"zh"`
	EN    string `json:"en"`

	cause form.Cause
}

// newFieldProblem takes the message with that id of package lang.
func newFieldProblem(field, id string, args ...any) fieldProblem {
	return fieldProblem{field, lang.ZH.Text(id, args...), lang.EN.Text(id, args...), form.Cause{ID: id, Args: args}}
}

// wordedFields are the problems with the word of a vote.
func wordedFields(all []fieldProblem, word string) []fieldProblem {
	all = slices.Clone(all)
	for i, p := range all {
		all[i].ZH = voice{lang.ZH, word}.text(p.cause.ID, p.cause.Args...)
	}
	return all
}

// wordedRows are the problems with the word of a vote.
func wordedRows(all []rowProblem, word string) []rowProblem {
	all = slices.Clone(all)
	for i, p := range all {
		all[i].ZH = voice{lang.ZH, word}.text(p.cause.ID, p.cause.Args...)
	}
	return all
}

// requestNames are what a request calls fields of the manifest, where it is
// not the same.
var requestNames = map[string]string{"threshold": "t", "trustees": "n", "witness_policy": "policy"}

// fieldProblems lists the fields of a tree of joined errors, each once. What a
// field must be is in the catalogue; the cause itself is English.
func fieldProblems(err error) []fieldProblem {
	var all []fieldProblem
	seen := make(map[string]bool)
	for _, e := range leaves(err) {
		p := fieldProblemOf(e)
		if !seen[p.Field] {
			all = append(all, p)
		}
		seen[p.Field] = true
	}
	return all
}

// leaves returns the single errors of a tree of joined ones.
func leaves(err error) []error {
	if err == nil {
		return nil
	}
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{err}
	}
	var all []error
	for _, part := range joined.Unwrap() {
		all = append(all, leaves(part)...)
	}
	return all
}

func fieldProblemOf(err error) fieldProblem {
	bad, ok := errors.AsType[*election.FieldError](err)
	if !ok {
		return newFieldProblem("", "json.value", err)
	}
	field := bad.Field
	if name, ok := requestNames[field]; ok {
		field = name
	}
	if id := "field." + general(bad.Field); lang.ZH.Has(id) {
		return newFieldProblem(field, id)
	}
	return newFieldProblem(field, "json.value", bad.Err)
}

// general is the name of a field without the places in lists:
// issuers[1].modulus is issuers.modulus.
func general(field string) string {
	for {
		before, rest, ok := strings.Cut(field, "[")
		if !ok {
			return field
		}
		_, after, _ := strings.Cut(rest, "]")
		field = before + after
	}
}

// badField refuses a request over one field of its body, with the message of
// that id.
func badField(field, id string, args ...any) error {
	return &refusal{code: codeBadForm, fields: []fieldProblem{newFieldProblem(field, id, args...)}}
}

// rowProblem says what is wrong with a cell, a row or a column of a table.
type rowProblem struct {
	Row    int    `json:"row" doc:"From 1, as Excel numbers rows; 0: a column or the whole table."`
	Column string `json:"column" doc:"As the table's header names it; empty: the whole row."`
	ZH     string `json:"zh"`
	EN     string `json:"en"`

	cause form.Cause
}

func rowProblems(es form.RowErrors) []rowProblem {
	var all []rowProblem
	for _, e := range es {
		all = append(all, rowProblem{e.Row, e.Column, e.Cause.Text(lang.ZH), e.Cause.Text(lang.EN), e.Cause})
	}
	return all
}

func formProblems(es form.FieldErrors) []fieldProblem {
	var all []fieldProblem
	for _, e := range es {
		id, args := e.ID, e.Args
		// The cause of a value is English; what the value must be is in the catalogue.
		if better := "field." + general(e.Field); id == "json.value" && lang.ZH.Has(better) {
			id, args = better, nil
		}
		all = append(all, newFieldProblem(e.Field, id, args...))
	}
	return all
}
