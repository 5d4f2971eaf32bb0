package web

import (
	"crypto/ed25519"
	"fmt"
	"testing"

	"piaojue/election"
	"piaojue/form"
	"piaojue/lang"
	"piaojue/store"
)

// planted would leave an element on any page that takes text for markup, also
// where texts stand in a script or in an attribute.
const planted = `</script>"'><b class=planted onclick=x>桥</b>`

// TestMarkupIsInert (S5): names of projects and deputies that hold markup are
// shown as they were written, on every page of a vote that shows them.
func TestMarkupIsInert(t *testing.T) {
	t.Parallel()
	notRaced(t)
	s := newStage(t)
	s.config.PlainCookies, s.config.Grace = true, 1 // tests have no TLS
	s.restart()
	s.draft()
	s.do(store.RoleStaff, "PUT", s.path("/candidates"), form.WriteCandidates(lang.ZH, []election.Option{
		{ID: "01", Name: planted, Content: planted, Unit: planted}, {ID: "02", Name: "路"}, {ID: "03", Name: "灯"},
	}))
	var deputies []election.Deputy
	var badges []form.Badge
	for i := range s.deputies {
		deputies = append(deputies, election.Deputy{Number: number(i), Name: planted, Delegation: planted})
		seed := badgeSeed(number(i))
		badges = append(badges, form.Badge{Number: number(i), Key: public(ed25519.NewKeyFromSeed(seed[:]))})
	}
	s.do(store.RoleStaff, "PUT", s.path("/roll"), form.WriteRoll(lang.ZH, deputies))
	s.do(store.RoleStaff, "PUT", s.path("/badges"), form.WriteBadges(lang.ZH, badges))
	s.freeze()
	s.approve()
	s.ceremony()
	b := newBrowser(t, s.base)
	staff, chair := b.tab(s.base, 1280, 800), b.tab(s.base, 1280, 800)
	staff.signIn(s, store.RoleStaff)
	chair.signIn(s, store.RolePresidium)
	staff.open("/console/v1/candidates").inert()
	staff.open("/console/v1/ballot").inert()
	staff.open("/checkin/v1")
	staff.fill("#scan", "桥")
	staff.inert()
	s.checkIn(0, 1, 2, 3)
	s.opening(1, 0)
	s.cast(0, marks(0))
	s.cast(1, marks(0, 1))
	s.order()
	s.collect()
	s.share(1, 2)
	s.await(election.PhaseCounted)
	chair.open("/podium/v1").inert()
	s.certify()
	s.announce()
	staff.open("/hall/v1").inert()
	staff.open("/log/v1").inert()
}

// inert demands that a page shows what was planted, as text.
func (t *tab) inert() {
	t.Helper()
	t.wait(fmt.Sprintf(`[...document.querySelectorAll("main *")].some((e) => e.textContent.includes(%q))`, planted))
	t.rest()
	var found int
	if t.eval(`document.querySelectorAll(".planted").length`, &found); found > 0 {
		t.Errorf("%d elements were made of text", found)
	}
}
