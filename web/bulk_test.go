package web

import (
	"errors"
	"fmt"
	"testing"

	"piaojue/project"
	"piaojue/store"
)

// TestBulk (S8): entries of a table become durable many at a time, each with the
// number that follows; what fails takes those of its bulk with it, in memory as on
// disk, and the log goes on.
func TestBulk(t *testing.T) {
	s := newStage(t)
	s.beginProjects()
	p := s.server.projects
	office, err := p.db.Member(t.Context(), string(store.RoleStaffLead))
	must(t, err)
	fault := errors.New("a fault")
	deeds := func(from, n, bad int) (all []*deed) {
		for i := range n {
			d := &deed{actor: office, body: func(state *project.State) (project.Body, error) {
				if i == 3 {
					return nil, errThere
				}
				return &project.Unit{Number: uint32(state.Units()) + 1, Of: project.UnitDistrict, Name: fmt.Sprint("镇街", from+i)}, nil
			}}
			if i == bad {
				d.also = func(*store.ProjectsTx, project.Body, uint64) error { return fault }
			}
			all = append(all, d)
		}
		return all
	}
	before := p.state.Units()
	check := func(want int) {
		t.Helper()
		size, err := p.db.Log().Size(t.Context())
		must(t, err)
		if got := p.state.Units() - before; got != want || p.state.Size() != size {
			t.Errorf("%d units, want %d; %d entries in memory, %d on disk", got, want, p.state.Size(), size)
		}
	}
	must(t, p.recordAll(t.Context(), deeds(0, bulkSize+6, -1)))
	check(bulkSize + 5)
	if err := p.recordAll(t.Context(), deeds(1000, 2*bulkSize, bulkSize+9)); !errors.Is(err, fault) {
		t.Errorf("a fault: %v", err)
	}
	check(2*bulkSize + 4) // the first bulk of them, and nothing of the second
	must(t, p.recordAll(t.Context(), deeds(2000, 3, -1)))
	check(2*bulkSize + 7)
	s.restart()
	p = s.server.projects
	check(2*bulkSize + 7)
}
