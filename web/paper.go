package web

import (
	"context"
	"fmt"
	"net/http"

	"github.com/go-chi/chi/v5"

	"piaojue/ballot"
	"piaojue/client"
	"piaojue/election"
	"piaojue/store"
)

// postBatch serves POST /votes/{vote}/batches: what two tellers entered from a
// ballot box, which waits for the signatures that are missing. The entries are
// verified here, away from the vote's goroutine, and again when they are logged.
func (s *Server) postBatch(w http.ResponseWriter, r *http.Request, who Person) error {
	v, err := s.vote(r)
	if err != nil {
		return err
	}
	body, err := readBody(w, r, client.MaxBatch)
	if err != nil {
		return err
	}
	e, papers, err := client.ParseBatch(body)
	if err != nil {
		return because(codeBadForm, err)
	}
	if err := v.checkPapers(r.Context(), e, papers); err != nil {
		return err
	}
	for _, sig := range e.Signatures {
		if sig.Role != ownRole[who.Role] {
			return refuse(codeForbidden)
		}
	}
	var answer *proposalJSON
	err = v.do(r.Context(), func() (err error) {
		answer, err = v.signBatch(r.Context(), e, papers, who)
		return err
	})
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, answer)
}

func (v *vote) checkPapers(ctx context.Context, e *election.Entry, papers [][]byte) error {
	var params *ballot.Params
	err := v.do(ctx, func() error {
		if params = v.state.Params(); !v.state.Accepts(election.KindBatch) {
			return refuse(codePhase)
		}
		return nil
	})
	if err != nil {
		return err
	}
	body, err := election.ParseBatch(e.Body)
	if err != nil {
		return because(codeBadForm, err)
	}
	if _, err := client.CheckPapers(params, body, papers); err != nil {
		return because(codeBadProof, err)
	}
	return nil
}

// signBatch keeps the papers with the batch, once the signatures on it are checked:
// what is kept with it is a signature that counts. It runs on the vote's goroutine.
func (v *vote) signBatch(ctx context.Context, e *election.Entry, papers [][]byte, who Person) (*proposalJSON, error) {
	wanted, err := v.state.Wanted(e)
	if err != nil {
		return nil, err
	}
	if err := v.verifySignatures(e, wanted); err != nil {
		return nil, err
	}
	if err := v.checkOwner(ctx, e, wanted, who); err != nil {
		return nil, err
	}
	if err := v.config.DB.ProposeBatch(ctx, v.id, e, papers, who.ID); err != nil {
		return nil, err
	}
	return v.sign(ctx, e, who)
}

// getPapers serves GET /votes/{vote}/proposals/{hash}/papers.
func (s *Server) getPapers(w http.ResponseWriter, r *http.Request, _ Person) error {
	v, err := s.vote(r)
	if err != nil {
		return err
	}
	hash, err := parseHex32(chi.URLParam(r, "hash"))
	if err != nil {
		return err
	}
	e, err := s.config.DB.Proposal(r.Context(), v.id, hash)
	if err != nil {
		return err
	}
	papers, err := s.config.DB.Papers(r.Context(), v.id, hash)
	if err != nil {
		return err
	}
	body, err := client.MarshalBatch(e, papers)
	if err != nil {
		return err
	}
	return writeBytes(w, mediaBinary, body)
}

// followers returns the entries that go into the log right after a proposal,
// and keeps in the transaction what belongs to it.
func (v *vote) followers(tx *store.Tx, e *election.Entry) ([]*election.Entry, error) {
	switch e.Kind {
	case election.KindSheets:
		return nil, v.reserveSheets(tx, e)
	case election.KindBatch:
		return readPapers(tx, e)
	}
	return nil, nil
}

// reserveSheets takes the place of a credential in the table of issuances: one
// deputy has one channel in the database, too.
func (v *vote) reserveSheets(tx *store.Tx, e *election.Entry) error {
	h, err := election.ParseSheets(e.Body)
	if err != nil {
		return err
	}
	for _, i := range h.Indexes {
		if err := tx.ReserveIssuance(store.Issuance{Epoch: h.Epoch, Index: i}); err != nil {
			return err
		}
	}
	return nil
}

func readPapers(tx *store.Tx, e *election.Entry) (entries []*election.Entry, err error) {
	raws, err := tx.Papers(store.ProposalHash(e))
	if err != nil {
		return nil, err
	}
	for i, raw := range raws {
		paper, err := election.ParseEntry(raw)
		if err != nil {
			return nil, fmt.Errorf("paper %d of a batch: %w", i+1, err)
		}
		entries = append(entries, paper)
	}
	return entries, nil
}
