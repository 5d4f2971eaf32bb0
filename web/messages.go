package web

import (
	"encoding/hex"
	"errors"
	"net/http"
	"slices"
	"strings"

	"piaojue/courier"
	"piaojue/lang"
	"piaojue/project"
	"piaojue/store"
)

// messagesData fills GET /projects/messages: where one is told what waits, and for
// the office where all others are, and what could not be delivered.
type messagesData struct {
	ID       string
	Mail     bool // is sent by this server
	Webhook  bool
	Person   string // whose address the form sets; of another only for the office
	Name     string
	Other    bool // it is another's
	Address  store.Address
	Refused  bool // what was typed in is no address
	Office   bool
	Members  []messageMember
	Troubled []troubledMessage
}

// messageMember is somebody who takes part, for the office.
type messageMember struct{ Person, Name, Actor, Email string }

// troubledMessage is one that has not left.
type troubledMessage struct {
	ID      string
	Name    string // empty: the webhook
	Day     project.Date
	Failed  bool
	Trouble string // message.trouble_<Trouble>
}

// troubledMost bounds what the office's page lists.
const troubledMost = 100

// messagesPage fills GET /projects/messages?person=….
func (s *Server) messagesPage(r *http.Request, who Person) (any, error) {
	return s.messagesFor(r, who, r.URL.Query().Get("person"))
}

// messagesFor fills the page with the form of a person; empty: one's own.
func (s *Server) messagesFor(r *http.Request, who Person, person string) (*messagesData, error) {
	if _, err := s.actor(r, who); err != nil {
		return nil, err
	}
	d := &messagesData{ID: newFormID(), Mail: s.config.Mail != nil, Webhook: s.config.Webhook != nil, Person: who.ID, Name: who.Name}
	_, err := s.officeOf(r, who)
	d.Office = err == nil
	if person != "" && person != who.ID {
		if err != nil {
			return nil, err
		}
		d.Person, d.Other = person, true
	}
	all, err := s.projects.db.Addresses(r.Context())
	if err != nil {
		return nil, err
	}
	for _, a := range all {
		if a.Person == d.Person {
			d.Address = a
		}
	}
	if !d.Office {
		return d, nil
	}
	return d, s.messagesOffice(r, d, all)
}

// messagesOffice fills what only the office sees.
func (s *Server) messagesOffice(r *http.Request, d *messagesData, all []store.Address) error {
	names, err := s.personNames(r.Context())
	if err != nil {
		return err
	}
	members, err := s.projects.db.Members(r.Context())
	if err != nil {
		return err
	}
	if d.Other {
		if d.Name = names[d.Person]; d.Name == "" || members[d.Person] == 0 {
			return refuse(codeNotFound)
		}
	}
	emails := map[string]string{}
	for _, a := range all {
		emails[a.Person] = a.Email
	}
	s.projects.view(func(state *project.State) error {
		for person, n := range members {
			if a, _ := state.Actor(n); names[person] != "" && !a.Retired {
				d.Members = append(d.Members, messageMember{person, names[person], a.Name, emails[person]})
			}
		}
		return nil
	})
	slices.SortFunc(d.Members, func(a, b messageMember) int { return strings.Compare(a.Person, b.Person) })
	troubled, err := s.projects.db.TroubledMessages(r.Context(), troubledMost)
	for _, m := range troubled {
		d.Troubled = append(d.Troubled, newTroubled(m, names))
	}
	return err
}

func newTroubled(m store.Message, names map[string]string) troubledMessage {
	x := troubledMessage{ID: hex.EncodeToString(m.ID[:]), Day: project.Date(m.Day), Failed: m.State == store.MessageFailed, Trouble: m.Trouble}
	if x.Trouble == "" {
		x.Trouble = "none"
	}
	if m.Channel == store.ChannelMail {
		if x.Name = names[m.Person]; x.Name == "" {
			x.Name = m.Person
		}
	}
	return x
}

// postAddress serves POST /projects/messages: where somebody wants to be told, or,
// with remove, that nobody is told any more.
func (s *Server) postAddress(w http.ResponseWriter, r *http.Request, who Person) error {
	if _, err := s.actor(r, who); err != nil {
		return err
	}
	given, err := readForm(w, r)
	if err != nil {
		return err
	}
	d, err := s.messagesFor(r, who, first(given.values["person"]))
	if err != nil {
		return err
	}
	a := store.Address{Person: d.Person, Email: strings.TrimSpace(first(given.values["email"])), Language: first(given.values["language"])}
	if first(given.values["remove"]) != "" {
		err = s.projects.db.Update(r.Context(), func(tx *store.ProjectsTx) error { return tx.EraseAddress(a.Person) })
	} else if _, bad := lang.Parse(a.Language); bad != nil || courier.CheckAddress(a.Email) != nil {
		d.Address, d.Refused = a, true
		return s.render(w, r, who, http.StatusUnprocessableEntity, "message/list", d)
	} else {
		err = s.projects.db.Update(r.Context(), func(tx *store.ProjectsTx) error { return tx.PutAddress(a) })
	}
	if err != nil && !errors.Is(err, store.ErrUnclean) { // see adopter.clean
		return err
	}
	return s.redirect(w, r, "/projects/messages")
}

// postAgain serves POST /projects/messages/again: a message that was given up is
// tried anew.
func (s *Server) postAgain(w http.ResponseWriter, r *http.Request, who Person) error {
	if _, err := s.officeOf(r, who); err != nil {
		return err
	}
	given, err := readForm(w, r)
	if err != nil {
		return err
	}
	var id [16]byte
	raw, err := hex.DecodeString(first(given.values["message"]))
	if err != nil || len(raw) != len(id) {
		return refuse(codeNotFound)
	}
	copy(id[:], raw)
	err = s.projects.db.Update(r.Context(), func(tx *store.ProjectsTx) error {
		return tx.SendAgain(id, uint32(s.projects.day()), s.config.Now().Unix())
	})
	if err != nil {
		return err
	}
	s.postman.poke()
	return s.redirect(w, r, "/projects/messages")
}

// unsent is how many messages were given up, for the office's desk.
func (s *Server) unsent(r *http.Request) (n int, err error) {
	all, err := s.projects.db.TroubledMessages(r.Context(), troubledMost)
	for _, m := range all {
		if m.State == store.MessageFailed {
			n++
		}
	}
	return n, err
}
