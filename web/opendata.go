package web

import (
	"bytes"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"piaojue/lang"
	"piaojue/project"
)

func dataRoutes() []route {
	return []route{
		{method: "GET", path: "/projects/data.json", who: everyone, status: 200, answer: mediaJSON, handle: (*Server).getProjectsJSON,
			out: projectsJSON{},
			doc: "All projects, candidates and lists as JSON."},
	}
}

// dataColumn is a column of the open data. The names are a promise to those who
// compute with them: columns may be added, never renamed or given another sense.
type dataColumn struct {
	Name  string
	value func(*dataRow) any // string, uint64, bool, or nil: not known
}

// dataRow is a row of the open data: a project, or a candidate, or one on a list.
type dataRow struct {
	*project.Project
	state     *project.State
	light     project.Light
	candidate project.Candidate
	list      project.List
	place     int // on the list, from 1
}

// dataSet is a table of the open data.
type dataSet struct {
	Name    string
	Path    string // of the CSV file
	Text    string // the ids of its columns begin so
	Columns []dataColumn
	each    func(*project.State, project.Date, func(*dataRow) error) error
}

var dataSets = []dataSet{
	{"projects", "/projects/data.csv", "works.column_", dataColumns, eachProject},
	{"candidates", "/projects/data/candidates.csv", "works.candidacy_", candidateColumns, eachCandidate},
	{"lists", "/projects/data/lists.csv", "works.listing_", listColumns, eachListed},
}

var dataColumns = []dataColumn{
	{"number", func(r *dataRow) any { return uint64(r.Number) }},
	{"year", func(r *dataRow) any { return uint64(yearOf(r.state, r.Project)) }},
	{"title", func(r *dataRow) any { return r.Title }},
	{"field", func(r *dataRow) any { return pageText(lang.ZH, "wish.field_"+numeral(r.Field)) }},
	{"district", func(r *dataRow) any { return unitName(r.state, r.District) }},
	{"stage", func(r *dataRow) any { return r.Stage.String() }},
	{"light", func(r *dataRow) any { return r.light.Colour.String() }},
	{"lead_unit", func(r *dataRow) any { return unitName(r.state, r.Lead) }},
	{"assisting_units", func(r *dataRow) any { return strings.Join(unitNames(r.state, r.Assisting), "、") }},
	{"leader", func(r *dataRow) any { return r.book().Leader }},
	{"responsible", func(r *dataRow) any { return r.book().Responsible }},
	{"deadline", func(r *dataRow) any { return deadlineOf(r.Project).String() }},
	{"investment_yuan", func(r *dataRow) any { return investment(r.Project) }},
	{"spent_yuan", func(r *dataRow) any { return r.Spent }},
	{"people", func(r *dataRow) any { return uint64(r.Figures.People) }},
	{"planned_percent", func(r *dataRow) any { return uint64(r.light.Planned / 100) }},
	{"done_percent", func(r *dataRow) any { return uint64(r.light.Actual / 100) }},
	{"overdue_days", func(r *dataRow) any { return uint64(r.light.Overdue) }},
	{"last_report", func(r *dataRow) any { return r.Reported.String() }},
	{"open_problems", func(r *dataRow) any { return uint64(r.Open) }},
	{"late_problems", func(r *dataRow) any { return uint64(r.light.Late) }},
	{"suggestions", func(r *dataRow) any { c, _ := r.state.Candidate(r.Candidate); return uint64(c.Suggestions) }},
	{"votes", func(r *dataRow) any { return ifKnown(r.Source.Counted, r.Source.Votes) }},
	{"rating", func(r *dataRow) any { return ifKnown(r.Rating != nil, uint32(r.rating().Grade)) }},
	{"rating_satisfied", func(r *dataRow) any { return ifKnown(r.Rating != nil, r.rating().Good) }},
	{"rating_basically", func(r *dataRow) any { return ifKnown(r.Rating != nil, r.rating().Basic) }},
	{"rating_not", func(r *dataRow) any { return ifKnown(r.Rating != nil, r.rating().Bad) }},
	{"public_satisfied", func(r *dataRow) any { return uint64(r.Opinion.Good) }},
	{"public_basically", func(r *dataRow) any { return uint64(r.Opinion.Basic) }},
	{"public_not", func(r *dataRow) any { return uint64(r.Opinion.Bad) }},
	{"builders", func(r *dataRow) any { return r.site().Builders }},
	{"standards", func(r *dataRow) any { return r.site().Standards }},
	{"site_begins", func(r *dataRow) any { return r.site().Begins.String() }},
	{"site_ends", func(r *dataRow) any { return r.site().Ends.String() }},
	{"report_phone", func(r *dataRow) any { return r.site().Phone }},
	{"manifest", func(r *dataRow) any { return hex.EncodeToString(r.Source.Manifest[:]) }},
	{"result", func(r *dataRow) any { return hex.EncodeToString(r.Source.Result[:]) }},
	{"page", func(r *dataRow) any { return "/projects/" + strconv.Itoa(int(r.Number)) }},
}

// ifKnown is a number that may be unknown: an empty cell then, or null, for 0
// would say something.
func ifKnown(known bool, n uint32) any {
	if !known {
		return nil
	}
	return uint64(n)
}

func (r *dataRow) book() *project.TaskBook {
	if r.Task == nil {
		return &project.TaskBook{}
	}
	return r.Task
}

func (r *dataRow) site() *project.Site {
	if r.Site == nil {
		return &project.Site{}
	}
	return r.Site
}

func (r *dataRow) rating() *project.Rated {
	if r.Rating == nil {
		return &project.Rated{}
	}
	return r.Rating
}

// eachProject calls fn for each project.
func eachProject(state *project.State, today project.Date, fn func(*dataRow) error) error {
	for n := uint32(1); int(n) <= state.Count(project.NounProject); n++ {
		p, _ := state.Project(n)
		if err := fn(&dataRow{Project: &p, state: state, light: state.Light(n, today)}); err != nil {
			return err
		}
	}
	return nil
}

// serveCSV serves one of the tables: UTF-8 with a byte order mark, as spreadsheets
// in China expect it.
func (d dataSet) serveCSV(s *Server, w http.ResponseWriter, _ *http.Request, _ Person) error {
	if s.projects == nil {
		return because(codeNotFound, errNoProjects)
	}
	var out bytes.Buffer
	out.WriteString("\ufeff")
	table := csv.NewWriter(&out)
	table.UseCRLF = true
	row := make([]string, len(d.Columns))
	for i, c := range d.Columns {
		row[i] = c.Name
	}
	table.Write(row) // a bytes.Buffer takes everything
	err := s.projects.view(func(state *project.State) error {
		return d.each(state, s.projects.day(), func(r *dataRow) error {
			for i, c := range d.Columns {
				row[i] = cell(c.value(r))
			}
			return table.Write(row)
		})
	})
	if err != nil {
		return err
	}
	table.Flush()
	w.Header().Set("Content-Disposition", `attachment; filename="`+d.Name+`.csv"`)
	w.Header().Set("Cache-Control", cacheNever)
	return writeBytes(w, mediaCSV+"; charset=utf-8", out.Bytes())
}

// cell writes a value. A text that a spreadsheet would compute is guarded: titles
// come from outside.
func cell(v any) string {
	switch v := v.(type) {
	case uint64:
		return strconv.FormatUint(v, 10)
	case string:
		if v != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(v)[0]) {
			return "'" + v
		}
		return v
	}
	return ""
}

// projectsJSON is GET /projects/data.json.
type projectsJSON struct {
	Congress string           `json:"congress"`
	Day      string           `json:"day" doc:"Of the lights and percents."`
	Licence  string           `json:"licence" doc:"As the operator says it; empty: nothing is said."`
	Entries  uint64           `json:"entries" doc:"Size of the log that all this is made of, at /board/projects/."`
	Projects []map[string]any `json:"projects" doc:"The columns of /projects/data; null: not known or not published."`
	// What could have become a project, and the lists they were voted on.
	Candidates []map[string]any `json:"candidates" doc:"The columns of its table; null: not known or not published."`
	Lists      []map[string]any `json:"lists" doc:"A row for each candidate of each list."`
}

// getProjectsJSON serves GET /projects/data.json.
func (s *Server) getProjectsJSON(w http.ResponseWriter, _ *http.Request, _ Person) error {
	if s.projects == nil {
		return because(codeNotFound, errNoProjects)
	}
	d := projectsJSON{Day: s.projects.day().String(), Licence: s.config.DataLicence}
	err := s.projects.view(func(state *project.State) error {
		d.Congress, d.Entries = state.Organisation().Name, state.Size()
		d.Projects = dataSets[0].rows(state, s.projects.day())
		d.Candidates = dataSets[1].rows(state, s.projects.day())
		d.Lists = dataSets[2].rows(state, s.projects.day())
		return nil
	})
	if err != nil {
		return err
	}
	body, err := json.Marshal(d)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", cacheNever)
	return writeBytes(w, mediaJSON, body)
}

// rows are the rows of a table as objects.
func (d dataSet) rows(state *project.State, today project.Date) []map[string]any {
	all := []map[string]any{}
	d.each(state, today, func(r *dataRow) error { // it returns what this returns
		row := make(map[string]any, len(d.Columns))
		for _, c := range d.Columns {
			row[c.Name] = c.value(r)
		}
		all = append(all, row)
		return nil
	})
	return all
}

// dictionaryData fills GET /projects/data: what each column means.
type dictionaryData struct {
	Sets    []dataSet
	Licence string
}

func (s *Server) dictionaryPage(*http.Request, Person) (any, error) {
	if s.projects == nil {
		return nil, because(codeNotFound, errNoProjects)
	}
	return &dictionaryData{dataSets, s.config.DataLicence}, nil
}
