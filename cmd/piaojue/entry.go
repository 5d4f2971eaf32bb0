package main

import (
	"errors"
	"strings"

	"piaojue/client"
	"piaojue/election"
	"piaojue/keyfile"
)

// These functions build the entries that package client does not build: what
// they are about comes from the server or from cards, and who signs reads it.

// clock is the time of a signature.
func (t *tool) clock() uint64 { return uint64(t.now().Unix()) }

// newManifest makes the first entry of a log from the body that the server
// proposes. Who signs it has read it.
func newManifest(body []byte) (*election.Entry, *election.Manifest, error) {
	m, err := election.ParseManifest(body)
	if err != nil {
		return nil, nil, err
	}
	return &election.Entry{Kind: election.KindManifest, Body: body}, m, nil
}

// newTrustees names the scrutineers, in the order of their cards, and the
// tellers.
func newTrustees(b *client.Board, cards []card, now uint64) (*election.Entry, error) {
	var scrutineers []election.Scrutineer
	var tellers []election.Teller
	for _, c := range cards {
		switch c.Kind {
		case keyfile.Scrutineer:
			scrutineers = append(scrutineers, election.Scrutineer{
				Name: c.Name, Delegation: c.Delegation, RoleKey: c.Role, StaticKey: *c.Static,
			})
		case keyfile.Teller:
			tellers = append(tellers, election.Teller{Name: c.Name, RoleKey: c.Role})
		default:
			return nil, wrong("card_kind", string(c.Kind))
		}
	}
	if got, want := len(scrutineers), int(b.State().Manifest().Trustees); got != want {
		return nil, wrong("scrutineers", got, want)
	}
	return b.ProposeTrustees(now, scrutineers, tellers)
}

// newAttendance takes the body that the server made of its register, before it
// is checked with the log.
func newAttendance(body []byte) (*election.Entry, error) {
	a, err := election.ParseAttendance(body)
	if err != nil {
		return nil, err
	}
	return election.NewEntry(a)
}

// early has the words of one kind of entry for client.ErrEarly.
func early(e *election.Entry, err, words error) (*election.Entry, error) {
	if errors.Is(err, client.ErrEarly) {
		return nil, words
	}
	return e, err
}

// checkEntry is Board.CheckProposal in words. An entry that cannot come now is
// not a false one: the log may have grown since it was proposed.
func checkEntry(b *client.Board, e *election.Entry) (any, error) {
	if _, err := b.State().Wanted(e); err != nil {
		return nil, err
	}
	body, err := b.CheckProposal(e)
	if err != nil {
		reason := strings.TrimPrefix(err.Error(), client.ErrProposal.Error()+": ") // the words say as much
		return nil, because(errors.New(reason), "false_proposal")
	}
	return body, nil
}

// roles are those of the key files that sign here.
var roles = map[keyfile.Kind]election.Role{
	keyfile.Staff: election.RoleStaff, keyfile.Presidium: election.RolePresidium, keyfile.Scrutineer: election.RoleScrutineer,
	keyfile.Teller: election.RoleTeller,
}

// newSigner finds out for whom a key file speaks.
func newSigner(secret *keyfile.Secret, m *election.Manifest, s *election.State) (*client.Signer, error) {
	sk, err := roleKey(secret)
	if err != nil {
		return nil, err
	}
	p, err := client.NewSigner(roles[secret.Kind], sk, m, s)
	if errors.Is(err, client.ErrUnknownKey) {
		return nil, wrong("unknown_key", string(secret.Kind))
	}
	return p, err
}
