package web

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"piaojue/election"
	"piaojue/store"
)

func (s *stage) deskList() (r registerJSON) {
	s.Helper()
	must(s, json.Unmarshal(s.do(store.RoleGate, "GET", s.path("/register"), nil), &r))
	return r
}

func (s *stage) atGate(body string) (checkedInJSON, answer) {
	s.Helper()
	got := s.send(store.RoleGate, "POST", s.path("/checkins"), []byte(body))
	var c checkedInJSON
	if got.status == http.StatusOK {
		must(s, json.Unmarshal(got.body, &c))
	}
	return c, got
}

// TestRegister: the desk sees every deputy, by number, with what it needs to
// find and confirm one.
func TestRegister(t *testing.T) {
	s := newStage(t)
	s.draft()
	if got := s.send(store.RoleGate, "GET", s.path("/register"), nil); got.code() != codePhase {
		t.Errorf("of a draft: %d %s", got.status, got.body)
	}
	s.freeze()
	s.atGate(`{"number":"A002","present":true,"reason":"忘带代表证"}`)
	r := s.deskList()
	if len(r.Deputies) != s.deputies || r.Counts.Present != 1 || r.Counts.N != uint32(s.deputies) || r.Counts.Attendance != nil {
		t.Fatalf("the desk sees %+v", r)
	}
	for i, d := range r.Deputies {
		if d.Number != number(i) || d.Standing != "sitting" || d.Present != (i == 2) || d.PIN || d.Initials[0] != "db" {
			t.Errorf("deputy %d: %+v", i, d)
		}
	}
	if got := r.Deputies[2].Reason; got != "忘带代表证" {
		t.Errorf("reason %q", got)
	}
}

// TestGate: by badge, index or number; leaving and coming back; the same again.
func TestGate(t *testing.T) {
	s := newStage(t)
	s.draft()
	s.freeze()
	c, _ := s.atGate(string(s.badgeOf(1)))
	if c.Number != "A001" || c.Name != "代表1" || !c.Present || c.Again || c.Counts.Present != 1 || c.Counts.Ever != 1 {
		t.Errorf("by badge: %+v", c)
	}
	if c, _ = s.atGate(string(s.badgeOf(1))); !c.Again || c.Counts.Present != 1 {
		t.Errorf("again: %+v", c)
	}
	if c, _ = s.atGate(`{"number":"A001","present":false}`); c.Present || !c.Ever || c.Again || c.Counts.Present != 0 || c.Counts.Ever != 1 {
		t.Errorf("left: %+v", c)
	}
	if c, _ = s.atGate(fmt.Sprintf(`{"index":%d,"present":true}`, c.Index)); !c.Present || c.Counts.Present != 1 {
		t.Errorf("came back: %+v", c)
	}
	if c, _ = s.atGate(`{"number":"A002","present":true,"reason":"证件损坏"}`); c.Reason != "证件损坏" || c.Counts.Ever != 2 {
		t.Errorf("by hand: %+v", c)
	}
	if c, _ = s.atGate(string(s.badgeOf(2))); !c.Again || c.Reason != "证件损坏" {
		t.Errorf("the reason is gone: %+v", c)
	}
}

// TestGateRefuses: each fault by name, and nobody is checked in.
func TestGateRefuses(t *testing.T) {
	s := newStage(t)
	s.draft()
	s.freeze()
	stranger := hexOf(public(s.staff))
	for _, tt := range []struct {
		body string
		want code
	}{
		{`{"number":"A001","present":true}`, codeReasonNeeded},
		{`{"index":1,"present":true,"reason":""}`, codeReasonNeeded},
		{`{"number":"Z","present":true,"reason":"x"}`, codeNotFound},
		{`{"index":99,"present":true,"reason":"x"}`, codeNotFound},
		{`{"key":"` + stranger + `","present":true}`, codeNotInRoll},
		{`{"key":"` + stranger[2:] + `","present":true}`, codeBadForm},
		{`{"key":"` + stranger + `","number":"A001","present":true}`, codeBadForm},
		{`{"seed":"` + stranger + `","present":true}`, codeUnknownField},
		{`{"number":"A001","present":true,"reason":"` + strings.Repeat("x", maxReason+1) + `"}`, codeBadForm},
	} {
		if _, got := s.atGate(tt.body); got.code() != tt.want {
			t.Errorf("%s: %d %s", tt.body, got.status, got.body)
		}
	}
	if r := s.deskList(); r.Counts.Ever != 0 {
		t.Errorf("%d were checked in", r.Counts.Ever)
	}
}

// TestTwoGates: many gates let the same deputies in at once; each is counted
// once, and is new at one gate only.
func TestTwoGates(t *testing.T) {
	s := newStage(t)
	s.draft()
	s.freeze()
	var mu sync.Mutex
	fresh := 0
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i := range s.deputies {
				c, got := s.atGate(string(s.badgeOf(i)))
				mu.Lock()
				if got.status == http.StatusOK && !c.Again {
					fresh++
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if c := s.deskList().Counts; fresh != s.deputies || c.Present != uint32(s.deputies) || c.Ever != uint32(s.deputies) {
		t.Errorf("%d were new, the register counts %+v", fresh, c)
	}
}

// TestDeskSeesNoCasting: nothing at the desk changes when a deputy gets a
// credential and casts.
func TestDeskSeesNoCasting(t *testing.T) {
	s := newStage(t)
	s.begin()
	before := s.do(store.RoleGate, "GET", s.path("/register"), nil)
	s.cast(0, marks(0))
	if after := s.do(store.RoleGate, "GET", s.path("/register"), nil); !bytes.Equal(before, after) {
		t.Errorf("before %s\nafter %s", before, after)
	}
}

// TestReplacedBadgeAtGate: the new badge checks its deputy in, the old one
// nobody.
func TestReplacedBadgeAtGate(t *testing.T) {
	s := newStage(t)
	s.draft()
	s.freeze()
	s.approve()
	seed := badgeSeed(number(0))
	old := public(ed25519.NewKeyFromSeed(seed[:]))
	c, _ := s.atGate(`{"number":"A000","present":false}`)
	fresh := testKey("a new badge")
	e, err := election.NewEntry(&election.Badge{Chain: s.chain(), Index: c.Index, Key: public(fresh)})
	must(t, err)
	if p := s.signScrutineers(e, 1); p.Index != nil {
		t.Error("one scrutineer replaces a badge")
	}
	if _, got := s.atGate(fmt.Sprintf(`{"key":"%x","present":true}`, public(fresh))); got.code() != codeNotInRoll {
		t.Errorf("before both signed: %d %s", got.status, got.body)
	}
	if p := s.signScrutineers(e, 2); p.Index == nil {
		t.Errorf("two scrutineers do not: %+v", p)
	}
	if _, got := s.atGate(fmt.Sprintf(`{"key":"%x","present":true}`, old)); got.code() != codeBadBadge {
		t.Errorf("the old badge: %d %s", got.status, got.body)
	}
	if c, got := s.atGate(fmt.Sprintf(`{"key":"%x","present":true}`, public(fresh))); c.Number != "A000" || !c.Present {
		t.Errorf("the new badge: %d %s", got.status, got.body)
	}
}
