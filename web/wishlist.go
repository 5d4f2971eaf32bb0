package web

import (
	"net/http"
	"net/url"
	"strconv"

	"piaojue/project"
)

// wishListData are the wishes that everybody may read, the newest first.
type wishListData struct {
	Sums          project.Sums
	Rows          []wishListRow
	Before, After string // addresses; empty: none
}

// wishListRow is a wish in that list.
type wishListRow struct {
	Number   uint32
	Text     string
	Field    uint8
	District string
	Step     uint8
	Size     uint32
}

// wishListPage fills GET /projects/wishes. Those that go with another stand
// behind it.
func (s *Server) wishListPage(r *http.Request, _ Person) (any, error) {
	if s.projects == nil {
		return nil, because(codeNotFound, errNoProjects)
	}
	d := &wishListData{}
	skip := int(parseNumber(r.URL.Query().Get("page"))) * intakeRows
	return d, s.projects.index(r.Context(), func(x *similarIndex) error {
		return s.projects.view(func(state *project.State) error {
			d.Sums = state.Sums()
			d.fill(state, x, skip)
			return nil
		})
	})
}

func (d *wishListData) fill(state *project.State, x *similarIndex, skip int) {
	at := 0
	for n := uint32(state.Count(project.NounSuggestion)); n > 0; n-- {
		w, _ := state.Suggestion(n)
		h, _ := state.Holding(w.Text)
		if h.Visibility != project.Public || w.Stage == project.StageBundled {
			continue
		}
		if at++; at <= skip {
			continue
		}
		if len(d.Rows) == intakeRows {
			d.After = listAddress(skip/intakeRows + 1)
			break
		}
		district, _ := state.Unit(w.District)
		t, _ := state.Track(n)
		d.Rows = append(d.Rows, wishListRow{n, shortText(x.text(n)), uint8(w.Field), district.Name, uint8(t.Step), w.Size})
	}
	if skip > 0 {
		d.Before = listAddress(skip/intakeRows - 1)
	}
}

func listAddress(page int) string {
	q := url.Values{}
	q.Set("page", strconv.Itoa(page))
	return "/projects/wishes?" + q.Encode()
}
