package audit

import (
	"errors"
	"fmt"
	"slices"

	"piaojue/ballot"
	"piaojue/election"
	"piaojue/project"
)

// compare makes check adoption.vote: what the projects' log takes from a vote
// is what that vote's own log says (PROTOCOL.md, Section 14.4). The state has
// taken the entry in already, so that a list has the candidates that it names.
func (v *projectVerifier) compare(index uint64, e *project.Entry) {
	body, err := project.ParseBody(e)
	if err != nil {
		return
	}
	switch b := body.(type) {
	case *project.Freeze:
		if vote := v.votes[b.Manifest]; vote != nil {
			err = compareOptions(b, vote.Manifest())
		}
	case *project.Adoption:
		if vote := v.vote(b.Manifest); vote != nil {
			err = compareAdoption(b, vote)
		}
	case *project.Rating:
		if vote := v.vote(b.Manifest); vote != nil {
			err = v.compareRating(b, vote)
		}
	case *project.Ruling:
		err = v.compareRuling(b)
	}
	if err != nil {
		v.fail(CheckAdoptionVote, index, err)
	}
}

// vote returns a vote that was given, and counts.
func (v *projectVerifier) vote(manifest [32]byte) *election.State {
	vote := v.votes[manifest]
	if vote == nil {
		v.report.Unknown++
		return nil
	}
	v.report.Compared++
	return vote
}

func compareOptions(b *project.Freeze, m *election.Manifest) error {
	if len(b.Options) != len(m.Options) {
		return fmt.Errorf("the vote has %d options, not %d", len(m.Options), len(b.Options))
	}
	for i, o := range m.Options {
		if got := b.Options[i]; got.ID != o.ID || got.Suggestions != o.Suggestions {
			return fmt.Errorf("option %d of the vote is %s with %d suggestions, not %s with %d", i, o.ID, o.Suggestions, got.ID, got.Suggestions)
		}
	}
	return nil
}

// compareRuling compares a ruling that was made by a vote. What was put to that
// vote its manifest says in words, for people to read.
func (v *projectVerifier) compareRuling(b *project.Ruling) error {
	if b.Manifest == [32]byte{} {
		return nil
	}
	vote := v.vote(b.Manifest)
	if vote == nil {
		return nil
	}
	_, err := certified(vote, b.Result)
	return err
}

// certifiedBy is certified, of a vote whose certificate is named as well.
func certifiedBy(vote *election.State, hash, certificate [32]byte) (*election.Result, error) {
	r, err := certified(vote, hash)
	if err == nil && vote.CertificateHash() != certificate {
		return nil, errors.New("the vote has another certificate")
	}
	return r, err
}

// certified returns the result of a vote that was certified, by its hash. A
// rehearsal or demonstration decides nothing, but may serve to show all this;
// the page of the vote says which it is.
func certified(vote *election.State, hash [32]byte) (*election.Result, error) {
	switch {
	case vote.Phase() < election.PhaseCertified || vote.Phase() == election.PhaseVoided || vote.Result() == nil:
		return nil, errors.New("the vote is not certified")
	case vote.ResultHash() != hash:
		return nil, errors.New("the vote has another result")
	}
	return vote.Result(), nil
}

func compareAdoption(b *project.Adoption, vote *election.State) error {
	r, err := certifiedBy(vote, b.Result, b.Certificate)
	if err != nil {
		return err
	}
	if len(b.Outcomes) != len(r.Outcome.Lines) {
		return fmt.Errorf("the vote has %d options, not %d", len(r.Outcome.Lines), len(b.Outcomes))
	}
	public := vote.Manifest().Rules.Display.Tallies == "public"
	if b.Tallies && !public {
		return errors.New("the rules of the vote do not publish its tallies")
	}
	winners := vote.Adopted()
	for i, o := range b.Outcomes {
		if got, want := o.Outcome == project.OutcomeAdopted, slices.Contains(winners, uint16(i)); got != want {
			return fmt.Errorf("option %d: adopted is %t, the vote says %t", i, got, want)
		}
		if want := r.Outcome.Lines[i].For; b.Tallies && o.Votes != want {
			return fmt.Errorf("option %d has %d votes, not %d", i, want, o.Votes)
		}
	}
	return nil
}

// compareRating compares a rating with the whole vote: whose the grades are says
// the code of the project, which is the id of its option, and nothing
// that can be rated may be left out.
func (v *projectVerifier) compareRating(b *project.Rating, vote *election.State) error {
	r, err := certifiedBy(vote, b.Result, b.Certificate)
	if err != nil {
		return err
	}
	m := vote.Manifest()
	if m.Rules.BallotMode != ballot.Satisfaction3 {
		return errors.New("the vote is not about satisfaction")
	}
	if r.Outcome.Vote != election.VoteValid {
		return errors.New("the vote is not valid, and grades nothing")
	}
	rated := make(map[uint16]bool)
	for i, row := range b.Rows {
		if int(row.Option) >= min(len(r.Outcome.Lines), len(m.Options)) {
			return fmt.Errorf("row %d: the vote has %d options", i, len(r.Outcome.Lines))
		}
		if rated[row.Option] {
			return fmt.Errorf("row %d: option %d stands in it before", i, row.Option)
		}
		rated[row.Option] = true
		id := m.Options[row.Option].ID
		if tag, err := project.ParseTag(id); err != nil || tag != (project.Tag{Of: project.TagProject, Number: row.Project}) {
			return fmt.Errorf("row %d: option %s is not project %d", i, id, row.Project)
		}
		l := r.Outcome.Lines[row.Option]
		got := [4]uint32{row.Good, row.Basic, row.Bad, row.Abstain}
		want := [4]uint32{l.Grades[0], l.Grades[1], l.Grades[2], l.Abstain}
		if got != want || b.Base != l.Base {
			return fmt.Errorf("row %d: %v of %d, the vote says %v of %d", i, got, b.Base, want, l.Base)
		}
	}
	for i, o := range m.Options {
		if !rated[uint16(i)] && !v.leftOut(o.ID) {
			return fmt.Errorf("option %s of the vote has no row", o.ID)
		}
	}
	return nil
}

// leftOut reports whether an option may have no row: it is a project that the
// rules would not let be rated, as it had ended, or not begun. The state is that
// after the entry, which changes only projects that it rates.
func (v *projectVerifier) leftOut(option string) bool {
	tag, err := project.ParseTag(option)
	if err != nil || tag.Of != project.TagProject {
		return false
	}
	p, ok := v.report.State.Project(tag.Number)
	return ok && !rateable(p.Stage)
}

// rateable are the stages in which a row is allowed (PROTOCOL.md, Section 14.3).
func rateable(s project.Stage) bool {
	switch s {
	case project.StageUnderway, project.StageRedone, project.StageSuspended, project.StageDelivered, project.StageAccepted:
		return true
	}
	return false
}
