package web

import (
	"encoding/json"
	"fmt"
	"testing"

	"piaojue/store"
)

// TestAssistantIndex (S8): the list is whole however the log is read, after it
// grew and after a restart, and what was read is not read again.
func TestAssistantIndex(t *testing.T) {
	defer func(old uint64) { maxActs = old }(maxActs)
	maxActs = 2
	s := newStage(t)
	s.draft()
	s.freeze()
	list := func() (names []string) {
		var got assistantsJSON
		must(t, json.Unmarshal(s.do(store.RoleStaff, "GET", s.path("/assistants"), nil), &got))
		for _, a := range got.Assistants {
			names = append(names, a.Assistant)
		}
		return names
	}
	if got := list(); len(got) != 0 {
		t.Errorf("none: %v", got)
	}
	var want []string
	for i := range 5 {
		name := fmt.Sprintf("助理%d", i)
		want = append(want, name)
		s.do(store.RoleGate, "POST", s.path("/assistants"), fmt.Appendf(nil, `{"number":"A001","assistant":%q}`, name))
		if i%2 == 1 {
			continue // two at once the next time
		}
		if got := list(); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("after %d: %v, want %v", i+1, got, want)
		}
	}
	log := s.config.DB.Log(store.Administration)
	size, err := log.Size(t.Context())
	must(t, err)
	if got := s.server.assisted.read; got != size {
		t.Errorf("read %d of %d", got, size)
	}
	if acts, err := s.server.assisted.upTo(t.Context(), log, size, "other"); len(acts) != 0 || err != nil {
		t.Errorf("another vote: %v, %v", acts, err)
	}
	s.restart()
	if got := list(); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("after a restart: %v, want %v", got, want)
	}
}
