package web

import (
	"encoding/hex"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"piaojue/form"
	"piaojue/project"
)

// suggestDate is suggest for a day; 0: nothing.
func (s *sheet) suggestDate(d project.Date) {
	if d != 0 {
		s.suggest(htmlDate(d))
	}
}

// suggestMoney is suggest for yuan; 0: nothing.
func (s *sheet) suggestMoney(yuan uint64) {
	if yuan != 0 {
		s.suggest(form.FormatWan(yuan))
	}
}

// suggestNumber is suggest for a number, or for the option that bears it; 0:
// nothing.
func (s *sheet) suggestNumber(n uint32) {
	if n == 0 || s.given != nil {
		return
	}
	f := &s.fields[len(s.fields)-1]
	f.Value = strconv.Itoa(int(n))
	for i := range f.Options {
		f.Options[i].Chosen = f.Options[i].Value == f.Value
	}
}

// htmlDate writes a day as browsers do.
func htmlDate(d project.Date) string {
	year, month, day := d.Split()
	pad := func(n, width int) string {
		text := strconv.Itoa(n)
		return strings.Repeat("0", max(0, width-len(text))) + text
	}
	return pad(year, 4) + "-" + pad(month, 2) + "-" + pad(day, 2)
}

// unitOfAnyKind asks for a unit of any kind.
func (s *sheet) unitOfAnyKind(name string, to *uint32) {
	var options []sheetOption
	for k := project.UnitDistrict; k <= project.UnitStation; k++ {
		options = append(options, s.units(k)...)
	}
	if v, ok := s.choose(name, options, false); ok {
		*to = parseNumber(v)
	}
}

// someProjects asks for any number of projects.
func (s *sheet) someProjects(name string, to *[]uint32) {
	var options []sheetOption
	for n := uint32(1); int(n) <= s.state.Count(project.NounProject); n++ {
		p, _ := s.state.Project(n)
		options = append(options, sheetOption{Value: strconv.Itoa(int(n)), Name: p.Title})
	}
	*to = parseNumbers(s.ticks(name, options, false))
}

// person asks which account shall act so.
func (s *sheet) person(name string) {
	var options []sheetOption
	for _, p := range s.persons {
		options = append(options, sheetOption{Value: p.ID, Name: p.Name})
	}
	s.account, _ = s.choose(name, options, false)
}

// maxNumbers bounds how many things one act names.
const maxNumbers = 1000

// numbers asks for numbers of things, separated by spaces, commas and the like.
// What is neither is refused: a number that was left out would be so for ever.
func (s *sheet) numbers(name string, to *[]uint32, needed bool) {
	f, ask := s.note(name, "line", needed)
	if !ask {
		return
	}
	f.Value = strings.Join(s.given.values[name], " ") // of ticks there are several
	texts := strings.FieldsFunc(form.Narrow(f.Value), func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",;/、", r) })
	for _, text := range texts {
		if n, err := strconv.ParseUint(text, 10, 32); err == nil && n != 0 {
			*to = append(*to, uint32(n))
		}
	}
	if len(*to) != len(texts) || len(texts) > maxNumbers {
		s.refuse(f, "deed.no_numbers", maxNumbers)
	}
}

// month is a month, as browsers write it (2026-11), kept as 202611.
func (s *sheet) month(name string, to *uint32) {
	f, ask := s.note(name, "month", true)
	if !ask {
		year, month, _ := s.today.Split()
		f.Value = htmlDate(project.NewDate(year, month, 1))[:7]
		return
	}
	d, ok := parseDate(f.Value + "-01")
	if !ok {
		s.refuse(f, "deed.no_date")
		return
	}
	*to = uint32(d) / 100
}

// percents asks how far each milestone of a project is.
func (s *sheet) percents(name string, to *[]uint8, p *project.Project) {
	f, ask := s.note(name, "percents", true)
	if p.Task == nil {
		return
	}
	for i, m := range p.Task.Milestones {
		value := "0"
		if i < len(p.Percents) {
			value = strconv.Itoa(int(p.Percents[i]))
		}
		if ask {
			value = s.cells(name, i)[0]
		}
		f.Rows = append(f.Rows, sheetRow{[]string{value, m.Name}})
		n, err := strconv.ParseUint(value, 10, 8)
		if err != nil || n > 100 {
			s.refuse(f, "deed.no_number", 100)
			continue
		}
		*to = append(*to, uint8(n))
	}
}

// milestoneRows is how many lines the form has at first, and how many more come
// with the button that asks for more, which works without a script as well.
const milestoneRows = 4

// rowCount is how many lines a table has: those that were sent, which are shown
// again even if they are too many for the log, and more if that was asked for.
func (s *sheet) rowCount(name string) int {
	n := milestoneRows
	if s.given == nil {
		return n
	}
	for i := range 4 {
		n = max(n, len(s.given.values[name+"_"+strconv.Itoa(i)]))
	}
	if s.given.more() {
		n = max(n, min(n+milestoneRows, project.MaxMilestones))
	}
	return n
}

// more reports whether somebody asks for more lines, and not to record anything.
func (f *filled) more() bool { return first(f.values["more"]) != "" }

// milestones asks for the parts of a project: name, weight in percent, first and
// last day. Empty lines are none.
func (s *sheet) milestones(name string, to *[]project.Milestone) {
	f, ask := s.note(name, "milestones", true)
	f.Rows = make([]sheetRow, s.rowCount(name))
	for i := range f.Rows {
		f.Rows[i].Cells = s.cells(name, i)
	}
	if !ask {
		return
	}
	for i, row := range f.Rows {
		if strings.Join(row.Cells, "") == "" {
			continue
		}
		m, ok := parseMilestone(row.Cells)
		if !ok {
			s.refuse(f, "deed.bad_milestone", i+1)
			return
		}
		*to = append(*to, m)
	}
	if len(*to) == 0 {
		s.refuse(f, "deed.needed")
	}
}

func (s *sheet) cells(name string, row int) []string {
	cells := make([]string, 4)
	if s.given == nil {
		return cells
	}
	for i := range cells {
		if v := s.given.values[name+"_"+strconv.Itoa(i)]; row < len(v) {
			cells[i] = strings.TrimSpace(v[row])
		}
	}
	return cells
}

func parseMilestone(cells []string) (m project.Milestone, ok bool) {
	weight, err := strconv.ParseUint(cells[1], 10, 8)
	begins, first := parseDate(cells[2])
	ends, last := parseDate(cells[3])
	m = project.Milestone{Name: cells[0], Weight: uint8(weight), Begins: begins, Ends: ends}
	return m, err == nil && first && last && cells[0] != "" && utf8.RuneCountInString(cells[0]) <= maxLine && !hasHidden(cells[0])
}

// suggestMilestones is suggest for a table of milestones.
func (s *sheet) suggestMilestones(all []project.Milestone) {
	if s.given != nil {
		return
	}
	f := &s.fields[len(s.fields)-1]
	for len(f.Rows) < len(all) {
		f.Rows = append(f.Rows, sheetRow{make([]string, 4)})
	}
	for i, m := range all {
		f.Rows[i].Cells = []string{m.Name, strconv.Itoa(int(m.Weight)), htmlDate(m.Begins), htmlDate(m.Ends)}
	}
}

// order asks for the candidates of a list, in the order of the ballot: a number
// beside each that shall be on it, nothing beside the others.
func (s *sheet) order(name string, to *[]uint32, old *project.List) {
	f, ask := s.note(name, "order", true)
	taken := map[uint32]uint32{}
	for n := uint32(1); n < s.state.Next(project.NounCandidate); n++ {
		c, _ := s.state.Candidate(n)
		at := slices.Index(old.Candidates, n)
		if c.Stage != project.StageDrafted && c.Stage != project.StageReserved && at < 0 {
			continue
		}
		value := ""
		if at >= 0 {
			value = strconv.Itoa(at + 1)
		}
		number := strconv.Itoa(int(n))
		if ask {
			value = strings.TrimSpace(first(s.given.values[name+"_"+number]))
		}
		f.Rows = append(f.Rows, sheetRow{[]string{value, c.Title, number}})
		if place := parseNumber(value); place != 0 && taken[place] == 0 {
			taken[place] = n
		} else if value != "" {
			s.refuse(f, "deed.bad_order")
		}
	}
	if !ask {
		return
	}
	for _, place := range slices.Sorted(maps.Keys(taken)) {
		*to = append(*to, taken[place])
	}
	if len(*to) == 0 && !s.wrong {
		s.refuse(f, "deed.needed")
	}
}

// key asks for a public key, as key programs print it; empty: none.
func (s *sheet) key(name string, to *[32]byte) {
	f, ask := s.note(name, "line", false)
	if !ask || f.Value == "" {
		return
	}
	b, err := hex.DecodeString(strings.ToLower(f.Value))
	if err != nil || len(b) != len(to) {
		s.refuse(f, "deed.no_key")
		return
	}
	*to = [32]byte(b)
}

// suggestKey is suggest for a key; zeros: nothing.
func (s *sheet) suggestKey(key [32]byte) {
	if key != [32]byte{} {
		s.suggest(hex.EncodeToString(key[:]))
	}
}
