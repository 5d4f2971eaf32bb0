package election

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// RuleField is a row of the table of rules. The table drives the encoding of
// the manifest, checks and defaults; a form can be built from it.
type RuleField struct {
	Name    string
	Default string

	// Values are the only ones allowed. If there are none, the value is a
	// number or a text and Rules.Check says what it may be.
	Values []string

	get func(*Rules) string
	set func(*Rules, string) error
}

// ruleTable has the order of PROTOCOL.md, "Rules". One default is Chinese
// because it is data of the manifest, whatever the language of the screen.
var ruleTable = []RuleField{
	number("candidates_n", "13", func(r *Rules) *int { return &r.CandidatesN }),
	number("winners_k", "10", func(r *Rules) *int { return &r.WinnersK }),
	choice("ballot_mode", func(r *Rules) *string { return (*string)(&r.BallotMode) },
		"select_k", "yna_each", "yna_capped", "choose_1", "satisfaction_3"),
	number("min_marks", "0", func(r *Rules) *int { return &r.MinMarks }),
	number("max_marks", "10", func(r *Rules) *int { return &r.MaxMarks }),
	choice("undervote", func(r *Rules) *string { return &r.Undervote }, "valid", UndervoteInvalid),
	truth("allow_spoil", "true", func(r *Rules) *bool { return &r.AllowSpoil }),
	truth("write_in", "false", func(r *Rules) *bool { return &r.WriteIn }, "false"),
	choice("recast", func(r *Rules) *string { return &r.Recast }, "first_only"),
	choice("quorum.rule", func(r *Rules) *string { return &r.Quorum.Rule }, QuorumTwoThirds, QuorumHalf),
	truth("quorum.recheck_at_open", "true", func(r *Rules) *bool { return &r.Quorum.RecheckAtOpen }),
	choice("quorum.min_participation", func(r *Rules) *string { return &r.Quorum.MinParticipation },
		ParticipationNone, ParticipationHalf),
	choice("base", func(r *Rules) *string { return &r.Base },
		BaseAll, BasePresent, BaseCollected, BaseValid, BaseNone),
	choice("tie", func(r *Rules) *string { return &r.Tie },
		TieRevote, TiePresidium, TieAdoptAll, TieAdoptNone, TieFewerAgainst),
	choice("shortfall", func(r *Rules) *string { return &r.Shortfall },
		ShortfallSecondRound, ShortfallLeave, ShortfallNextSession, ShortfallPlurality),
	choice("candidate_order", func(r *Rules) *string { return &r.CandidateOrder },
		"fixed", OrderByLot, "per_terminal_rotation"),
	choice("display.turnout", func(r *Rules) *string { return &r.Display.Turnout }, "live", "after_close"),
	choice("display.results", func(r *Rules) *string { return &r.Display.Results }, "after_sign"),
	choice("display.tallies", func(r *Rules) *string { return &r.Display.Tallies }, "public", "deputies", "none"),
	choice("void_vote_if", func(r *Rules) *string { return &r.VoidVoteIf }, "collected_gt_issued"),
	text("ballot_retention.until", "下次会议后", func(r *Rules) *string { return &r.BallotRetention.Until }),
	choice("ballot_retention.destroy_needs", func(r *Rules) *string { return &r.BallotRetention.DestroyNeeds }, "presidium"),
	{Name: "grades", get: getGrades, set: setGrades},
}

// RuleFields returns the table of rules, in the order of the manifest.
func RuleFields() []RuleField {
	return slices.Clone(ruleTable)
}

// Get returns the value of the field as the manifest writes it.
func (f RuleField) Get(r *Rules) string {
	return f.get(r)
}

// Set sets the field to a value as the manifest writes it.
func (f RuleField) Set(r *Rules, value string) error {
	err := f.check(value)
	if err == nil {
		err = f.set(r, value)
	}
	if err != nil {
		return &FieldError{Field: f.Name, Err: err}
	}
	return nil
}

func (f RuleField) check(value string) error {
	if len(value) > 0xff {
		return errEncode
	}
	if !validText(value, false) {
		return errText
	}
	if f.Values != nil && !slices.Contains(f.Values, value) {
		return fmt.Errorf("%q is not one of: %s", value, strings.Join(f.Values, ", "))
	}
	return nil
}

// choice is a field with a list of values, the default first.
func choice(name string, at func(*Rules) *string, values ...string) RuleField {
	f := text(name, values[0], at)
	f.Values = values
	return f
}

func text(name, initial string, at func(*Rules) *string) RuleField {
	return RuleField{
		Name:    name,
		Default: initial,
		get:     func(r *Rules) string { return *at(r) },
		set: func(r *Rules, v string) error {
			*at(r) = v
			return nil
		},
	}
}

var errNumber = errors.New("is not a decimal number of at most nine digits without leading zeros")

func number(name, initial string, at func(*Rules) *int) RuleField {
	return RuleField{
		Name:    name,
		Default: initial,
		get:     func(r *Rules) string { return strconv.Itoa(*at(r)) },
		set: func(r *Rules, v string) error {
			n, err := strconv.Atoi(v)
			if err != nil || n < 0 || len(v) > 9 || strconv.Itoa(n) != v {
				return errNumber
			}
			*at(r) = n
			return nil
		},
	}
}

// truth is a field that is true or false, or only one of them.
func truth(name, initial string, at func(*Rules) *bool, values ...string) RuleField {
	if values == nil {
		values = []string{"true", "false"}
	}
	return RuleField{
		Name:    name,
		Default: initial,
		Values:  values,
		get:     func(r *Rules) string { return strconv.FormatBool(*at(r)) },
		set: func(r *Rules, v string) error {
			*at(r) = v == "true"
			return nil
		},
	}
}

func getGrades(r *Rules) string {
	return strings.Join(r.Grades, ",")
}

func setGrades(r *Rules, v string) error {
	r.Grades = nil
	if v != "" {
		r.Grades = strings.Split(v, ",")
	}
	return nil
}

// encodeRules writes names and values.
func encodeRules(w *encoder, r *Rules) {
	w.count8(len(ruleTable))
	for _, f := range ruleTable {
		w.text8(f.Name)
		w.text8(f.get(r))
	}
}

// decodeRules demands exactly the names of the table, in its order, and values
// that are written in the only way (attack G7).
func decodeRules(d *decoder) Rules {
	var r Rules
	d.expect(int(d.u8()) == len(ruleTable), "not the rules of this version")
	for _, f := range ruleTable {
		d.expect(d.text8() == f.Name, "rule "+f.Name+" is missing")
		if v := d.text8(); d.err == nil {
			if err := f.Set(&r, v); err != nil {
				d.fail(err)
			}
		}
	}
	return r
}
