package web

import (
	"context"
	"encoding/hex"
	"errors"
	"net/http"

	"piaojue/election"
	"piaojue/store"
)

// ofTrustees are the kinds that a trustee signs alone.
var ofTrustees = []election.Kind{
	election.KindDealing, election.KindAgreement, election.KindComplaint,
	election.KindReady, election.KindShare, election.KindDestruction,
}

// loggedJSON says where an entry stands in the log.
type loggedJSON struct {
	Hash  string `json:"hash" doc:"Of the entry."`
	Index uint64 `json:"index" doc:"In the log."`
}

// postEntry serves POST /votes/{vote}/entries. The same entry again gets the
// same answer: a trustee whose answer was lost need not know.
func (s *Server) postEntry(w http.ResponseWriter, r *http.Request, _ Person) error {
	v, err := s.vote(r)
	if err != nil {
		return err
	}
	e, err := readEntry(w, r, ofTrustees)
	if err != nil {
		return err
	}
	var index uint64
	err = v.do(r.Context(), func() (err error) {
		index, err = v.logOnce(r.Context(), e)
		return err
	})
	if err != nil {
		return err
	}
	hash := e.Hash()
	return writeJSON(w, http.StatusOK, loggedJSON{Hash: hex.EncodeToString(hash[:]), Index: index})
}

// logOnce logs an entry, or finds it in the log.
func (v *vote) logOnce(ctx context.Context, e *election.Entry) (uint64, error) {
	index, err := v.config.DB.Log(v.id).Find(ctx, e.Hash())
	if err == nil || !errors.Is(err, store.ErrNotFound) {
		return index, err
	}
	if err := v.appendEntry(ctx, e); err != nil {
		return 0, err
	}
	return v.state.Size() - 1, nil
}
