package web

import (
	"net/http"

	"piaojue/election"
	"piaojue/form"
	"piaojue/store"
)

// namedJSON is a deputy as scrutineers see one, to replace a lost
// badge or to hand out a sheet of paper. They
// are told neither who is in the hall nor who has a PIN.
type namedJSON struct {
	Index      uint32   `json:"index" doc:"Place in the roll."`
	Number     string   `json:"number"`
	Name       string   `json:"name"`
	Initials   []string `json:"initials" doc:"Of the name's pinyin, likeliest first."`
	Delegation string   `json:"delegation"`
	Seat       string   `json:"seat"`
	Badge      hexBytes `json:"badge" doc:"Public key of the badge that is valid now."`
}

type deputiesJSON struct {
	Deputies []namedJSON `json:"deputies" doc:"By roll number."`
}

// getDeputies serves GET /votes/{vote}/deputies.
func (s *Server) getDeputies(w http.ResponseWriter, r *http.Request, _ Person) error {
	v, err := s.vote(r)
	if err != nil {
		return err
	}
	answer := &deputiesJSON{Deputies: []namedJSON{}}
	err = v.do(r.Context(), func() error {
		if v.roll == nil {
			return refuse(codePhase)
		}
		members, err := v.config.DB.Roll(r.Context(), v.id)
		for i := range members {
			if members[i].Place != nil {
				answer.Deputies = append(answer.Deputies, v.newNamed(&members[i]))
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, answer)
}

// newNamed runs on the vote's goroutine.
func (v *vote) newNamed(m *store.Member) namedJSON {
	key := v.state.BadgeKey(election.Leaf{Index: m.Place.Index, Key: m.Badge})
	initials := form.Initials(m.Name)
	if initials == nil {
		initials = []string{}
	}
	return namedJSON{m.Place.Index, m.Number, m.Name, initials, m.Delegation, m.Seat, key[:]}
}
