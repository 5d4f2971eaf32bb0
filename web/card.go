package web

import (
	"cmp"
	"context"
	"errors"
	"net/http"

	"piaojue/election"
	"piaojue/group"
	"piaojue/keyfile"
	"piaojue/store"
)

// cardRequest is the card of a key file, as the programs print it: one line of
// JSON, with nothing secret in it.
type cardRequest struct {
	Kind       keyfile.Kind `json:"kind" enum:"staff,presidium,scrutineer,teller"`
	Name       string       `json:"name,omitempty" doc:"Of the person, as it will stand in the list of trustees."`
	Delegation string       `json:"delegation,omitempty"`
	Role       hex32        `json:"role" doc:"Ed25519 public key that verifies signatures."`
	Static     *hex32       `json:"static,omitempty" doc:"Of a scrutineer only: the public key of the key ceremony."`
}

// cardJSON is a card that was handed in.
type cardJSON struct {
	cardRequest
	Person     string `json:"person" doc:"ID of who handed it in."`
	PersonName string `json:"person_name" doc:"Of the account: compare it with the name on the card."`
}

// cardsJSON are the cards of a vote.
type cardsJSON struct {
	Cards []cardJSON `json:"cards"`
}

// cardKinds says which card a person hands in: nobody puts a key in the place
// of another role's.
var cardKinds = map[store.Role]keyfile.Kind{
	store.RoleStaffLead:  keyfile.Staff,
	store.RolePresidium:  keyfile.Presidium,
	store.RoleScrutineer: keyfile.Scrutineer,
	store.RoleTeller:     keyfile.Teller,
}

var errCard = errors.New("card is not one of the person's role, or its keys are not valid")

// maxCardText bounds name and delegation, in bytes, as the key file does.
const maxCardText = 128

func (c *cardRequest) check(role store.Role) error {
	switch {
	case c.Kind != cardKinds[role],
		group.CheckPublicKey(c.Role[:]) != nil,
		(c.Static != nil) != (c.Kind == keyfile.Scrutineer):
		return because(codeBadKey, errCard)
	case len(c.Name)+len(c.Delegation) > maxCardText:
		return badField("name", "field.name")
	}
	if err := cmp.Or(checkHidden("name", c.Name), checkHidden("delegation", c.Delegation)); err != nil {
		return err
	}
	if c.Static == nil {
		return nil
	}
	if _, err := group.ParseElement(c.Static[:]); err != nil {
		return because(codeBadKey, err)
	}
	return nil
}

// putCard serves PUT /votes/{vote}/cards. Once the trustees have begun to make
// the key, a card helps nobody any more.
func (s *Server) putCard(w http.ResponseWriter, r *http.Request, who Person) error {
	v, err := s.vote(r)
	if err != nil {
		return err
	}
	var c cardRequest
	if err := readJSON(w, r, &c); err != nil {
		return err
	}
	if err := c.check(who.Role); err != nil {
		return err
	}
	if v.view.Load().phase > election.PhaseApproved {
		return refuse(codePhase)
	}
	if err := s.keepCard(r.Context(), v, who, &c); err != nil {
		return err
	}
	return noContent(w)
}

func (s *Server) keepCard(ctx context.Context, v *vote, who Person, c *cardRequest) error {
	return s.config.DB.PutCard(ctx, v.id, store.Card{
		Person: who.ID, Kind: string(c.Kind), Name: c.Name, Delegation: c.Delegation,
		RoleKey: c.Role, StaticKey: (*[32]byte)(c.Static),
	})
}

// getCards serves GET /votes/{vote}/cards.
func (s *Server) getCards(w http.ResponseWriter, r *http.Request, _ Person) error {
	v, err := s.vote(r)
	if err != nil {
		return err
	}
	kept, err := s.config.DB.Cards(r.Context(), v.id)
	if err != nil {
		return err
	}
	list := cardsJSON{[]cardJSON{}}
	for _, c := range kept {
		list.Cards = append(list.Cards, cardJSON{
			cardRequest{keyfile.Kind(c.Kind), c.Name, c.Delegation, c.RoleKey, (*hex32)(c.StaticKey)}, c.Person, c.PersonName,
		})
	}
	return writeJSON(w, http.StatusOK, list)
}
