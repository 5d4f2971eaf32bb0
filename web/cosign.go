package web

import (
	"bytes"
	"context"
	"errors"
	"net/http"

	"piaojue/audit"
	"piaojue/store"
)

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
	if err := s.admitCosignatures(v, r, lines); err != nil {
		return err
	}
	if err := v.do(r.Context(), func() error { return v.cosign(r.Context(), lines) }); err != nil {
		return err
	}
	return noContent(w)
}

// maxCosigners is how many requests with lines of known witnesses one address
// may make a minute. A false one costs the vote's goroutine a signature check
// for each of the latest checkpoints.
const maxCosigners = 120

// admitCosignatures keeps from the vote's goroutine what no witness of the
// policy can have made.
func (s *Server) admitCosignatures(v *vote, r *http.Request, lines []byte) error {
	m := v.view.Load().manifest
	if m == nil {
		return refuse(codeNotFound)
	}
	policy, err := audit.PolicyOf(m)
	if err != nil {
		return err
	}
	for line := range bytes.Lines(lines) {
		if !ofWitness(policy, line) {
			return refuse(codeBadSignature)
		}
	}
	if s.cosigners.count(address(r)) {
		return refuse(codeRateLimited)
	}
	return nil
}

// ofWitness reports whether a signature line bears the name of a witness.
func ofWitness(p *audit.Policy, line []byte) bool {
	for _, k := range p.Witnesses() {
		if bytes.HasPrefix(line, []byte("\u2014 "+k.Name()+" ")) {
			return true
		}
	}
	return false
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
	// The closing checkpoint is the newest one as well when it is made: nobody
	// would see the collection entry if only the former got the lines.
	found, err := v.cosignHead(ctx, policy, log, lines)
	if err == nil && !found && !done {
		return refuse(codeBadSignature)
	}
	return err
}

// cosignHead looks for the newest checkpoint that the lines sign, unless a
// newer one is cosigned already.
func (v *vote) cosignHead(ctx context.Context, policy *audit.Policy, log *store.Log, lines []byte) (found bool, err error) {
	var least uint64
	believed := false
	if note, err := log.Cosigned(ctx, store.Latest); err == nil {
		if c, err := audit.ReadCheckpoint(note); err == nil {
			least = c.Size
		}
		_, err := policy.Open(note)
		believed = err == nil
	}
	for i := len(v.heads.notes) - 1; i >= 0; i-- {
		note := v.heads.notes[i]
		c, err := audit.ReadCheckpoint(note)
		if err != nil || c.Size <= least {
			break
		}
		merged := merge(policy, note, lines)
		if merged == nil {
			continue
		}
		// What enough witnesses cosigned stays shown until that is so of a newer one,
		// or nobody would believe the board meanwhile.
		if _, err := policy.Open(merged); err == nil || !believed {
			if err := v.config.DB.PutCosigned(ctx, v.id, store.Latest, merged); err != nil {
				return true, err // the same lines may come again
			}
		}
		v.heads.notes[i] = merged
		return true, nil
	}
	return false, nil
}

// merge adds cosignatures to a checkpoint. It returns nil if they are not its.
func merge(p *audit.Policy, note, lines []byte) []byte {
	merged, err := p.Merge(note, lines)
	if err != nil || bytes.Equal(merged, note) {
		return nil
	}
	return merged
}

// maxHeads is how many signed checkpoints wait for cosignatures. A witness
// takes seconds, in which the log may grow by many entries.
const maxHeads = 256

// heads are the latest signed checkpoints, the newest last.
type heads struct {
	notes [][]byte
}

func (h *heads) add(note []byte) {
	if len(h.notes) == maxHeads {
		h.notes = h.notes[1:]
	}
	h.notes = append(h.notes, note)
}
