package keyfile

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
)

const sampleText = "piaojue-key-v1\nkind log\nvote -\nlabel \nkey AAEC\n"

func TestMarshal(t *testing.T) {
	s := &Secret{Kind: Log, Values: map[string][]byte{"key": {0, 1, 2}}}
	got, err := s.Marshal()
	if err != nil || string(got) != sampleText {
		t.Errorf("got %q, %v; want %q", got, err, sampleText)
	}
	parsed, err := Parse(got)
	if err != nil || !reflect.DeepEqual(parsed, s) {
		t.Errorf("got %#v, %v; want %#v", parsed, err, s)
	}
}

func TestMarshalRefuses(t *testing.T) {
	if _, err := sample().Marshal(); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*Secret){
		"kind":            func(s *Secret) { s.Kind = "chairman" },
		"vote":            func(s *Secret) { s.Vote = strings.ToUpper(vote) },
		"vote of a dash":  func(s *Secret) { s.Vote = "-" },
		"label newline":   func(s *Secret) { s.Label = "a\nkind log" },
		"label too long":  func(s *Secret) { s.Label = strings.Repeat("a", maxLabel+1) },
		"label UTF-8":     func(s *Secret) { s.Label = "\xff" },
		"no values":       func(s *Secret) { s.Values = nil },
		"name space":      func(s *Secret) { s.Values["a b"] = []byte{1} },
		"name wide space": func(s *Secret) { s.Values["a\u3000b"] = []byte{1} },
		"name empty":      func(s *Secret) { s.Values[""] = []byte{1} },
		"value empty":     func(s *Secret) { s.Values["role"] = nil },
		"value too long":  func(s *Secret) { s.Values["role"] = make([]byte, maxValue+1) },
	} {
		s := sample()
		change(s)
		if text, err := s.Marshal(); err == nil {
			t.Errorf("%s: marshalled as %q", name, text)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	if _, err := Parse([]byte(sampleText)); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string][2]string{
		"version":        {"v1", "v2"},
		"kind":           {"kind log", "kind lock"},
		"order":          {"kind log\nvote -\n", "vote -\nkind log\n"},
		"empty vote":     {"vote -", "vote "},
		"short vote":     {"vote -", "vote 00"},
		"no label":       {"label \n", ""},
		"label tab":      {"label ", "label \t"},
		"no values":      {"key AAEC\n", ""},
		"no newline":     {"AAEC\n", "AAEC"},
		"blank line":     {"AAEC\n", "AAEC\n\n"},
		"carriage":       {"AAEC\n", "AAEC\r\n"},
		"no base64":      {"AAEC", "AAE!"},
		"no padding":     {"AAEC", "AAE"},
		"loose bits":     {"AAEC", "AB=="},
		"two spaces":     {"key ", "key  "},
		"twice":          {"key AAEC\n", "key AAEC\nkey AAEC\n"},
		"not ascending":  {"key AAEC\n", "key AAEC\nbey AAEC\n"},
		"empty value":    {"AAEC", ""},
		"name without":   {"key AAEC", "key"},
		"only a header":  {sampleText, "piaojue-key-v1\n"},
		"invalid UTF-8":  {"label ", "label \xff"},
		"embedded zero":  {"label ", "label \x00"},
		"nothing at all": {sampleText, ""},
	} {
		text := strings.Replace(sampleText, change[0], change[1], 1)
		if text == sampleText {
			t.Errorf("%s: the change changes nothing", name)
		}
		if s, err := Parse([]byte(text)); err == nil {
			t.Errorf("%s: parsed as %#v", name, s.Values)
		}
	}
	if _, err := Parse(make([]byte, maxFile+1)); err == nil {
		t.Error("parsed a text of more than the largest size")
	}
}

func TestBadgesOfALargeCongress(t *testing.T) {
	s := &Secret{Kind: Badges, Vote: vote, Values: make(map[string][]byte)}
	for i := range 20_000 {
		s.Values[fmt.Sprintf("兰代%05d", i)] = bytes.Repeat([]byte{byte(i)}, 32)
	}
	sealed, err := Seal(s, "x")
	if err != nil {
		t.Fatal(err)
	}
	got, err := Open(sealed, "x")
	if err != nil || len(got.Values) != 20_000 {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestValue(t *testing.T) {
	s := sample()
	got, err := s.Value("role", 32)
	if err != nil || !bytes.Equal(got, s.Values["role"]) {
		t.Errorf("got %x, %v", got, err)
	}
	got[0]++
	if s.Values["role"][0] != 1 {
		t.Error("the caller can change the secret")
	}
	if _, err := s.Value("role", 31); err == nil {
		t.Error("wrong size accepted")
	}
	if _, err := s.Value("seed", 32); err == nil {
		t.Error("missing value given")
	}
}

func TestCheck(t *testing.T) {
	s := sample()
	if err := s.Check(Scrutineer, vote); err != nil {
		t.Error(err)
	}
	if err := s.Check(Scrutineer, ""); err != nil {
		t.Error(err)
	}
	if err := s.Check(Staff, vote); err == nil {
		t.Error("another kind accepted")
	}
	if err := s.Check(Scrutineer, strings.Repeat("0", 64)); err == nil {
		t.Error("another vote accepted")
	}
	s.Vote = ""
	if err := s.Check(Scrutineer, vote); err == nil {
		t.Error("no vote accepted for a vote")
	}
}

// TestNotPrinted covers attack S9: secrets in logs.
func TestNotPrinted(t *testing.T) {
	s := &Secret{Kind: Log, Values: map[string][]byte{"key": []byte("hidden")}}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d", "%x"} {
		for _, v := range []any{s, *s} {
			got := fmt.Sprintf(verb, v)
			if strings.Contains(got, "hidden") || strings.Contains(got, "68696464656e") || strings.Contains(got, "104 105") {
				t.Errorf("%s of %T prints %s", verb, v, got)
			}
		}
	}
	if got, err := json.Marshal(s); err != nil || string(got) != `"log key \"\""` {
		t.Errorf("JSON: got %s, %v", got, err)
	}
}

// FuzzParse: what parses is what Marshal writes.
func FuzzParse(f *testing.F) {
	long, err := sample().Marshal()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(long)
	f.Add([]byte(sampleText))
	f.Add([]byte("piaojue-key-v1\nkind log\nvote -\nlabel \nkey AB==\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := Parse(text)
		if err != nil {
			return
		}
		got, err := s.Marshal()
		if err != nil || !bytes.Equal(got, text) {
			t.Errorf("got %q, %v; want %q", got, err, text)
		}
	})
}
