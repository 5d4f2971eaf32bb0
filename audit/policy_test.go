package audit

import (
	"encoding/base64"
	"strings"
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
		rest     string
		enough   []string
		tooFew   []string
		policyOf int
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

func someOf(p *Policy, who string) map[*Key]bool {
	has := map[*Key]bool{}
	for _, r := range who {
		has[p.witnesses[r-'0']] = true
	}
	return has
}

func TestParsePolicyRefuses(t *testing.T) {
	w := func(rest string) string { return testPolicyText(t, 2, rest) }
	renamed, err := WitnessKey("other", publicKey(testKey("w0")))
	if err != nil {
		t.Fatal(err)
	}
	log := testLogKey(t, testOrigin).String()
	for name, bad := range map[string]string{
		"empty":                  "",
		"no quorum":              w(""),
		"two quorums":            w("quorum w0\nquorum w1\n"),
		"undefined quorum":       w("quorum w7\n"),
		"quorum before":          "quorum w0\n" + w(""),
		"no newline":             w("quorum w0"),
		"return":                 w("quorum w0\r\n"),
		"delete":                 w("quorum w0 \x7f\n"),
		"nul":                    w("quorum w0\n\x00\n"),
		"unknown line":           w("quorum w0\nfrobnicate\n"),
		"quorum of two names":    w("quorum w0 w1\n"),
		"empty group":            w("group g any\nquorum w0\n"),
		"threshold 0":            w("group g 0 w0 w1\nquorum g\n"),
		"threshold above":        w("group g 3 w0 w1\nquorum g\n"),
		"threshold 01":           w("group g 01 w0 w1\nquorum g\n"),
		"threshold +1":           w("group g +1 w0 w1\nquorum g\n"),
		"threshold word":         w("group g some w0 w1\nquorum g\n"),
		"member twice":           w("group g 2 w0 w0\nquorum g\n"),
		"member of two groups":   w("group g any w0\ngroup h any w0\nquorum h\n"),
		"member of itself":       w("group g any g\nquorum g\n"),
		"member none":            w("group g any none w0\nquorum g\n"),
		"group named none":       w("group none any w0\nquorum none\n"),
		"group named as witness": w("group w0 any w1\nquorum w0\n"),
		"same key twice":         w("witness w5 " + renamed.String() + "\nquorum w0\n"),
		"log key as witness":     w("witness w5 " + log + "\nquorum w0\n"),
		"witness key as log":     w("log " + renamed.String() + "\nquorum w0\n"),
		"same log twice":         w("log " + log + "\nlog " + log + " https://example.com/\nquorum w0\n"),
		"bad key":                w("witness w5 w5+00000000+BAAA\nquorum w0\n"),
		"too many lines":         w(strings.Repeat("\n", maxPolicyLines) + "quorum w0\n"),
	} {
		if _, err := ParsePolicy(bad); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	good := w("log " + log + " https://example.com/\nquorum w0\n")
	p, err := ParsePolicy(good)
	if err != nil || len(p.Logs()) != 1 || len(p.Witnesses()) != 2 {
		t.Errorf("policy with a log: %v, %v", p, err)
	}
}

func TestWithLog(t *testing.T) {
	p := testPolicy(t)
	if _, err := p.WithLog(testLogKey(t, testOrigin)); err == nil {
		t.Error("same log twice: no error")
	}
	if _, err := p.WithLog(p.Witnesses()[0]); err == nil {
		t.Error("witness key as log: no error")
	}
	q, err := p.WithLog(testLogKey(t, "example.com/projects"))
	if err != nil || len(q.Logs()) != 2 || len(p.Logs()) != 1 {
		t.Errorf("WithLog = %d logs, %v; the old one has %d", len(q.Logs()), err, len(p.Logs()))
	}
	// A log of the policy cannot sign for another one.
	c := testCheckpoint
	c.Origin = "example.com/projects"
	s, err := newSigner(testOrigin, typeEd25519, testKey(testOrigin))
	if err != nil {
		t.Fatal(err)
	}
	sig, _ := s.Sign(c.Marshal())
	signed := append(append(c.Marshal(), '\n'), signatureLine(testOrigin, s.KeyHash(), sig)...)
	if _, err := q.open(signed); err == nil {
		t.Error("signed by another log of the policy: no error")
	}
	if _, err := q.open(signTest(t, c)); err != nil {
		t.Errorf("signed by the log itself: %v", err)
	}
}
