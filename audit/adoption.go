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
		err = v.with(b.Manifest, func(vote *election.State) error { return v.compareOptions(b, vote.Manifest()) })
	case *project.Succession:
		err = v.with(b.Manifest, func(vote *election.State) error { return v.compareSuccession(b, vote.Manifest()) })
	case *project.Adoption:
		err = v.with(b.Manifest, func(vote *election.State) error { return compareAdoption(b, vote) })
	case *project.Rating:
		err = v.with(b.Manifest, func(vote *election.State) error { return v.compareRating(b, vote) })
	case *project.Ruling:
		if b.Manifest != [32]byte{} {
			// What was put to that vote its manifest says in words, for people to read.
			err = v.with(b.Manifest, func(vote *election.State) error {
				_, err := certified(vote, b.Result)
				return err
			})
		}
	}
	if err != nil {
		v.fail(CheckAdoptionVote, index, err)
	}
}

// with compares an entry with the vote that it names, if that was given, and
// counts. A vote that follows another must be the one that this demands: the
// record of neither alone shows it.
func (v *projectVerifier) with(manifest [32]byte, compare func(*election.State) error) error {
	vote := v.votes[manifest]
	if vote == nil {
		v.report.Unknown++
		return nil
	}
	v.report.Compared++
	m := vote.Manifest()
	if parent := v.votes[m.Parent]; parent != nil {
		if err := checkFollows(parent, m, manifest); err != nil {
			return fmt.Errorf("the vote is not the one that must follow its parent: %w", err)
		}
	}
	return compare(vote)
}

// compareOptions compares what deputies decide on: which candidates in which
// order, what they cost, and how many asked for them. An id alone would let the
// ballot name one project, and the log adopt another.
func (v *projectVerifier) compareOptions(b *project.Freeze, m *election.Manifest) error {
	if len(b.Options) != len(m.Options) {
		return fmt.Errorf("the vote has %d options, not %d", len(m.Options), len(b.Options))
	}
	for i, o := range m.Options {
		got := b.Options[i]
		if got.ID != o.ID || got.Suggestions != o.Suggestions {
			return fmt.Errorf("option %d of the vote is %s with %d suggestions, not %s with %d", i, o.ID, o.Suggestions, got.ID, got.Suggestions)
		}
		c, _ := v.report.State.Candidate(got.Candidate)
		if f := c.Figures; c.Title != o.Name || f.Investment != o.Investment || f.Fiscal != o.Fiscal {
			return fmt.Errorf("option %d of the vote is %q for %d (fiscal %d), candidate %d is %q for %d (fiscal %d)",
				i, o.Name, o.Investment, o.Fiscal, got.Candidate, c.Title, f.Investment, f.Fiscal)
		}
	}
	return nil
}

// compareSuccession compares the candidates with the options of the vote, by the
// ids that they were frozen with.
func (v *projectVerifier) compareSuccession(b *project.Succession, m *election.Manifest) error {
	if n, ok := v.report.State.ListOf(m.Parent); !ok || n != b.List {
		return fmt.Errorf("the vote does not follow one of list %d", b.List)
	}
	if len(b.Candidates) != len(m.Options) {
		return fmt.Errorf("the vote has %d options, not %d", len(m.Options), len(b.Candidates))
	}
	l, _ := v.report.State.List(b.List)
	for i, o := range m.Options {
		same := func(c project.Choice) bool { return c.Candidate == b.Candidates[i] && c.ID == o.ID }
		if !slices.ContainsFunc(l.Options, same) {
			return fmt.Errorf("option %d of the vote is %s, which is not candidate %d", i, o.ID, b.Candidates[i])
		}
	}
	return nil
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
	outcomes, err := outcomesOf(vote)
	if err != nil {
		return err
	}
	for i, o := range b.Outcomes {
		if want := outcomes[i]; o.Outcome != want {
			return fmt.Errorf("option %d: %s, the vote says %s", i, outcomeNames[o.Outcome], outcomeNames[want])
		}
		if want := r.Outcome.Lines[i].For; b.Tallies && o.Votes != want {
			return fmt.Errorf("option %d has %d votes, not %d", i, want, o.Votes)
		}
	}
	return nil
}

var outcomeNames = [...]string{project.OutcomeAdopted: "adopted", project.OutcomeRejected: "rejected", project.OutcomeAgain: "again"}

// outcomesOf derives what became of each option of a certified vote. Who stands
// again nobody chooses: it would be another way to drop a tied option.
func outcomesOf(vote *election.State) ([]project.Outcome, error) {
	out := &vote.Result().Outcome
	if out.Next == election.NextPresidium && vote.Decision() == nil {
		return nil, errors.New("the presidium has not decided yet")
	}
	all := slices.Repeat([]project.Outcome{project.OutcomeRejected}, len(out.Lines))
	if follow, err := vote.Follow(); err == nil {
		for _, i := range follow.Origin {
			all[i] = project.OutcomeAgain
		}
	}
	for _, i := range vote.Adopted() {
		all[i] = project.OutcomeAdopted
	}
	return all, nil
}

// compareRating compares a rating with the whole vote: whose the grades are says
// the code of the project, which is the id of its option, and nothing that can be
// rated may be left out.
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
	return ok && !p.Stage.Rateable()
}
