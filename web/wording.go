package web

import (
	"html/template"
	"net/http"
	"path"
	"slices"
	"strings"

	"piaojue/lang"
)

// wordOf returns what pages of the vote that a request names call 票决, if that
// is another word. What people have entered themselves stays as it is.
func (s *Server) wordOf(l lang.Lang, r *http.Request) string {
	if l != lang.ZH {
		return ""
	}
	v, err := s.vote(r)
	if err != nil {
		return ""
	}
	d, err := v.draft(r.Context())
	if err != nil || d.customs().Word == usualWord {
		return ""
	}
	return d.customs().Word
}

// reword says a text of a catalogue in the words of the vote. The name of the
// product is no text of the vote, and what explains the word has both.
func reword(id, text, word string) string {
	if word == "" || id == "product.name" || strings.HasPrefix(id, "console.word") {
		return text
	}
	return strings.ReplaceAll(text, usualWord, word)
}

// kept stands for 票决 where people wrote it themselves.
const kept = "\x00"

// wordedText is pageText in the words of a vote.
func wordedText(l lang.Lang, word, id string, args []any) string {
	if word == "" {
		return pageText(l, id, args...)
	}
	own := slices.Clone(args)
	for i, x := range own {
		if text, ok := x.(string); ok {
			own[i] = strings.ReplaceAll(text, usualWord, kept)
		}
	}
	return strings.ReplaceAll(reword(id, pageText(l, id, own...), word), kept, usualWord)
}

// worded are page, language and word of a template.
type worded struct {
	lang.Lang
	name, word string
}

// template returns the template of a page. One with another word is parsed when
// it is asked for first: only staff can ask for words.
func (s *Server) template(l lang.Lang, name, word string) (*template.Template, error) {
	if word == "" {
		return s.pages[l][name], nil
	}
	key := worded{l, name, word}
	if t, ok := s.worded.Load(key); ok {
		return t.(*template.Template), nil
	}
	t, err := parsePage(l, "templates/"+name+".html", word)
	if err == nil {
		s.worded.Store(key, t)
	}
	return t, err
}

func parsePage(l lang.Lang, file, word string) (*template.Template, error) {
	return template.New(path.Base(file)).Funcs(functions(l, word)).ParseFS(templateFiles, "templates/*.html", file)
}
