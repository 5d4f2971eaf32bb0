package web

import (
	"slices"
	"strconv"

	"piaojue/project"
)

// wishForm is the form of a wish: the sheet, in the steps in which a phone shows
// it, and what of it goes not into the log.
type wishForm struct {
	*sheet
	cuts    []int    // where steps end in sheet.fields
	titles  []string // of the steps: wish.step_
	contact contact
}

// contact is whom to answer. It lives as long as the request.
type contact struct{ name, phone string }

// groupOptions are those whom a wish serves: wish.group_1 and so on.
const groupOptions = 6

// fillWish describes and reads the form of a wish. Whoever reads contacts decides
// whether it asks for them.
func fillWish(s *sheet, contacts bool) (*wishForm, *project.Suggestion) {
	f := &wishForm{sheet: s}
	b := &project.Suggestion{Number: s.state.Next(project.NounSuggestion), Held: s.today}
	var a wishAnswers
	s.text("thing", &a.thing, true)
	choice(s, "field", &b.Field, "wish.field_", project.FieldEducation, project.FieldOther, true)
	f.cut("what")
	if len(s.units(project.UnitDistrict)) > 0 {
		s.unit("district", &b.District, project.UnitDistrict, false)
	}
	s.line("place", &a.place, false)
	s.spot("spot", &a.spot)
	f.cut("where")
	a.groups = s.ticks("groups", numberOptions("wish.group_", groupOptions), false)
	s.number("people", &b.People, 100_000_000, false)
	s.text("why", &a.why, false)
	s.photos("photos", &b.Photos, false)
	f.cut("why")
	if contacts {
		s.line("person", &f.contact.name, false)
		s.line("phone", &f.contact.phone, false)
		f.checkContact()
		f.cut("contact")
	}
	b.Contact = f.contact.phone != ""
	if s.given != nil && !s.wrong {
		b.Text = s.keep(project.MediaText, []byte(a.text()), nil)
	}
	return f, b
}

func (f *wishForm) cut(title string) {
	f.cuts, f.titles = append(f.cuts, len(f.fields)), append(f.titles, title)
}

// checkContact: a name without a number reaches nobody.
func (f *wishForm) checkContact() {
	if f.contact.name != "" && f.contact.phone == "" {
		f.refuse(&f.fields[len(f.fields)-1], "deed.needed")
	}
}

// steps are the fields as they stand together on the page.
func (f *wishForm) steps() (all []wishStep) {
	from := 0
	for i, to := range f.cuts {
		all = append(all, wishStep{Number: i + 1, Title: f.titles[i], Fields: slices.Clone(f.fields[from:to])})
		from = to
	}
	return all
}

// text is a text of several lines that becomes part of another.
func (s *sheet) text(name string, to *string, needed bool) {
	if f, ask := s.note(name, "words", needed); ask {
		*to, _ = s.clean(f, maxWishWords)
	}
}

// maxWishWords bounds one answer of a wish, in characters.
const maxWishWords = 1000

// spot is a place on the map.
func (s *sheet) spot(name string, to *string) {
	f, ask := s.note(name, "spot", false)
	if !ask || f.Value == "" {
		return
	}
	var ok bool
	if *to, ok = readSpot(f.Value); !ok {
		s.refuse(f, "wish.no_spot")
	}
}

func numberOptions(texts string, n int) (all []sheetOption) {
	for i := 1; i <= n; i++ {
		v := strconv.Itoa(i)
		all = append(all, sheetOption{Value: v, Text: texts + v})
	}
	return all
}
