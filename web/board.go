package web

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"net/http"

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
	content, err := audit.ReadTile(r.Context(), log, size, tile)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", cacheForever)
	return writeBytes(w, mediaBinary, content)
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

// maxCosignatures bounds the lines of one request.
const maxCosignatures = 16 << 10

// postCosignatures serves POST /board/{vote}/cosignatures. Anybody may carry
// them: they prove themselves.
func (s *Server) postCosignatures(w http.ResponseWriter, r *http.Request, _ Person) error {
	v, _, _, err := s.board(r)
	if err != nil {
		return err
	}
	lines, err := readBody(w, r, maxCosignatures)
	if err != nil {
		return err
	}
	if len(lines) == 0 || !bytes.HasSuffix(lines, []byte("\n")) {
		return refuse(codeBadForm)
	}
	if err := v.do(r.Context(), func() error { return v.cosign(r.Context(), lines) }); err != nil {
		return err
	}
	return noContent(w)
}

// cosign adds the lines to the checkpoint they are of. Witnesses cosign what
// they saw some seconds ago, so the latest ones are tried in turn.
func (v *vote) cosign(ctx context.Context, lines []byte) error {
	policy, err := audit.PolicyOf(v.state.Manifest())
	if err != nil {
		return err
	}
	log := v.config.DB.Log(v.id)
	done := false
	for _, kind := range []store.CheckpointKind{store.Closing, store.Latest} {
		note, err := log.Cosigned(ctx, kind)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		if merged := merge(policy, note, lines); merged != nil {
			done = true
			if err := v.config.DB.PutCosigned(ctx, v.id, kind, merged); err != nil {
				return err
			}
		}
	}
	if done {
		return nil
	}
	return v.cosignHead(ctx, policy, log, lines)
}

// cosignHead looks for the newest checkpoint that the lines sign, unless a
// newer one is cosigned already.
func (v *vote) cosignHead(ctx context.Context, policy *audit.Policy, log *store.Log, lines []byte) error {
	var least uint64
	if note, err := log.Cosigned(ctx, store.Latest); err == nil {
		if c, err := audit.ReadCheckpoint(note); err == nil {
			least = c.Size
		}
	}
	for i := len(v.heads.notes) - 1; i >= 0; i-- {
		note := v.heads.notes[i]
		c, err := audit.ReadCheckpoint(note)
		if err != nil || c.Size <= least {
			break
		}
		if merged := merge(policy, note, lines); merged != nil {
			return v.config.DB.PutCosigned(ctx, v.id, store.Latest, merged)
		}
	}
	return refuse(codeBadSignature)
}
