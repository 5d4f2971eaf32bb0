package form

import (
	"strconv"

	"piaojue/ballot"
	"piaojue/election"
	"piaojue/lang"
)

var candidateColumns = []column{
	{id: "id", required: true},
	{id: "title", required: true},
	{id: "content"},
	{id: "investment", wan: true},
	{id: "fiscal", wan: true},
	{id: "beneficiaries"},
	{id: "deadline"},
	{id: "unit"},
	{id: "suggestions"},
}

// ReadCandidates reads the table of candidate projects, amounts in units of
// 10,000 yuan. The order is that of the rows. The error is [RowErrors].
func ReadCandidates(data []byte) ([]election.Option, error) {
	ids := make(map[string]int)
	return readTable(data, candidateColumns, ballot.MaxOptions, func(r *record) election.Option {
		o := readOption(r)
		r.require("id")
		r.require("title")
		r.unique("id", o.ID, ids)
		if o.Fiscal > o.Investment {
			r.fail("fiscal", "row.fiscal")
		}
		return o
	})
}

func readOption(r *record) election.Option {
	return election.Option{
		ID:            r.identifier("id", maxShort),
		Name:          r.text("title", maxShort),
		Content:       r.text("content", maxLong),
		Investment:    r.money("investment"),
		Fiscal:        r.money("fiscal"),
		Beneficiaries: r.text("beneficiaries", maxLong),
		Deadline:      r.text("deadline", maxShort),
		Unit:          r.text("unit", maxShort),
		Suggestions:   r.whole("suggestions"),
	}
}

// WriteCandidates writes the table that [ReadCandidates] reads. Without options
// it is the template.
func WriteCandidates(l lang.Lang, options []election.Option) []byte {
	rows := make([][]string, len(options))
	for i, o := range options {
		rows[i] = []string{
			o.ID, o.Name, o.Content, FormatWan(o.Investment), FormatWan(o.Fiscal),
			o.Beneficiaries, o.Deadline, o.Unit, strconv.FormatUint(uint64(o.Suggestions), 10),
		}
	}
	return writeTable(l, candidateColumns, rows)
}
