package web

import (
	"context"
	"net/http"
	"strings"
	"unicode/utf8"

	"piaojue/store"
)

// assistantRequest names who helps a deputy that cannot use a terminal alone.
type assistantRequest struct {
	deputyRef
	Assistant string `json:"assistant" doc:"Name; at most 40 characters."`
}

// assistantJSON is a line of the list. What the deputy chooses is nowhere.
type assistantJSON struct {
	Number    string `json:"number"`
	Name      string `json:"name"`
	Assistant string `json:"assistant"`
	By        string `json:"by" doc:"ID of the person at the gate."`
	Time      int64  `json:"time" doc:"Unix seconds: when it was noted, before the deputy went to a terminal."`
}

// assistantsJSON lists the assistants of a vote, the newest last.
type assistantsJSON struct {
	Assistants []assistantJSON `json:"assistants"`
}

// nameAssistant serves POST /votes/{vote}/assistants. It goes to the
// administration log, which nobody can change afterwards and the auditor reads:
// the deputy's own decision, and no step of the ballot.
func (s *Server) nameAssistant(w http.ResponseWriter, r *http.Request, who Person) error {
	v, err := s.vote(r)
	if err != nil {
		return err
	}
	var q assistantRequest
	if err := readJSON(w, r, &q); err != nil {
		return err
	}
	q.Assistant = strings.TrimSpace(q.Assistant)
	if err := checkHidden("assistant", q.Assistant); err != nil {
		return err
	}
	if q.Assistant == "" || utf8.RuneCountInString(q.Assistant) > maxLabel || !labels(q.Assistant) {
		return badField("assistant", "field.name")
	}
	var m *store.Member
	err = v.do(r.Context(), func() (err error) {
		m, err = v.member(r.Context(), &q.deputyRef)
		return err
	})
	if err != nil {
		return err
	}
	x := act{Act: actAssistant, By: who.ID, Person: m.Number, Detail: q.Assistant, Vote: v.id}
	if err := s.admin.record(context.WithoutCancel(r.Context()), x, nil); err != nil {
		return err
	}
	return writeJSON(w, http.StatusCreated, assistantJSON{m.Number, m.Name, q.Assistant, who.ID, s.config.Now().Unix()})
}

// getAssistants serves GET /votes/{vote}/assistants.
func (s *Server) getAssistants(w http.ResponseWriter, r *http.Request, _ Person) error {
	v, err := s.vote(r)
	if err != nil {
		return err
	}
	list, err := s.assistants(r.Context(), v)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, assistantsJSON{list})
}

func (s *Server) assistants(ctx context.Context, v *vote) ([]assistantJSON, error) {
	list := []assistantJSON{}
	members, err := s.config.DB.Roll(ctx, v.id)
	if err != nil {
		return nil, err
	}
	names := make(map[string]string, len(members))
	for _, m := range members {
		names[m.Number] = m.Name
	}
	log := s.config.DB.Log(store.Administration)
	size, err := log.Size(ctx)
	if err != nil {
		return nil, err
	}
	acts, err := s.assisted.upTo(ctx, log, size, v.id)
	for _, x := range acts {
		list = append(list, assistantJSON{x.Person, names[x.Person], x.Detail, x.By, x.Time})
	}
	return list, err
}
