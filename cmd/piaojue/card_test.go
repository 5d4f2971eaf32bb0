package main

import (
	"strings"
	"testing"

	"piaojue/keyfile"
)

// TestCards: what keys prints is what others read, in one file or many.
func TestCards(t *testing.T) {
	var text strings.Builder
	var want []card
	for kind, who := range map[keyfile.Kind]card{
		keyfile.Staff: {}, keyfile.Teller: {Name: "赵"}, keyfile.Scrutineer: {Name: "张三", Delegation: "城关"},
	} {
		c, err := cardOf(generateKey(kind, who))
		if err != nil {
			t.Fatal(err)
		}
		if c.Kind != kind || c.Name != who.Name || c.Delegation != who.Delegation || (c.Static != nil) != (kind == keyfile.Scrutineer) {
			t.Errorf("%s: got %v", kind, c)
		}
		want = append(want, c)
		text.WriteString(c.String() + "\n")
	}
	got, err := parseCards([]byte(text.String()))
	if err != nil || len(got) != len(want) {
		t.Fatalf("got %v, %v", got, err)
	}
	for i := range got {
		if got[i].String() != want[i].String() {
			t.Errorf("got %v, want %v", got[i], want[i])
		}
	}
}

func TestCardsRefuse(t *testing.T) {
	c, err := cardOf(generateKey(keyfile.Scrutineer, card{Name: "张三"}))
	if err != nil {
		t.Fatal(err)
	}
	good := c.String()
	for _, bad := range []string{
		"", "{}", good + "x", good[:len(good)-1],
		strings.Replace(good, `"kind"`, `"seed":"00","kind"`, 1),
		strings.Replace(good, `"scrutineer"`, `"teller"`, 1),
		strings.Replace(good, `"role":"`, `"role":"00`, 1),
		strings.Replace(good, hexOf(c.Role), strings.Repeat("0", 64), 1),
		good[:strings.Index(good, `,"static"`)] + "}",
	} {
		if got, err := parseCards([]byte(bad)); err == nil {
			t.Errorf("%q: got %v", bad, got)
		}
	}
}

func FuzzParseCards(f *testing.F) {
	c, err := cardOf(generateKey(keyfile.Scrutineer, card{Name: "张三"}))
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(c.String()))
	f.Fuzz(func(t *testing.T, data []byte) {
		cards, err := parseCards(data)
		if err != nil {
			return
		}
		var text strings.Builder
		for _, c := range cards {
			text.WriteString(c.String() + "\n")
		}
		again, err := parseCards([]byte(text.String()))
		if err != nil || len(again) != len(cards) {
			t.Errorf("%q: got %v, %v", text.String(), again, err)
		}
	})
}
