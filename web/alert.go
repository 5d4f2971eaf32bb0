package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"piaojue/store"
)

// People hear of what happened to their account and may not have been themselves
// (ASVS 6.3.5 and 6.3.7): on every page of the office, until they say in that browser
// that they have seen it, and for thirty days on the page of their account.

// The kinds of alerts that are no acts of the administration log. A sentence for
// each is account.alert_<kind>.
const (
	alertWrong   = "wrong"       // password or code, from a browser that is not known
	alertHalf    = "half"        // the right password without the right code, from such a one
	alertBrowser = "new_browser" // a sign-in from such a one
)

// alertActs are the acts of which whose account it is hears.
var alertActs = []string{
	actLinkIssued, actRoleChanged, actKeyIssued, actPasswordChanged, actCodeChanged, actCodeRemoved, actAccountLocked,
}

// alertOwner tells the owner of an account of an act. Who has not been in yet has
// nothing to compare it with.
func alertOwner(tx *store.Tx, x act) error {
	if !slices.Contains(alertActs, x.Act) {
		return nil
	}
	old, err := tx.Account(x.Person)
	if errors.Is(err, store.ErrNotFound) || err == nil && old.Password == "" {
		return nil
	}
	if err != nil {
		return err
	}
	return tx.Alert(x.Person, x.Act, x.Time)
}

// alertStranger tells the owner of an account of a wrong try from a browser that is
// not known. Wrong tries from a known one are the owner's, unless they lock. It
// comes behind the answer, as in failed.
func (s *Server) alertStranger(a store.Account, passwordFits bool) {
	if a.Password == "" {
		return
	}
	kind := alertWrong
	if passwordFits {
		kind = alertHalf
	}
	s.jobs.Go(func() {
		if err := s.config.DB.Alert(context.Background(), a.ID, kind, s.config.Now().Unix()); err != nil {
			s.config.Log.Error("alert not kept", "error", err)
		}
	})
}

// alertBar is what a page says of them.
type alertBar struct {
	Shown    string // what the browser says when they are seen
	Lines    []alertLine
	Harmless bool // nobody has got in, and nothing was changed
}

// alertLine is one kind.
type alertLine struct {
	Kind   string
	Times  int
	Latest string
}

// alertLines returns what happened to a person's account in the last days, and the
// marks under which a browser remembers what it has shown.
func (s *Server) alertLines(ctx context.Context, person string) (lines []alertLine, marks []string, err error) {
	all, err := s.config.DB.Alerts(ctx, person, s.config.Now().Unix())
	for _, a := range all {
		lines = append(lines, alertLine{a.Kind, a.Times, minuteOf(a.Latest)})
		marks = append(marks, fmt.Sprintf("%s.%d.%d", a.Kind, a.Times, a.Latest))
	}
	return lines, marks, err
}

// alertsOf returns what a person has not seen in this browser; nil: nothing. Each
// browser remembers for itself: whoever got in from another one has seen it there,
// and hides nothing from the owner.
func (s *Server) alertsOf(r *http.Request, who Person) (*alertBar, error) {
	if who == (Person{}) {
		return nil, nil
	}
	lines, marks, err := s.alertLines(r.Context(), who.ID)
	if err != nil {
		return nil, err
	}
	var seen []string
	if c, err := r.Cookie(s.seenName(who.ID)); err == nil {
		seen = strings.Split(c.Value, alertSeparator)
	}
	bar := &alertBar{Shown: strings.Join(marks, alertSeparator), Harmless: true}
	for i, line := range lines {
		if slices.Contains(seen, marks[i]) {
			continue
		}
		bar.Lines = append(bar.Lines, line)
		bar.Harmless = bar.Harmless && (line.Kind == alertWrong || line.Kind == actAccountLocked)
	}
	if len(bar.Lines) == 0 {
		return nil, nil
	}
	return bar, nil
}

// minuteOf is a time as staff read it.
func minuteOf(at int64) string { return time.Unix(at, 0).In(china).Format("2006-01-02 15:04") }

// seenName is that of the cookie with what a browser has shown.
func (s *Server) seenName(person string) string { return s.cookieOf(person, "seen") }

const alertSeparator = "/"

// seenRequest is the body of PUT /account/alerts.
type seenRequest struct {
	Shown string `json:"shown"` // data-alerts of the page
}

// seeAlerts serves PUT /account/alerts. What came after the page was made it has
// not shown.
func (s *Server) seeAlerts(w http.ResponseWriter, r *http.Request, who Person) error {
	a, err := s.own(r, who)
	if err != nil {
		return err
	}
	var in seenRequest
	if err := readSmall(w, r, &in); err != nil {
		return err
	}
	_, marks, err := s.alertLines(r.Context(), a.ID)
	if err != nil {
		return err
	}
	shown := strings.Split(in.Shown, alertSeparator)
	c := s.cookie(strings.Join(slices.DeleteFunc(marks, func(m string) bool { return !slices.Contains(shown, m) }), alertSeparator))
	c.Name, c.MaxAge = s.seenName(a.ID), store.AlertLife
	http.SetCookie(w, c)
	return noContent(w)
}
