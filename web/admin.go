package web

import (
	"context"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"piaojue/store"
)

// personJSON is a person as administrators and auditors see one.
type personJSON struct {
	whoJSON
	State       string `json:"state"` // key, invited, expired, active, locked
	Code        bool   `json:"code"`  // has a code device
	Key         bool   `json:"key"`   // has an API key
	LockedUntil int64  `json:"locked_until"`
	LinkEnds    int64  `json:"link_ends"`
}

// roleJSON says what comes with a role.
type roleJSON struct {
	Role   store.Role `json:"role"`
	Group  duty       `json:"group"`
	Needed bool       `json:"code_needed"`
}

// personsJSON is the answer of GET /persons.
type personsJSON struct {
	Persons []*personJSON `json:"persons"`
	Roles   []roleJSON    `json:"roles"`
}

// linkJSON is a person with a one-time link, which is shown once.
type linkJSON struct {
	Person *personJSON `json:"person"`
	Link   string      `json:"link"` // path of this server; empty: none
	Ends   int64       `json:"ends"` // Unix seconds
}

// getPersons serves GET /persons.
func (s *Server) getPersons(w http.ResponseWriter, r *http.Request, _ Person) error {
	all, err := s.config.DB.Accounts(r.Context())
	if err != nil {
		return err
	}
	list := personsJSON{Persons: []*personJSON{}}
	for _, a := range all {
		p, err := s.newPerson(r.Context(), a)
		if err != nil {
			return err
		}
		list.Persons = append(list.Persons, p)
	}
	for _, role := range Roles() {
		list.Roles = append(list.Roles, roleJSON{role, dutyOf(role), needsCode(role)})
	}
	return writeJSON(w, http.StatusOK, list)
}

func (s *Server) newPerson(ctx context.Context, a store.Account) (*personJSON, error) {
	tries, err := s.config.DB.Attempts(ctx, accountKey(a.ID))
	if err != nil {
		return nil, err
	}
	now := s.config.Now()
	p := &personJSON{
		whoJSON: whoJSON{a.ID, a.Name, a.Role, dutyOf(a.Role), a.StaffNumber},
		Code:    a.Device != nil, Key: a.HasKey, LinkEnds: linkLeft(a, now),
	}
	if a.HasAccount && tries.LockedUntil > now.Unix() {
		p.LockedUntil = tries.LockedUntil
	}
	p.State = accountState(a, p.LockedUntil > 0, now)
	return p, nil
}

func accountState(a store.Account, locked bool, now time.Time) string {
	switch {
	case !a.HasAccount:
		return "key"
	case locked:
		return "locked"
	case a.Password != "":
		return "active"
	case linkLeft(a, now) > 0:
		return "invited"
	}
	return "expired"
}

// personRequest is the body of POST /persons.
type personRequest struct {
	ID          string     `json:"id,omitempty"` // empty: made from the staff number
	Name        string     `json:"name"`
	Role        store.Role `json:"role"`
	StaffNumber string     `json:"staff_number"`
}

var personPattern = regexp.MustCompile(`^[a-z0-9_-]{1,40}$`)

// addPerson serves POST /persons.
func (s *Server) addPerson(w http.ResponseWriter, r *http.Request, who Person) error {
	var in personRequest
	if err := readSmall(w, r, &in); err != nil {
		return err
	}
	name, number, err := checkNames(in.Name, in.StaffNumber)
	if err != nil {
		return err
	}
	if in.ID == "" {
		in.ID = strings.ToLower(number)
	}
	if !personPattern.MatchString(in.ID) {
		return badField("id", "field.person_id")
	}
	if !slices.Contains(Roles(), in.Role) {
		return badField("role", "field.role")
	}
	link, err := s.admin.Invite(r.Context(), who.ID, Person{ID: in.ID, Name: name, Role: in.Role}, number)
	if err != nil {
		return err
	}
	return s.writeLink(w, r, http.StatusCreated, in.ID, link)
}

func (s *Server) writeLink(w http.ResponseWriter, r *http.Request, status int, id string, link Link) error {
	a, err := s.config.DB.Account(r.Context(), id)
	if err != nil {
		return err
	}
	p, err := s.newPerson(r.Context(), a)
	if err != nil {
		return err
	}
	answer := linkJSON{Person: p, Link: link.Path}
	if link.Path != "" {
		answer.Ends = link.Ends.Unix()
	}
	return writeJSON(w, status, answer)
}

// resetRequest is the body of POST /persons/{id}/links.
type resetRequest struct {
	StaffNumber string `json:"staff_number,omitempty"` // for a person who has no account yet
}

// issueLink serves POST /persons/{id}/links.
func (s *Server) issueLink(w http.ResponseWriter, r *http.Request, who Person) error {
	var in resetRequest
	if err := readSmall(w, r, &in); err != nil {
		return err
	}
	id := chi.URLParam(r, "id")
	link, err := s.admin.Reset(r.Context(), who.ID, id, in.StaffNumber)
	if err != nil {
		return err
	}
	return s.writeLink(w, r, http.StatusCreated, id, link)
}

// roleRequest is the body of PUT /persons/{id}/role.
type roleRequest struct {
	Role store.Role `json:"role"`
}

// putRole serves PUT /persons/{id}/role.
func (s *Server) putRole(w http.ResponseWriter, r *http.Request, who Person) error {
	var in roleRequest
	if err := readSmall(w, r, &in); err != nil {
		return err
	}
	if !slices.Contains(Roles(), in.Role) {
		return badField("role", "field.role")
	}
	id := chi.URLParam(r, "id")
	link, err := s.admin.ChangeRole(r.Context(), who.ID, id, in.Role)
	if err != nil {
		return err
	}
	return s.writeLink(w, r, http.StatusOK, id, link)
}

// removePerson serves DELETE /persons/{id}.
func (s *Server) removePerson(w http.ResponseWriter, r *http.Request, who Person) error {
	if err := s.admin.Remove(r.Context(), who.ID, chi.URLParam(r, "id")); err != nil {
		return err
	}
	return noContent(w)
}
