package client

import (
	"errors"
	"fmt"
	"slices"

	"piaojue/election"
	"piaojue/group"
)

// ErrProposal means that an entry that somebody proposes says something else
// than the log.
var ErrProposal = errors.New("client: the proposal does not agree with the log")

// CheckProposal checks an entry that people sign together, before it is shown
// and signed: that it could come now, and that what it says about the log is
// what the Board found out itself. It makes up for the checks that State makes
// only when all signatures are there. It returns the parsed body.
func (b *Board) CheckProposal(e *election.Entry) (any, error) {
	if _, err := b.state.Wanted(e); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrProposal, err)
	}
	body, err := election.ParseBody(e)
	if err == nil {
		err = b.compare(body)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrProposal, err)
	}
	return body, nil
}

func (b *Board) compare(body any) error {
	s := b.state
	switch x := body.(type) {
	case *election.Trustees:
		return same("scrutineers", len(x.Scrutineers), int(s.Manifest().Trustees))
	case *election.Attendance:
		return b.compareAttendance(x)
	case *election.Badge:
		return b.compareBadge(x)
	case *election.Opening:
		return b.compareOpening(x)
	case *election.Sheets:
		return b.compareSheets(x)
	case *election.Batch:
		return same("epoch", x.Epoch, s.Opening().Epoch)
	case *election.Order:
		return same("epoch", x.Epoch, s.Opening().Epoch)
	case *election.Collection:
		return same("collection", *x, *s.ExpectedCollection(x.Time))
	case *election.Certificate:
		return same("result", x.Result, s.ResultHash())
	case *election.Decision:
		return b.compareDecision(x)
	case *election.Successor:
		_, named := s.Successor()
		return same("a next vote is named", named, false)
	}
	return nil
}

func same[T comparable](what string, got, want T) error {
	if got != want {
		return fmt.Errorf("%s: %v, by the log %v", what, got, want)
	}
	return nil
}

func (b *Board) compareAttendance(a *election.Attendance) error {
	present := b.state.Numbers().P
	for _, i := range a.Indexes {
		if i >= b.state.Manifest().Deputies {
			return fmt.Errorf("roll index %d of %d deputies", i, b.state.Manifest().Deputies)
		}
		if !b.state.CheckedIn(i) {
			present++
		}
	}
	return same("present", a.Present, present)
}

func (b *Board) compareBadge(x *election.Badge) error {
	if x.Index >= b.state.Manifest().Deputies {
		return fmt.Errorf("roll index %d of %d deputies", x.Index, b.state.Manifest().Deputies)
	}
	if _, issued := b.state.Issued(x.Index); issued {
		return election.ErrIssued
	}
	return group.CheckPublicKey(x.Key[:])
}

func (b *Board) compareOpening(o *election.Opening) error {
	m := b.state.Manifest()
	for _, i := range o.Issuers {
		if int(i) >= len(m.Issuers) {
			return fmt.Errorf("issuers %v of %d", o.Issuers, len(m.Issuers))
		}
	}
	if q := m.Rules.QuorumOf(m.Deputies); m.Rules.Quorum.RecheckAtOpen && b.state.Numbers().P < q {
		return fmt.Errorf("%d present, quorum is %d", b.state.Numbers().P, q)
	}
	return same("epoch", o.Epoch, b.nextEpoch())
}

func (b *Board) compareSheets(h *election.Sheets) error {
	for _, i := range h.Indexes {
		if !b.state.CheckedIn(i) {
			return fmt.Errorf("roll index %d is not checked in", i)
		}
		if _, issued := b.state.Issued(i); issued {
			return fmt.Errorf("roll index %d: %w", i, election.ErrIssued)
		}
	}
	return same("epoch", h.Epoch, b.state.Opening().Epoch)
}

func (b *Board) compareDecision(d *election.Decision) error {
	out := b.state.Result().Outcome
	if b.state.Decision() != nil {
		return errors.New("the presidium has decided")
	}
	for _, i := range d.Adopted {
		if !slices.Contains(out.Tied, i) {
			return fmt.Errorf("option %d is not tied", i)
		}
	}
	if seats := b.state.Manifest().Rules.WinnersK - len(out.Adopted); len(d.Adopted) > seats {
		return fmt.Errorf("%d options for %d seats", len(d.Adopted), seats)
	}
	return same("next", out.Next, election.NextPresidium)
}

func (b *Board) nextEpoch() uint32 {
	if o := b.state.Opening(); o != nil {
		return o.Epoch + 1
	}
	return 1
}
