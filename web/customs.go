package web

import (
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"
)

// customs are what differs from place to place and decides nothing: in which
// order deputies go to vote, and what people there call it.
type customs struct {
	Order string `json:"order" enum:"scrutineers_first,together" doc:"Whether scrutineers, rostrum and zones vote one after the other."`
	Word  string `json:"word" doc:"What pages in Chinese say instead of 票决; empty: 票决."`
}

// orderFirst: scrutineers vote first, then the rostrum, then zone by zone.
const orderFirst = "scrutineers_first"

// usualWord is what the texts of pages call it.
const usualWord = "票决"

// maxWord bounds the word, in characters.
const maxWord = 8

func (c customs) check() error {
	if utf8.RuneCountInString(c.Word) > maxWord || strings.IndexFunc(c.Word, func(r rune) bool { return !unicode.Is(unicode.Han, r) }) >= 0 {
		return badField("word", "field.word", maxWord)
	}
	return nil
}

// customs of a draft; the usual ones if nobody has said anything.
func (d *draft) customs() customs {
	if d.Customs == nil {
		return customs{Order: orderFirst}
	}
	return *d.Customs
}

// putCustoms serves PUT /votes/{vote}/customs.
func (s *Server) putCustoms(w http.ResponseWriter, r *http.Request, _ Person) error {
	var c customs
	if err := readJSON(w, r, &c); err != nil {
		return err
	}
	if err := c.check(); err != nil {
		return err
	}
	if err := s.edit(r, func(d *draft) { d.Customs = &c }); err != nil {
		return err
	}
	return noContent(w)
}
