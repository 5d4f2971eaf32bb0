package web

import (
	"context"
	"net/http"
	"time"

	"piaojue/store"
)

// What people do with their own account. An API key changes nothing here: who
// found one would have the person's account for good.

// own returns the account of who is signed in.
func (s *Server) own(r *http.Request, who Person) (store.Account, error) {
	if len(r.Header.Values("Authorization")) > 0 {
		return store.Account{}, refuse(codeNoSession)
	}
	return s.config.DB.Account(r.Context(), who.ID)
}

// proveRequest shows again who it is: a screen may have been left open.
type proveRequest struct {
	Password string `json:"password"`
	Code     string `json:"code,omitempty"`
}

func (s *Server) prove(r *http.Request, a store.Account, p proveRequest) error {
	return s.authenticate(r.Context(), a, s.triesOf(r, a, accountKey(a.ID)), p.Password, p.Code)
}

// alter does something to one's own account and ends its sessions, but the one
// that is given.
func (s *Server) alter(ctx context.Context, id, name string, session [32]byte, do func(*store.Tx) error) error {
	return s.admin.record(ctx, act{Act: name, By: id, Person: id}, func(tx *store.Tx) error {
		if err := do(tx); err != nil {
			return err
		}
		return tx.DropSessions(id, session)
	})
}

// change is alter by who has just proved to be there: the session begins anew.
func (s *Server) change(w http.ResponseWriter, r *http.Request, id, name string, do func(*store.Tx) error) error {
	if err := s.alter(r.Context(), id, name, [32]byte{}, do); err != nil {
		return err
	}
	if err := s.begin(w, r, id); err != nil {
		return err
	}
	return noContent(w)
}

// passwordRequest is the body of POST /account/password.
type passwordRequest struct {
	proveRequest
	New string `json:"new_password"`
}

// changePassword serves POST /account/password.
func (s *Server) changePassword(w http.ResponseWriter, r *http.Request, who Person) error {
	a, err := s.own(r, who)
	if err != nil {
		return err
	}
	var in passwordRequest
	if err := readSmall(w, r, &in); err != nil {
		return err
	}
	if err := checkPassword(in.New, a); err != nil {
		return err
	}
	if err := s.prove(r, a, in.proveRequest); err != nil {
		return err
	}
	hash, err := s.hasher.hash(r.Context(), in.New)
	if err != nil {
		return err
	}
	return s.change(w, r, a.ID, actPasswordChanged, func(tx *store.Tx) error {
		// It makes strangers of one's other browsers, and strangers may be locked out.
		if err := tx.DropAttempts(accountKey(a.ID)); err != nil {
			return err
		}
		return tx.PutPassword(a.ID, hash)
	})
}

// proven returns the account of who asks, once its owner has proved to be there.
func (s *Server) proven(w http.ResponseWriter, r *http.Request, who Person) (store.Account, error) {
	a, err := s.own(r, who)
	if err != nil {
		return a, err
	}
	var in proveRequest
	if err := readSmall(w, r, &in); err != nil {
		return a, err
	}
	return a, s.prove(r, a, in)
}

// deviceLife is how long a device that is offered to an account waits for its
// first code: an app may have to be installed first.
const deviceLife = 30 * time.Minute

// offerDevice serves POST /account/code.
func (s *Server) offerDevice(w http.ResponseWriter, r *http.Request, who Person) error {
	a, err := s.proven(w, r, who)
	if err != nil {
		return err
	}
	secret, err := s.drawDevice(r, a, s.config.Now().Add(deviceLife).Unix())
	if err != nil {
		return err
	}
	code, err := newDeviceJSON(secret, a.ID)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, code)
}

// codeRequest is the body of PUT /account/code.
type codeRequest struct {
	Code string `json:"code"`
}

// changeDevice serves PUT /account/code.
func (s *Server) changeDevice(w http.ResponseWriter, r *http.Request, who Person) error {
	a, err := s.own(r, who)
	if err != nil {
		return err
	}
	var in codeRequest
	if err := readSmall(w, r, &in); err != nil {
		return err
	}
	// Who has the session alone must not find the code by trying: the next device
	// would be theirs.
	key := deviceKey(a.ID)
	if _, err := s.try(context.WithoutCancel(r.Context()), key); err != nil {
		return err
	}
	step, err := s.firstCode(a, in.Code)
	if err != nil {
		return err
	}
	if err := s.config.DB.DropAttempts(r.Context(), key); err != nil {
		return err
	}
	// The session goes on as it is. An offer that was left on a screen proves nothing:
	// it makes no session fresh.
	session, _ := s.sessionToken(r)
	err = s.alter(r.Context(), a.ID, actCodeChanged, session, func(tx *store.Tx) error { return tx.PutDevice(a.ID, a.DeviceNext, step) })
	if err != nil {
		return err
	}
	return noContent(w)
}

// removeDevice serves DELETE /account/code.
func (s *Server) removeDevice(w http.ResponseWriter, r *http.Request, who Person) error {
	a, err := s.own(r, who)
	if err != nil {
		return err
	}
	if needsCode(a.Role) {
		return refuse(codeCodeDemanded)
	}
	var in proveRequest
	if err := readSmall(w, r, &in); err != nil {
		return err
	}
	if err := s.prove(r, a, in); err != nil {
		return err
	}
	return s.change(w, r, a.ID, actCodeRemoved, func(tx *store.Tx) error {
		now, err := tx.Account(a.ID)
		if err != nil {
			return err
		}
		if needsCode(now.Role) {
			return refuse(codeCodeDemanded)
		}
		return tx.PutDevice(a.ID, nil, now.Step)
	})
}

// endSessions serves DELETE /account/sessions: all but the one that asks end.
func (s *Server) endSessions(w http.ResponseWriter, r *http.Request, who Person) error {
	a, err := s.proven(w, r, who)
	if err != nil {
		return err
	}
	return s.change(w, r, a.ID, actSessionsEnded, func(*store.Tx) error { return nil })
}

// accountData fills the page of one's own account.
type accountData struct {
	Sessions []sessionLine
	Alerts   []alertLine
}

// sessionLine is a session on that page, by its times: the server knows no more.
type sessionLine struct{ Began, Seen string }

// accountPage fills GET /account.
func (s *Server) accountPage(r *http.Request, who Person) (any, error) {
	now := s.config.Now()
	all, err := s.config.DB.Sessions(r.Context(), who.ID, now.Add(-sessionLife).Unix(), now.Add(-sessionIdle).Unix())
	if err != nil {
		return nil, err
	}
	var d accountData
	if d.Alerts, _, err = s.alertLines(r.Context(), who.ID); err != nil {
		return nil, err
	}
	for _, x := range all {
		d.Sessions = append(d.Sessions, sessionLine{minuteOf(x.Began), minuteOf(x.Seen)})
	}
	return d, nil
}
