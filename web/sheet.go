package web

import (
	"crypto/rand"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"piaojue/form"
	"piaojue/project"
)

// sheet is a form to fill in about projects. One function describes it and reads
// it: each of its methods notes a field, and, if somebody has filled the form in,
// takes its value. So a page never asks for what is not read, nor reads what it
// did not ask for.
type sheet struct {
	state    *project.State
	actor    project.Actor
	about    uint32          // number of the subject; 0: something new
	subjects []recordSubject // what it is about already
	today    project.Date
	given    *filled // nil: the form is described only
	fields   []sheetField
	blobs    []blob
	wrong    bool // something is missing or makes no sense

	seen  string        // how the subject stands
	since []historyLine // what happened to it since the form was opened

	votes   []rulingVote // certified, about the project
	persons []Person     // with accounts
	account string       // the one that shall act as the new actor; empty: none
}

// sheetField is a field as its page shows it.
type sheetField struct {
	Name    string // label is deed.<Name>
	Shape   string // how it is asked for: words, line, date, money, number, choice, ticks, tick, photos, milestones
	Options []sheetOption
	Value   string
	Rows    []sheetRow // of milestones
	Needed  bool
	Wrong   string // id of what is wrong; empty: nothing
	About   []any  // its arguments
}

// MayGrow reports whether a table can have more lines.
func (f sheetField) MayGrow() bool { return len(f.Rows) < project.MaxMilestones }

// Most is how many lines a table can have.
func (f sheetField) Most() int { return project.MaxMilestones }

// maxRadio is up to how many words to choose from stand side by side.
const maxRadio = 8

// Radio reports whether a choice is shown open. What need not be chosen must be
// possible to take back, which a list allows.
func (f sheetField) Radio() bool {
	return f.Needed && len(f.Options) <= maxRadio && len(f.Options) > 0 && f.Options[0].Text != ""
}

// sheetOption is something to choose.
type sheetOption struct {
	Value  string
	Text   string // id of a text
	Name   string // or a name that is no text of ours
	Chosen bool
}

// sheetRow is a line of a table to fill in.
type sheetRow struct{ Cells []string }

// filled is what somebody has filled in.
type filled struct {
	id     [16]byte // drawn by the sender, so that a form sent twice is one
	values map[string][]string
	photos map[string][][]byte
	drawn  map[string][]drawn // by name: photos drawn anew
	public bool               // somebody whom nobody knows
}

// note adds a field, and returns it with what was given. A value is read only
// where ask says so.
func (s *sheet) note(name, shape string, needed bool) (f *sheetField, ask bool) {
	s.fields = append(s.fields, sheetField{Name: name, Shape: shape, Needed: needed})
	f = &s.fields[len(s.fields)-1]
	if s.given == nil {
		return f, false
	}
	if v := s.given.values[name]; len(v) > 0 {
		f.Value = strings.TrimSpace(strings.ReplaceAll(v[0], "\r\n", "\n"))
	}
	if f.Value == "" && needed && shape != "photos" && shape != "ticks" && shape != "milestones" && shape != "order" {
		s.refuse(f, "deed.needed")
		return f, false
	}
	return f, true
}

func (s *sheet) refuse(f *sheetField, id string, about ...any) {
	f.Wrong, f.About, s.wrong = id, about, true
}

// suggest is what a field shows before anybody filled it in.
func (s *sheet) suggest(value string) {
	if s.given == nil {
		s.fields[len(s.fields)-1].Value = value
	}
}

// maxWords and maxLine bound texts, in characters.
const (
	maxWords = 5000
	maxLine  = 80
)

// words is a text of several lines, which lies beside the log.
func (s *sheet) words(name string, to *project.Blob, needed bool) {
	f, ask := s.note(name, "words", needed)
	if !ask || f.Value == "" {
		return
	}
	if text, ok := s.clean(f, maxWords); ok {
		*to = s.keep(project.MediaText, []byte(text), nil)
	}
}

// prose is a text of several lines that stands in the log itself.
func (s *sheet) prose(name string, to *string) {
	f, ask := s.note(name, "words", true)
	if ask {
		*to, _ = s.clean(f, maxWords)
	}
}

// line is a short text that stands in the log itself.
func (s *sheet) line(name string, to *string, needed bool) {
	f, ask := s.note(name, "line", needed)
	if ask {
		*to, _ = s.clean(f, maxLine)
	}
}

func (s *sheet) clean(f *sheetField, most int) (string, bool) {
	switch {
	case !utf8.ValidString(f.Value) || hasHidden(f.Value):
		s.refuse(f, "deed.hidden")
	case utf8.RuneCountInString(f.Value) > most:
		s.refuse(f, "deed.long", most)
	default:
		return f.Value, true
	}
	return "", false
}

// keep puts a content beside the log.
func (s *sheet) keep(m project.Media, data, preview []byte) project.Blob {
	var salt [32]byte
	rand.Read(salt[:])
	file, hash := project.NewBlob(salt, m, data)
	s.blobs = append(s.blobs, blob{hash, file, preview})
	return hash
}

// date is a day, as browsers write it: 2026-11-22.
func (s *sheet) date(name string, to *project.Date, needed bool) {
	f, ask := s.note(name, "date", needed)
	if !ask || f.Value == "" {
		return
	}
	d, ok := parseDate(f.Value)
	if !ok {
		s.refuse(f, "deed.no_date")
		return
	}
	*to = d
}

func parseDate(text string) (project.Date, bool) {
	parts := strings.Split(text, "-")
	if len(parts) != 3 {
		return 0, false
	}
	var n [3]int
	for i, p := range parts {
		var err error
		if n[i], err = strconv.Atoi(p); err != nil || n[i] < 1 || n[i] > 9999 {
			return 0, false
		}
	}
	d := project.Date(n[0]*10000 + n[1]*100 + n[2])
	return d, n[1] <= 12 && n[2] <= 31 && d.Valid()
}

// money is an amount in 万元, kept in 元.
func (s *sheet) money(name string, to *uint64) {
	f, ask := s.note(name, "money", true)
	if !ask {
		return
	}
	yuan, ok := form.ParseWan(f.Value)
	if !ok {
		s.refuse(f, "deed.no_money")
		return
	}
	*to = yuan
}

// number is a whole number from 0 to most.
func (s *sheet) number(name string, to *uint32, most uint32, needed bool) {
	f, ask := s.note(name, "number", needed)
	if !ask || f.Value == "" {
		return
	}
	n, err := strconv.ParseUint(f.Value, 10, 32)
	if err != nil || n > uint64(most) {
		s.refuse(f, "deed.no_number", most)
		return
	}
	*to = uint32(n)
}

// tick is a yes or no that is no unless it is ticked.
func (s *sheet) tick(name string, to *bool) {
	if f, ask := s.note(name, "tick", false); ask {
		*to = f.Value != ""
	}
}

// verdict is a yes or no that must be said.
func (s *sheet) verdict(name string, to *bool) {
	yes, no := sheetOption{Value: "yes", Text: "deed." + name + "_yes"}, sheetOption{Value: "no", Text: "deed." + name + "_no"}
	if v, ok := s.choose(name, []sheetOption{yes, no}, true); ok {
		*to = v == "yes"
	}
}

// choose asks for one of the options.
func (s *sheet) choose(name string, options []sheetOption, needed bool) (string, bool) {
	f, ask := s.note(name, "choice", needed)
	f.Options = options
	if !ask || f.Value == "" {
		return "", false
	}
	at := slices.IndexFunc(options, func(o sheetOption) bool { return o.Value == f.Value })
	if at < 0 {
		s.refuse(f, "deed.no_choice")
		return "", false
	}
	options[at].Chosen = true
	return f.Value, true
}

// choice asks for one of the values from first to last, whose texts are
// <texts><number>.
func choice[T ~uint8](s *sheet, name string, to *T, texts string, first, last T, needed bool) {
	var options []sheetOption
	for v := first; v <= last; v++ {
		n := strconv.Itoa(int(v))
		options = append(options, sheetOption{Value: n, Text: texts + n})
	}
	if v, ok := s.choose(name, options, needed); ok {
		n, _ := strconv.ParseUint(v, 10, 8) // it is one of the options
		*to = T(n)
	}
}

// ticks asks for any number of the options.
func (s *sheet) ticks(name string, options []sheetOption, needed bool) (chosen []string) {
	f, ask := s.note(name, "ticks", needed)
	f.Options = options
	if !ask {
		return nil
	}
	for _, v := range s.given.values[name] {
		at := slices.IndexFunc(options, func(o sheetOption) bool { return o.Value == v })
		if at < 0 {
			s.refuse(f, "deed.no_choice")
			return nil
		}
		if !options[at].Chosen {
			options[at].Chosen = true
			chosen = append(chosen, v)
		}
	}
	if needed && len(chosen) == 0 {
		s.refuse(f, "deed.needed")
	}
	return chosen
}

// units are the units of a kind that still exist.
func (s *sheet) units(kind project.UnitKind) (options []sheetOption) {
	for n := uint32(1); int(n) <= s.state.Units(); n++ {
		if u, _ := s.state.Unit(n); u.Of == kind && !u.Closed {
			options = append(options, sheetOption{Value: strconv.Itoa(int(n)), Name: u.Name})
		}
	}
	return options
}

// unit asks for one unit of a kind.
func (s *sheet) unit(name string, to *uint32, kind project.UnitKind, needed bool) {
	if v, ok := s.choose(name, s.units(kind), needed); ok {
		*to = parseNumber(v)
	}
}

// someUnits asks for any number of units of a kind.
func (s *sheet) someUnits(name string, to *[]uint32, kind project.UnitKind, needed bool) {
	*to = parseNumbers(s.ticks(name, s.units(kind), needed))
}

// someActors asks for any number of those who act in a role.
func (s *sheet) someActors(name string, to *[]uint32, role project.Role, needed bool) {
	var options []sheetOption
	for n := range uint32(s.state.Actors()) {
		if a, _ := s.state.Actor(n); a.Role == role && !a.Retired {
			options = append(options, sheetOption{Value: strconv.Itoa(int(n)), Name: a.Name})
		}
	}
	*to = parseNumbers(s.ticks(name, options, needed))
}

func parseNumber(text string) uint32 {
	n, _ := strconv.ParseUint(text, 10, 32) // no number is no thing's: 0
	return uint32(n)
}

func parseNumbers(texts []string) (all []uint32) {
	for _, t := range texts {
		all = append(all, parseNumber(t))
	}
	slices.Sort(all)
	return all
}

// photos asks for pictures.
func (s *sheet) photos(name string, to *[]project.Blob, needed bool) {
	f, ask := s.note(name, "photos", needed)
	if !ask {
		return
	}
	given := s.given.photos[name]
	switch {
	case len(given) > maxPhotos:
		s.refuse(f, "deed.many_photos", maxPhotos)
		return
	case needed && len(given) == 0:
		s.refuse(f, "deed.needed")
		return
	}
	for i := range given {
		p, err := s.given.photo(name, i)
		if err != nil {
			s.refusePhoto(f, err)
			return
		}
		*to = append(*to, s.keep(project.MediaJPEG, p.Full, p.Preview))
	}
}

func (s *sheet) refusePhoto(f *sheetField, err error) {
	if refused, ok := err.(*form.PhotoError); ok {
		s.refuse(f, refused.ID, refused.Args...)
		return
	}
	s.refuse(f, "photo.broken")
}
