package audit

import (
	"encoding/base64"
	"testing"
)

func decode64(t testing.TB, s string) []byte {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Who must cosign, for each way to say it.
func TestPolicyQuorum(t *testing.T) {
	for name, c := range map[string]struct {
		rest   string
		enough []string
		tooFew []string
	}{
		"none":    {rest: "quorum none\n", enough: []string{"", "0"}},
		"one":     {rest: "quorum w1\n", enough: []string{"1", "01"}, tooFew: []string{"", "0", "02"}},
		"any":     {rest: "group g any w0 w1 w2\nquorum g\n", enough: []string{"0", "2"}, tooFew: []string{""}},
		"all":     {rest: "group g all w0 w1 w2\nquorum g\n", enough: []string{"012"}, tooFew: []string{"", "01", "12"}},
		"two":     {rest: "group g 2 w0 w1 w2\nquorum g\n", enough: []string{"01", "12", "012"}, tooFew: []string{"", "1"}},
		"nested":  {rest: "group a any w0 w1\ngroup b all a w2\nquorum b\n", enough: []string{"02", "12"}, tooFew: []string{"01", "2", "0"}},
		"comment": {rest: " # c\n\n\t\ngroup\tg  1 w0 \n  quorum g\t\n", enough: []string{"0"}, tooFew: []string{"12"}},
	} {
		p, err := ParsePolicy(testPolicyText(t, 3, c.rest))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, who := range c.enough {
			if !p.satisfied(someOf(p, who)) {
				t.Errorf("%s: %q is not enough", name, who)
			}
		}
		for _, who := range c.tooFew {
			if p.satisfied(someOf(p, who)) {
				t.Errorf("%s: %q is enough", name, who)
			}
		}
		if got, want := p.None(), name == "none"; got != want {
			t.Errorf("%s: None() = %v", name, got)
		}
	}
}

func someOf(p *Policy, who string) []*Key {
	var some []*Key
	for _, r := range who {
		some = append(some, p.witnesses[r-'0'])
	}
	return some
}

func TestParsePolicy(t *testing.T) {
	log := testLogKey(t, testOrigin)
	for name, text := range map[string]string{
		"empty":          "",
		"no quorum":      testPolicyText(t, 1, ""),
		"log line":       "log " + log.String() + "\nquorum none\n",
		"log as witness": "witness w " + log.String() + "\nquorum w\n",
	} {
		if _, err := ParsePolicy(text); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	p := testPolicy(t)
	if _, err := p.WithLog(p.Witnesses()[0]); err == nil {
		t.Error("key of a witness as log: no error")
	}
	if len(p.Logs()) != 1 || len(p.Witnesses()) != 3 {
		t.Errorf("%d logs, %d witnesses; want 1, 3", len(p.Logs()), len(p.Witnesses()))
	}
}

// A log of a policy cannot sign for another one.
func TestPolicyOtherLog(t *testing.T) {
	const other = "example.com/projects"
	p := makePolicy(t, "quorum none\n", testOrigin, other)
	c := testCheckpoint
	c.Origin = other
	if _, err := p.Open(signTest(t, c)); err != nil {
		t.Errorf("signed by the log itself: %v", err)
	}
	s, err := newSigner(testOrigin, typeEd25519, testKey(testOrigin))
	if err != nil {
		t.Fatal(err)
	}
	sig, err := s.Sign(c.Marshal())
	if err != nil {
		t.Fatal(err)
	}
	signed := append(append(c.Marshal(), '\n'), signatureLine(testOrigin, s.KeyHash(), sig)...)
	if _, err := p.Open(signed); err == nil {
		t.Error("signed by another log: no error")
	}
}
