package web

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"piaojue/group"
	"piaojue/store"
	"piaojue/tally"
)

// TestCards: everybody who signs hands in a card of the own role and no other;
// those who need them see all.
func TestCards(t *testing.T) {
	s := newStage(t)
	s.draft()
	static := fmt.Sprintf("%x", group.NewElement().ScalarBaseMult(tally.GenerateStatic()).Bytes())
	scrutineer := fmt.Sprintf(`{"kind":"scrutineer","name":"张三","delegation":"一团","role":"%x","static":%q}`, public(testKey("a")), static)
	presidium := fmt.Sprintf(`{"kind":"presidium","role":"%x"}`, public(testKey("b")))
	for name, x := range map[string]struct {
		role store.Role
		card string
		code code
	}{
		"another role's":    {store.RolePresidium, scrutineer, codeBadKey},
		"without static":    {store.RoleScrutineer, fmt.Sprintf(`{"kind":"scrutineer","role":"%x"}`, public(testKey("a"))), codeBadKey},
		"static of others":  {store.RolePresidium, strings.Replace(presidium, `}`, `,"static":"`+static+`"}`, 1), codeBadKey},
		"static, no point":  {store.RoleScrutineer, strings.Replace(scrutineer, static, strings.Repeat("ff", 32), 1), codeBadKey},
		"small order":       {store.RolePresidium, `{"kind":"presidium","role":"` + strings.Repeat("00", 32) + `"}`, codeBadKey},
		"long name":         {store.RolePresidium, strings.Replace(presidium, `"role"`, `"name":"`+strings.Repeat("长", 50)+`","role"`, 1), codeBadForm},
		"hidden character":  {store.RoleScrutineer, strings.Replace(scrutineer, "张三", "张\u202e三", 1), codeBadForm},
		"unknown field":     {store.RolePresidium, strings.Replace(presidium, `"role"`, `"secret":"x","role"`, 1), codeUnknownField},
		"nobody's to write": {store.RoleGate, presidium, codeForbidden},
	} {
		if got := s.send(x.role, "PUT", s.path("/cards"), []byte(x.card)); got.code() != x.code {
			t.Errorf("%s: %d %s, want %s", name, got.status, got.code(), x.code)
		}
	}
	s.do(store.RoleScrutineer, "PUT", s.path("/cards"), []byte(scrutineer))
	s.do(store.RolePresidium, "PUT", s.path("/cards"), []byte(presidium))
	if got := s.send(store.RoleStaffLead, "PUT", s.path("/cards"), []byte(strings.Replace(presidium, "presidium", "staff", 1))); got.code() != codeExists {
		t.Errorf("the presidium's key as the staff's: %d %s", got.status, got.code())
	}
	var all cardsJSON
	must(t, json.Unmarshal(s.do(store.RoleStaff, "GET", s.path("/cards"), nil), &all))
	if len(all.Cards) != 2 || all.Cards[1].Name != "张三" || all.Cards[1].Person != "scrutineer" || all.Cards[0].Static != nil {
		t.Errorf("cards: %+v", all)
	}
}

// TestCardTooLate: once the key stands, no card is taken.
func TestCardTooLate(t *testing.T) {
	s := newStage(t)
	s.draft()
	s.freeze()
	s.approve()
	card := fmt.Appendf(nil, `{"kind":"teller","role":"%x"}`, public(testKey("t")))
	s.do(store.RoleTeller, "PUT", s.path("/cards"), card)
	s.ceremony()
	if got := s.send(store.RoleTeller, "PUT", s.path("/cards"), card); got.code() != codePhase {
		t.Errorf("after the ceremony: %d %s", got.status, got.code())
	}
}
