package web

import (
	"net/http"

	"piaojue/store"
)

// signinPage fills GET /signin. Where to go afterwards is the page's concern:
// it stays on this server.
func (s *Server) signinPage(r *http.Request, _ Person) (any, error) {
	return struct{ Next string }{r.URL.Query().Get("next")}, nil
}

// peoplePage fills GET /people: administrators change, auditors look.
func (s *Server) peoplePage(_ *http.Request, who Person) (any, error) {
	return struct {
		Admin bool
		Fresh int // minutes
	}{who.Role == store.RoleAdmin, int(freshness.Minutes())}, nil
}
