package web

import (
	"crypto/sha256"
	"errors"
	"net/http"
	"time"

	"piaojue/store"
)

const (
	sessionIdle = 30 * time.Minute
	sessionLife = 12 * time.Hour
	// sessionNote is how exactly the last use is kept: not each request writes.
	sessionNote = time.Minute
)

// cookieName begins with __Host- so that no other host and no plain HTTP can
// set it (attack S10). Browsers take that over TLS only.
func (s *Server) cookieName() string {
	if s.config.PlainCookies {
		return "piaojue"
	}
	return "__Host-piaojue"
}

func (s *Server) cookie(token string) *http.Cookie {
	return &http.Cookie{
		Name: s.cookieName(), Value: token, Path: "/",
		Secure: !s.config.PlainCookies, HttpOnly: true, SameSite: http.SameSiteStrictMode,
	}
}

// sessionToken returns the hash of the token that a request bears. Of two
// cookies nobody knows which is ours.
func (s *Server) sessionToken(r *http.Request) (hash [32]byte, ok bool) {
	cookies := r.CookiesNamed(s.cookieName())
	if len(cookies) != 1 {
		return hash, false
	}
	return sha256.Sum256([]byte(cookies[0].Value)), true
}

// session returns the session that a request bears, or an empty one. One that
// has ended is none: pages that anybody may see stay open to who was signed in.
func (s *Server) session(r *http.Request) (store.Session, error) {
	hash, ok := s.sessionToken(r)
	if !ok {
		return store.Session{}, nil
	}
	x, err := s.config.DB.Session(r.Context(), hash)
	if errors.Is(err, store.ErrNotFound) {
		return store.Session{}, nil
	}
	if err != nil {
		return store.Session{}, err
	}
	now := s.config.Now()
	// A clock that was set back must not make a session longer: one of the future
	// is none.
	if now.Sub(time.Unix(x.Seen, 0)).Abs() > sessionIdle || now.Sub(time.Unix(x.Began, 0)) > sessionLife {
		return store.Session{}, nil
	}
	if isUse(r) && now.Sub(time.Unix(x.Seen, 0)) >= sessionNote {
		err = s.config.DB.SeeSession(r.Context(), hash, now.Unix())
	}
	return x, err
}

// freshness is how long a session is fresh: who changes the accounts of others
// has shown who it is not long before, so that nobody does it on a screen that was
// left open (ASVS 7.5.3).
const freshness = 10 * time.Minute

// checkFresh refuses what demands a fresh session to any other, and to a key.
func (s *Server) checkFresh(r *http.Request, rt *route) error {
	if !rt.fresh {
		return nil
	}
	if len(r.Header.Values("Authorization")) > 0 {
		return refuse(codeNoSession)
	}
	x, err := s.session(r)
	if err == nil && s.config.Now().Sub(time.Unix(x.Began, 0)).Abs() > freshness {
		err = refuse(codeSignInAgain)
	}
	return err
}

// begin signs a person in. The token is always new: one that somebody planted
// in the browser before is worth nothing (attack S10), and the session it may
// have had ends.
func (s *Server) begin(w http.ResponseWriter, r *http.Request, person string) error {
	if old, ok := s.sessionToken(r); ok {
		if err := s.config.DB.DropSession(r.Context(), old); err != nil {
			return err
		}
	}
	token, hash := generateToken()
	now := s.config.Now()
	err := s.config.DB.PutSession(r.Context(), hash, person, now.Unix(), now.Add(-sessionLife).Unix(), now.Add(-sessionIdle).Unix())
	if err != nil {
		return err
	}
	http.SetCookie(w, s.cookie(token))
	return s.remember(w, r, person)
}

// sessionJSON says who asks, and what that person may do.
type sessionJSON struct {
	Person *whoJSON `json:"person"`
	By     string   `json:"by"` // session or key
	May    []string `json:"may"`
	Idle   int      `json:"idle_minutes"`
	Ends   int64    `json:"ends"` // Unix seconds
	Code   bool     `json:"code"` // has a code device
}

type whoJSON struct {
	ID          string     `json:"id"`
	Name        string     `json:"name"`
	Role        store.Role `json:"role"`
	Group       duty       `json:"group"`
	StaffNumber string     `json:"staff_number"`
}

// maxSmall bounds the bodies of what people type.
const maxSmall = 16 << 10

func readSmall(w http.ResponseWriter, r *http.Request, v any) error {
	body, err := readBody(w, r, maxSmall)
	if err != nil {
		return err
	}
	return parseJSON(body, v)
}

// signInRequest is the body of POST /session.
type signInRequest struct {
	Name     string `json:"name"` // ID or staff number
	Password string `json:"password"`
	Code     string `json:"code,omitempty"`
}

// signIn serves POST /session.
func (s *Server) signIn(w http.ResponseWriter, r *http.Request, _ Person) error {
	if s.signIns.count(address(r)) {
		return refuse(codeRateLimited)
	}
	var in signInRequest
	if err := readSmall(w, r, &in); err != nil {
		return err
	}
	if in.Name == "" || in.Password == "" {
		return badField("name", "json.missing")
	}
	a, key, err := s.findAccount(r.Context(), in.Name)
	if err != nil {
		return err
	}
	key = s.triesOf(r, a, key)
	if err := s.authenticate(r.Context(), a, key, in.Password, in.Code); err != nil {
		return err
	}
	if key == accountKey(a.ID) {
		if err := s.config.DB.Alert(r.Context(), a.ID, alertBrowser, s.config.Now().Unix()); err != nil {
			return err
		}
	}
	return s.enter(w, r, a.ID)
}

// enter begins a session and answers with it.
func (s *Server) enter(w http.ResponseWriter, r *http.Request, id string) error {
	if err := s.begin(w, r, id); err != nil {
		return err
	}
	a, err := s.config.DB.Account(r.Context(), id)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, s.newSessionJSON(a, "session", s.config.Now().Add(sessionLife).Unix()))
}

func (s *Server) newSessionJSON(a store.Account, by string, ends int64) *sessionJSON {
	return &sessionJSON{
		Person: &whoJSON{a.ID, a.Name, a.Role, dutyOf(a.Role), a.StaffNumber},
		By:     by, May: s.may[a.Role], Idle: int(sessionIdle / time.Minute), Ends: ends, Code: a.Device != nil,
	}
}

// getSession serves GET /session.
func (s *Server) getSession(w http.ResponseWriter, r *http.Request, who Person) error {
	if who == (Person{}) {
		return writeJSON(w, http.StatusOK, &sessionJSON{May: []string{}, Idle: int(sessionIdle / time.Minute)})
	}
	a, err := s.config.DB.Account(r.Context(), who.ID)
	if err != nil {
		return err
	}
	if len(r.Header.Values("Authorization")) > 0 {
		return writeJSON(w, http.StatusOK, s.newSessionJSON(a, "key", 0))
	}
	x, err := s.session(r)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, s.newSessionJSON(a, "session", x.Began+int64(sessionLife/time.Second)))
}

// signOut serves DELETE /session.
func (s *Server) signOut(w http.ResponseWriter, r *http.Request, _ Person) error {
	if hash, ok := s.sessionToken(r); ok {
		if err := s.config.DB.DropSession(r.Context(), hash); err != nil {
			return err
		}
	}
	gone := s.cookie("")
	gone.MaxAge = -1
	http.SetCookie(w, gone)
	return noContent(w)
}
