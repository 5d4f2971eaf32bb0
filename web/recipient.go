package web

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/go-chi/chi/v5"

	"piaojue/keyfile"
	"piaojue/project"
	"piaojue/store"
)

// recipientsData are those whom contacts are sealed to.
type recipientsData struct {
	All     []recipientLine
	ID      string
	Name    string
	Key     string
	Refused string // id of what is wrong; empty: nothing
}

// recipientLine is one of them.
type recipientLine struct{ store.Recipient }

// Short is what people compare of a key of 2,000 letters.
func (l recipientLine) Short() string {
	if len(l.Key) < 40 {
		return l.Key
	}
	return l.Key[:16] + "…" + l.Key[len(l.Key)-12:]
}

// readRecipients reads all of them.
func (s *Server) readRecipients(ctx context.Context) (all []recipientLine, err error) {
	kept, err := s.projects.db.Recipients(ctx)
	for _, r := range kept {
		all = append(all, recipientLine{r})
	}
	return all, err
}

// officeOf demands that a person acts for the office.
func (s *Server) officeOf(r *http.Request, who Person) (uint32, error) {
	actor, err := s.actor(r, who)
	if err != nil {
		return 0, err
	}
	return actor, s.projects.view(func(state *project.State) error {
		if a, _ := state.Actor(actor); a.Role != project.RoleOffice || a.Retired {
			return refuse(codeForbidden)
		}
		return nil
	})
}

// recipientsPage fills GET /projects/intake/recipients.
func (s *Server) recipientsPage(r *http.Request, who Person) (any, error) {
	if _, err := s.officeOf(r, who); err != nil {
		return nil, err
	}
	all, err := s.readRecipients(r.Context())
	return &recipientsData{All: all, ID: newFormID()}, err
}

// postRecipient serves POST /projects/intake/recipients: somebody more who may
// read contacts, or, with remove, one less. What was sealed before stays so.
func (s *Server) postRecipient(w http.ResponseWriter, r *http.Request, who Person) error {
	if _, err := s.officeOf(r, who); err != nil {
		return err
	}
	given, err := readForm(w, r)
	if err != nil {
		return err
	}
	x := store.Recipient{Key: strings.TrimSpace(first(given.values["key"])), Name: strings.TrimSpace(first(given.values["name"]))}
	if first(given.values["remove"]) != "" {
		err = s.projects.db.Update(r.Context(), func(tx *store.ProjectsTx) error { return tx.RemoveRecipient(x.Key) })
	} else if id := checkRecipient(x); id != "" {
		all, err := s.readRecipients(r.Context())
		if err != nil {
			return err
		}
		d := &recipientsData{All: all, ID: newFormID(), Name: x.Name, Key: x.Key, Refused: "intake.refused_" + id}
		return s.render(w, r, who, http.StatusUnprocessableEntity, "intake/recipients", d)
	} else {
		err = s.projects.db.Update(r.Context(), func(tx *store.ProjectsTx) error { return tx.PutRecipient(x) })
	}
	if err != nil {
		return err
	}
	return s.redirect(w, r, "/projects/intake/recipients")
}

// checkRecipient says what is wrong with a recipient: the end of an id, or empty.
func checkRecipient(x store.Recipient) string {
	if x.Name == "" || utf8.RuneCountInString(x.Name) > maxLine || hasHidden(x.Name) {
		return "name"
	}
	if _, err := keyfile.EncryptTo(discardBytes{}, x.Key); err != nil || !strings.HasPrefix(x.Key, "age1") {
		return "key"
	}
	return ""
}

type discardBytes struct{}

func (discardBytes) Write(b []byte) (int, error) { return len(b), nil }

// contactData fills GET /projects/wishes/{number}/contact: the page opens the
// sealed contact itself.
type contactData struct {
	Kept  bool // there is one: it was left, and is not erased
	Given contactGiven
}

type contactGiven struct {
	Number uint32 `json:"number"`
}

// contactPage is for the office.
func (s *Server) contactPage(r *http.Request, who Person) (any, error) {
	if _, err := s.officeOf(r, who); err != nil {
		return nil, err
	}
	number := parseNumber(chi.URLParam(r, "number"))
	err := s.projects.view(func(state *project.State) error {
		if _, ok := state.Suggestion(number); !ok {
			return refuse(codeNotFound)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	_, err = s.projects.db.Contact(r.Context(), number)
	if errors.Is(err, store.ErrNotFound) {
		return &contactData{false, contactGiven{number}}, nil
	}
	return &contactData{true, contactGiven{number}}, err
}

// getContact serves GET /projects/wishes/{number}/contact.age: sealed, for the
// office alone.
func (s *Server) getContact(w http.ResponseWriter, r *http.Request, who Person) error {
	if _, err := s.officeOf(r, who); err != nil {
		return err
	}
	sealed, err := s.projects.db.Contact(r.Context(), parseNumber(chi.URLParam(r, "number")))
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", mediaBinary)
	h.Set("Content-Disposition", `attachment; filename="contact.age"`)
	_, err = w.Write(sealed)
	return err
}
