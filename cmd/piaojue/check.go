package main

import (
	"fmt"

	"piaojue/ballot"
	"piaojue/client"
	"piaojue/election"
	"piaojue/group"
)

// checkEntry checks an entry that somebody else proposed, before it is shown
// and signed: that it could come now, and that what it says about the log is
// what the board found out itself. It makes up for the checks that State makes
// only when all signatures are there.
func checkEntry(b *client.Board, e *election.Entry) (any, error) {
	s := b.State()
	if _, err := s.Wanted(e); err != nil {
		return nil, err
	}
	body, err := election.ParseBody(e)
	if err != nil {
		return nil, err
	}
	switch x := body.(type) {
	case *election.Attendance:
		err = checkAttendance(s, x)
	case *election.Badge:
		err = checkBadge(s, x)
	case *election.Opening:
		err = checkOpening(s, x)
	case *election.Order:
		err = same("epoch", x.Epoch, s.Opening().Epoch)
	case *election.Collection:
		err = same("collection", *x, *s.ExpectedCollection(x.Time))
	case *election.Certificate:
		err = same("result", x.Result, s.ResultHash())
	case *election.Trustees:
		err = same("scrutineers", len(x.Scrutineers), int(s.Manifest().Trustees))
	}
	if err != nil {
		return nil, because(err, "false_proposal")
	}
	return body, nil
}

func same[T comparable](what string, got, want T) error {
	if got != want {
		return fmt.Errorf("%s: %v, by the log %v", what, got, want)
	}
	return nil
}

func checkAttendance(s *election.State, a *election.Attendance) error {
	present := s.Numbers().P
	for _, i := range a.Indexes {
		if i >= s.Manifest().Deputies {
			return fmt.Errorf("roll index %d of %d deputies", i, s.Manifest().Deputies)
		}
		if !s.CheckedIn(i) {
			present++
		}
	}
	return same("present", a.Present, present)
}

func checkBadge(s *election.State, x *election.Badge) error {
	if x.Index >= s.Manifest().Deputies {
		return fmt.Errorf("roll index %d of %d deputies", x.Index, s.Manifest().Deputies)
	}
	if _, issued := s.Issued(x.Index); issued {
		return election.ErrIssued
	}
	return group.CheckPublicKey(x.Key[:])
}

func checkOpening(s *election.State, o *election.Opening) error {
	m := s.Manifest()
	if n := len(o.Issuers); n == 0 || int(o.Issuers[n-1]) >= len(m.Issuers) || n > ballot.MaxIssuers {
		return fmt.Errorf("issuers %v of %d", o.Issuers, len(m.Issuers))
	}
	if q := m.Rules.QuorumOf(m.Deputies); m.Rules.Quorum.RecheckAtOpen && s.Numbers().P < q {
		return fmt.Errorf("%d present, quorum is %d", s.Numbers().P, q)
	}
	return same("epoch", o.Epoch, nextEpoch(s))
}
