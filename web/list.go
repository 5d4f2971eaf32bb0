package web

import (
	"net/http"

	"piaojue/store"
)

// voteItem is a vote in the list.
type voteItem struct {
	ID, Title, Congress, Session, Kind, Phase string
	Frozen                                    bool
	Work                                      []string // pages of this vote for who looks, by noun
	Story                                     []roundJSON
}

// listData fills the first page.
type listData struct {
	Votes []voteItem
	Work  []string // pages of no vote for who looks

	Projects bool // who looks may take part in projects
}

// homeWay is a page that belongs to a duty: its noun, which is also the beginning
// of its address, and who may see it.
type homeWay struct {
	noun string
	who  access
}

var (
	voteWays = []homeWay{
		{"console", consoles}, {"sign", holders}, {"trustee", trustees}, {"checkin", gates}, {"podium", podium}, {"operations", operations},
	}
	otherWays = []homeWay{{"people", overseers}, {"account", anybodyKnown}}
)

func waysOf(who Person, all []homeWay) (nouns []string) {
	for _, w := range all {
		if w.who.check(who) == nil {
			nouns = append(nouns, w.noun)
		}
	}
	return nouns
}

// listPage fills GET /. Drafts are for persons only.
func (s *Server) listPage(r *http.Request, who Person) (any, error) {
	kept, err := s.config.DB.Votes(r.Context())
	if err != nil {
		return nil, err
	}
	data := &listData{Work: waysOf(who, otherWays), Projects: s.projects != nil && members.check(who) == nil}
	for _, k := range kept {
		if !k.Frozen && who == (Person{}) {
			continue
		}
		item, err := s.voteItem(k)
		if err != nil {
			return nil, err
		}
		item.Work = waysOf(who, voteWays)
		data.Votes = append(data.Votes, item)
	}
	return data, nil
}

func (s *Server) voteItem(k store.Vote) (voteItem, error) {
	d, err := draftOf(k)
	if err != nil {
		return voteItem{}, err
	}
	item := voteItem{ID: k.ID, Title: d.Title, Congress: d.Congress, Session: d.Session, Kind: d.Kind, Frozen: k.Frozen}
	if v := s.voteCalled(k.ID); v != nil {
		w := v.view.Load()
		item.Phase, item.Story = w.phase.String(), v.story(w)
	}
	return item, nil
}
