package web

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"piaojue/election"
	"piaojue/form"
	"piaojue/lang"
	"piaojue/store"
)

// missingReview is what stops the freeze, of the reviews.
func (s *stage) missingReview() string {
	s.Helper()
	a := s.send(store.RolePresidium, "GET", s.path("/draft"), nil)
	var p struct {
		Error struct {
			Fields []struct{ Field, EN string }
		}
	}
	if a.status/100 != 2 {
		must(s, json.Unmarshal(a.body, &p))
	}
	for _, f := range p.Error.Fields {
		if f.Field == "reviews" {
			return f.EN
		}
	}
	return ""
}

// TestReviews: nothing is frozen without the reviews that are demanded, and
// another list of candidates needs them anew. A real vote demands that of the
// presidium before anybody says anything.
func TestReviews(t *testing.T) {
	s := newStage(t)
	s.draft()
	if got := s.missingReview(); got != "" {
		t.Errorf("a demo demands none: %s", got)
	}
	put := func(committee, presidium review, demanded string) {
		t.Helper()
		body, err := json.Marshal(reviews{committee, presidium, demanded})
		must(t, err)
		s.do(store.RoleStaff, "PUT", s.path("/reviews"), body)
	}
	done := review{"2026年1月5日", "主席团〔2026〕1号"}
	put(review{}, review{}, reviewPresidium)
	if got := s.missingReview(); !strings.Contains(got, "presidium") {
		t.Errorf("got %q", got)
	}
	put(review{}, done, reviewPresidium)
	if got := s.missingReview(); got != "" {
		t.Errorf("got %q", got)
	}
	put(review{}, done, reviewBoth)
	if got := s.missingReview(); !strings.Contains(got, "standing committee") {
		t.Errorf("got %q", got)
	}
	put(done, done, reviewBoth)
	s.do(store.RoleStaff, "PUT", s.path("/candidates"), form.WriteCandidates(lang.ZH, []election.Option{{ID: "01", Name: "另一个项目"}}))
	if got := s.missingReview(); !strings.Contains(got, "changed") {
		t.Errorf("another list: got %q", got)
	}
	if got := (&draft{draftBasics: draftBasics{Kind: "real"}}).unreviewed(hex32{}); got != "presidium" {
		t.Errorf("a real vote: got %q", got)
	}
	if got := (&draft{draftBasics: draftBasics{Kind: "real", Round: 2, Parent: &hex32{1}}}).unreviewed(hex32{}); got != "" {
		t.Errorf("a second round: got %q", got)
	}
}

func TestReviewsRefused(t *testing.T) {
	s := newStage(t)
	s.draft()
	for name, tt := range map[string]struct{ body, field string }{
		"date only":     {`{"committee":{"date":"","document":""},"presidium":{"date":"d","document":""},"demanded":"none"}`, "presidium.document"},
		"document only": {`{"committee":{"date":"","document":"1"},"presidium":{"date":"","document":""},"demanded":"none"}`, "committee.date"},
		"demanded":      {`{"committee":{"date":"","document":""},"presidium":{"date":"","document":""},"demanded":"all"}`, "demanded"},
		"hidden":        {`{"committee":{"date":"a\u202e","document":"1"},"presidium":{"date":"","document":""},"demanded":"none"}`, "committee.date"},
		"long":          {fmt.Sprintf(`{"committee":{"date":"%0121d","document":"1"},"presidium":{"date":"","document":""},"demanded":"none"}`, 1), "committee.date"},
	} {
		a := s.send(store.RoleStaff, "PUT", s.path("/reviews"), []byte(tt.body))
		if a.code() != codeBadForm || !strings.Contains(string(a.body), `"field":"`+tt.field+`"`) {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
}
