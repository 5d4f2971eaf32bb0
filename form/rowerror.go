package form

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"piaojue/lang"
)

// A Cause is a message of package lang: what is wrong, and the remedy.
type Cause struct {
	ID   string
	Args []any
}

// Text gives the cause in a language.
func (c Cause) Text(l lang.Lang) string { return l.Text(c.ID, c.Args...) }

// A RowError says what is wrong with a cell, a row, a column or a whole table.
type RowError struct {
	Row    int    // from 1, as Excel numbers rows; 0 for the table or a column
	Column string // as the table's header names it; empty for a whole row
	Cause
}

// Text gives place, cause and remedy as one line.
func (e RowError) Text(l lang.Lang) string {
	cause := e.Cause.Text(l)
	switch {
	case e.Row > 0 && e.Column != "":
		return l.Text("row.at_cell", e.Row, e.Column, cause)
	case e.Row > 0:
		return l.Text("row.at_row", e.Row, cause)
	case e.Column != "":
		return l.Text("row.at_column", e.Column, cause)
	}
	return cause
}

// MarshalJSON gives place, cause and remedy in both languages.
func (e RowError) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Row    int    `json:"row"`
		Column string `json:"column"`
		ZH     string `json:"zh"`
		EN     string `json:"en"`
	}{e.Row, e.Column, e.Cause.Text(lang.ZH), e.Cause.Text(lang.EN)})
}

// RowErrors are all errors of a table, by row. Readers of tables return no
// other error.
type RowErrors []RowError

func (es RowErrors) Error() string {
	return fmt.Sprintf("table has %d errors: %s", len(es), es[0].Text(lang.EN))
}

// Text gives one line for each error.
func (es RowErrors) Text(l lang.Lang) string { return lines(es, l) }

// A FieldError says what is wrong with a field of a JSON document.
type FieldError struct {
	Field string // its path, as in options[3].for; empty for the document
	Cause
}

// Text gives field, cause and remedy as one line.
func (e FieldError) Text(l lang.Lang) string {
	if e.Field == "" {
		return e.Cause.Text(l)
	}
	return l.Text("json.at_field", e.Field, e.Cause.Text(l))
}

// MarshalJSON gives field, cause and remedy in both languages.
func (e FieldError) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Field string `json:"field"`
		ZH    string `json:"zh"`
		EN    string `json:"en"`
	}{e.Field, e.Cause.Text(lang.ZH), e.Cause.Text(lang.EN)})
}

// FieldErrors are all errors of a JSON document. Readers of JSON return no
// other error.
type FieldErrors []FieldError

func (es FieldErrors) Error() string {
	return fmt.Sprintf("document has %d errors: %s", len(es), es[0].Text(lang.EN))
}

// Text gives one line for each error.
func (es FieldErrors) Text(l lang.Lang) string { return lines(es, l) }

func lines[E interface{ Text(lang.Lang) string }](es []E, l lang.Lang) string {
	var b strings.Builder
	for _, e := range es {
		b.WriteString(e.Text(l) + "\n")
	}
	return b.String()
}

const maxShown = 100

// shown is a name out of a hostile file as a report may show it: one short
// line, without characters that move the cursor or change colours.
func shown(s string) string {
	s = oneLine(s)
	if badCharacter(s) != nil {
		s = strconv.QuoteToASCII(s)
	}
	if len(s) > maxShown {
		s = strings.ToValidUTF8(s[:maxShown], "") + "…"
	}
	return s
}
