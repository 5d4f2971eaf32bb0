package web

import (
	"net/http"

	"piaojue/election"
	"piaojue/form"
	"piaojue/lang"
	"piaojue/store"
)

// previewJSON says what a table would change, before it changes anything.
type previewJSON struct {
	Rows      int          `json:"rows"`
	Places    int          `json:"places" doc:"Deputies with a place in the roll, who count in N, or options."`
	Before    int          `json:"before" doc:"How many there are now."`
	Sitting   int          `json:"sitting"`
	OnLeave   int          `json:"on_leave" doc:"These count in N."`
	Vacant    int          `json:"vacant" doc:"These do not count in N."`
	Notes     []noteJSON   `json:"notes" doc:"What is no error but should be looked at."`
	Added     []rowJSON    `json:"added"`
	Removed   []rowJSON    `json:"removed"`
	Changed   []changeJSON `json:"changed"`
	Unchanged int          `json:"unchanged"`
	Reordered bool         `json:"reordered" doc:"Rows of both tables stand in another order."`
}

// noteJSON is a sentence.
type noteJSON struct {
	ZH string `json:"zh"`
	EN string `json:"en"`
}

// rowJSON is a row of a table, as people name it.
type rowJSON struct {
	Key  string `json:"key" doc:"Roll number, or ID of an option; may be empty for a vacant seat."`
	Name string `json:"name"`
	Seat string `json:"seat"`
}

// changeJSON is a row of both tables, with what is new in it.
type changeJSON struct {
	rowJSON
	Fields []cellJSON `json:"fields"`
}

// cellJSON is a cell that changes. Words in it are in the language of the page
// that asks.
type cellJSON struct {
	Column string `json:"column"`
	Old    string `json:"old"`
	New    string `json:"new"`
}

func newPreview(d form.Diff, rows, places int) *previewJSON {
	p := &previewJSON{
		Rows: rows, Places: places, Unchanged: d.Unchanged, Reordered: d.Reordered,
		Added: rowsOf(d.Added), Removed: rowsOf(d.Removed), Changed: []changeJSON{}, Notes: []noteJSON{},
	}
	for _, c := range d.Changed {
		row := changeJSON{rowJSON: rowJSON(c.Row), Fields: []cellJSON{}}
		for _, f := range c.Fields {
			row.Fields = append(row.Fields, cellJSON(f))
		}
		p.Changed = append(p.Changed, row)
	}
	return p
}

func rowsOf(list []form.Row) []rowJSON {
	all := []rowJSON{}
	for _, r := range list {
		all = append(all, rowJSON(r))
	}
	return all
}

// previewRoll serves POST /votes/{vote}/roll/preview.
func (s *Server) previewRoll(w http.ResponseWriter, r *http.Request, _ Person) error {
	v, table, err := s.readTable(w, r)
	if err != nil {
		return err
	}
	deputies, err := form.ReadRoll(table)
	if err != nil {
		return err
	}
	members, err := s.config.DB.Roll(r.Context(), v.id)
	if err != nil {
		return err
	}
	_, places, err := newMembers(deputies)
	if err != nil {
		return err
	}
	diff := form.DiffRoll(spoken(r), deputiesOf(members), numbered(deputies))
	p := newPreview(diff, len(deputies), places)
	now, err := s.config.DB.CountRoll(r.Context(), v.id)
	if err != nil {
		return err
	}
	p.Before = int(now.Places)
	p.count(deputies)
	return writeJSON(w, http.StatusOK, p)
}

// count says who of a new roll counts: a seat that falls vacant changes quorum
// and majority.
func (p *previewJSON) count(deputies []election.Deputy) {
	c := form.CountRoll(deputies)
	p.Sitting, p.OnLeave, p.Vacant = c.Sitting, c.OnLeave, c.Vacant
	for _, n := range form.RollNotes(deputies) {
		p.Notes = append(p.Notes, noteJSON{n.Text(lang.ZH), n.Text(lang.EN)})
	}
}

func deputiesOf(members []store.Member) []election.Deputy {
	all := make([]election.Deputy, len(members))
	for i, m := range members {
		all[i] = m.Deputy
	}
	return all
}

// numbered leaves out vacant seats without a number, which are not kept.
func numbered(all []election.Deputy) []election.Deputy {
	var kept []election.Deputy
	for _, d := range all {
		if d.Number != "" {
			kept = append(kept, d)
		}
	}
	return kept
}

// previewCandidates serves POST /votes/{vote}/candidates/preview.
func (s *Server) previewCandidates(w http.ResponseWriter, r *http.Request, _ Person) error {
	v, table, err := s.readTable(w, r)
	if err != nil {
		return err
	}
	options, err := form.ReadCandidates(table)
	if err != nil {
		return err
	}
	old, err := s.config.DB.Candidates(r.Context(), v.id)
	if err != nil {
		return err
	}
	diff := form.DiffCandidates(spoken(r), old, options)
	p := newPreview(diff, len(options), len(options))
	p.Before = len(old)
	return writeJSON(w, http.StatusOK, p)
}

// badgesPreviewJSON says what a table of badges would give to whom.
type badgesPreviewJSON struct {
	Rows      int       `json:"rows"`
	PINs      int       `json:"pins" doc:"Badges with a PIN."`
	New       int       `json:"new" doc:"Deputies that have no badge yet."`
	Replaced  []rowJSON `json:"replaced" doc:"Deputies whose badge would be another one."`
	Unchanged int       `json:"unchanged"`
	Without   []rowJSON `json:"without" doc:"Deputies that would still have none."`
}

// previewBadges serves POST /votes/{vote}/badges/preview.
func (s *Server) previewBadges(w http.ResponseWriter, r *http.Request, _ Person) error {
	v, table, err := s.readTable(w, r)
	if err != nil {
		return err
	}
	list, err := form.ReadBadges(table)
	if err != nil {
		return err
	}
	members, err := s.config.DB.Roll(r.Context(), v.id)
	if err != nil {
		return err
	}
	if err := checkNumbers(list, members); err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, newBadgesPreview(list, members))
}

func newBadgesPreview(list []form.Badge, members []store.Member) *badgesPreviewJSON {
	p := &badgesPreviewJSON{Rows: len(list), Replaced: []rowJSON{}, Without: []rowJSON{}}
	given := make(map[string]form.Badge, len(list))
	for _, b := range list {
		given[b.Number] = b
		if b.PIN != "" {
			p.PINs++
		}
	}
	for _, m := range members {
		b, ok := given[m.Number]
		row := rowJSON{m.Number, m.Name, m.Seat}
		switch had := m.Badge != ([32]byte{}); {
		case !ok && !had && m.Place != nil:
			p.Without = append(p.Without, row)
		case ok && !had:
			p.New++
		case ok && m.Badge != b.Key:
			p.Replaced = append(p.Replaced, row)
		case ok:
			p.Unchanged++
		}
	}
	return p
}

// mediaXLSX is the media type of a workbook.
const mediaXLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

const mediaPDF = "application/pdf"

// getRollBook serves GET /votes/{vote}/roll.xlsx: the roll as it is, to edit
// and import again.
func (s *Server) getRollBook(w http.ResponseWriter, r *http.Request, _ Person) error {
	v, err := s.vote(r)
	if err != nil {
		return err
	}
	members, err := s.config.DB.Roll(r.Context(), v.id)
	if err != nil {
		return err
	}
	return writeBook(w, "roll", form.RollBook(spoken(r), deputiesOf(members)))
}

// getCandidatesBook serves GET /votes/{vote}/candidates.xlsx.
func (s *Server) getCandidatesBook(w http.ResponseWriter, r *http.Request, _ Person) error {
	v, err := s.vote(r)
	if err != nil {
		return err
	}
	options, err := s.config.DB.Candidates(r.Context(), v.id)
	if err != nil {
		return err
	}
	return writeBook(w, "candidates", form.CandidatesBook(spoken(r), options))
}

// blankBook serves GET /templates/*.xlsx.
func blankBook(name string, make func(lang.Lang) []byte) handler {
	return func(_ *Server, w http.ResponseWriter, r *http.Request, _ Person) error {
		return writeBook(w, name, make(spoken(r)))
	}
}

func writeBook(w http.ResponseWriter, name string, body []byte) error {
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`.xlsx"`)
	return writeBytes(w, mediaXLSX, body)
}
