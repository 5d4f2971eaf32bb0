package election_test

import (
	"encoding/hex"
	"maps"
	"slices"
	"strings"
	"testing"

	"piaojue/election"
)

func TestPolicy(t *testing.T) {
	text := "# 见证\n\n" + testPolicy(6) + `
group X 2 w0 w1 w2
group Y any w3 w4 w5
	group both all X Y
quorum both
`
	p, err := election.ParsePolicy(text)
	if err != nil {
		t.Fatal(err)
	}
	if p.None() || len(p.Witnesses) != 6 {
		t.Errorf("policy %+v", p)
	}
	w := p.Witnesses[3]
	if want := (election.Witness{Name: "w3", KeyName: "w3.example", Key: public(key("witness 3")), URL: "https://w3.example/"}); w != want {
		t.Errorf("witness %+v, want %+v", w, want)
	}
	for cosigned, want := range map[string]bool{
		"": false, "w0 w1": false, "w3": false, "w0 w3": false, "w0 w2 w5": true,
		"w0 w1 w2": false, "w0 w1 w2 w3 w4 w5": true, "X Y": false, "both": false,
	} {
		set := make(map[string]bool)
		for _, n := range strings.Fields(cosigned) {
			set[n] = true
		}
		if got := p.Satisfied(set); got != want {
			t.Errorf("%q: satisfied %v, want %v", cosigned, got, want)
		}
	}
}

func TestPolicyNone(t *testing.T) {
	p, err := election.ParsePolicy(testPolicy(1) + "quorum none\n")
	if err != nil {
		t.Fatal(err)
	}
	if !p.None() || !p.Satisfied(nil) {
		t.Error("quorum none is not satisfied")
	}
}

// TestPolicyErrors: the positive twins are the first two.
func TestPolicyErrors(t *testing.T) {
	w := testPolicy(3)
	bad := map[string]string{
		"empty":                  "",
		"no quorum":              w,
		"two quorums":            w + "quorum w0\nquorum w0\n",
		"last line unterminated": w + "quorum w0",
		"log line":               "log " + vkey("log", 1, public(key("log"))) + "\nquorum none\n",
		"unknown line":           "wittness a b\nquorum none\n",
		"undefined quorum":       w + "quorum w9\n",
		"undefined member":       w + "group g all w0 w9\nquorum g\n",
		"group used before":      w + "group g all h\ngroup h all w0\nquorum g\n",
		"group without members":  w + "group g all\nquorum g\n",
		"threshold 0":            w + "group g 0 w0\nquorum g\n",
		"threshold above n":      w + "group g 3 w0 w1\nquorum g\n",
		"threshold +1":           w + "group g +1 w0\nquorum g\n",
		"threshold 01":           w + "group g 01 w0\nquorum g\n",
		"member twice":           w + "group g 2 w0 w0\nquorum g\n",
		"member of two groups":   w + "group g all w0\ngroup h any w0 g\nquorum h\n",
		"name taken":             w + "group w0 all w1\nquorum w0\n",
		"name none":              w + "group none all w1\nquorum none\n",
		"witness twice":          w + strings.Replace(testPolicy(1), "witness w0", "witness w7", 1) + "quorum w0\n",
		"witness name taken":     w + strings.Replace(testPolicy(4)[len(w):], "witness w3", "witness w0", 1) + "quorum w0\n",
		"witness named none":     strings.Replace(testPolicy(1), "witness w0", "witness none", 1) + "quorum none\n",
		"key for notes":          "witness a " + vkey("a", 1, public(key("a"))) + "\nquorum none\n",
		"key of small order":     "witness a " + vkey("a", 4, [32]byte{1}) + "\nquorum none\n",
		"wrong key id":           "witness a " + strings.Replace(vkey("a", 4, public(key("a"))), "a+", "b+", 1) + "\nquorum none\n",
		"capital key id":         "witness a " + capitalID(vkey("a", 4, public(key("a")))) + "\nquorum none\n",
		"no key":                 "witness a\nquorum none\n",
		"no key name":            "witness a " + vkey("", 4, public(key("a"))) + "\nquorum none\n",
		"key name with a space":  "witness a " + vkey("a\u3000b", 4, public(key("a"))) + "\nquorum none\n",
		"key name too long":      "witness a " + vkey(strings.Repeat("a", 256), 4, public(key("a"))) + "\nquorum none\n",
		"100 witnesses":          testPolicy(100) + "quorum w0\n",
		"same name and key ID":   twin("a", "collide.example", witnessTwins[0]) + twin("b", "collide.example", witnessTwins[1]) + "quorum a\n",
	}
	for name, text := range map[string]string{
		"witness": w + "quorum w1\n",
		"group":   w + "group g 2 w0 w1\nquorum g\n",
		"key":     "witness a " + vkey("a", 4, public(key("a"))) + "\nquorum none\n",

		"long key name":         "witness a " + vkey(strings.Repeat("a", 255), 4, public(key("a"))) + "\nquorum none\n",
		"99 witnesses":          testPolicy(99) + "quorum w0\n",
		"same name":             twin("a", "other.example", witnessTwins[0]) + twin("b", "other.example", witnessTwins[1]) + "quorum a\n",
		"same ID, another name": twin("a", "collide.example", witnessTwins[0]) + twin("b", "other.example", witnessTwins[1]) + "quorum a\n",
	} {
		if _, err := election.ParsePolicy(text); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(bad)) {
		if _, err := election.ParsePolicy(bad[name]); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// witnessTwins have the same key ID under the name collide.example, logTwins those
// of a log and of a witness under example.org/vote: 2^16 tries, as anybody can.
var (
	witnessTwins = [2]string{
		"873fcd76aae534a9e4693c7d9f775b847e5eefb43be44c818c34fea7c18e393c",
		"153dfe9a84cc621d93b263b2103e867e5acfcf1ae6666b7ad84791f99da42729",
	}
	logTwins = [2]string{
		"1c2857febae76de37a84d4eb4f803202817015b11af9e880616311c83cc9d9ec",
		"2ff03ede45606b4aa254b326a8f8a500287cdd2596e2c072784a41ece9b54c93",
	}
)

func twin(name, keyName, key string) string {
	return "witness " + name + " " + vkey(keyName, 4, keyOf(key)) + "\n"
}

func keyOf(text string) [32]byte { return [32]byte(must(hex.DecodeString(text))) }

func capitalID(vkey string) string {
	name, rest, _ := strings.Cut(vkey, "+")
	id, data, _ := strings.Cut(rest, "+")
	if strings.ToUpper(id) == id {
		panic("key id has no letters")
	}
	return name + "+" + strings.ToUpper(id) + "+" + data
}
