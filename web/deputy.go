package web

import (
	"cmp"
	"net/http"
	"slices"

	"piaojue/form"
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
		for i := range v.roll.members {
			answer.Deputies = append(answer.Deputies, v.named(uint32(i)))
		}
		return nil
	})
	if err != nil {
		return err
	}
	slices.SortFunc(answer.Deputies, func(a, b namedJSON) int { return cmp.Compare(a.Number, b.Number) })
	return writeJSON(w, http.StatusOK, answer)
}

// named runs on the vote's goroutine.
func (v *vote) named(index uint32) namedJSON {
	m := &v.roll.members[index]
	key := v.state.BadgeKey(v.roll.Leaf(index))
	initials := form.Initials(m.Name)
	if initials == nil {
		initials = []string{}
	}
	return namedJSON{index, m.Number, m.Name, initials, m.Delegation, m.Seat, key[:]}
}
