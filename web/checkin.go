package web

import (
	"context"
	"errors"
	"net/http"

	"piaojue/election"
	"piaojue/store"
)

// deputyRef names a deputy in one of three ways.
type deputyRef struct {
	Number string  `json:"number,omitempty" doc:"Roll number; or index, or key."`
	Index  *uint32 `json:"index,omitempty" doc:"Place in the roll."`
	Key    *hex32  `json:"key,omitempty" doc:"Public key of the badge, whose seed stays on the page that reads it."`
}

func (d *deputyRef) check() error {
	given := 0
	for _, named := range []bool{d.Number != "", d.Index != nil, d.Key != nil} {
		if named {
			given++
		}
	}
	if given != 1 {
		return badField("number", "field.number_or_index")
	}
	return nil
}

// checkInRequest says who came or left.
type checkInRequest struct {
	deputyRef
	Present bool   `json:"present" doc:"False: has left the hall."`
	Reason  string `json:"reason,omitempty" doc:"Demanded of the first check-in without a badge; at most 255 bytes."`
}

// checkedInJSON is what a gate confirms.
type checkedInJSON struct {
	deputyJSON
	Again  bool           `json:"again" doc:"The register said so already; nothing has changed."`
	Counts attendanceJSON `json:"counts"`
}

// maxReason bounds the text of a check-in by hand.
const maxReason = 255

// checkIn serves POST /votes/{vote}/checkins.
func (s *Server) checkIn(w http.ResponseWriter, r *http.Request, _ Person) error {
	v, err := s.vote(r)
	if err != nil {
		return err
	}
	var c checkInRequest
	if err := readJSON(w, r, &c); err != nil {
		return err
	}
	if err := c.check(); err != nil {
		return err
	}
	if len(c.Reason) > maxReason {
		return badField("reason", "field.reason", maxReason)
	}
	var answer *checkedInJSON
	err = v.do(r.Context(), func() (err error) {
		answer, err = v.checkIn(context.WithoutCancel(r.Context()), &c)
		return err
	})
	if err != nil {
		return err
	}
	v.hub.wake()
	return writeJSON(w, http.StatusOK, answer)
}

// checkIn writes into the register. It runs on the vote's goroutine: of two
// gates that let one deputy in at the same time, one is the first. Whoever comes
// for the first time without a badge is let in by hand, which has a reason.
func (v *vote) checkIn(ctx context.Context, c *checkInRequest) (*checkedInJSON, error) {
	m, err := v.member(ctx, &c.deputyRef)
	if err != nil {
		return nil, err
	}
	before, err := v.config.DB.Attended(ctx, v.id, m.Place.Index)
	if err != nil {
		return nil, err
	}
	if c.Present && !before.Ever && c.Key == nil && c.Reason == "" {
		return nil, refuse(codeReasonNeeded)
	}
	if err := v.gate.checkIn(ctx, v, before, c); err != nil {
		return nil, err
	}
	return v.confirm(ctx, m, before.Present == c.Present)
}

func (v *vote) confirm(ctx context.Context, m *store.Member, again bool) (*checkedInJSON, error) {
	deputy, err := v.deputy(ctx, m)
	if err != nil {
		return nil, err
	}
	counts, err := v.headcount(ctx)
	if err != nil {
		return nil, err
	}
	return &checkedInJSON{deputy, again, *counts}, nil
}

// member finds a deputy, as long as anybody can be checked in.
func (v *vote) member(ctx context.Context, c *deputyRef) (*store.Member, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	switch p := v.state.Phase(); {
	case p == election.PhaseDraft:
		return nil, refuse(codePhase)
	case p > election.PhaseSuspended:
		return nil, notVoting(p)
	}
	m, err := v.named(ctx, c)
	if err == nil && m.Place == nil {
		err = store.ErrNotFound
	}
	if errors.Is(err, store.ErrNotFound) {
		err = refuse(codeNotFound)
	}
	return m, err
}

// named finds a deputy by badge, place or number.
func (v *vote) named(ctx context.Context, c *deputyRef) (*store.Member, error) {
	switch {
	case c.Key != nil:
		leaf, err := v.badge(*c.Key)
		if err != nil {
			return nil, err
		}
		return v.config.DB.MemberAt(ctx, v.id, leaf.Index)
	case c.Index != nil:
		return v.config.DB.MemberAt(ctx, v.id, *c.Index)
	}
	return v.config.DB.MemberNumbered(ctx, v.id, c.Number)
}

// attendanceJSON is who is in the hall, in numbers.
type attendanceJSON struct {
	N          uint32   `json:"n"`
	Quorum     uint32   `json:"quorum"`
	Present    uint32   `json:"present" doc:"Now, by the register."`
	Ever       uint32   `json:"ever" doc:"Ever, by the register: what p will be."`
	P          uint32   `json:"p" doc:"By the log."`
	Leave      uint32   `json:"leave" doc:"On leave, by the roll."`
	Waiting    int      `json:"waiting" doc:"In the register, not yet in the log."`
	Attendance hexBytes `json:"attendance,omitempty" doc:"For scrutineers: body of the next attendance entry."`
}

// getCheckIns serves GET /votes/{vote}/checkins.
func (s *Server) getCheckIns(w http.ResponseWriter, r *http.Request, who Person) error {
	v, err := s.vote(r)
	if err != nil {
		return err
	}
	var a *attendanceJSON
	err = v.do(r.Context(), func() (err error) {
		a, err = v.attendance(r.Context())
		return err
	})
	if err != nil {
		return err
	}
	if who.Role != store.RoleScrutineer {
		a.Attendance = nil
	}
	return writeJSON(w, http.StatusOK, a)
}

// maxAttendance keeps the entry within its limit.
const maxAttendance = 15_000

// headcount is the numbers of attendanceJSON, from memory: a gate that read the
// whole register for each deputy would be slower with each that came. It runs on
// the vote's goroutine.
func (v *vote) headcount(ctx context.Context) (*attendanceJSON, error) {
	m := v.state.Manifest()
	if m == nil {
		return nil, refuse(codePhase)
	}
	present, ever, err := v.gate.counts(ctx, v)
	if err != nil {
		return nil, err
	}
	a := &attendanceJSON{N: m.Deputies, Quorum: m.Rules.QuorumOf(m.Deputies), P: v.state.Numbers().P, Present: present, Ever: ever, Leave: v.roll.leave}
	a.Waiting, err = v.gate.notLogged(ctx, v)
	return a, err
}

// attendance is headcount with the entry that scrutineers sign next.
func (v *vote) attendance(ctx context.Context) (*attendanceJSON, error) {
	a, err := v.headcount(ctx)
	if err != nil || a.Waiting == 0 || !v.state.Accepts(election.KindAttendance) {
		return a, err
	}
	next := &election.Attendance{Chain: v.chain(), Present: a.P}
	err = v.gate.eachNotLogged(ctx, v, func(index uint32) bool {
		next.Indexes = append(next.Indexes, index)
		next.Present++
		return len(next.Indexes) < maxAttendance
	})
	a.Attendance = next.Marshal()
	return a, err
}

// chain begins the next chained entry.
func (v *vote) chain() election.Chain {
	return election.Chain{Prev: v.state.Prev(), Time: uint64(v.config.Now().Unix())}
}
