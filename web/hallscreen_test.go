package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"piaojue/ballot"
	"piaojue/election"
	"piaojue/form"
	"piaojue/lang"
	"piaojue/store"
)

// front stands before the server of a stage as its network does: it can fail,
// and what it leads to can be another server. It signs all requests in.
func (s *stage) front(role store.Role) (url string, down *atomic.Bool) {
	down = new(atomic.Bool)
	h := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if down.Load() {
			panic(http.ErrAbortHandler)
		}
		if role != "" && r.Header.Get("Authorization") == "" {
			r.Header.Set("Authorization", "Bearer "+s.people[role])
		}
		s.server.Handler().ServeHTTP(w, r)
	}))
	s.Cleanup(func() {
		h.CloseClientConnections()
		h.Close()
	})
	return h.URL, down
}

const shownBallots = `document.querySelector("#live [data-number=r]").textContent`

// TestHallScreen: a cast shows within a second of its acknowledgement; while
// the server is away the screen says so without moving anything, and after it
// is back the screen is right.
func TestHallScreen(t *testing.T) {
	s := newStage(t)
	s.begin()
	b := newBrowser(t, s.base)
	url, down := s.front("")
	b.host = url[len("http://"):]
	hall := b.tab(url, 1920, 1080, "WebSocket", "ERR_EMPTY_RESPONSE", "ERR_CONNECTION")
	hall.open("/hall/" + s.vote)
	hall.wait(shownBallots + ` === "0"`)
	top := `document.querySelector(".figures").getBoundingClientRect().top`
	var before, after float64
	hall.eval(top, &before)
	s.cast(0, marks(0))
	start := time.Now()
	hall.wait(shownBallots + ` === "1"`)
	if took := time.Since(start); took > time.Second {
		t.Errorf("a cast shows after %v", took)
	}
	down.Store(true)
	s.restart()
	hall.shown("#link.lost")
	hall.eval(top, &after)
	if before != after {
		t.Errorf("the numbers moved from %v to %v", before, after)
	}
	s.cast(1, marks(0))
	down.Store(false)
	hall.wait(shownBallots + ` === "2"`)
	hall.wait(`!document.querySelector("#link").classList.contains("lost")`)
}

// longName is longer than a line of any screen.
const longName = "餐厨垃圾收运处理体系建设及居民小区生活垃圾分类投放点标准化改造（含四区三县共九百处投放点密闭化、除臭和视频监管）"

// TestHallFits: a board of 13 and one of 30 options, some with long names, fit
// on the screens of halls without scrolling, and no name is cut.
func TestHallFits(t *testing.T) {
	t.Parallel()
	for _, n := range []int{13, 30} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			s := newStage(t)
			s.config.Grace = time.Millisecond
			s.restart()
			var err error
			s.rules, err = election.SelectMajority.Rules(n, n-3)
			must(t, err)
			s.resultOf(n)
			b := newBrowser(t, s.base)
			for _, size := range [][2]int64{{1920, 1080}, {1280, 720}} {
				hall := b.tab(s.base, size[0], size[1])
				hall.open("/hall/" + s.vote)
				hall.shown("#board .sheet-page.shown")
				hall.fits()
				hall.shot(fmt.Sprintf("hall-result-%d-%d", n, size[0]))
				hall.click("#turn-next")
				hall.shown("#board .with-table.shown")
				hall.fits()
				hall.eval(`document.querySelector(".sheet-page.shown .fit").style.fontSize = "500%"`, nil)
				if len(hall.beyond()) == 0 {
					t.Error("a name that is cut is not found")
				}
			}
		})
	}
}

// resultOf brings a vote of n options to its certified result.
func (s *stage) resultOf(n int) {
	s.Helper()
	s.draft()
	var options []election.Option
	for i := range n {
		name := fmt.Sprint("项目", i+1)
		if i%5 == 2 {
			name = longName + name
		}
		options = append(options, election.Option{ID: fmt.Sprintf("%02d", i+1), Name: name})
	}
	s.do(store.RoleStaff, "PUT", s.path("/candidates"), form.WriteCandidates(lang.ZH, options))
	s.freeze()
	s.approve()
	s.ceremony()
	s.checkIn(0, 1, 2, 3)
	s.opening(1, 0)
	for i := range 4 {
		c := ballot.Choice{Marks: make([]ballot.Mark, n)}
		for j := range n - 3 - 2*i {
			c.Marks[j] = ballot.For
		}
		s.cast(i, c)
	}
	s.order()
	s.collect()
	s.share(1, 2)
	s.await(election.PhaseCounted)
	s.certify()
}

func (t *tab) fits() {
	t.Helper()
	t.eval("document.fonts.ready.then(() => 1)", nil)
	if found := t.beyond(); len(found) > 0 {
		t.shot("does-not-fit")
		t.Errorf("%d faults: %q", len(found), found[0])
	}
}

// beyond lists what is beyond the window, and names that are beyond their place.
func (t *tab) beyond() (found []string) {
	t.Helper()
	t.eval(`(() => {
		const bad = [];
		const page = document.scrollingElement;
		if (page.scrollHeight > innerHeight || page.scrollWidth > innerWidth) bad.push("the page scrolls");
		const board = document.querySelector("#board").getBoundingClientRect();
		for (const node of document.querySelectorAll(".sheet-page.shown .fit")) {
			const at = node.getBoundingClientRect();
			const room = node.parentElement;
			if (at.bottom > board.bottom + 1 || at.right > innerWidth) bad.push("beyond the board: " + node.textContent);
			if (node.offsetHeight > room.clientHeight + 1 || room.scrollWidth > room.clientWidth + 1) bad.push("cut: " + node.textContent);
		}
		return bad;
	})()`, &found)
	return found
}

// TestHallTie: where the last place is tied the hall reads who is in, who is
// tied, that nothing is decided between these, and what follows.
func TestHallTie(t *testing.T) {
	t.Parallel()
	for tie, x := range map[string]struct{ next, mark, summary string }{
		election.TieRevote:    {election.NextSecondRound, "＝ 得票相同，待定", "2 项得票相同，进行再次投票"},
		election.TiePresidium: {election.NextPresidium, "＝ 得票相同，待定", "2 项得票相同，由主席团决定"},
	} {
		s := newStage(t)
		s.config.Grace = time.Millisecond
		s.restart()
		s.rules.Tie, s.rules.MaxMarks = tie, 3
		s.begin()
		for i, c := range []ballot.Choice{marks(0, 1, 2), marks(0, 1, 2), marks(0, 1), marks(0, 2)} {
			s.cast(i, c)
		}
		s.order()
		s.collect()
		s.share(1, 2)
		s.await(election.PhaseCounted)
		s.certify()
		if r := s.server.votes[s.vote].view.Load().result; r.Outcome.Next != x.next || len(r.Outcome.Tied) != 2 || len(r.Outcome.Adopted) != 1 {
			t.Fatalf("%s: %+v", tie, r.Outcome)
		}
		hall := newBrowser(t, s.base).tab(s.base, 1920, 1080)
		hall.open("/hall/" + s.vote)
		hall.shown("#board .sheet-page.shown")
		hall.fits()
		var verdicts []string
		hall.eval(`[...document.querySelectorAll("#board .sheet-page.shown .verdict")].map((v) => v.innerText.replace(/\s+/g, " ").trim())`, &verdicts)
		if want := []string{"✓ 入选", x.mark, x.mark}; !slices.Equal(verdicts, want) {
			t.Errorf("%s: %q, want %q", tie, verdicts, want)
		}
		if got := hall.text("#summary"); !strings.HasSuffix(got, x.summary) || !strings.Contains(got, "1") {
			t.Errorf("%s: %q, want …%q", tie, got, x.summary)
		}
		hall.rest()
		hall.shot("hall-tie-" + tie)
	}
}
