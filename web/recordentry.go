package web

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"
	"golang.org/x/mod/sumdb/tlog"

	"piaojue/audit"
	"piaojue/project"
	"piaojue/store"
)

// recordEntryData fills GET /projects/log/{number}: one entry of the projects' log
// with all that proves it.
type recordEntryData struct {
	*recordLine
	Size      uint64     // of the checkpoint that it is under
	Root      []string   // of the same
	Path      [][]string // the hashes that lead from the entry to that root
	Signature []string   // in groups of four; nil: not signed
	Key       []string   // with which its actor signs now
	Contents  []recordContent
	Bytes     int
	File      string // of the board, that holds it
	Last      bool   // there is no later one
	Erase     bool   // who looks may erase contents of it
	ID        string // of that form
}

// recordContent is what stands beside the log: shown if it is public.
type recordContent struct {
	Seen    project.Visibility
	Code    []string // the commitment, in groups of four
	Hash    string
	Text    string
	Picture bool
	blob    project.Blob
}

// entryAt returns the number of an entry that a request names, and the newest
// checkpoint, under which it is.
func (s *Server) entryAt(r *http.Request) (log *store.Log, at uint64, note []byte, err error) {
	if log, err = s.projectLog(); err != nil {
		return nil, 0, nil, err
	}
	head, err := log.Head(r.Context())
	if err != nil {
		return nil, 0, nil, err
	}
	if at, err = strconv.ParseUint(chi.URLParam(r, "number"), 10, 63); err != nil || at >= head.Size {
		return nil, 0, nil, refuse(codeNotFound)
	}
	return log, at, head.Checkpoint, nil
}

// recordEntryPage fills it.
func (s *Server) recordEntryPage(r *http.Request, who Person) (any, error) {
	log, at, note, err := s.entryAt(r)
	if err != nil {
		return nil, err
	}
	line, err := s.recordLine(r.Context(), log, at)
	if err != nil {
		return nil, err
	}
	d := &recordEntryData{recordLine: line, Bytes: len(line.entry.Marshal()), ID: newFormID()}
	reader, err := s.actorOr0(r, who)
	if err != nil {
		return nil, err
	}
	if err := d.prove(r.Context(), log, note); err != nil {
		return nil, err
	}
	if d.Signed {
		d.Signature = fours(hex.EncodeToString(line.entry.Signature))
	}
	contents, err := project.Contents(line.entry)
	if err != nil {
		return nil, err
	}
	err = s.projects.view(func(state *project.State) error {
		d.name(state)
		if by, _ := state.Actor(line.entry.Actor); by.Key != [32]byte{} {
			d.Key = fours(hex.EncodeToString(by.Key[:]))
		}
		for _, b := range contents {
			h, _ := state.Holding(b)
			code := hex.EncodeToString(b[:])
			d.Contents = append(d.Contents, recordContent{Seen: h.Visibility, Code: fours(code), Hash: code, blob: b})
			d.Erase = d.Erase || h.Visibility != project.Withdrawn
		}
		d.Erase = d.Erase && reader != serverActor && state.May(reader, &project.Withdrawal{}) == nil
		return nil
	})
	if err != nil {
		return nil, err
	}
	return d, s.readContents(r.Context(), d)
}

// prove shows that the entry is in the tree whose root the log's key signed. That
// it is not would be a fault of this server, and the page says no such thing.
func (d *recordEntryData) prove(ctx context.Context, log *store.Log, note []byte) error {
	head, err := audit.ReadCheckpoint(note)
	if err != nil {
		return err
	}
	proof, err := audit.ProveInclusion(ctx, log, head.Size, d.Index)
	if err != nil {
		return err
	}
	if err := tlog.CheckRecord(proof, int64(head.Size), head.Root, int64(d.Index), d.entry.Hash()); err != nil {
		return fmt.Errorf("%w: entry %d of the projects: %v", store.ErrDamaged, d.Index, err)
	}
	for _, h := range proof {
		d.Path = append(d.Path, fours(hex.EncodeToString(h[:])))
	}
	d.Size, d.Root, d.Last = head.Size, fours(hex.EncodeToString(head.Root[:])), d.Index+1 == head.Size
	for _, t := range audit.Bundles(d.Index, head.Size) {
		d.File = t.Path()
		break
	}
	return nil
}

// readContents reads what everybody may see.
func (s *Server) readContents(ctx context.Context, d *recordEntryData) error {
	for i := range d.Contents {
		c := &d.Contents[i]
		if c.Seen != project.Public {
			continue
		}
		file, err := s.projects.db.Blob(ctx, c.blob)
		if errors.Is(err, store.ErrNotFound) { // withdrawn since
			c.Seen = project.Withdrawn
			continue
		}
		if err != nil {
			return err
		}
		media, data, err := project.OpenBlob(file)
		if err != nil {
			return err
		}
		if c.Picture = media != project.MediaText; !c.Picture {
			c.Text = string(data)
		}
	}
	return nil
}

// Earlier and Later are the entries beside it.
func (d *recordEntryData) Earlier() uint64 { return d.Index - 1 }

// Later is the entry after it, if there is one.
func (d *recordEntryData) Later() uint64 { return d.Index + 1 }

// getRecordProof serves GET /projects/log/{number}/proof: what shows offline that
// an entry is in the log (C2SP tlog-proof).
func (s *Server) getRecordProof(w http.ResponseWriter, r *http.Request, _ Person) error {
	log, at, note, err := s.entryAt(r)
	if err != nil {
		return err
	}
	head, err := audit.ReadCheckpoint(note)
	if err != nil {
		return err
	}
	proof, err := audit.ProveInclusion(r.Context(), log, head.Size, at)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Disposition", `attachment; filename="projects-`+strconv.FormatUint(at, 10)+`.tlog-proof"`)
	return writeBytes(w, "text/plain; charset=utf-8", (&audit.Receipt{Index: at, Proof: proof, Checkpoint: note}).Marshal())
}
