package form

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"piaojue/election"
)

const adoptText = `{
  "rules": {"winners_k": 2, "ballot_mode": "yna_each", "candidates_n": 3},
  "counts": {"entitled": 331, "present": 304, "issued": 304, "collected": 304, "valid": 303, "invalid": 1},
  "options": [
    {"id": "01", "for": 280, "against": 12, "abstain": 11},
    {"id": "02", "for": 165, "against": 100, "abstain": 38},
    {"id": "03", "for": 290, "against": 13}
  ]
}`

func TestAdopt(t *testing.T) {
	in, err := ReadAdopt([]byte(adoptText))
	if err != nil {
		t.Fatal(err)
	}
	want := election.Numbers{N: 331, P: 304, I: 304, R: 304, V: 303, X: 1}
	if in.Numbers != want || len(in.Counts) != 3 || in.Counts[1].Against != 100 {
		t.Errorf("got %+v", in)
	}
	got := string(WriteAdopt(in, election.Adopt(in)))
	wantText := `{
  "vote": "valid",
  "adopted": [
    "03",
    "01"
  ],
  "tied": [],
  "next": "none",
  "options": [
    {
      "id": "01",
      "for": 280,
      "needed": 166,
      "passed": true,
      "rank": 2,
      "adopted": true,
      "reason": "adopted",
      "base": 331,
      "share": 8459,
      "missing": 0,
      "rule": "base"
    },
    {
      "id": "02",
      "for": 165,
      "needed": 166,
      "passed": false,
      "rank": 3,
      "adopted": false,
      "reason": "below",
      "base": 331,
      "share": 4984,
      "missing": 1,
      "rule": "base"
    },
    {
      "id": "03",
      "for": 290,
      "needed": 166,
      "passed": true,
      "rank": 1,
      "adopted": true,
      "reason": "adopted",
      "base": 331,
      "share": 8761,
      "missing": 0,
      "rule": "base"
    }
  ]
}
`
	if got != wantText {
		t.Errorf("got %s", got)
	}
}

// TestAdoptSatisfaction is the vote of 镇海 2021 (29 present).
func TestAdoptSatisfaction(t *testing.T) {
	text := `{"rules": {"ballot_mode": "satisfaction_3"},
  "counts": {"entitled": 29, "present": 29, "issued": 29, "collected": 29, "valid": 29, "invalid": 0},
  "options": [
    {"id": "1", "grades": {"满意": 28, "基本满意": 1, "不满意": 0}},
    {"id": "2", "grades": {"不满意": 1, "满意": 12, "基本满意": 8}, "abstain": 8}
  ]}`
	in, err := ReadAdopt([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if want := [3]uint32{12, 8, 1}; in.Counts[1].Grades != want {
		t.Errorf("got %v, want %v", in.Counts[1].Grades, want)
	}
	var out struct {
		Vote    string
		Options []struct {
			Grade, Reason        string
			Base, Share, Missing int
			TopTwo               *int `json:"top_two"`
		}
	}
	if err := json.Unmarshal(WriteAdopt(in, election.Adopt(in)), &out); err != nil {
		t.Fatal(err)
	}
	if out.Vote != "valid" || out.Options[0].Grade != "满意" || out.Options[1].Grade != "基本满意" {
		t.Errorf("got %+v", out)
	}
	if o := out.Options[1]; o.Base != 29 || o.Share != 4137 || o.TopTwo == nil || *o.TopTwo != 6896 || o.Missing != 3 {
		t.Errorf("got %+v", o)
	}
}

// TestAdoptFollow: a second round is derived, not chosen.
func TestAdoptFollow(t *testing.T) {
	for _, c := range []struct{ votes, want string }{
		{"6 5 5", `"follow":{"winners_k":1,"base":"none","options":["b","c"]}`},
		{"6 1 2", `"follow":{"winners_k":1,"base":"all_deputies","options":["c","b"]}`},
		{"6 5 2", ""},
	} {
		v := strings.Fields(c.votes)
		in, err := ReadAdopt([]byte(`{"rules": {"winners_k": 2},
  "counts": {"entitled": 9, "present": 9, "issued": 9, "collected": 9, "valid": 9, "invalid": 0},
  "options": [{"id": "a", "for": ` + v[0] + `}, {"id": "b", "for": ` + v[1] + `}, {"id": "c", "for": ` + v[2] + `}]}`))
		if err != nil {
			t.Fatal(err)
		}
		got := strings.NewReplacer("\n", "", " ", "").Replace(string(WriteAdopt(in, election.Adopt(in))))
		if c.want == "" && strings.Contains(got, "follow") || !strings.Contains(got, c.want) {
			t.Errorf("%s: got %s", c.votes, got)
		}
	}
}

// TestAdoptVoid: 收回 305 > 发出 304 is possible, and void.
func TestAdoptVoid(t *testing.T) {
	text := strings.NewReplacer(`"collected": 304, "valid": 303`, `"collected": 305, "valid": 304`, `"abstain": 11`, `"abstain": 12`,
		`"abstain": 38`, `"abstain": 39`).Replace(adoptText)
	in, err := ReadAdopt([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	got := string(WriteAdopt(in, election.Adopt(in)))
	for _, want := range []string{`"vote": "void"`, `"adopted": [],`, `"next": "repeat"`, `"reason": "surplus"`} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in %s", want, got)
		}
	}
}

// TestAdoptEmpty: nobody cast, which decides nothing; one ballot does.
func TestAdoptEmpty(t *testing.T) {
	for collected, want := range map[string][]string{
		"0": {`"vote": "void"`, `"adopted": [],`, `"next": "repeat"`, `"reason": "empty"`},
		"1": {`"vote": "valid"`, `"adopted": [],`, `"next": "second_round"`, `"reason": "below"`},
	} {
		in, err := ReadAdopt([]byte(strings.ReplaceAll(`{"rules": {"winners_k": 1},
  "counts": {"entitled": 9, "present": 9, "issued": 9, "collected": #, "valid": #, "invalid": 0},
  "options": [{"id": "01", "for": #}, {"id": "02", "for": 0}]}`, "#", collected)))
		if err != nil {
			t.Fatal(err)
		}
		got := string(WriteAdopt(in, election.Adopt(in)))
		for _, w := range want {
			if !strings.Contains(got, w) {
				t.Errorf("%s collected: no %s in %s", collected, w, got)
			}
		}
	}
}

// TestAdoptRefuses changes the text above in one place each.
func TestAdoptRefuses(t *testing.T) {
	for _, tt := range []struct{ old, new, want string }{
		{`"issued": 304`, `"issued": 304, "unused": 0`, "counts.unused json.unknown"},
		{`"issued": 304, `, ``, "counts.issued json.missing"},
		{`"invalid": 1`, `"invalid": -1`, "counts.invalid json.want_number"},
		{`"invalid": 1`, `"invalid": 2`, "counts.valid json.value"},
		{`"valid": 303`, `"valid": 302`, "options[0].abstain json.sum; options[1].abstain json.sum"},
		{`"present": 304`, `"present": 332`, "counts.present json.value"},
		{`"present": 304`, `"present": 303`, "counts.issued json.value"},
		{`"entitled": 331`, `"entitled": 0`, "counts.entitled json.value; counts.present json.value"},
		{`"for": 290`, `"for": 291`, "options[2].for json.value"},
		{`"for": 290`, `"for": 4294967296`, "options[2].for json.want_number"},
		{`"for": 290`, `"for": "290"`, "options[2].for json.want_number"},
		{`"for": 290, `, ``, "options[2].for json.missing"},
		{`"abstain": 11`, `"abstain": 10`, "options[0].abstain json.sum"},
		{`"abstain": 11`, `"abstain": 12`, "options[0].abstain json.sum"},
		{`"abstain": 11`, `"abstain": -1`, "options[0].abstain json.want_number"},
		{`"id": "03"`, `"id": "01"`, "options[2].id json.same_id"},
		{`"id": "03"`, `"id": ""`, "options[2].id json.missing"},
		{`"id": "03"`, `"id": 3`, "options[2].id json.want_text"},
		{`"id": "03"`, `"id": "03", "id": "03"`, "options[2].id json.double"},
		{`"id": "03", `, ``, "options[2].id json.missing"},
		{`"id": "03"`, `"id": "03", "name": "桥"`, "options[2].name json.unknown"},
		{`"id": "03"`, `"id": "03", "grades": {}`, "options[2].grades json.unknown"},
		{`"candidates_n": 3`, `"candidates_n": 4`, "options json.value"},
		{`"winners_k": 2`, `"winners_k": 4`, "rules.winners_k json.value"},
		{`"winners_k": 2`, `"winers_k": 2`, "rules.winers_k json.unknown"},
		{`"rules"`, `"Rules"`, "Rules json.unknown; rules json.missing"},
		{`"counts": {`, `"totals": {}, "counts": {`, "totals json.unknown"},
		{`"yna_each"`, `"select_k"`, "options[0].against json.value; options[1].against json.value; options[2].against json.value"},
	} {
		text := strings.Replace(adoptText, tt.old, tt.new, 1)
		if text == adoptText {
			t.Errorf("%s: not in the text", tt.old)
		}
		_, err := ReadAdopt([]byte(text))
		if err == nil {
			t.Errorf("%s → %s: accepted", tt.old, tt.new)
			continue
		}
		if got := fieldsOf(t, err); got != tt.want {
			t.Errorf("%s → %s: got %q, want %q", tt.old, tt.new, got, tt.want)
		}
	}
}

// TestAdoptWholeBallotAbstentions: where options are marked, abstain may count
// those who marked nothing at all.
func TestAdoptWholeBallotAbstentions(t *testing.T) {
	const text = `{"rules": {"winners_k": 1},
  "counts": {"entitled": 10, "present": 10, "issued": 10, "collected": 10, "valid": 10, "invalid": 0},
  "options": [{"id": "1", "for": 6, "abstain": A}, {"id": "2", "for": 5}]}`
	for abstain, ok := range map[string]bool{"0": true, "4": true, "5": false} {
		_, err := ReadAdopt([]byte(strings.Replace(text, "A", abstain, 1)))
		if (err == nil) != ok {
			t.Errorf("abstain %s: got %v", abstain, err)
		}
	}
}

func FuzzReadAdopt(f *testing.F) {
	f.Add([]byte(adoptText))
	f.Add([]byte(`{"rules":{"ballot_mode":"satisfaction_3"},"counts":{"entitled":2,"present":2,"issued":2,"collected":2,"valid":2,"invalid":0},
		"options":[{"id":"1","grades":{"满意":1,"基本满意":1,"不满意":0}}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		in, err := ReadAdopt(data)
		if err != nil {
			return
		}
		var out outcome
		if err := json.Unmarshal(WriteAdopt(in, election.Adopt(in)), &out); err != nil || len(out.Options) != len(in.Counts) {
			t.Errorf("got %+v, %v", out, err)
		}
		again, err := ReadAdopt(data)
		if err != nil || !reflect.DeepEqual(again, in) {
			t.Errorf("got %+v, %v; want %+v", again, err, in)
		}
	})
}
