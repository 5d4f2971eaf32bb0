package web

import (
	"database/sql"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"piaojue/pgtest"
	"piaojue/project"
	"piaojue/store"
)

// TestProjectsRevived: projects whose connections ended come back by themselves, with
// what their log holds, while votes go on. On files they stay as they are.
func TestProjectsRevived(t *testing.T) {
	if !pgtest.Used() {
		t.Skip("about connections to PostgreSQL: run under .ci/postgres")
	}
	s := newStage(t)
	shared := s.database.shared()
	shared.Name = "revived"
	db, err := shared.OpenProjects(t.Context())
	must(t, err)
	t.Cleanup(func() { db.Close() })
	s.config.Projects = db
	s.restart()
	s.mustPost(store.RoleStaffLead, "/projects/begin", "name", "兰州市人民代表大会", "office", "市人大常委会办公室")
	pool, err := sql.Open("pgx", s.database.url)
	must(t, err)
	defer pool.Close()
	units := 0
	add := func() bool {
		units++
		return s.post(store.RoleStaffLead, "/projects/do/unit", fill{values: []string{"unit_kind", "2", "name", fmt.Sprint("单位", units)}}).status == http.StatusSeeOther
	}
	for stopped, over := db.Stopped(), false; !over; {
		_, err := pool.Exec(`
			SELECT pg_terminate_backend(pid)
			FROM pg_stat_activity
			WHERE datname = current_database() AND application_name = 'piaojued revived'`)
		must(t, err)
		add()
		s.do(store.RoleStaff, "GET", "/votes", nil)
		select {
		case <-stopped:
			over = true
		default:
		}
	}
	for began := time.Now(); !add(); time.Sleep(100 * time.Millisecond) {
		if time.Since(began) > time.Minute {
			t.Fatal("the projects do not come back")
		}
	}
	if got := string(s.do("", "GET", "/healthz", nil)); strings.Contains(got, "projects") {
		t.Errorf("healthz says %s", got)
	}
	size, err := db.Log().Size(t.Context())
	must(t, err)
	must(t, s.server.projects.view(func(state *project.State) error {
		if uint64(state.Size()) != size {
			t.Errorf("in memory are %d entries, in the log %d", state.Size(), size)
		}
		return nil
	}))
}
