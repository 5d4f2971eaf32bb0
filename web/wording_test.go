package web

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"piaojue/lang"
	"piaojue/store"
)

const otherWord = "审议监督"

// callIt gives the vote another word for 票决.
func (s *stage) callIt(word string) {
	s.Helper()
	s.do(store.RoleStaff, "PUT", s.path("/customs"), []byte(`{"order":"scrutineers_first","word":"`+word+`"}`))
}

// ownWords takes out of a page what is called 票决 rightly: what staff wrote
// themselves, the product, and what explains the choice of the word.
var ownWords = strings.NewReplacer(
	"民生实事项目票决", "", " · 票决</title>", "", "<span>票决</span>", "", `"console.word_usual":"票决"`, "", `placeholder="票决"`, "",
	textsIn(lang.ZH)["console.word_hint"], "",
)

// chineseDocument is a text that is Chinese whatever the page's language.
var chineseDocument = regexp.MustCompile(`(?s)<article class="measures" lang="zh-CN">.*?</article>`)

// TestWordEverywhere: a vote with another word says it on each of its pages, in
// each phase, whoever looks, and 票决 on none.
func TestWordEverywhere(t *testing.T) {
	s := newStage(t)
	s.config.PerMinute = 1_000_000
	s.restart()
	s.bring(0)
	s.callIt(otherWord)
	said := make(map[string]bool)
	for phase := range phases {
		if phase > 0 {
			s.proceed(phase)
		}
		for _, p := range allRoutes() {
			if p.page && strings.Contains(p.path, "{vote}") {
				s.checkWord(&p, phases[phase], said)
			}
		}
	}
	for _, path := range []string{"/console/{vote}", "/console/{vote}/script", "/hall/{vote}", "/podium/{vote}", "/log/{vote}", "/verify/{vote}", "/trustee/{vote}", "/sign/{vote}"} {
		if !said[path] {
			t.Errorf("%s never says %s", path, otherWord)
		}
	}
}

// checkWord looks at a page as everybody who may.
func (s *stage) checkWord(p *route, phase string, said map[string]bool) {
	s.Helper()
	for _, role := range rolesOf(p) {
		w := s.visit(p, role, lang.ZH)
		body := ownWords.Replace(w.Body.String())
		if w.Code != http.StatusOK && w.Code != http.StatusNotFound {
			s.Errorf("%s as %q, %s: %d", p.path, role, phase, w.Code)
		}
		if before, after, found := strings.Cut(body, usualWord); found {
			s.Errorf("%s as %q, %s: …%s%s%s…", p.path, role, phase, tail(before, 40), usualWord, head(after, 40))
		}
		said[p.path] = said[p.path] || strings.Contains(body, otherWord)
		en := strings.ReplaceAll(s.visit(p, role, lang.EN).Body.String(), `value="`+otherWord+`"`, "")
		en = chineseDocument.ReplaceAllString(en, "")
		if strings.Contains(en, otherWord) {
			s.Errorf("%s as %q, %s: %s in English", p.path, role, phase, otherWord)
		}
	}
}

func tail(text string, n int) string { return string([]rune(text)[max(0, len([]rune(text))-n):]) }
func head(text string, n int) string { return string([]rune(text)[:min(n, len([]rune(text)))]) }

// TestWordOfRefusals: every sentence with which a vote says no has its word, and
// leaves alone what people sent.
func TestWordOfRefusals(t *testing.T) {
	for code := range statuses {
		if p := (&refusal{code: code}).problem(otherWord); strings.Contains(p.ZH, usualWord) || p.EN != lang.EN.Text("error."+string(code)) {
			t.Errorf("%s: %s, %s", code, p.ZH, p.EN)
		}
	}
	s := newStage(t)
	s.do(store.RoleStaffLead, "POST", "/votes", []byte(`{"id":"v1","origin":"example.org/v1","congress":"某市","session":"四","title":"票决","date":"2026","kind":"demo","n":3,"t":2,"min_ballots":2}`))
	for _, x := range []struct {
		role               store.Role
		method, path, body string
		want               string // with %s for the word
	}{
		{store.RoleStaffLead, "GET", "/draft", "", "还没有提交%s规则。"},
		{store.RoleStaffLead, "PUT", "/policy", "none", "正式%s必须有见证方"},
		{store.RoleStaff, "PUT", "/customs", `{"票决":1}`, "票决"},
	} {
		for _, word := range []string{"", otherWord} {
			s.callIt(word)
			want := strings.ReplaceAll(x.want, "%s", map[bool]string{true: usualWord, false: word}[word == ""])
			a := s.send(x.role, x.method, s.path(x.path), []byte(x.body))
			if a.status/100 != 4 || !strings.Contains(string(a.body), want) {
				t.Errorf("%s %s: %d %s, want %q", x.method, x.path, a.status, a.body, want)
			}
		}
	}
}

// TestWordOfTerminals: a terminal's page is of no vote; beats bring the word to
// it, and refusals have it. The page itself must not say 票决, since it has said
// it before the first beat.
func TestWordOfTerminals(t *testing.T) {
	s := newStage(t)
	s.draft()
	_, header := s.terminal("seat", "1排1座")
	for _, word := range []string{"", otherWord} {
		s.callIt(word)
		if got := s.beat(false, header...).Word; got != word {
			t.Errorf("word of a beat: %q, want %q", got, word)
		}
	}
	page, _, _ := strings.Cut(string(s.do(store.RoleStaff, "GET", "/terminal", nil)), `<script type="application/json"`)
	if strings.Count(page, usualWord) != 2 { // the product, as title and as brand
		t.Errorf("the page says it: %s", page)
	}
}

// TestWordOnTerminal: a terminal of the vote says the word, in sentences of its
// own and in the server's.
func TestWordOnTerminal(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.draft()
	s.callIt(otherWord)
	s.freeze()
	s.approve()
	s.ceremony()
	b := newBrowser(t, s.base)
	k := b.tab(s.base, 1280, 800)
	s.registerTab(k, "shared", "1号")
	s.checkIn(0, 1, 2)
	s.opening(1, 0)
	k.shown("#s-welcome")
	s.order()
	k.shown("#s-wait")
	if got, want := k.text("#wait-lead"), "谢谢您参加"+otherWord+"。"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
