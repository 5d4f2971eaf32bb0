package web

import (
	"context"
	"errors"
	"net/http"
	"os"
	"slices"
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
	for vote, want := range map[string]int{"v1": http.StatusNotFound, "v2": http.StatusOK} {
		if got := s.send(store.RoleStaff, "GET", "/votes/"+vote, nil); got.status != want {
			t.Errorf("%s: %d, want %d", vote, got.status, want)
		}
	}
}
