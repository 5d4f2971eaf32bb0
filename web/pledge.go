package web

import (
	"context"
	"errors"
	"slices"

	"piaojue/election"
	"piaojue/project"
)

// A list that went into a vote is bound to it once it has passed all gates. Until
// then both must stay the same: a manifest cannot be changed any more, and a list
// that differs from it is never bound, so that nothing would be adopted.

// pledge reports whether a vote decides on the list from which its candidates were
// taken. One that goes on with another takes what that left, and a rehearsal
// decides nothing.
func (d *draft) pledge() bool {
	return d.List != 0 && d.Parent == nil && voteKinds[d.Kind] != election.Rehearsal
}

// unlike lists how a draft's candidates differ from the list from which they were
// taken; of one that is in another vote already nothing can be decided here. Projects
// that cannot be read keep no vote waiting.
func (s *Server) unlike(d *draft, options []election.Option) (all []difference) {
	if s.projects == nil || !d.pledge() || len(options) == 0 {
		return nil
	}
	s.projects.view(func(state *project.State) error {
		switch l, ok := state.List(d.List); {
		case ok && l.Stage == project.StageDrawn:
			all = listDifferences(state, &l, options)
		case ok:
			all = []difference{{listTaken, []any{int(l.Number)}}}
		}
		return nil
	})
	return all
}

const listTaken = "taken"

var errPledged = errors.New("the list is frozen in a vote to which it is not bound yet")

// keepPledge refuses what would make a list another one than that of its frozen
// vote. Where they differ already, it refuses nothing: that can be mended.
func (s *Server) keepPledge(state *project.State, body project.Body) error {
	l, ok := state.List(changedList(state, body))
	if !ok || l.Stage != project.StageDrawn {
		return nil
	}
	for _, v := range s.frozenVotes() {
		d, err := v.draft(context.Background())
		if err != nil {
			return err
		}
		w := v.view.Load()
		if d.pledge() && d.List == l.Number && w.phase != election.PhaseVoided && len(listDifferences(state, &l, w.manifest.Options)) == 0 {
			return because(codeListInVote, errPledged)
		}
	}
	return nil
}

// changedList is the list in which an entry changes what a vote compares; 0: none.
func changedList(state *project.State, body project.Body) uint32 {
	switch b := body.(type) {
	case *project.Bundle:
		x, _ := state.Suggestion(state.Head(b.Lead))
		return listOf(state, x.Candidate)
	case *project.Unbundle:
		x, _ := state.Suggestion(state.Head(b.Suggestion))
		return listOf(state, x.Candidate)
	case *project.Attachment:
		return listOf(state, b.Candidate)
	case *project.Merger:
		if from, _ := state.Candidate(b.From); from.Suggestions > 0 {
			return listOf(state, b.Into)
		}
	case *project.Estimate:
		if c, _ := state.Candidate(b.Candidate); c.Figures.Investment != b.Figures.Investment || c.Figures.Fiscal != b.Figures.Fiscal {
			return listOf(state, b.Candidate)
		}
	case *project.List:
		if l, ok := state.List(b.Number); ok && !slices.Equal(l.Candidates, b.Candidates) {
			return b.Number
		}
	}
	return 0
}

// listOf is the list on which a candidate stands, or the one it was merged into.
func listOf(state *project.State, candidate uint32) uint32 {
	for {
		c, _ := state.Candidate(candidate)
		if c.Into == 0 {
			return c.List
		}
		candidate = c.Into
	}
}
