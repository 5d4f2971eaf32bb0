package kiosk

import (
	"bytes"
	"strings"
	"testing"
)

// TestParseList: a list has one form, and leads nowhere else.
func TestParseList(t *testing.T) {
	hash := strings.Repeat("0a", 32)
	good := hash + "  static/a.js\n" + hash + "  terminal?lang=zh\n"
	if all, err := ParseList([]byte(good)); err != nil || len(all) != 2 || all[1].Name != "terminal?lang=zh" {
		t.Fatalf("%v, %v", all, err)
	}
	for name, bad := range map[string]string{
		"empty":         "",
		"no end":        strings.TrimSuffix(good, "\n"),
		"upper case":    strings.ToUpper(hash) + "  a\n",
		"short hash":    hash[2:] + "  a\n",
		"one space":     hash + " a\n",
		"no name":       hash + "  \n",
		"twice":         hash + "  a\n" + hash + "  a\n",
		"out of order":  hash + "  b\n" + hash + "  a\n",
		"other server":  hash + "  //example.invalid/x\n",
		"address":       hash + "  https://example.invalid/x\n",
		"parent folder": hash + "  static/../x\n",
		"empty line":    hash + "  a\n\n",
		"carriage":      hash + "  a\r\n",
		"long name":     hash + "  " + strings.Repeat("a", maxName+1) + "\n",
		"long":          strings.Repeat(hash+"  a\n", 2000),
	} {
		if all, err := ParseList([]byte(bad)); err == nil {
			t.Errorf("%s: %v", name, all)
		}
	}
}

// FuzzParseList: what parses is written the same again.
func FuzzParseList(f *testing.F) {
	f.Add(List())
	f.Add([]byte(strings.Repeat("00", 32) + "  terminal?lang=zh\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if all, err := ParseList(b); err == nil && !bytes.Equal(MarshalList(all), b) {
			t.Errorf("%q is written as %q", b, MarshalList(all))
		}
	})
}
