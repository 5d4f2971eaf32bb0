package web

import (
	"cmp"
	"context"
	"encoding/hex"
	"slices"

	"piaojue/form"
	"piaojue/project"
)

// happening is a line of a project's story, with what it says and shows.
type happening struct {
	project.Event
	What     string // end of the id works.did_
	By       string
	Words    []wordsLine
	Photos   []photoLine
	Internal bool // something of it is shown only to those who work on it
	body     project.Body
	texts    []project.Blob
	pictures []project.Blob
}

type wordsLine struct {
	Text   string
	Hidden bool // not public
	Gone   bool // withdrawn
}

type photoLine struct {
	Hash   string
	Hidden bool
}

// happeningsOf are the events of a project, of its problems and of what was asked
// about it, the newest first.
func happeningsOf(state *project.State, p *project.Project) []*happening {
	events := slices.Clone(p.Events)
	for _, n := range p.Problems {
		x, _ := state.Problem(n)
		events = append(events, x.Events...)
	}
	for _, n := range p.Inquiries {
		x, _ := state.Inquiry(n)
		events = append(events, x.Events...)
	}
	slices.SortStableFunc(events, func(a, b project.Event) int { return cmp.Compare(b.Entry, a.Entry) })
	events = slices.CompactFunc(events, func(a, b project.Event) bool { return a.Entry == b.Entry })
	var all []*happening
	for _, e := range events {
		if e.Kind == project.KindOpinion {
			continue // sums of the public, which stand elsewhere on the page
		}
		by, _ := state.Actor(e.Actor)
		h := &happening{Event: e, What: e.Kind.String(), By: by.Name}
		if e.Actor == serverActor {
			h.By = ""
		}
		all = append(all, h)
	}
	return all
}

// readHappenings reads what happened from the log, and what belongs to it and may
// be seen.
func (s *Server) readHappenings(ctx context.Context, reader uint32, d *projectData) error {
	for _, h := range d.Events {
		var err error
		if h.body, err = s.projects.entry(ctx, h.Entry); err != nil {
			return err
		}
		h.texts, h.pictures = contentsOf(h.body)
		h.What += outcomeOf(h.body)
	}
	err := s.projects.view(func(state *project.State) error {
		for _, h := range d.Events {
			h.choose(state, reader)
		}
		return nil
	})
	if err != nil {
		return err
	}
	d.addFirstAndLast()
	return nil
}

// choose keeps what the reader may see, and marks what is not public.
func (h *happening) choose(state *project.State, reader uint32) {
	may := mayRead(state, reader, h.Actor, h.body)
	texts := h.texts
	h.texts = nil
	for _, b := range texts {
		at, known := state.Holding(b)
		switch {
		case !known:
		case at.Visibility == project.Withdrawn:
			h.Words = append(h.Words, wordsLine{Gone: true})
			h.texts = append(h.texts, project.Blob{})
		case at.Visibility == project.Public || may:
			h.Words = append(h.Words, wordsLine{Hidden: at.Visibility != project.Public})
			h.texts = append(h.texts, b)
		}
	}
	for _, b := range h.pictures {
		at, known := state.Holding(b)
		if known && at.Visibility != project.Withdrawn && (at.Visibility == project.Public || may) {
			h.Photos = append(h.Photos, photoLine{hex.EncodeToString(b[:]), at.Visibility != project.Public})
		}
	}
}

// addFirstAndLast finds the pictures before and after: the first public one and
// the last.
func (d *projectData) addFirstAndLast() {
	var all []string
	for _, h := range slices.Backward(d.Events) {
		for _, p := range h.Photos {
			if !p.Hidden {
				all = append(all, p.Hash)
			}
		}
	}
	if len(all) > 1 {
		d.First, d.Last = all[0], all[len(all)-1]
	}
}

// readWords reads the texts that are shown.
func (s *Server) readWords(ctx context.Context, d *projectData) (err error) {
	for _, h := range d.Events {
		for i, b := range h.texts {
			if h.Words[i].Text, err = s.projects.text(ctx, b); err != nil {
				return err
			}
		}
	}
	for i := range d.Problems {
		if d.Problems[i].Text, err = s.publicWords(ctx, d.Problems[i].text); err != nil {
			return err
		}
	}
	d.Promise, err = s.publicWords(ctx, d.promise)
	return err
}

// publicWords is a text that everybody may read; empty for any other.
func (s *Server) publicWords(ctx context.Context, b project.Blob) (string, error) {
	var public bool
	err := s.projects.view(func(state *project.State) error {
		at, _ := state.Holding(b)
		public = at.Visibility == project.Public
		return nil
	})
	if err != nil || !public {
		return "", err
	}
	return s.projects.text(ctx, b)
}

// contentsOf are the texts and pictures of an entry about a project.
func contentsOf(body project.Body) (texts, pictures []project.Blob) {
	switch b := body.(type) {
	case *project.Report:
		texts, pictures = []project.Blob{b.Text, b.Because}, b.Photos
	case *project.Delivery:
		texts, pictures = []project.Blob{b.Text}, b.Photos
	case *project.Evidence:
		texts, pictures = []project.Blob{b.Text}, b.Proof
	case *project.Inspection:
		texts, pictures = []project.Blob{b.Text}, b.Photos
	case *project.Answer:
		texts = []project.Blob{b.Text}
	case *project.Commitment:
		texts = []project.Blob{b.Text}
	case *project.Request:
		texts = []project.Blob{b.Text}
	case *project.Ruling:
		texts = []project.Blob{b.Text}
	case *project.Announcement:
		texts = []project.Blob{b.Text}
	default:
		texts = inspectedTexts(body)
	}
	return texts, pictures
}

func inspectedTexts(body project.Body) []project.Blob {
	switch b := body.(type) {
	case *project.Problem:
		return []project.Blob{b.Text}
	case *project.Recheck:
		return []project.Blob{b.Text}
	case *project.Lookback:
		return []project.Blob{b.Text}
	case *project.Inquiry:
		return []project.Blob{b.Text}
	case *project.Response:
		return []project.Blob{b.Text}
	case *project.Acceptance:
		return []project.Blob{b.Text}
	case *project.Closure:
		return []project.Blob{b.Text}
	}
	return nil
}

// outcomeOf tells entries apart that say yes or no.
func outcomeOf(body project.Body) string {
	said := func(yes bool) string {
		if yes {
			return "_yes"
		}
		return "_no"
	}
	switch b := body.(type) {
	case *project.Answer:
		return said(b.Accepted)
	case *project.Ruling:
		return said(b.Granted)
	case *project.Recheck:
		return said(b.Passed)
	case *project.Lookback:
		return said(b.Fine)
	case *project.Acceptance:
		return said(b.Passed)
	case *project.Settlement:
		return said(b.Enough)
	case *project.Priority:
		if b.Official == "" {
			return "_no"
		}
	}
	return ""
}

// Fact says the numbers of what happened in a sentence; empty: there are none.
func (h *happening) Fact(v voice) string {
	switch b := h.body.(type) {
	case *project.Report:
		return v.text("works.fact_report", v.month(b.Period), form.FormatWan(b.Spent))
	case *project.Ruling:
		return v.text("works.fact_ruling", v.text("work.ruled_"+numeral(b.For)), b.Document)
	case *project.Request:
		return v.text("work.ruled_" + numeral(b.For))
	case *project.Notice:
		return b.Meeting
	case *project.Priority:
		return b.Official
	case *project.Inspection:
		return v.text("works.fact_inspection", int(b.Progress), int(b.Quality), int(b.Effect))
	case *project.Contact:
		return v.text("works.contact_" + numeral(b.Step))
	}
	return ""
}
