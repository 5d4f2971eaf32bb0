package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync/atomic"
	"testing"

	"piaojue/project"
	"piaojue/store"
)

// TestOffline: a deputy fills in two visits without a network, on a page that the
// phone opens by itself, and a third is half written when the page is closed. With
// the network back there are exactly two, though an answer was lost.
func TestOffline(t *testing.T) {
	s := newStage(t)
	s.world(3, func(w *worldBuilder) {
		w.work(1)
		w.work(2)
	})
	s.actAs(store.RoleMember, worldDeputy)
	to, err := url.Parse(s.base)
	must(t, err)
	var down, lost atomic.Bool
	proxy := httputil.NewSingleHostReverseProxy(to)
	proxy.ModifyResponse = func(r *http.Response) error {
		if r.Request.Method == http.MethodPost && lost.CompareAndSwap(true, false) {
			panic(http.ErrAbortHandler)
		}
		return nil
	}
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if down.Load() {
			panic(http.ErrAbortHandler)
		}
		r.Header.Set("Authorization", "Bearer "+s.people[store.RoleMember])
		r.Header.Del("Origin")
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(front.Close)
	phone := newBrowser(t, front.URL).tab(front.URL, 390, 844, "net::ERR", "Failed to load")
	phone.open(offlinePath)
	phone.wait(`document.body.dataset.offline === "ready"`)
	down.Store(true)
	phone.open(offlinePath)
	visit := func(about, opinion string) {
		phone.shown("#visit")
		phone.eval(`(() => { const f = document.querySelector("#visit"); f.elements.about.value = "`+about+`";
			for (const n of ["progress", "quality", "effect"]) f.querySelector('[name=score_' + n + '][value="4"]').click();
			f.elements.opinion.value = "`+opinion+`"; f.elements.residents.value = "盼早完工";
			f.dispatchEvent(new Event("input")); })()`, nil)
	}
	waiting := func(n string) { phone.wait(`document.querySelectorAll(".waiting-form").length === ` + n) }
	for i, about := range []string{"1", "2"} {
		visit(about, "进度正常")
		phone.eval(`(() => { const f = document.querySelector("#visit"); f.requestSubmit(); f.requestSubmit(); })()`, nil) // a finger that trembles
		waiting([]string{"1", "2"}[i])
		phone.wait(`document.querySelector("#opinion").value === ""`) // the form that is sent shows it before that
	}
	visit("2", "写到一半")
	phone.wait(`new Promise((done) => { indexedDB.open("piaojue-inspect").onsuccess = (e) => { e.target.result.transaction("forms").objectStore("forms").getAll().onsuccess = (g) => done(g.target.result.length === 3); }; })`)
	phone.open(offlinePath)
	waiting("2")
	phone.wait(`document.querySelector("#opinion").value === "写到一半"`)
	lost.Store(true)
	down.Store(false)
	phone.click("#send")
	phone.wait(`document.querySelector("#state").innerText !== ""`)
	phone.wait(`(document.querySelector("#send").disabled || document.querySelector("#send").click(), document.querySelectorAll(".waiting-form").length === 0)`)
	s.seen(func(state *project.State) {
		if n := state.Count(project.NounInspection); n != 2 || lost.Load() {
			t.Errorf("%d inspections, want 2", n)
		}
		x, _ := state.Inspection(1)
		if x.Quality != 4 || x.By != worldDeputy {
			t.Errorf("%+v", x)
		}
	})
}

// TestOfflineUnsigned: a visit that the server would only draft, since its actor
// has had a key for a while, stays on the phone, and the page says why; the page
// that comes then shows it still.
func TestOfflineUnsigned(t *testing.T) {
	s := newStage(t)
	s.world(3, func(w *worldBuilder) { w.work(1) })
	s.actAs(store.RoleMember, worldCommitteeClerk)
	phone := newBrowser(t, s.base).tab(s.base, 390, 844, "409")
	phone.signIn(s, store.RoleMember)
	phone.open(offlinePath)
	phone.shown("#visit")
	s.mustPost(store.RoleStaffLead, "/projects/do/actor?about=8", "actor_role", "5", "unit", "4", "public_name", "城建环资工委", "signing_key", fmt.Sprintf("%x", public(testKey("committee"))))
	phone.eval(`(() => { const f = document.querySelector("#visit");
		for (const n of ["progress", "quality", "effect"]) f.querySelector('[name=score_' + n + '][value="4"]').click();
		f.elements.opinion.value = "进度正常"; f.requestSubmit(); })()`, nil)
	stays := func() {
		phone.wait(`document.querySelectorAll(".waiting-form").length === 1 && document.querySelector("#state").innerText.includes("还在手机里")`)
	}
	stays()
	phone.open(offlinePath)
	stays()
	phone.wait(`document.querySelector(".waiting-form").innerText.includes("进度正常")`)
}
