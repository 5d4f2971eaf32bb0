package web

import (
	"bufio"
	"bytes"
	"embed"
	"html/template"
	"net/http"
	"net/url"
	"strings"

	"piaojue/form"
	"piaojue/kiosk"
	"piaojue/lang"
)

//go:embed templates
var templateFiles embed.FS

// page is what a template gets: who looks at it, in which language, and what
// the page is about.
type page struct {
	Lang  lang.Lang
	Voice voice
	Who   Person
	Path  string            // of the request, for the switch of language
	Texts map[string]string // for the page's script
	Alert *alertBar         // what happened to the person's account; nil: nothing
	Data  any               // what the handler returned
}

// Tag is the language for HTML.
func (p page) Tag() string { return p.Lang.Tag() }

// Other is the language to switch to.
func (p page) Other() lang.Lang {
	if p.Lang == lang.EN {
		return lang.ZH
	}
	return lang.EN
}

// show makes a handler of a page: the template with that name, filled with what
// fill returns.
func show(name string, fill func(s *Server, r *http.Request, who Person) (any, error)) handler {
	return func(s *Server, w http.ResponseWriter, r *http.Request, who Person) error {
		data, err := fill(s, r, who)
		if err != nil {
			return err
		}
		return s.render(w, r, who, http.StatusOK, name, data)
	}
}

// nothing fills a page that needs nothing but its texts.
func nothing(*Server, *http.Request, Person) (any, error) { return nil, nil }

// policy is that of all pages; the terminal's has its import map besides. A page can
// be put beside the apps of a phone.
var policy = kiosk.Strict() + "; manifest-src 'self'"

func (s *Server) render(w http.ResponseWriter, r *http.Request, who Person, status int, name string, data any) error {
	t, p, err := s.page(w, r, who, name, data)
	if err != nil {
		return err
	}
	var body bytes.Buffer
	if err := t.ExecuteTemplate(&body, "layout", p); err != nil {
		return err
	}
	p.begin(w, status)
	w.Write(body.Bytes()) // a client that is gone hears nothing
	return nil
}

// stream is render for a page that is too long to wait in memory.
func (s *Server) stream(w http.ResponseWriter, r *http.Request, who Person, name string, data any) error {
	t, p, err := s.page(w, r, who, name, data)
	if err != nil {
		return err
	}
	p.begin(w, http.StatusOK)
	out := bufio.NewWriterSize(newFlowing(w), flowPart)
	if t.ExecuteTemplate(out, "layout", p) != nil || out.Flush() != nil {
		breakOff()
	}
	return nil
}

// page makes ready what a page needs.
func (s *Server) page(w http.ResponseWriter, r *http.Request, who Person, name string, data any) (*template.Template, page, error) {
	l := s.speak(w, r)
	v := s.voiceOf(l, r)
	p := page{Lang: l, Voice: v, Who: who, Path: ownPath(r.URL.Path), Texts: v.texts(name), Data: data}
	var err error
	// A page that anybody may open is shown to a hall, too; but all begin with the first.
	if rec, ok := w.(*recorder); ok && rec.person != "" || r.URL.Path == "/" {
		if p.Alert, err = s.alertsOf(r, who); err != nil {
			return nil, p, err
		}
	}
	t, err := templateOf(v, name)
	return t, p, err
}

// begin writes the head of the answer.
func (p page) begin(w http.ResponseWriter, status int) {
	h := w.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", p.Tag())
	w.WriteHeader(status)
}

// ownPath is a path as a link of this server: // at its beginning would lead to
// another one.
func ownPath(path string) string { return "/" + strings.TrimLeft(path, "/") }

// speak returns the language of a page: the one just chosen, or else the one
// chosen before, or else Chinese. The cookie holds nothing else.
func (s *Server) speak(w http.ResponseWriter, r *http.Request) lang.Lang {
	l, err := lang.Parse(r.URL.Query().Get("lang"))
	if err != nil {
		return spoken(r)
	}
	c := s.cookie(string(l))
	c.Name, c.MaxAge = plainLang, 365*24*3600
	if c.Secure {
		c.Name = secureLang
	}
	http.SetCookie(w, c)
	return l
}

// The names of the cookie of the language: without TLS browsers take no __Host-.
const plainLang, secureLang = "lang", "__Host-lang"

// spoken is the language that was chosen before.
func spoken(r *http.Request) lang.Lang {
	for _, name := range []string{secureLang, plainLang} {
		c, err := r.Cookie(name)
		if err != nil {
			continue
		}
		if l, err := lang.Parse(c.Value); err == nil {
			return l
		}
	}
	return lang.ZH
}

// refusePage answers a page's request with a page: with the sign-in where the
// server does not know who asks, otherwise with the sentence of the refusal.
func (s *Server) refusePage(w http.ResponseWriter, r *http.Request, refused *refusal) {
	if refused.code == codeUnauthorized && r.Method == http.MethodGet {
		http.Redirect(w, r, "/signin?next="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
		return
	}
	if err := s.render(w, r, Person{}, statuses[refused.code], "error/show", string(refused.code)); err != nil {
		s.tell(w, r, refused)
	}
}

// wantsPage reports whether a browser asks for something to look at.
func wantsPage(r *http.Request) bool {
	return r.Method == http.MethodGet && strings.HasPrefix(r.Header.Get("Accept"), mediaHTML)
}

// fileChoice is a place to choose a file, for templates/file.html: the ids of its
// texts, and what files the browser offers; empty: any.
type fileChoice struct{ ID, Label, Hint, Accept string }

// functions are what templates may call: t for texts, and shapes of values.
func functions(v voice) template.FuncMap {
	return template.FuncMap{
		"t":       v.text,
		"fill":    func(id string, args []any) string { return v.text(id, args...) },
		"file":    func(id, label, hint, accept string) fileChoice { return fileChoice{id, label, hint, accept} },
		"wan":     form.FormatWan,
		"day":     v.day,
		"month":   v.month,
		"tab":     func(p page, name string) consoleTab { return p.Data.(*consoleData).tab(name) },
		"hasKey":  func(key [32]byte) bool { return key != [32]byte{} },
		"join":    func(parts ...string) string { return strings.Join(parts, "") },
		"next":    func(i int) int { return i + 1 },
		"scores":  func() []string { return []string{"1", "2", "3", "4", "5"} },
		"grounds": func() []string { return []string{"1", "2", "3", "4", "5", "6"} },
		"before":  func(i int) int { return i - 1 },
		"about":   func() []string { return []string{"n", "p", "i", "r", "v", "x"} },
		"adopted": countAdopted,
	}
}
