package web

import (
	"net/http"

	"piaojue/store"
)

// voteItem is a vote in the list.
type voteItem struct {
	ID, Title, Congress, Session, Kind, Phase string
	Frozen                                    bool
}

// listPage fills GET /. Drafts are for persons only.
func (s *Server) listPage(r *http.Request, who Person) (any, error) {
	kept, err := s.config.DB.Votes(r.Context())
	if err != nil {
		return nil, err
	}
	var data struct{ Votes []voteItem }
	for _, k := range kept {
		if !k.Frozen && who == (Person{}) {
			continue
		}
		item, err := s.voteItem(k)
		if err != nil {
			return nil, err
		}
		data.Votes = append(data.Votes, item)
	}
	return data, nil
}

func (s *Server) voteItem(k store.Vote) (voteItem, error) {
	d, err := draftOf(k)
	if err != nil {
		return voteItem{}, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	item := voteItem{ID: k.ID, Title: d.Title, Congress: d.Congress, Session: d.Session, Kind: d.Kind, Frozen: k.Frozen}
	if v := s.votes[k.ID]; v != nil {
		item.Phase = v.view.Load().phase.String()
	}
	return item, nil
}
