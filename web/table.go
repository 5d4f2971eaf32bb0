package web

import (
	"crypto/rand"
	"math/big"
	"net/http"

	"piaojue/election"
	"piaojue/form"
	"piaojue/store"
)

// imported is the answer to a table.
type imported struct {
	Rows int `json:"rows"`
	N    int `json:"n,omitempty" doc:"Deputies with a place in the roll."`
}

// readTable reads a table for the vote that a request names.
func (s *Server) readTable(w http.ResponseWriter, r *http.Request) (*vote, []byte, error) {
	v, err := s.vote(r)
	if err != nil {
		return nil, nil, err
	}
	body, err := readBody(w, r, maxTable)
	return v, body, err
}

// putRoll serves PUT /votes/{vote}/roll.
func (s *Server) putRoll(w http.ResponseWriter, r *http.Request, _ Person) error {
	v, table, err := s.readTable(w, r)
	if err != nil {
		return err
	}
	deputies, err := form.ReadRoll(table)
	if err != nil {
		return err
	}
	members, n, err := newMembers(deputies)
	if err != nil {
		return err
	}
	if err := s.config.DB.PutRoll(r.Context(), v.id, members); err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, imported{Rows: len(deputies), N: n})
}

// newMembers gives each deputy but vacant seats a place in the roll, in an
// order drawn at random: it must not tell who is who. A vacant seat without a
// number is nobody, and not kept.
func newMembers(deputies []election.Deputy) ([]store.Member, int, error) {
	var members []store.Member
	var seated []int
	for _, d := range deputies {
		if d.Number == "" {
			continue
		}
		if d.Standing != election.Vacant {
			seated = append(seated, len(members))
		}
		members = append(members, store.Member{Deputy: d})
	}
	if err := shuffle(seated); err != nil {
		return nil, 0, err
	}
	for i, at := range seated {
		place := &store.Place{Index: uint32(i)}
		rand.Read(place.Salt[:])
		members[at].Place = place
	}
	return members, len(seated), nil
}

// shuffle draws one of all orders (Fisher and Yates).
func shuffle(list []int) error {
	for i := len(list) - 1; i > 0; i-- {
		j, err := rand.Int(rand.Reader, big.NewInt(int64(i+1)))
		if err != nil {
			return err
		}
		k := int(j.Int64())
		list[i], list[k] = list[k], list[i]
	}
	return nil
}

// putCandidates serves PUT /votes/{vote}/candidates.
func (s *Server) putCandidates(w http.ResponseWriter, r *http.Request, _ Person) error {
	v, table, err := s.readTable(w, r)
	if err != nil {
		return err
	}
	options, err := form.ReadCandidates(table)
	if err != nil {
		return err
	}
	if err := s.config.DB.PutCandidates(r.Context(), v.id, options); err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, imported{Rows: len(options)})
}

// putBadges serves PUT /votes/{vote}/badges. Only public keys come here: the
// badges were made and printed where the server never sees a seed.
func (s *Server) putBadges(w http.ResponseWriter, r *http.Request, _ Person) error {
	v, table, err := s.readTable(w, r)
	if err != nil {
		return err
	}
	list, err := form.ReadBadges(table)
	if err != nil {
		return err
	}
	members, err := s.config.DB.Roll(r.Context(), v.id)
	if err != nil {
		return err
	}
	if err := checkNumbers(list, members); err != nil {
		return err
	}
	badges := make(map[string]store.Badge, len(list))
	for _, b := range list {
		badges[b.Number] = store.Badge{Key: b.Key, PIN: b.PIN}
	}
	if err := s.config.DB.PutBadges(r.Context(), v.id, badges); err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, imported{Rows: len(list)})
}

// checkNumbers names every badge whose number is not in the roll.
func checkNumbers(list []form.Badge, members []store.Member) error {
	known := make(map[string]bool, len(members))
	for _, m := range members {
		known[m.Number] = true
	}
	var unknown []fieldProblem
	for _, b := range list {
		if !known[b.Number] {
			unknown = append(unknown, newFieldProblem(b.Number, "field.not_in_roll"))
		}
	}
	if unknown != nil {
		return &refusal{code: codeNotFound, fields: unknown}
	}
	return nil
}
