package web

import (
	"context"
	"errors"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"piaojue/keyfile"
	"piaojue/store"
)

// TestKeysDrawn: who must know of new keys hears of them before there is a vote, and
// without its consent there is none.
func TestKeysDrawn(t *testing.T) {
	s := newStage(t)
	var drawn []string
	refused := errors.New("no other node has them")
	s.config.KeysDrawn = func(_ context.Context, vote string) error {
		if _, err := os.Stat(keyPath(s.config.Keys, vote, keyfile.Issuer)); err != nil {
			t.Error(err)
		}
		drawn = append(drawn, vote)
		return refused
	}
	s.restart()
	body := []byte(`{"id":"v1","origin":"o/v1","congress":"C","session":"S","title":"T","date":"D","kind":"demo","n":3,"t":2,"min_ballots":2}`)
	if got := s.send(store.RoleStaffLead, "POST", "/votes", body); got.status == http.StatusCreated {
		t.Errorf("a vote was made: %d", got.status)
	}
	refused = nil
	s.draft()
	if want := []string{"v1", "v1"}; !slices.Equal(drawn, want) {
		t.Errorf("heard of %q, want %q", drawn, want)
	}
}

// TestKeysLacking: a server that lacks the keys of one vote serves the others and
// says which it does not, if it is one of several; otherwise it does not open.
func TestKeysLacking(t *testing.T) {
	s := newStage(t)
	s.draft()
	s.vote = "v2"
	s.draft()
	s.close()
	must(t, os.Remove(keyPath(s.config.Keys, "v1", keyfile.Log)))
	db, err := s.openDB()
	must(t, err)
	alone := s.config
	alone.DB = db
	if _, err := Open(t.Context(), alone); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("alone: %v", err)
	}
	must(t, db.Close())
	var lacking []string
	s.config.KeysLacking = func(vote string) { lacking = append(lacking, vote) }
	s.open()
	if want := []string{"v1"}; !slices.Equal(lacking, want) {
		t.Errorf("lacking are %q, want %q", lacking, want)
	}
	if got := string(s.do("", "GET", "/healthz", nil)); !strings.Contains(got, `"lacking":["v1"]`) {
		t.Errorf("healthz says %s", got)
	}
	for vote, want := range map[string]int{"v1": http.StatusNotFound, "v2": http.StatusOK} {
		if got := s.send(store.RoleStaff, "GET", "/votes/"+vote, nil); got.status != want {
			t.Errorf("%s: %d, want %d", vote, got.status, want)
		}
	}
}

// TestCreateLacking: of a vote that is there and whose keys are not, no other keys
// are drawn: several nodes would copy them, and set the true ones aside.
func TestCreateLacking(t *testing.T) {
	s := newStage(t)
	s.draft()
	s.close()
	must(t, os.Remove(keyPath(s.config.Keys, "v1", keyfile.Log)))
	s.config.KeysLacking = func(string) {}
	s.open()
	body := []byte(`{"id":"v1","origin":"o/v1","congress":"C","session":"S","title":"T","date":"D","kind":"demo","n":3,"t":2,"min_ballots":2}`)
	if got, want := s.send(store.RoleStaffLead, "POST", "/votes", body).code(), codeExists; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if _, err := os.Stat(keyPath(s.config.Keys, "v1", keyfile.Log)); !os.IsNotExist(err) {
		t.Errorf("another key was drawn: %v", err)
	}
}

// TestOtherKeys: a key that is not the manifest's counts as lacking on one of
// several nodes, and the server tells it from the true one.
func TestOtherKeys(t *testing.T) {
	s := newStage(t)
	s.draft()
	s.freeze()
	s.close()
	kinds := []keyfile.Kind{keyfile.Log, keyfile.Promise, keyfile.Issuer}
	name := func(kind keyfile.Kind) string { return "v1." + string(kind) + ".key" }
	other := t.TempDir()
	must(t, makeKeys(other, "v1", false))
	var lacking []string
	s.config.KeysLacking = func(vote string) { lacking = append(lacking, vote) }
	for _, kind := range kinds {
		path := keyPath(s.config.Keys, "v1", kind)
		own, err := os.ReadFile(path)
		must(t, err)
		wrong, err := os.ReadFile(keyPath(other, "v1", kind))
		must(t, err)
		must(t, os.WriteFile(path, wrong, 0o600))
		lacking = nil
		s.open()
		if want := []string{"v1"}; !slices.Equal(lacking, want) {
			t.Errorf("%s: lacking are %q, want %q", kind, lacking, want)
		}
		for what, x := range map[string]struct {
			name string
			data []byte
			want bool
		}{
			"another": {name(kind), wrong, true}, "nonsense": {name(kind), []byte("x"), true}, "its own": {name(kind), own, false},
			"of another vote": {"v2." + string(kind) + ".key", wrong, false},
		} {
			if got := s.server.DoubtsKey(x.name, x.data); got != x.want {
				t.Errorf("%s, %s: doubted %t, want %t", kind, what, got, x.want)
			}
		}
		s.close()
		must(t, os.WriteFile(path, own, 0o600))
	}
	lacking = nil
	s.open()
	if len(lacking) != 0 {
		t.Errorf("with its own keys it lacks %q", lacking)
	}
}

// TestProjectsKeyOnce: the key of the projects is drawn before their log begins, and
// never again: votes are served without it.
func TestProjectsKeyOnce(t *testing.T) {
	s := newStage(t)
	s.beginProjects()
	path := keyPath(s.config.Keys, store.ProjectsID, keyfile.Log)
	must(t, os.Remove(path))
	var lacking []string
	s.config.KeysLacking = func(id string) { lacking = append(lacking, id) }
	s.restart()
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Errorf("another key was drawn: %v", err)
	}
	if want := []string{store.ProjectsID}; !slices.Equal(lacking, want) {
		t.Errorf("lacking are %q, want %q", lacking, want)
	}
}
