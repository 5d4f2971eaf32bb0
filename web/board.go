package web

import (
	"context"
	"encoding/hex"
	"errors"
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"piaojue/audit"
	"piaojue/election"
	"piaojue/store"
)

// The board is static: every tile stays what it is, so that any cache may keep
// it for ever; checkpoints move.
const (
	cacheForever = "public, max-age=31536000, immutable"
	cacheNever   = "no-cache"
)

// board returns the log of a vote that has a manifest.
func (s *Server) board(r *http.Request) (*vote, *view, *store.Log, error) {
	v, err := s.vote(r)
	if err != nil {
		return nil, nil, nil, err
	}
	now := v.view.Load()
	if now.manifest == nil {
		return nil, nil, nil, because(codeNotFound, errNoVote)
	}
	return v, now, s.config.DB.Log(v.id), nil
}

// getCheckpoint serves GET /board/{vote}/checkpoint.
func (s *Server) getCheckpoint(w http.ResponseWriter, r *http.Request, _ Person) error {
	_, now, log, err := s.board(r)
	if err != nil {
		return err
	}
	note, err := shown(r.Context(), log, now.manifest)
	if err != nil {
		return err
	}
	return writeNote(w, note)
}

// shown returns the checkpoint that clients are shown: the newest that enough
// witnesses cosigned, since they believe no other; or the newest, with the
// cosignatures there are.
func shown(ctx context.Context, log *store.Log, m *election.Manifest) ([]byte, error) {
	head, err := log.Head(ctx)
	if err != nil {
		return nil, err
	}
	cosigned, err := log.Cosigned(ctx, store.Latest)
	if errors.Is(err, store.ErrNotFound) {
		return head.Checkpoint, nil
	}
	if err != nil {
		return nil, err
	}
	policy, err := audit.PolicyOf(m)
	if err != nil {
		return nil, err
	}
	signed, err := policy.Open(cosigned)
	if err == nil && (!policy.None() || signed.Size == head.Size) {
		return cosigned, nil
	}
	if c, err := audit.ReadCheckpoint(cosigned); err == nil && c.Size == head.Size {
		return cosigned, nil
	}
	return head.Checkpoint, nil
}

func writeNote(w http.ResponseWriter, note []byte) error {
	w.Header().Set("Cache-Control", cacheNever)
	return writeBytes(w, "text/plain; charset=utf-8", note)
}

// getHead serves GET /board/{vote}/head.
func (s *Server) getHead(w http.ResponseWriter, r *http.Request, _ Person) error {
	_, _, log, err := s.board(r)
	if err != nil {
		return err
	}
	head, err := log.Head(r.Context())
	if err != nil {
		return err
	}
	return writeNote(w, head.Checkpoint)
}

// getClosing serves GET /board/{vote}/closing.
func (s *Server) getClosing(w http.ResponseWriter, r *http.Request, _ Person) error {
	_, _, log, err := s.board(r)
	if err != nil {
		return err
	}
	note, err := log.Cosigned(r.Context(), store.Closing)
	if err != nil {
		return err
	}
	return writeNote(w, note)
}

// getTile serves GET /board/{vote}/tile/*.
func (s *Server) getTile(w http.ResponseWriter, r *http.Request, _ Person) error {
	_, _, log, err := s.board(r)
	if err != nil {
		return err
	}
	return writeTile(w, r, log)
}

// writeTile answers with the tile that the end of the path names.
func writeTile(w http.ResponseWriter, r *http.Request, log *store.Log) error {
	tile, err := audit.ParseTile("tile/" + chi.URLParam(r, "*"))
	if err != nil {
		return because(codeNotFound, err)
	}
	// Not the view's size, which is that of a moment before the checkpoint's.
	size, err := log.Size(r.Context())
	if err != nil {
		return err
	}
	if !tile.Within(size) {
		return refuse(codeNotFound)
	}
	if tile.Entries() {
		return writeBundle(w, r, log, tile)
	}
	content, err := audit.ReadTile(r.Context(), log, size, tile)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", cacheForever)
	return writeBytes(w, mediaBinary, content)
}

// getRegisterHead serves GET /board/{vote}/issuer/{number}/checkpoint.
func (s *Server) getRegisterHead(w http.ResponseWriter, r *http.Request, _ Person) error {
	register, err := s.issuerRegister(r)
	if err != nil {
		return err
	}
	return writeNote(w, register.Checkpoint)
}

// getRegisterRows serves GET /board/{vote}/issuer/{number}/entries.
func (s *Server) getRegisterRows(w http.ResponseWriter, r *http.Request, _ Person) error {
	register, err := s.issuerRegister(r)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", cacheNever)
	return writeBytes(w, mediaBinary, register.Entries)
}

// issuerRegister is what an issuer says it signed; there is none before the
// order to close.
func (s *Server) issuerRegister(r *http.Request) (*store.IssuerRegister, error) {
	v, now, _, err := s.board(r)
	if err != nil {
		return nil, err
	}
	text := chi.URLParam(r, "number")
	number, err := strconv.ParseUint(text, 10, 8)
	if err != nil || strconv.FormatUint(number, 10) != text || !now.issued() {
		return nil, refuse(codeNotFound)
	}
	if number == ownIssuer {
		return v.ownRegister(r.Context(), now)
	}
	register, err := s.config.DB.IssuerRegister(r.Context(), v.id, uint8(number))
	return &register, err
}

// getReceipt serves GET /board/{vote}/receipts/{hash}.
func (s *Server) getReceipt(w http.ResponseWriter, r *http.Request, _ Person) error {
	_, now, log, err := s.board(r)
	if err != nil {
		return err
	}
	hash, err := parseHex32(chi.URLParam(r, "hash"))
	if err != nil {
		return err
	}
	index, err := log.Find(r.Context(), hash)
	if err != nil {
		return err
	}
	note, err := shown(r.Context(), log, now.manifest)
	if err != nil {
		return err
	}
	head, err := audit.ReadCheckpoint(note)
	if err != nil {
		return err
	}
	if index >= head.Size {
		return refuse(codeNotWitnessed)
	}
	proof, err := audit.ProveInclusion(r.Context(), log, head.Size, index)
	if err != nil {
		return err
	}
	receipt := &audit.Receipt{Index: index, Proof: proof, Checkpoint: note}
	w.Header().Set("Content-Disposition", `attachment; filename="`+hex.EncodeToString(hash[:8])+`.tlog-proof"`)
	return writeBytes(w, "text/plain; charset=utf-8", receipt.Marshal())
}
