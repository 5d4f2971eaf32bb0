package web

import (
	"strings"
	"testing"

	"piaojue/store"
)

// TestMeasures: the draft of the measures has the numbers of the vote, and the
// words of its rules; the page of the rules leads to it.
func TestMeasures(t *testing.T) {
	s := newStage(t)
	s.draft()
	page := "/console/" + s.vote + "/measures"
	if rules := string(s.do(store.RoleStaff, "GET", "/console/"+s.vote+"/rules", nil)); !strings.Contains(rules, `href="`+page+`"`) {
		t.Error("the rules do not lead to the measures")
	}
	before := string(s.do(store.RoleStaff, "GET", page, nil))
	for _, want := range []string{"票决办法（草案）", "<b>第一条</b>", "候选项目共3项", "再次投票"} {
		if !strings.Contains(before, want) {
			t.Errorf("no %q in %s", want, before)
		}
	}
	s.do(store.RoleStaff, "PUT", s.path("/rules"), []byte(`{"candidates_n":3,"winners_k":1,"max_marks":1,"tie":"presidium"}`))
	s.do(store.RoleStaff, "PUT", s.path("/customs"), []byte(`{"order":"together","word":"审议监督"}`))
	after := string(s.do(store.RoleStaff, "GET", page, nil))
	for _, want := range []string{"审议监督办法（草案）", "应选1项，差额2项", "由大会主席团在这些项目中决定"} {
		if !strings.Contains(after, want) {
			t.Errorf("no %q in %s", want, after)
		}
	}
}
