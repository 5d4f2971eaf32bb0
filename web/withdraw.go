package web

import (
	"encoding/hex"
	"errors"
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"piaojue/project"
	"piaojue/store"
)

// errNoContents: a form that names nothing, or what another entry commits to.
var errNoContents = errors.New("no contents of this entry are named")

// postWithdrawal serves POST /projects/log/{number}/withdrawal: contents of an
// entry are erased, salt and all, and the log says so and why. The entry stays.
func (s *Server) postWithdrawal(w http.ResponseWriter, r *http.Request, who Person) error {
	actor, err := s.actor(r, who)
	if err != nil {
		return err
	}
	given, err := readForm(w, r)
	if err != nil {
		return err
	}
	at, err := strconv.ParseUint(chi.URLParam(r, "number"), 10, 63)
	if err != nil {
		return refuse(codeNotFound)
	}
	back := "/projects/log/" + strconv.FormatUint(at, 10)
	if _, sent, err := s.projects.receipt(r.Context(), given.id, actor); sent || err != nil {
		if err != nil {
			return err
		}
		return s.redirect(w, r, back)
	}
	d := s.withdrawal(given, actor, at)
	_, err = s.projects.record(r.Context(), d)
	if errors.Is(err, errUnsigned) {
		d.body = nil
		return s.pend(w, r, who, d, nil, back)
	}
	if refused, ok := errors.AsType[*project.Error](err); ok {
		return because(codeConflict, refused)
	}
	if err != nil {
		return err
	}
	return s.redirect(w, r, back)
}

// withdrawal is the deed of that form. With the words of a wish goes the contact of
// who made it: nobody can be called back about what nobody knows.
func (s *Server) withdrawal(given *filled, actor uint32, at uint64) *deed {
	b := &project.Withdrawal{Ground: project.Ground(parseNumber(first(given.values["ground"])))}
	var wishes []uint32
	d := &deed{actor: actor}
	d.body = func(state *project.State) (project.Body, error) {
		b.Blobs, wishes = nil, nil
		for _, text := range given.values["content"] {
			hash, err := hex.DecodeString(text)
			if err != nil || len(hash) != len(project.Blob{}) {
				return nil, because(codeBadForm, errNoContents)
			}
			blob := project.Blob(hash)
			if h, ok := state.Holding(blob); !ok || h.Entry != at {
				return nil, because(codeBadForm, errNoContents)
			}
			b.Blobs = append(b.Blobs, blob)
			if n := wishWith(state, blob); n != 0 {
				wishes = append(wishes, n)
			}
		}
		if len(b.Blobs) == 0 {
			return nil, because(codeBadForm, errNoContents)
		}
		return b, nil
	}
	d.also = func(tx *store.ProjectsTx, _ project.Body, entry uint64) error {
		for _, n := range wishes {
			if err := tx.EraseContact(n); err != nil {
				return err
			}
		}
		return tx.PutReceipt(given.id, actor, entry)
	}
	return d
}

// wishWith returns the wish whose words a content is; 0: none. Withdrawals are
// rare, so that nothing is kept for them.
func wishWith(state *project.State, b project.Blob) uint32 {
	for n := uint32(state.Count(project.NounSuggestion)); n > 0; n-- {
		if x, _ := state.Suggestion(n); x.Text == b {
			return n
		}
	}
	return 0
}
