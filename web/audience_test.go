package web

import (
	"fmt"
	"net/http/httptest"
	"testing"

	"piaojue/store"
)

// TestAudience (S8): a full house refuses more of an address that has most, and
// makes room for another; staff have places of their own.
func TestAudience(t *testing.T) {
	x := newAudience()
	enter := func(from string, who Person) (*onlooker, func(), error) {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = from + ":1"
		return x.enter(r, who)
	}
	first, _, err := enter("192.0.2.1", Person{})
	must(t, err)
	for range maxWatchers - 11 {
		_, _, err := enter("192.0.2.1", Person{})
		must(t, err)
	}
	var stand []func()
	for i := range 10 {
		_, s, err := enter(fmt.Sprintf("192.0.2.%d", 10+i), Person{})
		must(t, err)
		stand = append(stand, s)
	}
	if _, _, err := enter("192.0.2.1", Person{}); toRefusal(err).code != codeManyScreens {
		t.Errorf("one more of the address that has most: %v", err)
	}
	select {
	case <-first.leave:
		t.Error("it took a place of its own")
	default:
	}
	if _, _, err := enter("192.0.2.99", Person{}); err != nil {
		t.Errorf("another address: %v", err)
	}
	select {
	case <-first.leave:
	default:
		t.Error("nobody made room")
	}
	staff := Person{ID: "s", Role: store.RoleStaff}
	for range maxOfficers {
		_, s, err := enter("192.0.2.1", staff)
		must(t, err)
		stand = append(stand, s)
	}
	if _, _, err := enter("192.0.2.50", staff); toRefusal(err).code != codeManyScreens {
		t.Errorf("one more of staff: %v", err)
	}
	for _, s := range stand {
		s()
	}
	if x.count != maxWatchers-10 || x.members != 0 {
		t.Errorf("%d and %d are left", x.count, x.members)
	}
	if _, _, err := enter("192.0.2.1", Person{}); err != nil {
		t.Errorf("after some have gone: %v", err)
	}
}
