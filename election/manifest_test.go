package election_test

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"piaojue/ballot"
	"piaojue/election"
)

func testManifest() *election.Manifest {
	return newScript(smallRules(), 12, 3, 2, testIssuers()).Manifest
}

func TestManifestRoundTrip(t *testing.T) {
	m := testManifest()
	got, err := election.ParseManifest(m.Marshal())
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, m) {
		t.Errorf("parsed %+v, want %+v", got, m)
	}
	if m.Hash() != sha256.Sum256(m.Marshal()) {
		t.Error("hash is not that of the body")
	}
}

// TestManifestCheck: the positive twin of each case is the manifest before the
// change. What the check refuses, the parser refuses too.
func TestManifestCheck(t *testing.T) {
	for _, c := range []struct {
		name   string
		field  string
		change func(*election.Manifest)
	}{
		{"G1 V3 other suite", "suite", func(m *election.Manifest) { m.Suite = "piaojue-v2" }},
		{"empty origin", "origin", func(m *election.Manifest) { m.Origin = "" }},
		{"origin with a space", "origin", func(m *election.Manifest) { m.Origin = "a b" }},
		{"origin with a wide space", "origin", func(m *election.Manifest) { m.Origin = "a\u3000b" }},
		{"origin with +", "origin", func(m *election.Manifest) { m.Origin = "a+b" }},
		{"no title", "title", func(m *election.Manifest) { m.Title = "" }},
		{"title with a line break", "title", func(m *election.Manifest) { m.Title = "a\nb" }},
		{"title of 256 bytes", "title", func(m *election.Manifest) { m.Title = strings.Repeat("x", 256) }},
		{"title that is not UTF-8", "title", func(m *election.Manifest) { m.Title = "\xff" }},
		{"kind of vote", "kind", func(m *election.Manifest) { m.Kind = 3 }},
		{"round 0", "round", func(m *election.Manifest) { m.Round = 0 }},
		{"round 2 without a parent", "parent", func(m *election.Manifest) { m.Round = 2 }},
		{"rules", "tie", func(m *election.Manifest) { m.Rules.Tie = "toss" }},
		{"F10 an option without a place", "candidates_n", func(m *election.Manifest) { m.Options = m.Options[:2] }},
		{"option without a name", "options[1].name", func(m *election.Manifest) { m.Options[1].Name = "" }},
		{"option id twice", "options[1].id", func(m *election.Manifest) { m.Options[1].ID = "P0" }},
		{"option with a control character", "options[0].content", func(m *election.Manifest) { m.Options[0].Content = "\x7f" }},
		{"no deputies", "deputies", func(m *election.Manifest) { m.Deputies = 0 }},
		{"deputies without an end", "deputies", func(m *election.Manifest) { m.Deputies = 1<<21 + 1 }},
		{"key of small order", "staff_key", func(m *election.Manifest) { m.StaffKey = [32]byte{1} }},
		{"staff lead is the presidium", "presidium_key", func(m *election.Manifest) { m.Presidium = m.StaffKey }},
		{"log key is a role key", "log_key", func(m *election.Manifest) { m.LogKey = m.StaffKey }},
		{"promise key is the log key", "promise_key", func(m *election.Manifest) { m.Promise = m.LogKey }},
		{"K8 t and n swapped", "threshold", func(m *election.Manifest) { m.Trustees, m.Threshold = 2, 3 }},
		{"t is half of n", "threshold", func(m *election.Manifest) { m.Trustees, m.Threshold = 4, 2 }},
		{"t is 1", "threshold", func(m *election.Manifest) { m.Trustees, m.Threshold = 1, 1 }},
		{"no issuer", "issuers", func(m *election.Manifest) { m.Issuers = nil }},
		{"issuer twice", "issuers[1].modulus", func(m *election.Manifest) { m.Issuers[1].Modulus = m.Issuers[0].Modulus }},
		{"V9 even modulus", "issuers[0].modulus", func(m *election.Manifest) { m.Issuers[0].Modulus[383] &^= 1 }},
		{"V9 short modulus", "issuers[0].modulus", func(m *election.Manifest) { m.Issuers[0].Modulus[0] = 0 }},
		{"policy", "witness_policy", func(m *election.Manifest) { m.Policy = "quorum all\n" }},
		{"witness like the log", "witness_policy", func(m *election.Manifest) {
			m.LogKey, m.Policy = keyOf(logTwins[0]), twin("a", m.Origin, logTwins[1])+"quorum a\n"
		}},
		{"policy with a tab", "witness_policy", func(m *election.Manifest) { m.Policy = "quorum\tnone\n" }},
		{"too many pins", "pins", func(m *election.Manifest) {
			m.Pins = nil
			for i := range 256 {
				m.Pins = append(m.Pins, election.Pin{Name: fmt.Sprintf("%03d", i)})
			}
		}},
		{"S1 real vote without witnesses", "witness_policy", func(m *election.Manifest) { m.Kind = election.Real }},
		{"pins out of order", "pins[1]", func(m *election.Manifest) { m.Pins[0].Name = "zzz" }},
		{"pin twice", "pins[1]", func(m *election.Manifest) { m.Pins[1].Name = m.Pins[0].Name }},
		{"K5 one ballot may be opened", "min_ballots", func(m *election.Manifest) { m.MinBallots = 1 }},
	} {
		m := testManifest()
		c.change(m)
		var field *election.FieldError
		if err := m.Check(); !errors.As(err, &field) || field.Field != c.field {
			t.Errorf("%s: error %v, want field %s", c.name, err, c.field)
		}
		if b := m.Marshal(); b != nil {
			if _, err := election.ParseManifest(b); err == nil {
				t.Errorf("%s: parses", c.name)
			}
		}
	}
	if err := testManifest().Check(); err != nil {
		t.Errorf("good manifest: %v", err)
	}
}

// TestManifestAllows: what is near the limits and good.
func TestManifestAllows(t *testing.T) {
	for name, change := range map[string]func(*election.Manifest){
		"round 2 with a parent": func(m *election.Manifest) { m.Round, m.Parent = 2, [32]byte{1} },
		"round 1 with a parent": func(m *election.Manifest) { m.Parent = [32]byte{1} },
		"title of 255 bytes":    func(m *election.Manifest) { m.Title = strings.Repeat("x", 255) },
		"t is n":                func(m *election.Manifest) { m.Threshold = 3 },
		"a rehearsal":           func(m *election.Manifest) { m.Kind = election.Rehearsal },
		"a witness with the log's name": func(m *election.Manifest) {
			m.LogKey, m.Policy = keyOf(logTwins[1]), twin("a", m.Origin, logTwins[0])+"quorum a\n"
		},
		"a real vote with witnesses": func(m *election.Manifest) { m.Kind, m.Policy = election.Real, testPolicy(1)+"quorum w0\n" },
	} {
		m := testManifest()
		change(m)
		if _, err := election.ParseManifest(m.Marshal()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestManifestAllErrors: a form shows every error at once.
func TestManifestAllErrors(t *testing.T) {
	err := (&election.Manifest{}).Check()
	for _, field := range []string{"suite", "origin", "round", "candidates_n", "options", "deputies", "threshold", "staff_key", "issuers", "witness_policy", "min_ballots"} {
		if !strings.Contains(err.Error(), field+": ") {
			t.Errorf("no error for %s", field)
		}
	}
}

// TestManifestBallotSize: a ballot that no entry could hold makes the manifest
// invalid; a few options fewer are good.
func TestManifestBallotSize(t *testing.T) {
	for _, c := range []struct {
		options int
		ok      bool
	}{{120, true}, {500, false}} {
		m := testManifest()
		m.Rules.CandidatesN, m.Options = c.options, nil
		for i := range c.options {
			m.Options = append(m.Options, election.Option{ID: fmt.Sprint(i), Name: "x"})
		}
		g, err := m.Grid()
		if err != nil {
			t.Fatal(err)
		}
		if fits := g.BodySize(2)+4 <= election.MaxEntry; fits != c.ok {
			t.Fatalf("%d options: a ballot of %d bytes is not what this test is about", c.options, g.BodySize(2))
		}
		if err := m.Check(); (err == nil) != c.ok {
			t.Errorf("%d options: error %v", c.options, err)
		}
	}
}

// TestManifestLong: texts that fit one by one and not together.
func TestManifestLong(t *testing.T) {
	m := testManifest()
	for i := range m.Options {
		m.Options[i].Content = strings.Repeat("x", 25000)
	}
	if err := m.Check(); err == nil {
		t.Error("a manifest that fits no entry is good")
	}
	m.Options[0].Content = ""
	if err := m.Check(); err != nil {
		t.Error(err)
	}
}

func TestGrid(t *testing.T) {
	g, err := testManifest().Grid()
	if err != nil {
		t.Fatal(err)
	}
	want, err := ballot.Style{Mode: ballot.SelectK, Options: 3, MaxMarks: 2, AllowSpoil: true}.Grid()
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(g, want) {
		t.Errorf("grid %+v, want %+v", g, want)
	}
}

// vkey returns a verifier key for cosignatures (C2SP signed-note).
func vkey(name string, alg byte, key [32]byte) string {
	data := append([]byte{alg}, key[:]...)
	id := sha256.Sum256(append([]byte(name+"\n"), data...))
	return fmt.Sprintf("%s+%x+%s", name, id[:4], base64.StdEncoding.EncodeToString(data))
}

// testPolicy has so many witnesses w0, w1, … and no quorum.
func testPolicy(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "witness w%d %s https://w%d.example/\n", i, vkey(fmt.Sprint("w", i, ".example"), 4, public(key(fmt.Sprint("witness ", i)))), i)
	}
	return b.String()
}

// TestPinsAreFrozen (S12): the hash of the verifier's release is part of what
// the organizers sign, so that no verifier is made to fit the record.
func TestPinsAreFrozen(t *testing.T) {
	s := newScript(smallRules(), 12, 3, 2, testIssuers())
	e := s.sign(must(election.NewEntry(s.Manifest)), s.staff(), s.presidium())
	if err := election.NewState(s.RootAt).Apply(e); err != nil {
		t.Fatal(err)
	}
	before := s.Manifest.Hash()
	s.Manifest.Pins[1].Hash[0] ^= 1
	if s.Manifest.Hash() == before {
		t.Error("the manifest hash does not cover the pins")
	}
	changed := must(election.NewEntry(s.Manifest))
	changed.Signatures = e.Signatures
	if err := election.NewState(s.RootAt).Apply(changed); err == nil {
		t.Error("accepted another pin under the old signatures")
	}
}
