package web

import (
	"cmp"
	"context"
	"net/http"
	"slices"

	"piaojue/project"
)

// plansData fills GET /projects/plans: the year's supervision.
type plansData struct {
	Year      int
	Quarters  []planQuarter
	Oversee   int // 督办月; 0: none
	Teams     []teamLine
	Questions []questionLine
	Do        []deedLink
}

// planQuarter is a quarter of the calendar.
type planQuarter struct {
	Number     int
	Receptions []project.Date
	Oversee    bool // the month of oversight lies in it
	Plans      []planLine
}

type planLine struct {
	project.Plan
	Leads   string // the committee
	Titles  []string
	Words   published
	Result  published
	Overdue int
	Do      []deedLink
}

// teamLine is a project and who watches over it: 一项一组.
type teamLine struct {
	Number   uint32
	Title    string
	Team     project.Team
	Leads    string
	Deputies []string
	Open     int // problems
	Visits   int
	Own      bool
	Do       []deedLink
}

type questionLine struct {
	project.Inquiry
	Asked string
	Title string
}

func (s *Server) plansPage(r *http.Request, who Person) (any, error) {
	actor, err := s.actor(r, who)
	if err != nil {
		return nil, err
	}
	today := s.projects.day()
	year, _, _ := today.Split()
	if y := int(parseNumber(r.URL.Query().Get("year"))); project.NewDate(y, 1, 1) != 0 {
		year = y
	}
	d := &plansData{Year: year}
	return d, s.projects.view(func(state *project.State) error {
		by, _ := state.Actor(actor)
		d.Do = deedLinks(state, actor, 0,
			&project.Plan{Number: state.Next(project.NounPlan)}, &project.Inquiry{Number: state.Next(project.NounInquiry)})
		d.addCalendar(state)
		d.addTeams(state, &by)
		d.addQuestions(state)
		return s.addPlans(r.Context(), d, state, actor, today)
	})
}

func (d *plansData) addCalendar(state *project.State) {
	c := state.Calendar(d.Year)
	_, d.Oversee, _ = c.OverseeFirst.Split()
	for q := range 4 {
		d.Quarters = append(d.Quarters, planQuarter{Number: q + 1, Oversee: d.Oversee != 0 && (d.Oversee-1)/3 == q})
	}
	for _, day := range c.Receptions {
		q := &d.Quarters[quarterOf(day)]
		q.Receptions = append(q.Receptions, day)
	}
}

// quarterOf returns 0 to 3.
func quarterOf(d project.Date) int {
	_, month, _ := d.Split()
	return (month - 1) / 3
}

func (s *Server) addPlans(ctx context.Context, d *plansData, state *project.State, actor uint32, today project.Date) (err error) {
	for _, n := range state.Calendar(d.Year).Plans {
		x, _ := state.Plan(n)
		line := planLine{Plan: x, Leads: unitName(state, x.Committee), Do: deedLinks(state, actor, n, &project.Held{Plan: n})}
		for _, p := range x.Projects {
			about, _ := state.Project(p)
			line.Titles = append(line.Titles, about.Title)
		}
		if x.Stage == project.StagePlanned && x.Due.Past(today) {
			line.Overdue = today.Sub(x.Due)
		}
		if line.Words, err = s.published(ctx, state, x.Text); err != nil {
			return err
		}
		if line.Result, err = s.published(ctx, state, x.Report); err != nil {
			return err
		}
		q := &d.Quarters[quarterOf(x.Due)]
		q.Plans = append(q.Plans, line)
	}
	for i := range d.Quarters {
		slices.SortStableFunc(d.Quarters[i].Plans, func(a, b planLine) int { return cmp.Compare(a.Due, b.Due) })
	}
	return nil
}

// addTeams lists the projects that are not over, one's own first.
func (d *plansData) addTeams(state *project.State, by *project.Actor) {
	for n := uint32(1); n < state.Next(project.NounProject); n++ {
		p, _ := state.Project(n)
		if p.Stage == project.StageClosed || p.Stage == project.StageTerminated {
			continue
		}
		line := teamLine{Number: n, Title: p.Title, Team: p.Team, Leads: unitName(state, p.Team.Committee), Open: p.Open, Visits: len(p.Inspections), Own: onTeam(&p, by)}
		for _, deputy := range p.Team.Deputies {
			a, _ := state.Actor(deputy)
			line.Deputies = append(line.Deputies, a.Name)
		}
		line.Do = deedLinks(state, by.Number, n,
			&project.Team{Project: n}, &project.Inspection{Number: state.Next(project.NounInspection), Project: n},
			&project.Problem{Number: state.Next(project.NounProblem), Project: n})
		d.Teams = append(d.Teams, line)
	}
	slices.SortStableFunc(d.Teams, func(a, b teamLine) int { return compareFlags(a.Own, b.Own) })
}

// addQuestions lists the inquiries that are still open, and those of the year.
func (d *plansData) addQuestions(state *project.State) {
	for n := state.Next(project.NounInquiry) - 1; n > 0; n-- {
		x, _ := state.Inquiry(n)
		year, _, _ := x.Due.Split()
		if x.Stage == project.StageSettled && year != d.Year {
			continue
		}
		p, _ := state.Project(x.Project)
		d.Questions = append(d.Questions, questionLine{x, unitName(state, x.Unit), p.Title})
	}
}
