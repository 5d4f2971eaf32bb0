package web

import (
	"net/http"

	"piaojue/form"
	"piaojue/lang"
)

// resultFile is a form in which a certified result leaves.
type resultFile struct {
	ending, media string
	out           any // as in the table of routes
	write         func(p *form.Publication, l lang.Lang) ([]byte, error)
}

var resultFiles = []resultFile{
	{"xlsx", mediaXLSX, octets("A workbook."), func(p *form.Publication, l lang.Lang) ([]byte, error) { return p.Book(l), nil }},
	{"csv", mediaCSV, octets("A row for each option; UTF-8."), func(p *form.Publication, l lang.Lang) ([]byte, error) { return p.CSV(l), nil }},
	{"json", mediaJSON, form.ResultDocument{}, func(p *form.Publication, _ lang.Lang) ([]byte, error) { return p.JSON(), nil }},
	{"pb", mediaText, octets("The format of pabulib.org, without single votes."), func(p *form.Publication, _ lang.Lang) ([]byte, error) { return p.Pabulib() }},
}

// resultRoutes are the routes of the files: on the board for everybody, in the
// console for those who work for the deputies.
func resultRoutes() (all []route) {
	for _, f := range resultFiles {
		public := route{
			method: http.MethodGet, status: http.StatusOK,
			path: "/log/{vote}/result." + f.ending, who: everyone, answer: f.media, out: f.out,
			doc: "The certified result for everybody, as far as display.tallies lets it out.",
		}
		public.handle = f.serve(false)
		own := route{
			method: http.MethodGet, status: http.StatusOK,
			path: "/console/{vote}/result." + f.ending, who: consoles, answer: f.media, out: f.out,
			doc: "The certified result for deputies, as far as display.tallies lets it out.",
		}
		own.handle = f.serve(true)
		all = append(all, public, own)
	}
	return all
}

func (f resultFile) serve(deputies bool) handler {
	return func(s *Server, w http.ResponseWriter, r *http.Request, _ Person) error {
		_, now, _, err := s.board(r)
		if err != nil {
			return err
		}
		if !now.certified() {
			return refuse(codePhase)
		}
		p := &form.Publication{Manifest: now.manifest, Result: now.result, Entry: now.resultHash, Decision: now.decision, Deputies: deputies}
		body, err := f.write(p, spoken(r))
		if err != nil {
			return because(codeNotFound, err)
		}
		w.Header().Set("Content-Disposition", `attachment; filename="result.`+f.ending+`"`)
		return writeBytes(w, f.media, body)
	}
}

// results are the addresses of the files, once there are any.
func (w *view) results(base string) (all []resultLink) {
	if !w.certified() {
		return nil
	}
	p := &form.Publication{Manifest: w.manifest, Result: w.result}
	for _, f := range resultFiles {
		if f.ending == "pb" {
			if _, err := p.Pabulib(); err != nil {
				continue
			}
		}
		all = append(all, resultLink{f.ending, base + "/result." + f.ending})
	}
	return all
}

// resultLink leads to a file.
type resultLink struct{ Ending, Href string }
