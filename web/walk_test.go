package web

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"piaojue/ballot"
	"piaojue/election"
	"piaojue/lang"
	"piaojue/store"
)

// everyView makes the walks through the pages complete; make soak sets it.
var everyView = os.Getenv("PIAOJUE_EVERY") != ""

// phases of the sample votes: in each of them pages look different.
var phases = []string{"draft", "frozen", "voting", "certified"}

// sample is a server with a vote in each of these phases, like a city's: 13
// projects, at most 10.
type sample struct {
	*stage
	votes map[string]*stage
}

func newSample(t testing.TB) *sample {
	t.Helper()
	s := newStage(t)
	s.config.PlainCookies = true // tests have no TLS
	s.config.PerMinute, s.config.Grace = 1_000_000, time.Millisecond
	s.restart()
	x := &sample{s, make(map[string]*stage)}
	for i, phase := range phases {
		v := *s
		v.vote, v.others = phase, nil
		v.bring(i)
		x.votes[phase] = &v
	}
	s.world(3, (*worldBuilder).sample)
	return x
}

// bring brings a new vote to the phase with this index.
func (s *stage) bring(phase int) {
	s.Helper()
	rules, err := election.SelectMajority.Rules(13, 10)
	must(s, err)
	s.rules, s.deputies = rules, 6
	s.draft()
	projects, err := os.ReadFile("../cmd/piaojue/sample/candidates.csv")
	must(s, err)
	s.do(store.RoleStaff, "PUT", s.path("/candidates"), projects)
	for next := 1; next <= phase; next++ {
		s.proceed(next)
	}
}

// proceed goes on from the phase before the one with this index.
func (s *stage) proceed(to int) {
	s.Helper()
	switch phases[to] {
	case "frozen":
		s.freeze()
	case "voting":
		s.approve()
		s.ceremony()
		s.checkIn(0, 1, 2, 3, 4)
		s.opening(1, 0)
		_, terminal := s.terminal("seat", "1排1座")
		s.beat(true, terminal...)
		for i := range 4 {
			s.cast(i, firstMarks(10-2*i))
		}
	case "certified":
		s.order()
		s.collect()
		s.share(1, 2)
		s.await(election.PhaseCounted)
		s.certify()
	}
}

func firstMarks(n int) ballot.Choice {
	c := ballot.Choice{Marks: make([]ballot.Mark, 13)}
	for i := range n {
		c.Marks[i] = ballot.For
	}
	return c
}

// look is one way of looking at a page.
type look struct {
	page          *route
	phase         string // of the vote; empty where the page is of no vote
	role          store.Role
	lang          lang.Lang
	width, height int64
}

func (v look) String() string {
	name := strings.Trim(strings.NewReplacer("/{vote}", "", "/", "-", "{", "", "}", "").Replace(v.page.path), "-")
	return fmt.Sprintf("%s-%s-%s-%s-%d", cmp.Or(name, "start"), cmp.Or(v.phase, "any"), cmp.Or(string(v.role), "visitor"), v.lang, v.width)
}

// sizes of a desk, a large desk and a telephone; the screens in the hall have
// one size.
var (
	sizes    = [][2]int64{{1280, 800}, {1920, 1080}, {390, 844}}
	wallSize = [2]int64{1920, 1080}
)

// looks lists how the walk looks at the pages. The small one sees each page in
// both languages, in Chinese at a desk and in English on a telephone, or on the
// screen it is for. The complete one (make soak) sees each page at each size,
// in each language, as each role, and in each phase.
func looks() (all []look) {
	for _, p := range allRoutes() {
		switch {
		case !p.page || p.method != http.MethodGet || p.path == "/projects/drafts/{hash}": // nothing waits for a signature
		case everyView:
			all = append(all, allLooksOf(&p)...)
		default:
			all = append(all, fewLooksOf(&p)...)
		}
	}
	return all
}

func fewLooksOf(p *route) []look {
	role := rolesOf(p)[0]
	desk, phone := sizes[0], sizes[2]
	zh, en := "voting", "certified"
	switch first, _, _ := strings.Cut(p.path[1:], "/"); first {
	case "hall", "podium", "operations":
		desk, phone = wallSize, wallSize
	case "terminal":
		phone = sizes[0]
	case "console":
		zh, en = "draft", "frozen"
	case "trustee", "sign":
		zh, en = "frozen", "certified"
	}
	if strings.HasPrefix(p.path, "/projects") {
		return []look{{p, "", role, lang.ZH, phone[0], phone[1]}}
	}
	if !strings.Contains(p.path, "{vote}") {
		zh, en = "", ""
	}
	return []look{{p, zh, role, lang.ZH, desk[0], desk[1]}, {p, en, role, lang.EN, phone[0], phone[1]}}
}

func allLooksOf(p *route) (all []look) {
	in := phases
	if !strings.Contains(p.path, "{vote}") {
		in = []string{""}
	}
	for _, phase := range in {
		for _, role := range rolesOf(p) {
			for _, l := range []lang.Lang{lang.ZH, lang.EN} {
				for _, size := range sizes {
					all = append(all, look{p, phase, role, l, size[0], size[1]})
				}
			}
		}
	}
	return all
}

// rolesOf lists who sees a page; the empty role is a visitor who has not signed
// in.
//
// The pages of projects are those of the office: to others the log says what is
// theirs.
func rolesOf(p *route) []store.Role {
	if strings.HasPrefix(p.path, "/projects") && !p.who.anyone {
		return []store.Role{store.RoleStaffLead}
	}
	if p.who.anyone {
		return []store.Role{""}
	}
	return p.who.roles
}

// guide walks through the pages of a sample, with a tab for each role.
type guide struct {
	*sample
	browser *browser
	tabs    map[store.Role]*tab
	link    string // for the page that opens one
}

func newGuide(t testing.TB) *guide {
	t.Helper()
	notRaced(t)
	x := newSample(t)
	g := &guide{sample: x, browser: newBrowser(t, x.base), tabs: make(map[store.Role]*tab)}
	var l linkJSON
	must(t, json.Unmarshal(x.do(store.RoleAdmin, "POST", "/persons", []byte(`{"id":"wang","name":"王芳","role":"staff","staff_number":"A-17"}`)), &l))
	g.link = "/welcome#" + tokenOf(l.Link)
	return g
}

// tab returns the tab of a role, which is signed in.
func (g *guide) tab(role store.Role) *tab {
	if t := g.tabs[role]; t != nil {
		return t
	}
	var expected []string
	for _, p := range allRoutes() {
		if role == "" && p.who.anyone && p.page && strings.Contains(p.path, "{vote}") { // drafts are not for visitors
			expected = append(expected, "404 (Not Found) "+g.base+g.votes["draft"].sampleURL(&p))
		}
	}
	t := g.browser.tab(g.base, sizes[0][0], sizes[0][1], expected...)
	if role != "" {
		t.signIn(g.stage, role)
	}
	g.tabs[role] = t
	return t
}

// signIn gives a tab the cookie of a session of a role's person.
func (t *tab) signIn(s *stage, role store.Role) {
	t.Helper()
	token, hash := generateToken()
	now := time.Now()
	must(t, s.config.DB.PutSession(t.Context(), hash, string(role), now.Unix(), now.Add(-sessionLife).Unix(), now.Add(-sessionIdle).Unix()))
	c := s.server.cookie(token)
	t.setCookie(c)
}

func (t *tab) setCookie(c *http.Cookie) {
	t.Helper()
	_, err := chromedp.Call(t.ctx, network.SetCookie, network.SetCookieParams{
		Name: c.Name, Value: c.Value, URL: t.base, Path: "/", HTTPOnly: &c.HttpOnly, Secure: &c.Secure, SameSite: network.CookieSameSiteStrict,
	})
	must(t, err)
}

// see shows a page, and waits until the page is at rest.
func (g *guide) see(v look) *tab {
	t := g.tab(v.role)
	t.do(chromedp.EmulateViewport(v.width, v.height))
	t.setCookie(&http.Cookie{Name: "lang", Value: string(v.lang)})
	s := g.stage
	if v.phase != "" {
		s = g.votes[v.phase]
	}
	to := s.sampleURL(v.page)
	if path.Base(to) == "welcome" {
		to = g.link
	}
	t.do(chromedp.Navigate("about:blank")) // the same address with another fragment would not load
	t.open(to)
	t.rest()
	return t
}

// rest waits until nothing on the page has changed for a while. A page with a
// clock never rests, so the wait has an end.
func (t *tab) rest() {
	t.Helper()
	t.eval(`new Promise((done) => {
		const end = setTimeout(done, 3000);
		let quiet;
		const changed = () => {
			clearTimeout(quiet);
			if (!document.querySelector("[aria-busy=true]")) quiet = setTimeout(() => { clearTimeout(end); done(); }, 250);
		};
		new MutationObserver(changed).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
		document.fonts.ready.then(changed);
	})`, nil)
}
