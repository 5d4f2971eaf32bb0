package web

import (
	"html/template"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync"

	"piaojue/lang"
)

// voice is how a vote speaks to people: in which language, and with which word
// for 票决, if that is another one. All that pages and refusals of a vote say
// goes through text, but for terminals, which learn their vote later: beats tell
// them the word.
type voice struct {
	lang lang.Lang
	word string
}

// voiceOf returns the voice of the vote that a request is about: the one in its
// path, or that of the terminal that asks.
func (s *Server) voiceOf(l lang.Lang, r *http.Request) voice {
	v, err := s.vote(r)
	if key, ok := terminalKey(r); err != nil && ok {
		t, _ := s.floor.find(key)
		v = s.voteCalled(t.Vote)
	}
	return voice{l, v.word(r, l)}
}

// word is what the vote is called, if not 票决.
func (v *vote) word(r *http.Request, l lang.Lang) string {
	if v == nil || l != lang.ZH {
		return ""
	}
	d, err := v.draft(r.Context())
	if err != nil || d.customs().Word == usualWord {
		return ""
	}
	return d.customs().Word
}

// kept stands for 票决 where people wrote it themselves.
const kept = "\x00"

// text returns the text with that id. What is filled in stays as it is: it is
// what people wrote, or has been said by this voice already.
func (v voice) text(id string, args ...any) string {
	if v.word == "" {
		return pageText(v.lang, id, args...)
	}
	own := slices.Clone(args)
	for i, x := range own {
		if text, ok := x.(string); ok {
			own[i] = strings.ReplaceAll(text, usualWord, kept)
		}
	}
	return strings.ReplaceAll(v.reword(id, pageText(v.lang, id, own...)), kept, usualWord)
}

// reword says a text of a catalogue with the word of the vote. The name of the
// product is no text of the vote, and what explains the word has both.
func (v voice) reword(id, text string) string {
	if v.word == "" || id == "product.name" || strings.HasPrefix(id, "console.word") {
		return text
	}
	return strings.ReplaceAll(text, usualWord, v.word)
}

// texts are those for a page's script.
func (v voice) texts(page string) map[string]string {
	all := scriptTexts(v.lang, page)
	for id, text := range all {
		all[id] = v.reword(id, text)
	}
	return all
}

// worded are page and voice of a template.
type worded struct {
	voice
	name string
}

// parsed keeps the templates that were asked for, by worded: servers in one process
// share them. All of them would take 40 MB, most of them for pages that nobody
// opens on that day. Only staff can ask for words.
var parsed sync.Map

// templateOf returns the template of a page, a file <noun>/<action>.html beside the
// layout and the parts.
func templateOf(v voice, name string) (*template.Template, error) {
	key := worded{v, name}
	if t, ok := parsed.Load(key); ok {
		return t.(*template.Template), nil
	}
	t, err := parsePage(v, "templates/"+name+".html")
	if err != nil {
		return nil, err
	}
	kept, _ := parsed.LoadOrStore(key, t)
	return kept.(*template.Template), nil
}

func parsePage(v voice, file string) (*template.Template, error) {
	return template.New(path.Base(file)).Funcs(functions(v)).ParseFS(templateFiles, "templates/*.html", file)
}
