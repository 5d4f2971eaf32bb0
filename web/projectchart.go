package web

import (
	"fmt"
	"slices"
	"strings"

	"piaojue/project"
)

// The size of the chart, and of the part in which the lines are.
const (
	chartWide, chartHigh   = 640, 260
	chartLeft, chartTop    = 58, 14
	chartRight, chartFloor = 626, 218
	chartSamples           = 48
)

// projectChart is the work as it was planned, and as it is reported: two lines in
// a picture, and the same as a table.
type projectChart struct {
	Planned, Actual string // paths
	Today           int    // where today is; 0: not in the picture
	Dots            []chartDot
	From, To        project.Date
	Rows            []chartRow // one for each report, the newest first
}

type chartDot struct{ X, Y int }

type chartRow struct {
	Period  uint32
	Day     project.Date
	Planned string
	Actual  string
	Spent   uint64
	actual  int
}

// Grid are the lines of the picture with what they stand for.
func (*projectChart) Grid() (all []struct{ Y, Percent int }) {
	for _, percent := range []int{0, 25, 50, 75, 100} {
		all = append(all, struct{ Y, Percent int }{chartY(percent * 100), percent})
	}
	return all
}

func chartY(hundredths int) int { return chartFloor - hundredths*(chartFloor-chartTop)/10000 }

// newProjectChart draws a project, or returns nil while there is no task book.
func newProjectChart(state *project.State, p *project.Project, events []*happening, today project.Date) *projectChart {
	if p.Task == nil {
		return nil
	}
	c := &projectChart{From: p.Began, To: p.Task.Deadline}
	for _, m := range p.Task.Milestones {
		c.From, c.To = min(c.From, m.Begins), max(c.To, m.Ends)
	}
	c.addRows(state, p, events)
	for _, row := range c.Rows {
		c.From, c.To = min(c.From, row.Day), max(c.To, row.Day)
	}
	c.Planned = c.plan(state, p.Number)
	c.Actual = c.reported()
	if today >= c.From && today <= c.To {
		c.Today = c.x(today)
	}
	return c
}

func (c *projectChart) x(d project.Date) int {
	days := max(c.To.Sub(c.From), 1)
	return chartLeft + d.Sub(c.From)*(chartRight-chartLeft)/days
}

// plan samples what was planned. The light of a day has the sum.
func (c *projectChart) plan(state *project.State, number uint32) string {
	var b strings.Builder
	days := max(c.To.Sub(c.From), 1)
	for i := range chartSamples + 1 {
		day := c.From.Add(days * i / chartSamples)
		fmt.Fprintf(&b, "%c%d %d", command(i), c.x(day), chartY(state.Light(number, day).Planned))
	}
	return b.String()
}

func command(i int) byte {
	if i == 0 {
		return 'M'
	}
	return 'L'
}

// addRows takes the reports. Those made for another task book, with other
// milestones, stand in the story but not in the picture.
func (c *projectChart) addRows(state *project.State, p *project.Project, events []*happening) {
	for _, h := range events {
		r, ok := h.body.(*project.Report)
		if !ok || len(r.Percents) != len(p.Task.Milestones) {
			continue
		}
		row := chartRow{Period: r.Period, Day: min(h.Day, lastOf(r.Period)), Spent: r.Spent}
		for i, m := range p.Task.Milestones {
			row.actual += int(m.Weight) * int(r.Percents[i])
		}
		row.Actual, row.Planned = hundredths(row.actual), hundredths(state.Light(p.Number, row.Day).Planned)
		c.Rows = append(c.Rows, row)
	}
}

// lastOf is the last day of a month that was reported. A report that comes in late
// still says how far the work was then.
func lastOf(period uint32) project.Date {
	year, month := int(period/100), int(period%100)
	if month == 12 {
		year, month = year+1, 0
	}
	return project.NewDate(year, month+1, 1).Add(-1)
}

// reported joins the reports from where the plan begins.
func (c *projectChart) reported() string {
	if len(c.Rows) == 0 {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "M%d %d", c.x(c.From), chartY(0))
	for _, row := range slices.Backward(c.Rows) {
		dot := chartDot{c.x(row.Day), chartY(row.actual)}
		fmt.Fprintf(&b, "L%d %d", dot.X, dot.Y)
		c.Dots = append(c.Dots, dot)
	}
	return b.String()
}
