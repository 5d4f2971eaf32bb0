package web

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"piaojue/ballot"
	"piaojue/courier"
	"piaojue/election"
	"piaojue/form"
	"piaojue/group"
	"piaojue/store"
)

// createRequest is the body of POST /votes.
type createRequest struct {
	ID string `json:"id" doc:"1 to 40 of a-z, 0-9 and -."`
	draftBasics
}

// createdJSON names the new vote.
type createdJSON struct {
	ID string `json:"id"`
}

// createVote serves POST /votes.
func (s *Server) createVote(w http.ResponseWriter, r *http.Request, _ Person) error {
	var c createRequest
	if err := readJSON(w, r, &c); err != nil {
		return err
	}
	if !idPattern.MatchString(c.ID) {
		return badField("id", "field.id")
	}
	if c.ID == store.Administration || c.ID == store.ProjectsID {
		return refuse(codeExists)
	}
	d := draft{draftBasics: c.draftBasics}
	if err := d.check(); err != nil {
		return err
	}
	if err := s.create(r.Context(), c.ID, &d); err != nil {
		return err
	}
	return writeJSON(w, http.StatusCreated, createdJSON{c.ID})
}

// create makes keys before the vote: a vote without keys would keep the server
// from starting again.
func (s *Server) create(ctx context.Context, id string, d *draft) error {
	s.creating.Lock()
	defer s.creating.Unlock()
	// Not s.votes: of one whose keys are not here, other keys would be drawn.
	if _, err := s.config.DB.Vote(ctx, id); err == nil {
		return refuse(codeExists)
	} else if !errors.Is(err, store.ErrNotFound) {
		return err
	}
	body, err := json.Marshal(d)
	if err != nil {
		return err
	}
	if err := makeKeys(s.config.Keys, id, s.config.DB.Sealed()); err != nil {
		return err
	}
	if s.config.KeysDrawn != nil {
		if err := s.config.KeysDrawn(ctx, id); err != nil {
			return err
		}
	}
	ctx = context.WithoutCancel(ctx)
	if err := s.config.DB.CreateVote(ctx, id, body); err != nil {
		return err
	}
	v, err := s.openVote(ctx, id)
	if err == nil {
		s.start(v)
	}
	return err
}

// edit changes the draft of the vote that a request names.
func (s *Server) edit(r *http.Request, change func(*draft)) error {
	return s.amend(r, func(d *draft) error {
		change(d)
		return nil
	})
}

// amend is edit for a change that may be refused.
func (s *Server) amend(r *http.Request, change func(*draft) error) error {
	v, err := s.vote(r)
	if err != nil {
		return err
	}
	return s.config.DB.EditDraft(r.Context(), v.id, func(old []byte) ([]byte, error) {
		var d draft
		if err := json.Unmarshal(old, &d); err != nil {
			return nil, err
		}
		if err := change(&d); err != nil {
			return nil, err
		}
		return json.Marshal(&d)
	})
}

// putRules serves PUT /votes/{vote}/rules.
func (s *Server) putRules(w http.ResponseWriter, r *http.Request, _ Person) error {
	body, err := readBody(w, r, maxBody)
	if err != nil {
		return err
	}
	rules, err := form.ReadRules(body)
	if err != nil {
		return err
	}
	if err := s.edit(r, func(d *draft) { d.Rules = &rules }); err != nil {
		return err
	}
	return noContent(w)
}

// putKeys serves PUT /votes/{vote}/keys.
func (s *Server) putKeys(w http.ResponseWriter, r *http.Request, _ Person) error {
	var k draftKeys
	if err := readJSON(w, r, &k); err != nil {
		return err
	}
	if group.CheckPublicKey(k.Staff[:]) != nil || group.CheckPublicKey(k.Presidium[:]) != nil || k.Staff == k.Presidium {
		return refuse(codeBadKey)
	}
	if err := s.edit(r, func(d *draft) { d.Keys = &k }); err != nil {
		return err
	}
	return noContent(w)
}

// putIssuers serves PUT /votes/{vote}/issuers.
func (s *Server) putIssuers(w http.ResponseWriter, r *http.Request, _ Person) error {
	var all []draftIssuer
	if err := readJSON(w, r, &all); err != nil {
		return err
	}
	if len(all) >= ballot.MaxIssuers {
		return badField("", "field.many", ballot.MaxIssuers-1)
	}
	seen := make(map[string]bool)
	for at, i := range all {
		if err := i.check(item("", at)); err != nil {
			return err
		}
		if seen[string(i.Modulus)] {
			return badField(item("", at)+".modulus", "field.issuers.modulus")
		}
		if seen[string(i.Key[:])] {
			return badField(item("", at)+".key", "field.issuers.key")
		}
		seen[string(i.Modulus)], seen[string(i.Key[:])] = true, true
	}
	if err := s.edit(r, func(d *draft) { d.Issuers = all }); err != nil {
		return err
	}
	return noContent(w)
}

// maxIssuerName bounds a name, in bytes, as PROTOCOL.md, Section 4, does.
const maxIssuerName = 255

// check names the field by its path in the body.
func (i draftIssuer) check(path string) error {
	if i.Name == "" || len(i.Name) > maxIssuerName {
		return badField(path+".name", "field.issuers.name")
	}
	if err := checkHidden(path+".name", i.Name); err != nil {
		return err
	}
	if _, err := ballot.ParseIssuerKey(i.Modulus); err != nil {
		return &refusal{code: codeBadKey, fields: []fieldProblem{newFieldProblem(path+".modulus", "field.issuers.modulus")}, cause: err}
	}
	if err := group.CheckPublicKey(i.Key[:]); err != nil {
		return &refusal{code: codeBadKey, fields: []fieldProblem{newFieldProblem(path+".key", "field.issuers.key")}, cause: err}
	}
	return i.checkURL(path)
}

func (i draftIssuer) checkURL(path string) error {
	if courier.CheckURL(i.URL) != nil {
		return badField(path+".url", "field.url")
	}
	return nil
}

// putPins serves PUT /votes/{vote}/pins.
func (s *Server) putPins(w http.ResponseWriter, r *http.Request, _ Person) error {
	var pins []draftPin
	if err := readJSON(w, r, &pins); err != nil {
		return err
	}
	if err := s.edit(r, func(d *draft) { d.Pins = pins }); err != nil {
		return err
	}
	return noContent(w)
}

// putPolicy serves PUT /votes/{vote}/policy.
func (s *Server) putPolicy(w http.ResponseWriter, r *http.Request, _ Person) error {
	body, err := readBody(w, r, maxBody)
	if err != nil {
		return err
	}
	if err := checkWitnesses(string(body)); err != nil {
		return err
	}
	if err := s.edit(r, func(d *draft) { d.Policy = string(body) }); err != nil {
		return err
	}
	return noContent(w)
}

// checkWitnesses refuses a witness that could not be asked: of one without an address
// somebody carries the cosignatures.
func checkWitnesses(text string) error {
	p, err := election.ParsePolicy(text)
	if err != nil {
		return badField("policy", "field.witness_policy")
	}
	for _, w := range p.Witnesses {
		if w.URL != "" && CheckWitnessURL(w.URL) != nil {
			return badField("policy", "field.url")
		}
	}
	return nil
}

// checkURLs looks again at addresses: an older version took others.
func (d *draft) checkURLs() error {
	for at, i := range d.Issuers {
		if err := i.checkURL(item("issuers", at)); err != nil {
			return err
		}
	}
	return checkWitnesses(d.policy())
}

// getDraft serves GET /votes/{vote}/draft: what the organizers will sign.
func (s *Server) getDraft(w http.ResponseWriter, r *http.Request, _ Person) error {
	v, err := s.vote(r)
	if err != nil {
		return err
	}
	if now := v.view.Load(); now.manifest != nil {
		return writeBytes(w, mediaBinary, now.manifest.Marshal())
	}
	f, err := v.freeze(r.Context())
	if err != nil {
		return err
	}
	return writeBytes(w, mediaBinary, f.body)
}
