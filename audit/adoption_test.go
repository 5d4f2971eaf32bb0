package audit

import (
	"sync"
	"testing"

	"piaojue/election"
	"piaojue/project"
)

// small is a rating without the quorum: half of the deputies is not more than half.
var small = sync.OnceValue(func() *election.State {
	s := ratingScript(1, 2)
	s.ballots, s.unused, s.missing, s.sheets, s.papers = 4, 1, 1, 3, 2
	rules := s.rules
	s.rules = func(r *election.Rules) {
		rules(r)
		r.Quorum.MinParticipation = election.ParticipationHalf
	}
	return heldVote(s)
})

// compared is what check adoption.vote says of a log, given all votes.
func compared(l *projectLog, votes ...*election.State) (Status, string) {
	for _, f := range VerifyProjects(l.export().record(), ProjectOptions{Votes: votes}).Findings {
		if f.Check == CheckAdoptionVote {
			return f.Status, f.Detail
		}
	}
	return NotReached, ""
}

// TestRatingIsTheVotes: the grades are those of the vote for the very project, of
// a vote that is valid, and only of a project that cannot be rated is there none.
func TestRatingIsTheVotes(t *testing.T) {
	exchange := func(r *project.Rating) { r.Rows[0].Project, r.Rows[1].Project = 2, 1 }
	for name, x := range map[string]struct {
		rate    func(*project.Rating)
		log     func(*projectLog)
		of      func() *election.State
		want    Status
		without bool // the second project never began
	}{
		"as it is":                     {asItIs[*project.Rating], nil, rating, Passed, false},
		"another order":                {func(r *project.Rating) { r.Rows[0], r.Rows[1] = r.Rows[1], r.Rows[0] }, nil, rating, Passed, false},
		"grades exchanged":             {exchange, nil, rating, Failed, false},
		"one left out":                 {func(r *project.Rating) { r.Rows = r.Rows[:1] }, nil, rating, Failed, false},
		"left out, and never began":    {func(r *project.Rating) { r.Rows = r.Rows[:1] }, nil, rating, Passed, true},
		"left out, and terminated":     {func(r *project.Rating) { r.Rows = r.Rows[:1] }, terminateSecond, rating, Passed, false},
		"left out, and only suspended": {func(r *project.Rating) { r.Rows = r.Rows[:1] }, suspendSecond, rating, Failed, false},
		"one option for two": {func(r *project.Rating) {
			first := r.Rows[0]
			first.Project = 2
			r.Rows[1] = first
		}, nil, rating, Failed, false},
		"no quorum": {asItIs[*project.Rating], nil, small, Failed, false},
	} {
		voteTest = t
		l := newProjectLog(t)
		b := l.freeze(choosing().Manifest(), choosing().ManifestHash())
		l.add(1, b)
		l.add(0, adoptionOf(b, choosing()))
		l.begin(1)
		if !x.without {
			l.begin(2)
		}
		if x.log != nil {
			x.log(l)
		}
		r := ratingOf(x.of())
		x.rate(r)
		l.add(0, r)
		if got, why := compared(l, choosing(), x.of()); got != x.want {
			t.Errorf("%s: %s %s, want %s", name, got, why, x.want)
		}
	}
}

// ruled has the standing committee decide on the second project.
func ruled(l *projectLog, as project.Ruled) {
	l.add(1, &project.Actor{Number: 3, Role: project.RoleStanding, Name: "standing committee"})
	l.add(2, &project.Request{Project: 2, For: as, Text: project.Blob{1}}) // internal: not in the record
	l.add(3, &project.Ruling{Project: 2, For: as, Granted: true, Document: "1", Text: l.content("agreed")})
}

func terminateSecond(l *projectLog) { ruled(l, project.RuledTerminate) }
func suspendSecond(l *projectLog)   { ruled(l, project.RuledSuspend) }
