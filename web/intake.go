package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"piaojue/project"
)

// intakeData is the desk of those who receive wishes.
type intakeData struct {
	View    string // moderate, triage or quarters
	Views   []string
	Sums    project.Sums
	Waiting int // for moderation
	Late    int
	Filter  intakeFilter
	Options intakeOptions
	Rows    []intakeRow
	Found   int
	Page    int
	Before  string // address of the page before; empty: none
	After   string
	Wish    *wishView // to moderate
	Board   []quarterRow
	ID      string
}

// intakeFilter says which wishes are listed.
type intakeFilter struct {
	Stage    string // number of a stage, or open, or empty: all
	Late     bool
	Field    uint32
	District uint32
	Station  uint32
	Words    string
}

// intakeOptions are what a filter may name.
type intakeOptions struct {
	Stages    []uint8
	Fields    []uint8
	Districts []project.Unit
	Stations  []project.Unit
}

// intakeRow is a wish in the list.
type intakeRow struct {
	Number   uint32
	Text     string
	Field    uint8
	District string
	Stage    uint8
	Unit     string
	Due      project.Date
	Late     int
	Size     uint32
	Similar  int // how many others may ask for the same
	Shown    uint8
	Wait     bool // for moderation
	May      bool // be bundled
}

var (
	intakeViews = []string{"triage", "moderate", "quarters"}
	wishStages  = []uint8{
		uint8(project.StageReceived), uint8(project.StageTransferred), uint8(project.StageStudied), uint8(project.StageTakenUp),
		uint8(project.StageDeclined), uint8(project.StageSolved), uint8(project.StageBundled),
	}
)

// intakeRows is how many wishes stand on a page.
const intakeRows = 30

// intakePage fills GET /projects/intake: for the office and the government, who
// see all wishes, and for stations and departments, who see their own.
func (s *Server) intakePage(r *http.Request, who Person) (any, error) {
	actor, err := s.actor(r, who)
	if err != nil {
		return nil, err
	}
	d := &intakeData{View: "triage", ID: newFormID(), Filter: readIntakeFilter(r.URL.Query())}
	err = s.projects.index(r.Context(), func(x *similarIndex) error {
		return s.projects.view(func(state *project.State) error {
			a, _ := state.Actor(actor)
			switch a.Role {
			case project.RoleOffice:
				d.Views = intakeViews
			case project.RoleGovernment, project.RoleStation, project.RoleDepartment:
				d.Views = []string{"triage", "quarters"}
			default:
				return refuse(codeForbidden)
			}
			if v := r.URL.Query().Get("view"); slices.Contains(d.Views, v) {
				d.View = v
			}
			d.fill(state, x, &a, s.projects.today(), r.URL.Query())
			return nil
		})
	})
	if err != nil || d.Wish == nil {
		return d, err
	}
	return d, s.readWish(r.Context(), d.Wish)
}

// readWish fills in the texts of a wish that is shown.
func (s *Server) readWish(ctx context.Context, v *wishView) error {
	var text project.Blob
	s.projects.view(func(state *project.State) error {
		x, _ := state.Suggestion(v.Number)
		text = x.Text
		return nil
	})
	return v.read(ctx, s.projects, text)
}

func readIntakeFilter(q url.Values) intakeFilter {
	f := intakeFilter{
		Stage: q.Get("stage"), Late: q.Get("late") != "", Field: parseNumber(q.Get("field")),
		District: parseNumber(q.Get("district")), Station: parseNumber(q.Get("station")),
	}
	if words := []rune(q.Get("words")); len(words) <= maxLine {
		f.Words = string(words)
	}
	return f
}

func (d *intakeData) fill(state *project.State, x *similarIndex, a *project.Actor, today project.Date, q url.Values) {
	d.Sums = state.Sums()
	d.Options = intakeOptions{Stages: wishStages, Districts: unitsOf(state, project.UnitDistrict), Stations: unitsOf(state, project.UnitStation)}
	for f := project.FieldEducation; f <= project.FieldOther; f++ {
		d.Options.Fields = append(d.Options.Fields, uint8(f))
	}
	var found []uint32
	first := uint32(0) // that waits for moderation
	for n := uint32(1); int(n) <= state.Count(project.NounSuggestion); n++ {
		w, _ := state.Suggestion(n)
		if !seesWish(state, a.Number, &w) {
			continue
		}
		late := w.Due.Past(today)
		if late {
			d.Late++
		}
		if !moderated(&w) {
			d.Waiting++
			if first == 0 {
				first = n
			}
		}
		if d.View == "triage" && d.Filter.takes(&w, late, x.text(n)) {
			found = append(found, n)
		}
	}
	switch d.View {
	case "moderate":
		if first != 0 {
			d.Wish, _ = newWishView(state, first, a.Number, false, today)
		}
	case "quarters":
		d.Board = quarters(state, a, today, parseNumber(q.Get("station")))
	default:
		d.list(state, x, a, today, found, q)
	}
}

func unitsOf(state *project.State, kind project.UnitKind) (all []project.Unit) {
	for n := uint32(1); int(n) <= state.Units(); n++ {
		if u, _ := state.Unit(n); u.Of == kind {
			all = append(all, u)
		}
	}
	return all
}

// takes reports whether a wish is one of those that are looked for.
func (f *intakeFilter) takes(w *project.Suggestion, late bool, text string) bool {
	switch {
	case f.Stage == "open" && !isOpen(w.Stage),
		f.Stage != "" && f.Stage != "open" && f.Stage != strconv.Itoa(int(w.Stage)),
		f.Late && !late,
		f.Field != 0 && f.Field != uint32(w.Field),
		f.District != 0 && f.District != w.District,
		f.Station != 0 && f.Station != w.Station():
		return false
	}
	return f.Words == "" || containsFold(text, f.Words)
}

// list shows one page of what was found: what is overdue first, then the oldest.
func (d *intakeData) list(state *project.State, x *similarIndex, a *project.Actor, today project.Date, found []uint32, q url.Values) {
	due := func(n uint32) project.Date {
		w, _ := state.Suggestion(n)
		if w.Due == 0 {
			return 1 << 31
		}
		return w.Due
	}
	slices.SortStableFunc(found, func(a, b uint32) int { return int(int64(due(a)) - int64(due(b))) })
	d.Found = len(found)
	d.Page = min(int(parseNumber(q.Get("page"))), max(0, (len(found)-1)/intakeRows))
	from := d.Page * intakeRows
	for _, n := range found[from:min(from+intakeRows, len(found))] {
		d.Rows = append(d.Rows, newIntakeRow(state, x, a, n, today))
	}
	if d.Page > 0 {
		d.Before = pageAddress(q, d.Page-1)
	}
	if from+intakeRows < len(found) {
		d.After = pageAddress(q, d.Page+1)
	}
}

func pageAddress(q url.Values, page int) string {
	next := url.Values{}
	for name, values := range q {
		next[name] = values
	}
	next.Set("page", strconv.Itoa(page))
	return "/projects/intake?" + next.Encode()
}

func newIntakeRow(state *project.State, x *similarIndex, a *project.Actor, n uint32, today project.Date) intakeRow {
	w, _ := state.Suggestion(n)
	district, _ := state.Unit(w.District)
	unit, _ := state.Unit(w.Unit)
	row := intakeRow{
		Number: n, Text: shortText(x.text(n)), Field: uint8(w.Field), District: district.Name, Stage: uint8(w.Stage),
		Unit: unit.Name, Due: w.Due, Size: w.Size, Shown: uint8(w.Shown), Wait: !moderated(&w),
	}
	if h, _ := state.Holding(w.Text); h.Visibility == project.Withdrawn {
		row.Text = ""
	}
	if w.Due.Past(today) {
		row.Late = today.Sub(w.Due)
	}
	if a.Role == project.RoleOffice {
		row.Similar = len(nearestOpen(state, x, n))
		row.May = isOpen(w.Stage) || w.Stage == project.StageTakenUp
	}
	return row
}
