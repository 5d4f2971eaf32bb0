package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"piaojue/ballot"
	"piaojue/client"
	"piaojue/election"
	"piaojue/lang"
)

// vouching is how somebody who signs a batch of paper knows that it holds what
// is on the sheets: by the openings, with sheets that they or a teller read, or
// having watched the reading. Nothing but these signatures says so in the log.
type vouching struct {
	openings string // path of the file that the first teller hands over
	sheets   string // path of a file of sheets
	watched  bool
}

// prefix is the hash that the person named, or that of the batch whose openings
// they have.
func (v *vouching) prefix(named string) (string, error) {
	if v.openings == "" {
		return named, nil
	}
	hash, _, err := v.read()
	if err != nil {
		return "", err
	}
	if !strings.HasPrefix(hexOf(hash), strings.ToLower(named)) {
		return "", misuse("openings_other")
	}
	return hexOf(hash), nil
}

func (v *vouching) read() (batch [32]byte, openings []*ballot.Revealed, err error) {
	data, err := readFile(v.openings, maxDocument)
	if err != nil {
		return batch, nil, err
	}
	batch, openings, err = client.ParseOpenings(data)
	if err != nil {
		err = because(err, "openings_file", v.openings)
	}
	return batch, openings, err
}

// vouch checks what is in a batch before it is signed. Other entries hold
// nothing that is not shown.
func (t *tool) vouch(ctx context.Context, s *server, m motion, how *vouching) error {
	if m.entry.Kind != election.KindBatch {
		return nil
	}
	if how.openings == "" || (how.sheets == "") == !how.watched {
		return misuse("batch_unseen")
	}
	_, openings, err := how.read()
	if err != nil {
		return err
	}
	e, papers, err := s.papers(ctx, m.hash)
	if err != nil {
		return err
	}
	if unsigned(e).Hash() != m.entry.Hash() {
		return wrong("false_proposal")
	}
	opened, err := openPapers(m.board, m.entry, papers, openings)
	if err != nil {
		return because(err, "false_batch")
	}
	if how.watched {
		return t.showOpened(m.m, opened)
	}
	return t.checkBatch(m, papers, openings, opened, how.sheets)
}

// openPapers reads what the entries of a batch hold, by their openings.
func openPapers(b *client.Board, e *election.Entry, papers [][]byte, openings []*ballot.Revealed) ([]ballot.Choice, error) {
	body, err := election.ParseBatch(e.Body)
	if err != nil {
		return nil, err
	}
	p := b.State().Params()
	sheets, err := client.CheckPapers(p, body, papers)
	if err != nil {
		return nil, err
	}
	if len(openings) != len(sheets) {
		return nil, client.ErrSheets
	}
	var opened []ballot.Choice
	for i := range sheets {
		bits, err := p.CheckPaper(sheets[i], openings[i])
		if err != nil {
			return nil, fmt.Errorf("entry %d: %w", i+1, err)
		}
		opened = append(opened, p.Grid().Read(bits))
	}
	return opened, nil
}

// showOpened lists all sheets to somebody who watched them being read.
func (t *tool) showOpened(m *election.Manifest, opened []ballot.Choice) error {
	for i, c := range opened {
		fmt.Fprintln(t.out, lang.Plain(t.words.say("reading.sheet", i+1, t.sheetText(m, c))))
	}
	return t.confirm(t.words.say("prompt.watched"))
}

// checkBatch compares a batch with the sheets as somebody else read them.
func (t *tool) checkBatch(m motion, papers [][]byte, openings []*ballot.Revealed, opened []ballot.Choice, path string) error {
	mine, err := t.readSheets(path, m.m)
	if err != nil {
		return err
	}
	err = m.board.CheckBatch(m.entry, papers, openings, mine)
	if !errors.Is(err, client.ErrSheets) {
		return err
	}
	if _, err := t.showDiffering(m.m, mine, withInvalid(m.m, opened, mine)); err != nil {
		return err
	}
	return because(err, "false_batch")
}

// withInvalid puts sheets that no entry stands for where they are in mine: a
// vote without spoiled ballots only counts them.
func withInvalid(m *election.Manifest, opened, mine []ballot.Choice) []ballot.Choice {
	if m.Rules.AllowSpoil {
		return opened
	}
	var all []ballot.Choice
	for _, c := range mine {
		switch {
		case c.Spoil:
			all = append(all, c)
		case len(opened) > 0:
			all, opened = append(all, opened[0]), opened[1:]
		}
	}
	return append(all, opened...)
}
