package election

import (
	"errors"
	"fmt"
	"strings"

	"piaojue/ballot"
)

// Rules decide the outcome of a vote. The JSON names are those of the rule set
// that staff edit; shells decode it over DefaultRules, so that an absent key
// takes the default. In the manifest the names are flat (PROTOCOL.md, "Rules").
type Rules struct {
	CandidatesN     int         `json:"candidates_n"`
	WinnersK        int         `json:"winners_k"`
	BallotMode      ballot.Mode `json:"ballot_mode"`
	MinMarks        int         `json:"min_marks"`
	MaxMarks        int         `json:"max_marks"`
	Undervote       string      `json:"undervote"`
	AllowSpoil      bool        `json:"allow_spoil"`
	WriteIn         bool        `json:"write_in"`
	Recast          string      `json:"recast"`
	Quorum          QuorumRules `json:"quorum"`
	Base            string      `json:"base"`
	Tie             string      `json:"tie"`
	Shortfall       string      `json:"shortfall"`
	CandidateOrder  string      `json:"candidate_order"`
	Display         Display     `json:"display"`
	VoidVoteIf      string      `json:"void_vote_if"`
	BallotRetention Retention   `json:"ballot_retention"`
	Grades          Grades      `json:"grades,omitempty"`
}

// QuorumRules say how many must be present, and how many must take part.
type QuorumRules struct {
	Rule             string `json:"rule"`
	RecheckAtOpen    bool   `json:"recheck_at_open"`
	MinParticipation string `json:"min_participation"`
}

// Display says what the hall may see, and when.
type Display struct {
	Turnout string `json:"turnout"`
	Results string `json:"results"`
	Tallies string `json:"tallies"`
}

// Retention says until when the ballots are kept and who may destroy them.
type Retention struct {
	Until        string `json:"until"`
	DestroyNeeds string `json:"destroy_needs"`
}

// Grades are the three texts of satisfaction_3, best first; empty otherwise.
type Grades []string

// The values that the rest of this package decides by.
const (
	UndervoteInvalid = "invalid"

	QuorumTwoThirds = "two_thirds_all"
	QuorumHalf      = "half_all"

	ParticipationNone = "none"
	ParticipationHalf = "half_all"

	BaseAll       = "all_deputies"
	BasePresent   = "present"
	BaseCollected = "collected"
	BaseValid     = "valid"
	BaseNone      = "none"

	TieRevote       = "revote_tied"
	TiePresidium    = "presidium"
	TieAdoptAll     = "adopt_all"
	TieAdoptNone    = "adopt_none"
	TieFewerAgainst = "fewer_against"

	ShortfallLeave       = "leave_short"
	ShortfallSecondRound = "second_round"
	ShortfallNextSession = "next_session"
	ShortfallPlurality   = "plurality_floor_1_3"
)

// FieldError names the field of a manifest, of rules or of counts that cannot
// be as it is, so that a form can show the error where it was made.
type FieldError struct {
	Field string
	Err   error
}

func (e *FieldError) Error() string {
	return e.Field + ": " + e.Err.Error()
}

// Unwrap returns what is wrong with the field.
func (e *FieldError) Unwrap() error {
	return e.Err
}

// refuse returns a FieldError unless ok.
func refuse(ok bool, field, format string, args ...any) error {
	if ok {
		return nil
	}
	return &FieldError{Field: field, Err: fmt.Errorf(format, args...)}
}

// DefaultRules returns the reading of national law: 10 of 13 options, majority
// of all deputies.
func DefaultRules() Rules {
	var r Rules
	for _, f := range ruleTable {
		if err := f.set(&r, f.Default); err != nil {
			panic("election: internal error: default of " + f.Name)
		}
	}
	return r
}

// Check checks the rules of a vote of the given round (PROTOCOL.md, "Rules").
// The error holds a *FieldError for each rule that is wrong.
func (r *Rules) Check(round uint8) error {
	var errs []error
	for _, f := range ruleTable {
		if err := f.check(f.get(r)); err != nil {
			errs = append(errs, &FieldError{Field: f.Name, Err: err})
		}
	}
	return errors.Join(append(errs, r.checkNumbers(), r.checkModes(), r.checkGrades(), r.checkRound(round))...)
}

func (r *Rules) checkNumbers() error {
	least := 1
	if r.BallotMode == ballot.Satisfaction3 {
		least = 0
	}
	n, k := r.CandidatesN, r.WinnersK
	return errors.Join(
		refuse(n >= 1 && n <= ballot.MaxOptions, "candidates_n", "%d is not 1 to %d", n, ballot.MaxOptions),
		refuse(k >= least && k <= least*n, "winners_k", "%d is not %d to %d", k, least, least*n),
		refuse(r.MaxMarks >= 1 && r.MaxMarks <= n, "max_marks", "%d is not 1 to %d", r.MaxMarks, n),
		refuse(r.MinMarks >= 0 && r.MinMarks <= r.mostMin(), "min_marks", "%d is not 0 to %d", r.MinMarks, r.mostMin()),
	)
}

// judged reports whether deputies say for or against each option.
func (r *Rules) judged() bool {
	return r.BallotMode == ballot.YNAEach || r.BallotMode == ballot.YNACapped
}

func (r *Rules) checkModes() error {
	counted := r.BallotMode == ballot.SelectK || r.BallotMode == ballot.YNACapped
	return errors.Join(
		refuse(r.Tie != TieFewerAgainst || r.judged(), "tie", "%s needs votes against", r.Tie),
		refuse(r.Undervote != UndervoteInvalid || counted, "undervote", "%s has no limit that enforces it", r.BallotMode),
	)
}

// mostMin returns the largest min_marks that a limit of the ballot enforces: a
// rule without one would only look like a rule. In the modes where it is 1, it
// takes the position for abstaining away.
func (r *Rules) mostMin() int {
	switch r.BallotMode {
	case ballot.YNAEach, ballot.YNACapped:
		return 0
	case ballot.Choose1, ballot.Satisfaction3:
		return min(1, r.MaxMarks)
	}
	return r.MaxMarks
}

func (r *Rules) checkGrades() error {
	if r.BallotMode != ballot.Satisfaction3 {
		return refuse(len(r.Grades) == 0, "grades", "only %s has grades", ballot.Satisfaction3)
	}
	if len(r.Grades) != 3 {
		return refuse(false, "grades", "%d grades, not 3", len(r.Grades))
	}
	g := r.Grades
	return errors.Join(
		refuse(g[0] != "" && g[1] != "" && g[2] != "", "grades", "a grade is empty"),
		refuse(g[0] != g[1] && g[1] != g[2] && g[0] != g[2], "grades", "two grades are the same"),
		refuse(!strings.Contains(g[0]+g[1]+g[2], ","), "grades", "a grade contains a comma"),
	)
}

// checkRound: the floor of one third is a rule for second rounds only.
func (r *Rules) checkRound(round uint8) error {
	return refuse(r.Shortfall != ShortfallPlurality || round >= 2, "shortfall", "%s needs a second round", r.Shortfall)
}

// Style returns the form of the ballots.
func (r *Rules) Style() ballot.Style {
	return ballot.Style{
		Mode:       r.BallotMode,
		Options:    r.CandidatesN,
		MinMarks:   r.MinMarks,
		MaxMarks:   r.MaxMarks,
		Exact:      r.Undervote == UndervoteInvalid,
		AllowSpoil: r.AllowSpoil,
	}
}

// QuorumOf returns how many of n deputies must be present.
func (r *Rules) QuorumOf(n uint32) uint32 {
	if r.Quorum.Rule == QuorumHalf {
		return n/2 + 1
	}
	return uint32((2*uint64(n) + 2) / 3)
}
