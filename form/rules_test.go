package form

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"piaojue/ballot"
	"piaojue/election"
	"piaojue/lang"
)

func fieldsOf(t *testing.T, err error) string {
	t.Helper()
	es, ok := errors.AsType[FieldErrors](err)
	if !ok {
		t.Errorf("not FieldErrors: %v", err)
	}
	var fields []string
	for _, e := range es {
		fields = append(fields, e.Field+" "+e.ID)
	}
	return strings.Join(fields, "; ")
}

func TestReadRules(t *testing.T) {
	change := func(f func(*election.Rules)) election.Rules {
		r := election.DefaultRules()
		f(&r)
		return r
	}
	grades := election.Grades{"满意", "基本满意", "不满意"}
	for text, want := range map[string]election.Rules{
		`{}`: election.DefaultRules(),
		`{"quorum": {"rule": "half_all"}, "tie": "presidium"}`: change(func(r *election.Rules) {
			r.Quorum.Rule, r.Tie = election.QuorumHalf, election.TiePresidium
		}),
		`{"candidates_n": 3, "winners_k": 2}`: change(func(r *election.Rules) {
			r.CandidatesN, r.WinnersK, r.MaxMarks = 3, 2, 3
		}),
		`{"ballot_mode": "satisfaction_3", "candidates_n": 8}`: change(func(r *election.Rules) {
			r.BallotMode, r.CandidatesN, r.WinnersK, r.MaxMarks, r.Grades = ballot.Satisfaction3, 8, 0, 8, grades
		}),
		`{"ballot_mode": "satisfaction_3", "grades": ["甲", "乙", "丙"], "winners_k": 0}`: change(func(r *election.Rules) {
			r.BallotMode, r.WinnersK, r.Grades = ballot.Satisfaction3, 0, election.Grades{"甲", "乙", "丙"}
		}),
		`{"allow_spoil": false, "display": {"tallies": "none"}, "ballot_retention": {"until": "一年"}}`: change(func(r *election.Rules) {
			r.AllowSpoil, r.Display.Tallies, r.BallotRetention.Until = false, "none", "一年"
		}),
		bom + `{"shortfall": "plurality_floor_1_3"}`: change(func(r *election.Rules) {
			r.Shortfall = election.ShortfallPlurality
		}),
	} {
		got, err := ReadRules([]byte(text))
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, %v; want %+v", text, got, err, want)
		}
	}
}

// TestRulesRoundTrip: the JSON of any rules reads as these rules, so that the
// names of package election's tags and of its table are the same.
func TestRulesRoundTrip(t *testing.T) {
	for _, p := range election.Presets() {
		want, err := p.Rules(13, 10)
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		got, err := ReadRules(text)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, %v; want %+v", p, got, err, want)
		}
	}
}

func TestRulesRefuses(t *testing.T) {
	for text, want := range map[string]string{
		`{"tei": "presidium"}`:                         "tei json.unknown",
		`{"Tie": "presidium"}`:                         "Tie json.unknown",
		`{"quorum": {"rul": "half_all"}}`:              "quorum.rul json.unknown",
		`{"quorum.rule": "half_all", "tie": "a"}`:      "quorum.rule json.unknown; tie json.one_of",
		`{"tie": "presidium", "tie": "presidium"}`:     "tie json.double",
		`{"quorum": {}, "quorum": {}}`:                 "quorum json.double",
		`{"quorum": "half_all"}`:                       "quorum json.want_object",
		`{"quorum": {"rule": "third"}}`:                "quorum.rule json.one_of",
		`{"candidates_n": "13"}`:                       "candidates_n json.want_number",
		`{"candidates_n": -13}`:                        "candidates_n json.want_number",
		`{"candidates_n": 1e1}`:                        "candidates_n json.want_number",
		`{"candidates_n": 13.0}`:                       "candidates_n json.want_number",
		`{"candidates_n": 13.5}`:                       "candidates_n json.want_number",
		`{"candidates_n": 99999999999999999999}`:       "candidates_n json.want_number",
		`{"candidates_n": null}`:                       "candidates_n json.want_number",
		`{"candidates_n": 9}`:                          "winners_k json.value",
		`{"winners_k": 0}`:                             "winners_k json.value",
		`{"winners_k": 14}`:                            "winners_k json.value",
		`{"max_marks": 14}`:                            "max_marks json.value",
		`{"min_marks": 11}`:                            "min_marks json.value",
		`{"allow_spoil": "true"}`:                      "allow_spoil json.want_truth",
		`{"allow_spoil": 1}`:                           "allow_spoil json.want_truth",
		`{"write_in": true}`:                           "write_in json.one_of",
		`{"tie": true}`:                                "tie json.want_text",
		`{"tie": "fewer_against"}`:                     "tie json.value",
		`{"grades": ["a", "b", "c"]}`:                  "grades json.value",
		`{"grades": "a,b,c"}`:                          "grades json.want_list",
		`{"grades": ["a,b", "c", "d"]}`:                "grades[0] json.value",
		`{"ballot_mode": "rank_priority"}`:             "ballot_mode json.one_of",
		`{"ballot_retention": {"until": "\u0007"}}`:    "ballot_retention.until json.bad_text",
		`{"ballot_retention": {"until": "\ud800"}}`:    "ballot_retention.until json.bad_text",
		`{"ballot_retention": {"until": "a\nb"}}`:      "ballot_retention.until json.value",
		`{"a": 1, "b": 2, "tie": "x"}`:                 "a json.unknown; b json.unknown; tie json.one_of",
		`{"tie": "presidium"} {}`:                      " json.bad_json",
		`{"tie": "presidium"`:                          " json.bad_json",
		`{"tie": "presidium",}`:                        " json.bad_json",
		`{'tie': 1}`:                                   " json.bad_json",
		``:                                             " json.bad_json",
		`[]`:                                           " json.want_object",
		`null`:                                         " json.want_object",
		"{\"tie\": \"\xff\"}":                          " json.bad_text",
		strings.Repeat(`{"a":`, 20) + `1`:              " json.deep",
		`{"a": "` + strings.Repeat("a", maxJSON):       " json.large",
		`{"satisfaction_rules": {"rollup": "镇海"}}`:     "satisfaction_rules json.unknown",
		`{"recast": "last_counts"}`:                    "recast json.one_of",
		`{"void_vote_if": ["collected_gt_issued"]}`:    "void_vote_if json.want_text",
		`{"display": {"results": "live"}}`:             "display.results json.one_of",
		`{"display": [], "quorum": {"rule": {}}}`:      "display json.want_object; quorum.rule json.want_text",
		`{"ballot_mode":"satisfaction_3","grades":[]}`: "grades json.value",
	} {
		if _, err := ReadRules([]byte(text)); fieldsOf(t, err) != want {
			t.Errorf("%.80s: got %q, want %q", text, fieldsOf(t, err), want)
		}
	}
}

func TestHostileFieldNames(t *testing.T) {
	_, err := ReadRules([]byte(`{"\u001b[2J` + strings.Repeat("长", 1000) + `": 1, "a\nb": 2}`))
	es, _ := errors.AsType[FieldErrors](err)
	if text := es.Text(lang.ZH); strings.Contains(text, "\x1b") || len(text) > 500 || strings.Count(text, "\n") != 2 {
		t.Errorf("got %q", text)
	}
	var many strings.Builder
	for i := range 2 * maxErrors {
		fmt.Fprintf(&many, `"a%d": 1,`, i)
	}
	_, err = ReadRules([]byte("{" + many.String() + `"tie": "x"}`))
	es, _ = errors.AsType[FieldErrors](err)
	if len(es) != maxErrors+1 {
		t.Errorf("got %d errors", len(es))
	}
}

func FuzzReadRules(f *testing.F) {
	f.Add([]byte(`{"quorum": {"rule": "half_all"}, "candidates_n": 3, "winners_k": 2}`))
	f.Add([]byte(`{"ballot_mode": "satisfaction_3", "grades": ["甲", "乙", "丙"], "winners_k": 0}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		rules, err := ReadRules(data)
		if err != nil {
			if es, ok := errors.AsType[FieldErrors](err); !ok || es.Text(lang.ZH) == "" {
				t.Errorf("got %v", err)
			}
			return
		}
		text, err := json.Marshal(rules)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := ReadRules(text); err != nil || !reflect.DeepEqual(again, rules) {
			t.Errorf("got %+v, %v; want %+v", again, err, rules)
		}
	})
}
