package web

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"piaojue/project"
)

// projectsShown is how many projects stand on one page.
const projectsShown = 60

// projectsData fills GET /projects: how far everything is, for everybody.
type projectsData struct {
	Begun   bool
	Name    string // of the congress
	Day     project.Date
	Picks   []projectPick
	Sums    projectSums
	Lines   []projectLine
	Reserve []reserveLine
	Before  string // path of the page before; empty: none
	After   string
	Chosen  bool // not all are shown
}

// projectPick is a choice of which projects are shown.
type projectPick struct {
	Name    string
	Options []pickOption
}

type pickOption struct {
	Value  uint32
	Text   string // id, or empty:
	Name   string
	Chosen bool
}

// projectSums are over all that was chosen.
type projectSums struct {
	Count          int
	Planned, Spent uint64
	Percent        uint64 // of the money
	Stages         []stageSum
	Lamps          []lampSum
}

type stageSum struct {
	Stage project.Stage
	Count int
}

type lampSum struct {
	Lamp  lamp
	Count int
}

type projectLine struct {
	Number         uint32
	Title          string
	Field          project.Field
	District, Lead string
	Year           uint32
	Stage          project.Stage
	Deadline       project.Date
	Planned, Spent uint64
	Actual         int // hundredths of a percent
	Lamp           lamp
	colour         project.Colour
	district, lead uint32
}

// Percent is how much of the work is done.
func (l projectLine) Percent() int { return l.Actual / 100 }

// reserveLine is a candidate in the reserve: 储备库.
type reserveLine struct {
	Title       string
	Field       project.Field
	District    string
	Investment  uint64
	Suggestions uint32
	Votes       uint32
	Counted     bool
}

// projectPicks are the names of the choices, and the value of a project in each.
var projectPicks = []struct {
	name  string
	value func(*projectLine) uint32
}{
	{"year", func(l *projectLine) uint32 { return l.Year }},
	{"district", func(l *projectLine) uint32 { return l.district }},
	{"unit", func(l *projectLine) uint32 { return l.lead }},
	{"field", func(l *projectLine) uint32 { return uint32(l.Field) }},
	{"stage", func(l *projectLine) uint32 { return uint32(l.Stage) }},
	{"light", func(l *projectLine) uint32 { return uint32(l.colour) }},
}

// projectsPage fills GET /projects.
func (s *Server) projectsPage(r *http.Request, _ Person) (any, error) {
	if s.projects == nil {
		return nil, because(codeNotFound, errNoProjects)
	}
	d := &projectsData{Day: s.projects.today()}
	return d, s.projects.view(func(state *project.State) error {
		if d.Begun = state.Size() > 0; d.Begun {
			d.Name = state.Organisation().Name
			d.fill(state, r.URL.Query())
			d.addReserve(state)
		}
		return nil
	})
}

func (d *projectsData) fill(state *project.State, q url.Values) {
	all := projectLines(state, d.Day)
	scheme := state.Settings().Scheme
	for _, p := range projectPicks {
		chosen, given := parseNumber(q.Get(p.name)), q.Get(p.name) != ""
		pick := projectPick{Name: p.name, Options: pickOptions(state, all, p.name, p.value)}
		for i := range pick.Options {
			pick.Options[i].Chosen = given && pick.Options[i].Value == chosen
		}
		d.Picks = append(d.Picks, pick)
		if given {
			d.Chosen = true
			all = slices.DeleteFunc(all, func(l projectLine) bool { return p.value(&l) != chosen })
		}
	}
	d.sum(all, scheme)
	d.cut(all, q)
}

// projectLines are all projects, the newest year first.
func projectLines(state *project.State, today project.Date) []projectLine {
	lines := make([]projectLine, 0, state.Count(project.NounProject))
	for n := uint32(1); int(n) <= state.Count(project.NounProject); n++ {
		p, _ := state.Project(n)
		light := state.Light(n, today)
		lines = append(lines, projectLine{
			Number: n, Title: p.Title, Field: p.Field, Year: yearOf(state, &p), Stage: p.Stage,
			District: unitName(state, p.District), Lead: unitName(state, p.Lead), Deadline: deadlineOf(&p),
			Planned: investment(&p), Spent: p.Spent, Actual: light.Actual, Lamp: newLamp(light),
			colour: light.Colour, district: p.District, lead: p.Lead,
		})
	}
	slices.SortStableFunc(lines, func(a, b projectLine) int { return cmp.Compare(b.Year, a.Year) })
	return lines
}

// pickOptions are the values that occur, in order.
func pickOptions(state *project.State, lines []projectLine, name string, value func(*projectLine) uint32) []pickOption {
	var values []uint32
	for i := range lines {
		values = append(values, value(&lines[i]))
	}
	slices.Sort(values)
	var options []pickOption
	for _, n := range slices.Compact(values) {
		o := pickOption{Value: n}
		switch name {
		case "year":
			o.Name = strconv.Itoa(int(n))
		case "field":
			o.Text = "wish.field_" + strconv.Itoa(int(n))
		case "stage":
			o.Text = "works.stage_" + strconv.Itoa(int(n))
		case "light":
			o.Text = lampText(state.Settings().Scheme, project.Colour(n))
		default:
			if o.Name = unitName(state, n); o.Name == "" {
				o.Text = "works.no_" + name
			}
		}
		options = append(options, o)
	}
	return options
}

func (d *projectsData) sum(lines []projectLine, scheme project.Scheme) {
	sums := projectSums{Count: len(lines)}
	stages, colours := map[project.Stage]int{}, map[project.Colour]int{}
	for _, l := range lines {
		sums.Planned += l.Planned
		sums.Spent += l.Spent
		stages[l.Stage]++
		colours[l.colour]++
	}
	if sums.Planned > 0 {
		sums.Percent = sums.Spent * 100 / sums.Planned
	}
	for _, stage := range project.NounProject.Stages() {
		if stages[stage] > 0 {
			sums.Stages = append(sums.Stages, stageSum{stage, stages[stage]})
		}
	}
	for c := project.ColourNone; c <= project.ColourRed; c++ {
		if colours[c] > 0 {
			sums.Lamps = append(sums.Lamps, lampSum{lamp{Colour: c.String(), Text: lampText(scheme, c)}, colours[c]})
		}
	}
	d.Sums = sums
}

// cut keeps the page that is asked for.
func (d *projectsData) cut(lines []projectLine, q url.Values) {
	from := min(int(parseNumber(q.Get("from"))), len(lines))
	to := min(from+projectsShown, len(lines))
	d.Lines = lines[from:to]
	link := func(from int) string {
		next := url.Values{"from": {strconv.Itoa(from)}}
		for _, p := range projectPicks {
			if v := q.Get(p.name); v != "" {
				next.Set(p.name, v)
			}
		}
		return "/projects?" + next.Encode()
	}
	if from > 0 {
		d.Before = link(max(from-projectsShown, 0))
	}
	if to < len(lines) {
		d.After = link(to)
	}
}

func (d *projectsData) addReserve(state *project.State) {
	for n := uint32(1); int(n) <= state.Count(project.NounCandidate); n++ {
		c, _ := state.Candidate(n)
		if c.Stage != project.StageReserved {
			continue
		}
		d.Reserve = append(d.Reserve, reserveLine{
			c.Title, c.Field, unitName(state, c.District), c.Figures.Investment, c.Suggestions, c.Votes, c.Counted,
		})
	}
}
