package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/go-chi/chi/v5"

	"piaojue/audit"
	"piaojue/election"
	"piaojue/form"
)

// officialForms is how many official forms a vote can come to.
const officialForms = 7

// announcement is the official form that is for everybody.
const announcement = 5

// withResult are the official forms that say what was decided. Until the
// scrutineers have signed they are for the podium only (display.results).
var withResult = []int{4, announcement, 6}

// formFile is a kind of file in which an official form is written.
type formFile struct {
	ending, media string
	write         func(*Server, *form.Form) ([]byte, error)
}

var formFiles = []formFile{
	{"pdf", mediaPDF, (*Server).writePDF},
	{"xlsx", mediaXLSX, func(_ *Server, f *form.Form) ([]byte, error) { return f.XLSX() }},
}

// writePDF sets a form in the font, which may be gone since the start.
func (s *Server) writePDF(f *form.Form) ([]byte, error) {
	if s.config.Font == nil {
		return nil, because(codeNoFont, form.ErrNoFont)
	}
	face, err := s.config.Font.Typeface()
	if err != nil {
		s.config.Log.Error("font of the forms not read", "error", err)
		return nil, because(codeNoFont, err)
	}
	return f.PDF(face)
}

// formRoutes are the routes of the files: of all forms for those who work for
// the vote, of the announcement for everybody.
func formRoutes() (all []route) {
	for _, f := range formFiles {
		all = append(all, route{
			method: http.MethodGet, status: http.StatusOK,
			path: "/forms/{vote}/{number}." + f.ending, who: readers, answer: f.media, out: octets("An official form."),
			doc: "An official form (表一 to 表七), the same bytes as `piaojue forms` makes.", handle: f.serve,
		}, route{
			method: http.MethodGet, status: http.StatusOK,
			path: "/log/{vote}/announcement." + f.ending, who: everyone, answer: f.media, out: octets("An official form."),
			doc: "The announcement (表五), once the result is certified.", handle: f.serve,
		})
	}
	return all
}

func (f formFile) serve(s *Server, w http.ResponseWriter, r *http.Request, who Person) error {
	v, err := s.vote(r)
	if err != nil {
		return err
	}
	number := announcement
	if text := chi.URLParam(r, "number"); text != "" {
		if number, err = strconv.Atoi(text); err != nil || number < 1 || number > officialForms {
			return refuse(codeNotFound)
		}
	}
	if !v.view.Load().mayRead(number, who) {
		return refuse(codePhase)
	}
	if f.ending == "pdf" && s.config.Font == nil {
		return because(codeNoFont, form.ErrNoFont)
	}
	forms, err := v.forms(r.Context())
	if err != nil {
		return err
	}
	at := slices.IndexFunc(forms, func(x *form.Form) bool { return x.Number == number })
	if at < 0 {
		return refuse(codePhase)
	}
	return f.send(s, w, forms[at])
}

// send writes a form as a file.
func (f formFile) send(s *Server, w http.ResponseWriter, x *form.Form) error {
	body, err := f.write(s, x)
	if missing, ok := errors.AsType[*form.GlyphError](err); ok {
		return &refusal{code: codeNoGlyph, fields: []fieldProblem{newFieldProblem("", "field.glyph", fmt.Sprintf("%c (U+%04X)", missing.Rune, missing.Rune), missing.Text)}, cause: err}
	}
	if err != nil {
		return err
	}
	name := url.PathEscape(x.FileName() + "." + f.ending)
	w.Header().Set("Content-Disposition", "attachment; filename=\"form-"+strconv.Itoa(x.Number)+"."+f.ending+"\"; filename*=UTF-8''"+name)
	return writeBytes(w, f.media, body)
}

// mayRead reports whether somebody may see a form now.
func (w *view) mayRead(number int, who Person) bool {
	return !slices.Contains(withResult, number) || w.certified() || slices.Contains(podium.roles, who.Role)
}

// formsAt are the official forms that the log of a size has come to.
type formsAt struct {
	size  uint64
	forms []*form.Form
}

// forms makes the official forms that the vote has come to, once for each size of
// the log, since anybody may ask for one. It is done on the vote's goroutine, so
// that the log is the one that the state is of: while people vote it holds little,
// and after the close nobody waits. Who asks and goes away leaves the forms to the
// next one.
func (v *vote) forms(ctx context.Context) (forms []*form.Form, err error) {
	err = v.do(ctx, func() error {
		size := v.state.Size()
		if v.made == nil || v.made.size != size {
			made, err := v.makeForms(context.WithoutCancel(ctx), size)
			if err != nil {
				return err
			}
			v.made = &formsAt{size, made}
		}
		forms = v.made.forms
		return nil
	})
	return forms, err
}

func (v *vote) makeForms(ctx context.Context, size uint64) ([]*form.Form, error) {
	if size == 0 {
		return nil, nil
	}
	log := v.config.DB.Log(v.id)
	root, err := audit.RootAt(ctx, log, size)
	if err != nil {
		return nil, err
	}
	return form.Forms(v.state, root, entriesOf(ctx, log, size))
}

// formsData fills the page of the official forms.
type formsData struct {
	Vote  publicVote
	Forms []formLine
	Font  bool
}

// formLine is an official form on the page.
type formLine struct {
	Number int
	Ready  bool
	Files  []resultLink
}

// formsPage fills GET /forms/{vote}.
func (s *Server) formsPage(r *http.Request, who Person) (any, error) {
	v, now, _, err := s.board(r)
	if err != nil {
		return nil, err
	}
	forms, err := v.forms(r.Context())
	if err != nil {
		return nil, err
	}
	d := &formsData{Vote: newPublicVote(v, now), Font: s.config.Font != nil}
	for n := 1; n <= officialForms; n++ {
		line := formLine{Number: n, Ready: now.mayRead(n, who) && slices.ContainsFunc(forms, func(f *form.Form) bool { return f.Number == n })}
		for _, f := range formFiles {
			if line.Ready && (f.ending != "pdf" || d.Font) {
				line.Files = append(line.Files, resultLink{f.ending, fmt.Sprintf("/forms/%s/%d.%s", v.id, n, f.ending)})
			}
		}
		d.Forms = append(d.Forms, line)
	}
	return d, nil
}

// announced reports whether everybody may have the announcement.
func (w *view) announced() bool {
	return w.certified() && w.result.Outcome.Vote == election.VoteValid
}
