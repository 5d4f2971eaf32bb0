package web

import (
	"cmp"
	"crypto/sha256"
	"errors"
	"net/http"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"piaojue/store"
)

// A one-time link lets a person choose a password and bring a code device. The
// administrator hands it over and sees neither. Its token is in no address and
// no log: it comes in the body, from the fragment of the page.

// invitation is what a link leads to.
type invitation struct {
	ID     string      `json:"id"`
	Name   string      `json:"name"`
	Role   store.Role  `json:"role"`
	Naming bool        `json:"naming"`      // the first administrator says who he is
	Needed bool        `json:"code_needed"` // a code device
	Code   *deviceJSON `json:"code"`
	Ends   int64       `json:"ends"` // Unix seconds
}

// welcomeRequest is the body of POST /welcome.
type welcomeRequest struct {
	Token string `json:"token"`
}

// acceptRequest is the body of PUT /welcome.
type acceptRequest struct {
	Token       string `json:"token"`
	Password    string `json:"password"`
	Code        string `json:"code,omitempty"`
	Name        string `json:"name,omitempty"`
	StaffNumber string `json:"staff_number,omitempty"`
}

// invited returns the account of a link that can be used still.
func (s *Server) invited(r *http.Request, token string) (store.Account, [32]byte, error) {
	hash := sha256.Sum256([]byte(token))
	if s.signIns.count(address(r)) {
		return store.Account{}, hash, refuse(codeRateLimited)
	}
	a, err := s.config.DB.AccountByLink(r.Context(), hash)
	if errors.Is(err, store.ErrNotFound) || err == nil && a.LinkUntil <= s.config.Now().Unix() {
		return store.Account{}, hash, refuse(codeLinkUsed)
	}
	return a, hash, err
}

// getInvitation serves POST /welcome. It does not use the link up. Each look draws
// another secret for the code device, and the last one counts: whoever handed the
// link over, and looked before, must not make its owner's codes (attack S10).
func (s *Server) getInvitation(w http.ResponseWriter, r *http.Request, _ Person) error {
	var in welcomeRequest
	if err := readSmall(w, r, &in); err != nil {
		return err
	}
	a, _, err := s.invited(r, in.Token)
	if err != nil {
		return err
	}
	secret, err := s.drawDevice(r, a, a.LinkUntil)
	if err != nil {
		return err
	}
	code, err := newDeviceJSON(secret, a.ID)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, &invitation{
		ID: a.ID, Name: a.Name, Role: a.Role, Naming: a.StaffNumber == "", Needed: needsCode(a.Role), Code: code, Ends: a.LinkUntil,
	})
}

// drawDevice draws the secret of the device that is offered to an account, never
// one that was shown before. Its first code has to come before until.
func (s *Server) drawDevice(r *http.Request, a store.Account, until int64) (string, error) {
	secret := generateDevice()
	sealed, err := s.vault.seal(secret, a.ID)
	if err != nil {
		return "", err
	}
	return secret, s.config.DB.PutDeviceNext(r.Context(), a.ID, sealed, until)
}

// accept serves PUT /welcome.
func (s *Server) accept(w http.ResponseWriter, r *http.Request, _ Person) error {
	var in acceptRequest
	if err := readSmall(w, r, &in); err != nil {
		return err
	}
	a, hash, err := s.invited(r, in.Token)
	if err != nil {
		return err
	}
	naming := a.StaffNumber == ""
	if naming {
		if a.Name, a.StaffNumber, err = checkNames(in.Name, in.StaffNumber); err != nil {
			return err
		}
	}
	c, err := s.choose(r, a, in)
	if err != nil {
		return err
	}
	err = s.admin.record(r.Context(), act{Act: actLinkUsed, By: a.ID, Person: a.ID, Role: string(a.Role), Detail: a.Name}, func(tx *store.Tx) error {
		if err := tx.UseLink(a.ID, hash, c); err != nil {
			return because(codeLinkUsed, err)
		}
		if naming {
			return tx.Rename(a.ID, a.Name, a.StaffNumber)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.enter(w, r, a.ID)
}

// choose checks what a person has chosen. Who needs no device and gives no code
// has none.
func (s *Server) choose(r *http.Request, a store.Account, in acceptRequest) (c store.Credentials, err error) {
	if err := checkPassword(in.Password, a); err != nil {
		return c, err
	}
	if needsCode(a.Role) || in.Code != "" {
		if c.Step, err = s.firstCode(a, in.Code); err != nil {
			return c, err
		}
		c.Device = a.DeviceNext
	}
	c.Password, err = s.hasher.hash(r.Context(), in.Password)
	return c, err
}

// firstCode shows that a new device works.
func (s *Server) firstCode(a store.Account, code string) (int64, error) {
	if a.DeviceNext == nil {
		return 0, refuse(codeWrongCode)
	}
	if a.DeviceUntil <= s.config.Now().Unix() {
		return 0, refuse(codeLateDevice)
	}
	secret, err := s.vault.open(a.DeviceNext, a.ID)
	if err != nil {
		return 0, err
	}
	step := codeStep(secret, code, s.config.Now(), 0)
	if step == 0 {
		return 0, refuse(codeWrongCode)
	}
	return step, nil
}

const maxName = 40 // characters

// checkNames checks who somebody is.
func checkNames(name, number string) (string, string, error) {
	name, number = strings.TrimSpace(name), staffNumber(number)
	if err := cmp.Or(checkHidden("name", name), checkHidden("staff_number", number)); err != nil {
		return "", "", err
	}
	if !printable(name) {
		return "", "", badField("name", "field.name")
	}
	if !printable(number) {
		return "", "", badField("staff_number", "field.staff_number")
	}
	return name, number, nil
}

func printable(s string) bool {
	n := utf8.RuneCountInString(s)
	return utf8.ValidString(s) && n > 0 && n <= maxName && strings.IndexFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) < 0
}

// linkLeft says until when a link serves; 0 without one.
func linkLeft(a store.Account, now time.Time) int64 {
	if !a.HasLink || a.LinkUntil <= now.Unix() {
		return 0
	}
	return a.LinkUntil
}
