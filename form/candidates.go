package form

import (
	"strconv"

	"piaojue/ballot"
	"piaojue/election"
	"piaojue/lang"
)

var candidateColumns = []column{
	{id: "id", required: true, digits: true, number: plainNumber},
	{id: "title", required: true, wide: 30},
	{id: "content", wide: 50},
	{id: "investment", wan: true, number: moneyNumber},
	{id: "fiscal", wan: true, number: moneyNumber},
	{id: "beneficiaries", wide: 24},
	{id: "deadline", date: true, number: plainNumber},
	{id: "unit", wide: 22},
	{id: "suggestions", number: moneyNumber},
}

// ReadCandidates reads the table of candidate projects, amounts in units of
// 10,000 yuan. The order is that of the rows. The error is [RowErrors].
func ReadCandidates(data []byte) ([]election.Option, error) {
	ids, titles := make(map[string]int), make(map[string]int)
	return readTable(data, candidateColumns, ballot.MaxOptions, func(r *record) election.Option {
		if r.refuseExample("id") {
			return election.Option{}
		}
		o := readOption(r)
		r.require("id")
		r.require("title")
		r.unique("id", sameID(o.ID), ids)
		r.unique("title", sameAs(o.Name), titles) // deputies could not tell them apart
		if o.Fiscal > o.Investment {
			r.fail("fiscal", "row.fiscal")
		}
		return o
	})
}

func readOption(r *record) election.Option {
	return election.Option{
		ID:            r.digits("id", maxShort),
		Name:          r.text("title", maxShort),
		Content:       r.text("content", maxLong),
		Investment:    r.money("investment"),
		Fiscal:        r.money("fiscal"),
		Beneficiaries: r.text("beneficiaries", maxLong),
		Deadline:      r.deadline("deadline"),
		Unit:          r.text("unit", maxShort),
		Suggestions:   r.whole("suggestions"),
	}
}

// WriteCandidates writes the table that [ReadCandidates] reads. Without options
// it is the template.
func WriteCandidates(l lang.Lang, options []election.Option) []byte {
	return writeTable(l, candidateColumns, candidateRows(options))
}

func candidateRows(options []election.Option) [][]string {
	rows := make([][]string, len(options))
	for i, o := range options {
		rows[i] = candidateRow(o)
	}
	return rows
}

// candidateRow gives the cells of a candidate in the order of candidateColumns.
func candidateRow(o election.Option) []string {
	return []string{
		o.ID, o.Name, o.Content, FormatWan(o.Investment), FormatWan(o.Fiscal),
		o.Beneficiaries, o.Deadline, o.Unit, strconv.FormatUint(uint64(o.Suggestions), 10),
	}
}
