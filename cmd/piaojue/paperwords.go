package main

import (
	"fmt"
	"strings"

	"piaojue/election"
)

// describePaper is describe for paper, and for what follows a vote.
func (t *tool) describePaper(body any, s *election.State) []string {
	say := t.words.say
	switch x := body.(type) {
	case *election.Sheets:
		return []string{say("entry.sheets", len(x.Indexes)), say("entry.sheets_to", indexes(x.Indexes))}
	case *election.Batch:
		lines := []string{say("entry.batch", x.Box, x.Sheets)}
		if x.Invalid > 0 {
			lines = append(lines, say("entry.batch_invalid", x.Invalid))
		}
		return lines
	case election.PaperBody:
		return []string{say("entry.paper")}
	case *election.Decision:
		return t.describeDecision(x, s)
	case *election.Successor:
		return []string{say("entry.successor", hexOf(x.Manifest))}
	}
	return nil
}

// describeCollection tells the channels apart: what one lacks does not make up
// for what the other has too much.
func (t *tool) describeCollection(x *election.Collection, s *election.State) []string {
	n := election.Numbers{I: x.Issued, R: x.Ballots + x.Paper, U: x.Unused, Paper: x.Paper}
	if s != nil {
		n.Sheets = s.Numbers().Sheets
	}
	issued, ballots := n.Electronic()
	if n.Sheets == 0 && n.Paper == 0 {
		return []string{t.words.say("entry.collection", issued, ballots, n.U, n.Unaccounted())}
	}
	return []string{
		t.words.say("entry.collection_terminals", issued, ballots, n.U, n.Unaccounted()),
		t.words.say("entry.collection_paper", n.Sheets, n.Paper),
	}
}

func indexes(list []uint32) string {
	var texts []string
	for _, i := range list {
		texts = append(texts, fmt.Sprint(i))
	}
	return strings.Join(texts, ", ")
}

// describeDecision shows who signs for the presidium all that is decided.
func (t *tool) describeDecision(x *election.Decision, s *election.State) []string {
	lines := []string{t.words.say("entry.decision", len(x.Adopted))}
	for _, o := range x.Adopted {
		name := fmt.Sprint(o)
		if s != nil && s.Manifest() != nil && int(o) < len(s.Manifest().Options) {
			name = s.Manifest().Options[o].ID + "  " + s.Manifest().Options[o].Name
		}
		lines = append(lines, "    "+name)
	}
	lines = append(lines, t.notice(t.words.say("entry.decision_basis"), x.Basis)...)
	lines = append(lines, t.notice(t.words.say("entry.decision_text"), x.Text)...)
	return append(lines, t.words.say("entry.decision_members", strings.Join(x.Members, ", ")))
}
