package web

import (
	"database/sql"
	"encoding/hex"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"piaojue/pgtest"
	"piaojue/project"
	"piaojue/store"
)

// TestWithdrawal: the office erases the words of a wish at once: file, memory and
// contact. The entry stays and says so. Nobody else can, nor erase by one entry
// what another commits to.
func TestWithdrawal(t *testing.T) {
	s := newStage(t)
	s.beginProjects()
	s.mustPost(store.RoleStaffLead, "/projects/do/unit", "unit_kind", "2", "name", "市教育局")
	s.mustWish("/projects/wish", aWish("why", "我叫王秀兰，住在三号楼"))
	s.mustWish("/projects/wish", aWish("why", "孩子过马路"))
	p := s.server.projects
	must(t, p.db.Update(t.Context(), func(tx *store.ProjectsTx) error { return tx.PutContact(1, []byte("sealed")) }))
	var words, other project.Blob
	var at uint64
	s.seen(func(state *project.State) {
		x, _ := state.Suggestion(1)
		y, _ := state.Suggestion(2)
		words, other, at = x.Text, y.Text, x.Events[0].Entry
	})
	if !strings.Contains(s.page(store.RoleStaffLead, "/projects/intake?words=王秀兰"), "/projects/wishes/1") {
		t.Fatal("the office does not find the wish by its words")
	}
	path := "/projects/log/" + numberText(at)
	if strings.Contains(s.page("", path), "/withdrawal") || !strings.Contains(s.page(store.RoleStaffLead, path), "/withdrawal") {
		t.Error("who is offered to erase")
	}
	code, foreign := hex.EncodeToString(words[:]), hex.EncodeToString(other[:])
	for _, c := range []struct {
		name   string
		role   store.Role
		values []string
		want   int
	}{
		{"a department", store.RoleMember, []string{"content", code, "ground", "1"}, http.StatusConflict},
		{"nothing", store.RoleStaffLead, []string{"ground", "1"}, http.StatusBadRequest},
		{"of another entry", store.RoleStaffLead, []string{"content", foreign, "ground", "1"}, http.StatusBadRequest},
		{"no hash", store.RoleStaffLead, []string{"content", "zz", "ground", "1"}, http.StatusBadRequest},
		{"no ground", store.RoleStaffLead, []string{"content", code}, http.StatusConflict},
	} {
		if a := s.post(c.role, path+"/withdrawal", fill{values: c.values}); a.status != c.want {
			t.Errorf("%s: %d, want %d", c.name, a.status, c.want)
		}
	}
	if _, err := p.db.Blob(t.Context(), words); err != nil {
		t.Fatalf("erased by a refused form: %v", err)
	}
	twice := fill{values: []string{"content", code, "ground", "1"}, id: newFormID()}
	for range 2 {
		if a := s.post(store.RoleStaffLead, path+"/withdrawal", twice); a.status != http.StatusSeeOther {
			t.Fatalf("%d %s", a.status, a.body)
		}
	}
	_, blob := p.db.Blob(t.Context(), words)
	_, contact := p.db.Contact(t.Context(), 1)
	if !errors.Is(blob, store.ErrNotFound) || !errors.Is(contact, store.ErrNotFound) {
		t.Errorf("blob: %v, contact: %v", blob, contact)
	}
	if strings.Contains(s.page(store.RoleStaffLead, "/projects/intake?words=王秀兰"), "/projects/wishes/1") {
		t.Error("the words are found still")
	}
	must(t, p.index(t.Context(), func(x *similarIndex) error {
		if x.text(1) != "" || len(x.grams[0]) != 0 || x.text(2) == "" || len(x.nearest(2, func(uint32) bool { return true })) != 0 {
			t.Error("memory keeps the words")
		}
		return nil
	}))
	if page := s.page("", path); !strings.Contains(page, "内容已经撤下") || !strings.Contains(s.page("", "/projects/log"), "撤下 1 份内容：本人要求") {
		t.Error("the record does not say so")
	}
}

// TestRebuild: memory that is behind the log, by a fault of ours, is made anew from
// it; if that cannot be, projects stop and say so.
func TestRebuild(t *testing.T) {
	s := newStage(t)
	s.beginProjects()
	p := s.server.projects
	unit := func(n uint32, name string) project.Body {
		return &project.Unit{Number: n, Of: project.UnitDepartment, Name: name}
	}
	harm := func(hurt func()) error {
		_, err := p.record(t.Context(), &deed{actor: officeActor,
			body: func(state *project.State) (project.Body, error) {
				return unit(uint32(state.Units())+1, "市水务局"), nil
			},
			also: func(*store.ProjectsTx, project.Body, uint64) error { hurt(); return nil },
		})
		return err
	}
	size := p.state.Size()
	must(t, harm(func() { // somebody else's hand in memory: the entry that is durable is refused
		e, err := p.state.Draft(officeActor, p.day(), unit(uint32(p.state.Units())+1, "没有这个单位"))
		must(t, err)
		must(t, p.state.Apply(e))
	}))
	s.seen(func(state *project.State) {
		if n := uint32(state.Units()); state.Size() != size+1 || unitName(state, n) != "市水务局" {
			t.Errorf("%d entries, unit %d is %s", state.Size(), n, unitName(state, n))
		}
	})
	s.mustPost(store.RoleStaffLead, "/projects/do/unit", "unit_kind", "2", "name", "市教育局") // it goes on

	must(t, harm(func() { p.state = nil })) // a panic, which no page sees
	units := 0
	s.seen(func(state *project.State) { units = state.Units() })
	s.restart()
	s.seen(func(state *project.State) {
		if state.Units() != units {
			t.Errorf("%d units after a restart, %d before", state.Units(), units)
		}
	})
	s.server.projects.broken = errors.New("no log")
	if a := s.send("", "GET", "/projects", nil); a.status != http.StatusInternalServerError && a.status != http.StatusServiceUnavailable {
		t.Errorf("projects that are broken: %d", a.status)
	}
	if a := s.send("", "GET", "/votes", nil); a.status != http.StatusOK {
		t.Errorf("votes beside them: %d", a.status)
	}
}

// TestAdoptAgain: what did not work is tried again, though no vote moves.
func TestAdoptAgain(t *testing.T) {
	s := newStage(t)
	s.draft()
	s.listed(3)
	s.mustPost(store.RoleStaffLead, "/projects/lists/1/ballot", "vote", s.vote)
	s.mustPost(store.RolePresidium, "/projects/do/gate?about=1", "passed", "yes", "document", "第一号")
	p := s.server.projects
	stop := func(why error) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.broken = why
	}
	stop(errors.New("the disk is full"))
	s.freeze()
	a := newAdopter(s.server)
	a.again = time.Millisecond
	if a.look() {
		t.Error("it says that it could")
	}
	a.runs.Go(a.run)
	t.Cleanup(a.close)
	stop(nil)
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
		var stage project.Stage
		s.seen(func(state *project.State) { l, _ := state.List(1); stage = l.Stage })
		if stage == project.StageFrozen {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("the list is %s still", stage)
		}
	}
}

// TestWithdrawalUnderReader: somebody who reads the file, such as a backup, keeps no
// withdrawal from being recorded. What it erased leaves the file afterwards.
func TestWithdrawalUnderReader(t *testing.T) {
	pgtest.SQLiteOnly(t)
	s := newStage(t)
	s.config.CountEvery = 50 * time.Millisecond
	s.beginProjects()
	s.mustWish("/projects/wish", aWish("why", "我叫王秀兰，住在三号楼"))
	var words project.Blob
	var at uint64
	s.seen(func(state *project.State) {
		x, _ := state.Suggestion(1)
		words, at = x.Text, x.Events[0].Entry
	})
	path := filepath.Join(s.folder, "db-projects")
	db, err := sql.Open("sqlite", path)
	must(t, err)
	defer db.Close()
	reader, err := db.BeginTx(t.Context(), nil)
	must(t, err)
	var n int
	must(t, reader.QueryRow(`SELECT COUNT(*) FROM blobs`).Scan(&n))
	log := "/projects/log/" + numberText(at)
	a := s.post(store.RoleStaffLead, log+"/withdrawal", fill{values: []string{"content", hex.EncodeToString(words[:]), "ground", "1"}})
	if a.status != http.StatusSeeOther {
		t.Errorf("%d %s", a.status, a.body)
	}
	if page := s.page("", log); !strings.Contains(page, "内容已经撤下") {
		t.Error("the record does not say so")
	}
	projects := s.server.projects.db
	if !projects.Unclean() {
		t.Error("the reader has kept nothing in the file")
	}
	must(t, reader.Rollback())
	for range 500 {
		if !projects.Unclean() {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	file, err := os.ReadFile(path)
	must(t, err)
	more, err := os.ReadFile(path + "-wal")
	must(t, err)
	if projects.Unclean() || strings.Contains(string(file)+string(more), "王秀兰") {
		t.Error("the words are in the file still")
	}
}
