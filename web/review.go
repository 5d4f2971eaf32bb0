package web

import (
	"crypto/sha256"
	"net/http"

	"piaojue/election"
	"piaojue/form"
	"piaojue/lang"
)

// reviews are who considered the list of candidates before the vote, as the
// office enters it from paper: the standing committee, where it is the custom,
// and the presidium. They are kept beside the manifest, which has no place for
// them.
type reviews struct {
	Committee review `json:"committee" doc:"Of the standing committee (常委会审议)."`
	Presidium review `json:"presidium" doc:"Of the presidium (主席团)."`
	Demanded  string `json:"demanded" enum:"none,presidium,both" doc:"Without which nothing is frozen."`
}

// review is empty where there was none.
type review struct {
	Date     string `json:"date" doc:"As people write it."`
	Document string `json:"document" doc:"Number of the paper."`
}

// draftReviews are reviews with the list that they are about: another list has
// not been considered.
type draftReviews struct {
	reviews
	List hex32 `json:"list" doc:"SHA-256 of the candidates as a table."`
}

// Which reviews nothing is frozen without.
const (
	reviewNone      = "none"
	reviewPresidium = "presidium"
	reviewBoth      = "both"
)

// maxReview bounds a date and the number of a paper, in bytes.
const maxReview = 120

func (v reviews) check() error {
	switch v.Demanded {
	case reviewNone, reviewPresidium, reviewBoth:
	default:
		return badField("demanded", "field.demanded")
	}
	for _, part := range []struct {
		name string
		review
	}{{"committee", v.Committee}, {"presidium", v.Presidium}} {
		if err := part.check(part.name); err != nil {
			return err
		}
	}
	return nil
}

// check wants both or nothing: a date without its paper proves nothing.
func (v review) check(name string) error {
	for _, f := range []struct{ name, text, other string }{{".date", v.Date, v.Document}, {".document", v.Document, v.Date}} {
		switch {
		case len(f.text) > maxReview:
			return badField(name+f.name, "row.too_long", maxReview)
		case f.text == "" && f.other != "":
			return badField(name+f.name, "row.required")
		}
		if err := checkHidden(name+f.name, f.text); err != nil {
			return err
		}
	}
	return nil
}

func (v review) done() bool { return v != review{} }

// reviews of a draft. Before anybody says anything, a real vote demands that of
// the presidium; the standing committee's is the custom of some places only.
func (d *draft) reviews() draftReviews {
	if d.Reviews != nil {
		return *d.Reviews
	}
	v := draftReviews{}
	v.Demanded = reviewNone
	if voteKinds[d.Kind] == election.Real {
		v.Demanded = reviewPresidium
	}
	return v
}

// unreviewed says what is missing before the freeze, as the end of a message's
// id, or nothing. The options of a vote that repeats or continues another follow
// from that one, whose list was considered.
func (d *draft) unreviewed(list hex32) string {
	v := d.reviews()
	switch {
	case v.Demanded == reviewNone || d.Parent != nil:
		return ""
	case !v.Presidium.done():
		return "presidium"
	case v.Demanded == reviewBoth && !v.Committee.done():
		return "committee"
	case v.List != list:
		return "changed"
	}
	return ""
}

// listHash names a list of candidates.
func listHash(options []election.Option) hex32 {
	return sha256.Sum256(form.WriteCandidates(lang.ZH, options))
}

// putReviews serves PUT /votes/{vote}/reviews. What is entered is about the list
// as it is now.
func (s *Server) putReviews(w http.ResponseWriter, r *http.Request, _ Person) error {
	var v reviews
	if err := readJSON(w, r, &v); err != nil {
		return err
	}
	if err := v.check(); err != nil {
		return err
	}
	of, err := s.vote(r)
	if err != nil {
		return err
	}
	options, err := s.config.DB.Candidates(r.Context(), of.id)
	if err != nil {
		return err
	}
	list := listHash(options)
	if err := s.edit(r, func(d *draft) { d.Reviews = &draftReviews{v, list} }); err != nil {
		return err
	}
	return noContent(w)
}

// candidatesData is the page of the candidates.
type candidatesData struct {
	Options []election.Option
	Reviews draftReviews
	Missing string // of the reviews that are demanded
}

func (s *Server) candidatesPage(r *http.Request, v *vote, o *overview, _ Person) (any, error) {
	options, err := s.config.DB.Candidates(r.Context(), v.id)
	data := &candidatesData{Options: options, Reviews: o.draft.reviews()}
	if o.view.manifest == nil {
		data.Missing = o.draft.unreviewed(listHash(options))
	}
	return data, err
}
