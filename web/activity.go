package web

import (
	"net/http"

	"piaojue/project"
)

// activityLine is what a deputy did.
type activityLine struct {
	project.Tally
	Number  uint32
	Name    string
	Station string
	Do      []deedLink
}

type activityData struct{ Lines []activityLine }

// activityPage fills GET /projects/activity. Whether anybody cast is in no log of
// projects, so that it cannot come here.
func (s *Server) activityPage(r *http.Request, who Person) (any, error) {
	actor, err := s.actor(r, who)
	if err != nil {
		return nil, err
	}
	d := &activityData{}
	return d, s.projects.view(func(state *project.State) error {
		for n := uint32(1); int(n) < state.Actors(); n++ {
			if a, _ := state.Actor(n); a.Role == project.RoleDeputy {
				do := deedLinks(state, actor, n, &project.Activity{Deputy: n})
				d.Lines = append(d.Lines, activityLine{state.Tally(n), n, a.Name, unitName(state, a.Unit), do})
			}
		}
		return nil
	})
}
