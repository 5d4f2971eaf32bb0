package web

import (
	"context"
	"net/http"
	"slices"

	"piaojue/election"
	"piaojue/form"
	"piaojue/store"
)

// deputyJSON is a deputy as the check-in desk sees one. Nothing here says who
// has cast: the desk knows who is in the hall, the log who has a credential, and
// nobody more.
type deputyJSON struct {
	Index      uint32   `json:"index" doc:"Place in the roll."`
	Number     string   `json:"number"`
	Name       string   `json:"name"`
	Initials   []string `json:"initials" doc:"Of the name's pinyin, likeliest first."`
	Delegation string   `json:"delegation"`
	Seat       string   `json:"seat"`
	Standing   string   `json:"standing" enum:"sitting,on_leave"`
	Present    bool     `json:"present" doc:"Now."`
	Ever       bool     `json:"ever" doc:"Was ever present, and counts in p."`
	Reason     string   `json:"reason" doc:"Of a check-in by hand."`
	PIN        bool     `json:"pin" doc:"Whether the badge has a PIN."`
	Locked     bool     `json:"locked" doc:"No tries of the PIN are left."`
}

func newDeputy(m *store.Member, a store.Attendance, locked bool) deputyJSON {
	standing := "sitting"
	if m.Standing == election.OnLeave {
		standing = "on_leave"
	}
	initials := form.Initials(m.Name)
	if initials == nil {
		initials = []string{}
	}
	return deputyJSON{
		Index: m.Place.Index, Number: m.Number, Name: m.Name, Initials: initials,
		Delegation: m.Delegation, Seat: m.Seat, Standing: standing,
		Present: a.Present, Ever: a.Ever, Reason: a.Reason, PIN: m.PIN != "", Locked: locked,
	}
}

// deputy returns one deputy as the register has them now. It runs on the vote's
// goroutine.
func (v *vote) deputy(ctx context.Context, m *store.Member) (deputyJSON, error) {
	a, err := v.config.DB.Attended(ctx, v.id, m.Place.Index)
	if err != nil {
		return deputyJSON{}, err
	}
	locked, err := v.config.DB.LockedBadges(ctx, v.id)
	return newDeputy(m, a, slices.Contains(locked, m.Place.Index)), err
}

// registerJSON is the list of the check-in desk.
type registerJSON struct {
	Deputies []deputyJSON   `json:"deputies" doc:"By roll number."`
	Counts   attendanceJSON `json:"counts"`
}

// getRegister serves GET /votes/{vote}/register.
func (s *Server) getRegister(w http.ResponseWriter, r *http.Request, _ Person) error {
	v, err := s.vote(r)
	if err != nil {
		return err
	}
	var answer *registerJSON
	err = v.do(r.Context(), func() (err error) {
		answer, err = v.register(r.Context())
		return err
	})
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, answer)
}

func (v *vote) register(ctx context.Context) (*registerJSON, error) {
	counts, err := v.attendance(ctx)
	if err != nil {
		return nil, err
	}
	counts.Attendance = nil // for scrutineers
	lines, err := v.config.DB.Register(ctx, v.id)
	if err != nil {
		return nil, err
	}
	locked, err := v.config.DB.LockedBadges(ctx, v.id)
	if err != nil {
		return nil, err
	}
	attended := make(map[uint32]store.Attendance, len(lines))
	for _, a := range lines {
		attended[a.Index] = a
	}
	members, err := v.config.DB.Roll(ctx, v.id)
	list := []deputyJSON{}
	for i := range members {
		if m := &members[i]; m.Place != nil {
			list = append(list, newDeputy(m, attended[m.Place.Index], slices.Contains(locked, m.Place.Index)))
		}
	}
	return &registerJSON{list, *counts}, err
}
