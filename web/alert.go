package web

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"piaojue/store"
)

// People hear of what happened to their account and may not have been themselves
// (ASVS 6.3.5 and 6.3.7): on every page of the office, until they say that they
// have seen it.

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
	Until int64 // of the latest, Unix seconds
	Lines []alertLine
}

// alertLine is one kind.
type alertLine struct {
	Kind   string
	Times  int
	Latest string
}

// alertsOf returns what a person has not seen; nil: nothing.
func (s *Server) alertsOf(ctx context.Context, who Person) (*alertBar, error) {
	if who == (Person{}) {
		return nil, nil
	}
	all, err := s.config.DB.Alerts(ctx, who.ID)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	bar := &alertBar{Until: all[0].Latest}
	for _, a := range all {
		bar.Lines = append(bar.Lines, alertLine{a.Kind, a.Times, minuteOf(a.Latest)})
	}
	return bar, nil
}

// minuteOf is a time as staff read it.
func minuteOf(at int64) string { return time.Unix(at, 0).In(china).Format("2006-01-02 15:04") }

// alertsRequest is the body of DELETE /account/alerts.
type alertsRequest struct {
	Until int64 `json:"until"` // of the latest that was shown, Unix seconds
}

// dropAlerts serves DELETE /account/alerts.
func (s *Server) dropAlerts(w http.ResponseWriter, r *http.Request, who Person) error {
	a, err := s.own(r, who)
	if err != nil {
		return err
	}
	var in alertsRequest
	if err := readSmall(w, r, &in); err != nil {
		return err
	}
	if err := s.config.DB.DropAlerts(r.Context(), a.ID, in.Until); err != nil {
		return err
	}
	return noContent(w)
}
