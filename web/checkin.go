package web

import (
	"context"
	"net/http"

	"piaojue/election"
	"piaojue/store"
)

// checkInRequest names a deputy by roll number or by roll index.
type checkInRequest struct {
	Number  string  `json:"number,omitempty" doc:"Roll number; either this or the index."`
	Index   *uint32 `json:"index,omitempty" doc:"Place in the roll."`
	Present bool    `json:"present" doc:"False: has left the hall."`
	Reason  string  `json:"reason,omitempty" doc:"Of a check-in by hand; at most 255 bytes."`
}

// deputyJSON is what a gate shows.
type deputyJSON struct {
	Index      uint32 `json:"index"`
	Number     string `json:"number"`
	Name       string `json:"name"`
	Delegation string `json:"delegation"`
	Seat       string `json:"seat"`
	Present    bool   `json:"present"`
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
	if (c.Number == "") == (c.Index == nil) {
		return badField("number", "field.number_or_index")
	}
	if len(c.Reason) > maxReason {
		return badField("reason", "field.reason", maxReason)
	}
	var deputy deputyJSON
	err = v.do(r.Context(), func() error {
		m, err := v.member(&c)
		if err != nil {
			return err
		}
		deputy = deputyJSON{
			Index: m.Place.Index, Number: m.Number, Name: m.Name,
			Delegation: m.Delegation, Seat: m.Seat, Present: c.Present,
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := s.config.DB.CheckIn(r.Context(), v.id, deputy.Index, c.Present, c.Reason); err != nil {
		return err
	}
	v.hub.wake()
	return writeJSON(w, http.StatusOK, deputy)
}

// member finds who is checked in, as long as anybody can be.
func (v *vote) member(c *checkInRequest) (*store.Member, error) {
	switch p := v.state.Phase(); {
	case p == election.PhaseDraft:
		return nil, refuse(codePhase)
	case p > election.PhaseSuspended:
		return nil, notVoting(p)
	}
	if c.Index != nil {
		if int(*c.Index) >= len(v.roll.members) {
			return nil, refuse(codeNotFound)
		}
		return &v.roll.members[*c.Index], nil
	}
	index, ok := v.roll.numbers[c.Number]
	if !ok {
		return nil, refuse(codeNotFound)
	}
	return &v.roll.members[index], nil
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

func (v *vote) attendance(ctx context.Context) (*attendanceJSON, error) {
	m := v.state.Manifest()
	if m == nil {
		return nil, refuse(codePhase)
	}
	register, err := v.config.DB.Register(ctx, v.id)
	if err != nil {
		return nil, err
	}
	a := &attendanceJSON{N: m.Deputies, Quorum: m.Rules.QuorumOf(m.Deputies), P: v.state.Numbers().P}
	for _, x := range v.roll.members {
		if x.Standing == election.OnLeave {
			a.Leave++
		}
	}
	next := &election.Attendance{Chain: v.chain(), Present: a.P}
	for _, x := range register {
		a.add(x)
		if x.Ever && !v.state.CheckedIn(x.Index) {
			a.Waiting++
			if len(next.Indexes) < maxAttendance {
				next.Indexes = append(next.Indexes, x.Index)
				next.Present++
			}
		}
	}
	if a.Waiting > 0 && v.state.Accepts(election.KindAttendance) {
		a.Attendance = next.Marshal()
	}
	return a, nil
}

func (a *attendanceJSON) add(x store.Attendance) {
	if x.Present {
		a.Present++
	}
	if x.Ever {
		a.Ever++
	}
}

// chain begins the next chained entry.
func (v *vote) chain() election.Chain {
	return election.Chain{Prev: v.state.Prev(), Time: uint64(v.config.Now().Unix())}
}
