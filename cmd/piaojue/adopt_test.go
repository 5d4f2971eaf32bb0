package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"piaojue/election"
	"piaojue/lang"
	"piaojue/testvectors"
)

// outcomeVector is a case of testvectors/outcomes.json.
type outcomeVector struct {
	About         string
	Rules         map[string]string
	Numbers       map[string]uint32
	For, Against  []uint32
	Grades        [][3]uint32
	Vote, Next    string
	Adopted, Tied []int
	Needed        uint32
	Reached       []int
}

// document is the case as people would write it down.
func (v *outcomeVector) document(t *testing.T) ([]byte, election.Rules) {
	var rules election.Rules
	for _, f := range election.RuleFields() {
		if err := f.Set(&rules, v.Rules[f.Name]); err != nil {
			t.Fatal(err)
		}
	}
	var options []map[string]any
	for i := range rules.CandidatesN {
		o := map[string]any{"id": name(i)}
		if v.Grades != nil {
			o["grades"] = map[string]uint32{rules.Grades[0]: v.Grades[i][0], rules.Grades[1]: v.Grades[i][1], rules.Grades[2]: v.Grades[i][2]}
		} else {
			o["for"] = v.For[i]
		}
		if v.Against != nil {
			o["against"] = v.Against[i]
		} else if rules.Tie == election.TieFewerAgainst {
			o["against"] = 0
		}
		options = append(options, o)
	}
	n := v.Numbers
	text, err := json.Marshal(map[string]any{"rules": rules, "options": options, "counts": map[string]uint32{
		"entitled": n["N"], "present": n["P"], "issued": n["I"], "collected": n["R"], "valid": n["V"], "invalid": n["X"],
	}})
	if err != nil {
		t.Fatal(err)
	}
	return text, rules
}

func name(i int) string { return fmt.Sprintf("%02d", i+1) }

func names(list []int) []string {
	all := []string{}
	for _, i := range list {
		all = append(all, name(i))
	}
	return all
}

// TestAdoptVectors: the command says of all cases of the vectors what they say,
// most of them worked out by hand.
func TestAdoptVectors(t *testing.T) {
	text, err := testvectors.Files.ReadFile("outcomes.json")
	if err != nil {
		t.Fatal(err)
	}
	var all []outcomeVector
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	if len(all) < 100 {
		t.Errorf("%d cases", len(all))
	}
	for _, v := range all {
		v.check(t)
	}
}

// adopted is what the command prints.
type adopted struct {
	Vote, Next    string
	Adopted, Tied []string
	Options       []struct {
		ID, Reason, Grade, Rule string
		Needed, Missing         uint32
		Passed, Adopted         bool
	}
	Follow *struct{ Options []string }
}

func (v *outcomeVector) check(t *testing.T) {
	t.Helper()
	document, rules := v.document(t)
	tool, out := newTestTool(lang.ZH), &bytes.Buffer{}
	tool.in, tool.out = bytes.NewReader(document), out
	c := tool.adoptCommand()
	if err := c.RunE(c, []string{"-"}); err != nil {
		t.Errorf("%s: %v", v.About, err)
		return
	}
	var got adopted
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got.Vote != v.Vote || got.Next != v.Next || !slices.Equal(got.Adopted, names(v.Adopted)) || !slices.Equal(got.Tied, names(v.Tied)) {
		t.Errorf("%s: %+v", v.About, got)
	}
	for i, o := range got.Options {
		if o.ID != name(i) || o.Reason == "" || o.Adopted != slices.Contains(got.Adopted, o.ID) || o.Passed && o.Missing > 0 {
			t.Errorf("%s: %+v", v.About, o)
		}
		if v.Grades == nil && o.Needed != v.Needed {
			t.Errorf("%s: %d needed, want %d", v.About, o.Needed, v.Needed)
		}
		if v.Reached != nil && o.Grade != rules.Grades[v.Reached[i]] {
			t.Errorf("%s: %s is %s", v.About, o.ID, o.Grade)
		}
	}
	if again := v.Next == election.NextSecondRound; again != (got.Follow != nil) || again && len(v.Tied) > 0 && !slices.Equal(got.Follow.Options, got.Tied) {
		t.Errorf("%s: follow %+v", v.About, got.Follow)
	}
}
