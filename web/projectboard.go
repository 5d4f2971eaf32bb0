package web

import (
	"archive/zip"
	"bytes"
	"context"
	"io"
	"net/http"
	"slices"

	"github.com/go-chi/chi/v5"

	"piaojue/audit"
	"piaojue/project"
	"piaojue/store"
)

// The log of the projects is as open as those of votes: whoever has the
// checkpoint, the tiles and the public contents checks it (PROTOCOL.md, Section
// 14.4). It has no witnesses yet, so that its newest checkpoint is the one shown.

// projectLog returns the log, once there is an entry in it.
func (s *Server) projectLog() (*store.Log, error) {
	if s.projects == nil {
		return nil, because(codeNotFound, errNoProjects)
	}
	return s.projects.db.Log(), s.projects.view(func(state *project.State) error {
		if state.Size() == 0 {
			return because(codeNotFound, errNoProjects)
		}
		return nil
	})
}

// getProjectCheckpoint serves GET /board/projects/checkpoint.
func (s *Server) getProjectCheckpoint(w http.ResponseWriter, r *http.Request, _ Person) error {
	log, err := s.projectLog()
	if err != nil {
		return err
	}
	head, err := log.Head(r.Context())
	if err != nil {
		return err
	}
	return writeNote(w, head.Checkpoint)
}

// getProjectTile serves GET /board/projects/tile/*.
func (s *Server) getProjectTile(w http.ResponseWriter, r *http.Request, _ Person) error {
	log, err := s.projectLog()
	if err != nil {
		return err
	}
	return writeTile(w, r, log)
}

// getProjectContent serves GET /board/projects/content/{hash}: the file of a
// public content, with the salt that opens its commitment.
func (s *Server) getProjectContent(w http.ResponseWriter, r *http.Request, _ Person) error {
	if _, err := s.projectLog(); err != nil {
		return err
	}
	hash, err := parseHex32(chi.URLParam(r, "hash"))
	if err != nil {
		return because(codeNotFound, err)
	}
	var at project.Holding
	err = s.projects.view(func(state *project.State) error {
		at, _ = state.Holding(hash)
		return nil
	})
	switch {
	case err != nil:
		return err
	case at.Visibility == project.Withdrawn:
		return refuse(codeWithdrawn)
	case at.Visibility != project.Public:
		return refuse(codeNotFound)
	}
	file, err := s.projects.db.Blob(r.Context(), hash)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", cacheContent)
	return writeBytes(w, mediaBinary, file)
}

// getProjectRecord serves GET /projects/record.zip: all of it, for
// piaojue-verify projects, as it is read. What breaks off has no directory at its
// end, and no program takes it for whole.
func (s *Server) getProjectRecord(w http.ResponseWriter, r *http.Request, _ Person) error {
	log, err := s.projectLog()
	if err != nil {
		return err
	}
	end, err := s.flows.begin(address(r))
	if err != nil {
		w.Header().Set("Retry-After", "60")
		return err
	}
	defer end()
	note, public, err := s.projects.snapshot(r.Context(), log)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", mediaZip)
	h.Set("Content-Disposition", `attachment; filename="projects-record.zip"`)
	h.Set("Cache-Control", cacheNever)
	if s.writeProjectRecord(r.Context(), newFlowing(w), log, note, public) != nil {
		breakOff()
	}
	return nil
}

// writeProjectRecord writes the record file by file. A content that was erased
// since is left out, with all that follows: the record would not be one.
func (s *Server) writeProjectRecord(ctx context.Context, w io.Writer, log *store.Log, note []byte, public []project.Blob) error {
	z := zip.NewWriter(w)
	write := func(path string, data []byte) error {
		part, err := z.Create(path)
		if err != nil {
			return err
		}
		_, err = part.Write(data)
		return err
	}
	if err := audit.WriteRecord(ctx, log, note, nil, write); err != nil {
		return err
	}
	for _, b := range public {
		file, err := s.projects.db.Blob(ctx, b)
		if err != nil {
			return err
		}
		if err := write(audit.ContentPath(b), file); err != nil {
			return err
		}
	}
	return z.Close()
}

const mediaZip = "application/zip"

// snapshot returns a checkpoint, and the contents that are public there, in the
// order of their names.
func (p *projects) snapshot(ctx context.Context, log *store.Log) (note []byte, public []project.Blob, err error) {
	err = p.view(func(state *project.State) error {
		head, err := log.Head(ctx)
		note = head.Checkpoint
		state.Blobs(func(b project.Blob, h project.Holding) bool {
			if h.Visibility == project.Public {
				public = append(public, b)
			}
			return true
		})
		return err
	})
	slices.SortFunc(public, func(a, b project.Blob) int { return bytes.Compare(a[:], b[:]) })
	return note, public, err
}
