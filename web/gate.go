package web

import (
	"net/http"
	"slices"

	"piaojue/election"
)

// gatePage fills GET /checkin/{vote}. A draft has no register yet: the page
// says so.
func (s *Server) gatePage(r *http.Request, who Person) (any, error) {
	v, err := s.vote(r)
	if err != nil {
		return nil, err
	}
	o, err := s.overview(r.Context(), v)
	if err != nil {
		return nil, err
	}
	open := o.view.manifest != nil && o.view.phase <= election.PhaseSuspended
	return struct {
		ID, Phase    string
		Draft        *draft
		Frozen, Open bool
		Unlocks      bool // may give a badge new tries of its PIN
		Total        int
	}{v.id, o.view.phase.String(), o.draft, o.view.manifest != nil, open, slices.Contains(unlockers.roles, who.Role), o.deputies}, nil
}
