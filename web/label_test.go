package web

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"piaojue/store"
)

// hiddenCharacters turn the direction of a text, or have no width.
var hiddenCharacters = []string{"\u202e", "\u2066", "\u200b", "\u200d", "\ufeff", "\u00ad", "\U000e0041"}

// TestHiddenCharacters: what people type for others to read has no character that
// nobody sees, and the refusal says so.
func TestHiddenCharacters(t *testing.T) {
	s := newStage(t)
	s.draft()
	s.freeze()
	code := s.terminalCode()
	want := func(got answer, what string) {
		t.Helper()
		if got.code() != codeBadForm || !strings.Contains(string(got.body), "看不见的字符") {
			t.Errorf("%s: %d %s", what, got.status, got.body)
		}
	}
	for _, hidden := range hiddenCharacters {
		for _, body := range []string{
			fmt.Sprintf(`{"code":%q,"kind":"seat","label":"1%s2"}`, code, hidden),
			fmt.Sprintf(`{"code":%q,"kind":"seat","label":"1","zone":"东%s区"}`, code, hidden),
		} {
			want(s.send("", "POST", "/terminals", []byte(body)), body)
		}
		body := fmt.Sprintf(`{"number":"A001","assistant":"张%s三"}`, hidden)
		want(s.send(store.RoleGate, "POST", s.path("/assistants"), []byte(body)), body)
		for _, format := range []string{
			`{"id":"x","name":"张%s三","role":"gate","staff_number":"9"}`, `{"id":"x","name":"张三","role":"gate","staff_number":"9%s9"}`,
		} {
			body := fmt.Sprintf(format, hidden)
			want(s.send(store.RoleAdmin, "POST", "/persons", []byte(body)), body)
		}
	}
	// Names that look unusual are none of that.
	for _, x := range [][4]string{
		{"", "POST", "/terminals", fmt.Sprintf(`{"code":%q,"kind":"seat","label":"1-2 甲","zone":"东区·一"}`, code)},
		{string(store.RoleGate), "POST", s.path("/assistants"), `{"number":"A001","assistant":"阿依古丽·买买提"}`},
		{string(store.RoleAdmin), "POST", "/persons", `{"id":"y","name":"ཚེ་རིང་","role":"gate","staff_number":"10"}`},
	} {
		if got := s.send(store.Role(x[0]), x[1], x[2], []byte(x[3])); got.status != http.StatusCreated {
			t.Errorf("%s: %d %s", x[3], got.status, got.body)
		}
	}
}
