package form

import (
	"testing"

	"piaojue/election"
	"piaojue/lang"
)

// TestLangKnowsElection: package lang imports nothing, so that it stands here
// that every identifier of package election has its words.
func TestLangKnowsElection(t *testing.T) {
	var ids []string
	for _, k := range election.Kinds() {
		ids = append(ids, "kind."+k.String())
	}
	for _, p := range election.Phases() {
		ids = append(ids, "phase."+p.String())
	}
	for _, c := range election.Checks() {
		ids = append(ids, "check."+string(c))
	}
	for _, p := range election.Presets() {
		ids = append(ids, "preset."+string(p), "preset."+string(p)+".note")
	}
	for _, f := range election.RuleFields() {
		ids = append(ids, "rule."+f.Name)
		for _, v := range f.Values {
			ids = append(ids, "value."+f.Name+"."+v)
		}
	}
	for _, r := range []election.Reason{
		election.ReasonAdopted, election.ReasonBelow, election.ReasonOutranked, election.ReasonTied, election.ReasonTieAdopted,
		election.ReasonTieDropped, election.ReasonFewerAgainst, election.ReasonMoreAgainst, election.ReasonSurplus,
		election.ReasonEmpty, election.ReasonInvalid, election.ReasonGraded,
	} {
		ids = append(ids, "reason."+string(r))
	}
	for _, w := range []election.Warning{
		election.WarnOneIssuer, election.WarnFewBallots, election.WarnUnanimous, election.WarnUnaccounted,
	} {
		ids = append(ids, "warning."+string(w))
	}
	for _, vote := range []string{election.VoteValid, election.VoteVoid, election.VoteNoQuorum} {
		ids = append(ids, "vote."+vote)
	}
	for _, next := range []string{
		election.NextNone, election.NextRepeat, election.NextSecondRound, election.NextSession, election.NextPresidium,
	} {
		ids = append(ids, "next."+next)
	}
	for _, id := range ids {
		if !lang.ZH.Has(id) {
			t.Errorf("no message %q", id)
		}
	}
	if len(ids) < 150 {
		t.Errorf("only %d ids", len(ids))
	}
}
