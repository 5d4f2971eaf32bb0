package main

import (
	"strings"
	"testing"

	"piaojue/election"
	"piaojue/lang"
	"piaojue/testvectors"
)

// TestDescribe: every kind of entry has words in both languages, with and
// without a state, and they are written rightly.
func TestDescribe(t *testing.T) {
	records, err := testvectors.Records(testvectors.Files)
	if err != nil {
		t.Fatal(err)
	}
	seen := make(map[election.Kind]bool)
	for _, r := range records {
		if r.Expect.Check != "" {
			continue
		}
		for i, raw := range r.Entries() {
			e, err := election.ParseEntry(raw)
			if err != nil {
				t.Fatal(err)
			}
			if seen[e.Kind] && i > 0 {
				continue
			}
			seen[e.Kind] = true
			checkWords(t, e)
		}
	}
	for _, k := range election.Kinds() {
		if !seen[k] {
			t.Errorf("no %s among the vectors", k)
		}
	}
}

func checkWords(t *testing.T, e *election.Entry) {
	t.Helper()
	body, err := election.ParseBody(e)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range []lang.Lang{lang.ZH, lang.EN} {
		tool := newTestTool(l)
		lines := tool.describe(body, election.NewState(nil))
		if len(lines) == 0 || lines[0] == "" {
			t.Errorf("%s %s: no words", l, e.Kind)
		}
		for _, line := range lines {
			if strings.Contains(line, "%!") || strings.Contains(line, "entry.") {
				t.Errorf("%s %s: %q", l, e.Kind, line)
			}
		}
	}
	if _, ok := signedAt(e); ok != strings.Contains(chainedNames, " "+e.Kind.String()+" ") {
		t.Errorf("%s: has a time is %v", e.Kind, ok)
	}
}

// chainedNames are the chained kinds of PROTOCOL.md, "Entries".
const chainedNames = " trustees attendance badge opening order collection certificate announcement archive suspend resume void sheets batch decision successor "

// TestDescribeManifest: who signs a manifest sees all that decides.
func TestDescribeManifest(t *testing.T) {
	records, err := testvectors.Records(testvectors.Files)
	if err != nil {
		t.Fatal(err)
	}
	e, err := election.ParseEntry(records[0].Entries()[0])
	if err != nil {
		t.Fatal(err)
	}
	m, err := election.ParseManifest(e.Body)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(newTestTool(lang.ZH).describeManifest(m), "\n")
	want := []string{
		m.Congress, m.Session, m.Title, m.Date, hexOf(m.Hash()),
		chinese().say("manifest.trustees", m.Trustees, m.Threshold), // n and t, not t and n (attack K8)
	}
	for _, o := range m.Options {
		want = append(want, o.ID, o.Name)
	}
	for _, i := range m.Issuers {
		want = append(want, i.Name)
	}
	for _, p := range m.Pins {
		want = append(want, p.Name, hexOf(p.Hash))
	}
	for _, f := range election.RuleFields() {
		if f.Get(&m.Rules) != "" {
			want = append(want, lang.ZH.Text("rule."+f.Name))
		}
	}
	for _, w := range want {
		if !strings.Contains(text, w) {
			t.Errorf("%q is missing in\n%s", w, text)
		}
	}
}

// TestPlain: what a server says must not steer the terminal (attack S5).
func TestPlain(t *testing.T) {
	for text, want := range map[string]string{
		"口袋公园　一期": "口袋公园　一期", "a\x1b[31mb": "a�[31mb", "a\u009b31mb": "a�31mb", "\u202egp": "�gp", "a\nb": "a�b",
	} {
		if got := lang.Plain(text); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
