package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"time"

	"piaojue/client"
	"piaojue/election"
	"piaojue/keyfile"
)

// These functions build the entries that people sign. Whatever an entry says
// about the log comes from a verified Board, never from the server's word.

// chain begins a chained entry.
func chain(s *election.State, now time.Time) election.Chain {
	return election.Chain{Prev: s.Prev(), Time: uint64(now.Unix())}
}

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
func newTrustees(s *election.State, cards []card, now time.Time) (*election.Entry, error) {
	t := &election.Trustees{Chain: chain(s, now)}
	for _, c := range cards {
		switch c.Kind {
		case keyfile.Scrutineer:
			t.Scrutineers = append(t.Scrutineers, election.Scrutineer{
				Name: c.Name, Delegation: c.Delegation, RoleKey: c.Role, StaticKey: *c.Static,
			})
		case keyfile.Teller:
			t.Tellers = append(t.Tellers, election.Teller{Name: c.Name, RoleKey: c.Role})
		default:
			return nil, wrong("card_kind", string(c.Kind))
		}
	}
	if got, want := len(t.Scrutineers), int(s.Manifest().Trustees); got != want {
		return nil, wrong("scrutineers", got, want)
	}
	return election.NewEntry(t)
}

// newOpening opens the vote, for the given issuers, or all.
func newOpening(s *election.State, issuers []uint8, now time.Time) (*election.Entry, error) {
	if len(issuers) == 0 {
		for i := range s.Manifest().Issuers {
			issuers = append(issuers, uint8(i))
		}
	}
	return election.NewEntry(&election.Opening{Chain: chain(s, now), Epoch: nextEpoch(s), Issuers: issuers})
}

func nextEpoch(s *election.State) uint32 {
	if o := s.Opening(); o != nil {
		return o.Epoch + 1
	}
	return 1
}

// newOrder closes the vote. It names the checkpoint that the board verified.
func newOrder(b *client.Board, now time.Time) (*election.Entry, error) {
	s, c := b.State(), b.Checkpoint()
	if s.Opening() == nil {
		return nil, client.ErrNotOpen
	}
	return election.NewEntry(&election.Order{
		Chain: chain(s, now), Epoch: s.Opening().Epoch, Size: c.Size, Root: c.Root,
	})
}

// newNotice makes a suspend, resume or void entry with its reason, or an
// announcement.
func newNotice(s *election.State, kind election.Kind, text string, now time.Time) (*election.Entry, error) {
	c := chain(s, now)
	switch kind {
	case election.KindSuspend:
		return election.NewEntry(election.NewSuspend(c, text))
	case election.KindResume:
		return election.NewEntry(election.NewResume(c, text))
	case election.KindVoid:
		return election.NewEntry(election.NewVoid(c, text))
	case election.KindAnnouncement:
		return election.NewEntry(election.NewAnnouncement(c, text))
	}
	return nil, errors.New("piaojue: internal error: not a notice: " + kind.String())
}

// newArchive names the tree that is kept.
func newArchive(b *client.Board, now time.Time) (*election.Entry, error) {
	c := b.Checkpoint()
	return election.NewEntry(&election.Archive{Chain: chain(b.State(), now), Size: c.Size, Root: c.Root})
}

// newAttendance takes the body that the server made of its register, after
// checking it with the log.
func newAttendance(s *election.State, body []byte) (*election.Entry, error) {
	a, err := election.ParseAttendance(body)
	if err != nil {
		return nil, err
	}
	return election.NewEntry(a)
}

// newCollection repeats the numbers that the board counted itself.
func newCollection(s *election.State, now time.Time) (*election.Entry, error) {
	c := s.ExpectedCollection(uint64(now.Unix()))
	if c == nil {
		return nil, wrong("no_collection")
	}
	return election.NewEntry(c)
}

// newCertificate certifies the result that the board recomputed.
func newCertificate(s *election.State, now time.Time) (*election.Entry, error) {
	if s.Result() == nil {
		return nil, wrong("no_result")
	}
	return election.NewEntry(&election.Certificate{Chain: chain(s, now), Result: s.ResultHash()})
}

// newBadgeEntry puts another key in the place of a badge's.
func newBadgeEntry(s *election.State, index uint32, key [32]byte, now time.Time) (*election.Entry, error) {
	return election.NewEntry(&election.Badge{Chain: chain(s, now), Index: index, Key: key})
}

// person is who signs.
type person struct {
	role  election.Role
	index uint8 // of a scrutineer
	sk    ed25519.PrivateKey
}

// newPerson finds out for whom a key file speaks. The log must know the key: a
// signature that nobody can use only confuses. For a scrutineer it takes the
// state; the manifest entry is signed before there is one.
func newPerson(secret *keyfile.Secret, m *election.Manifest, s *election.State) (*person, error) {
	sk, err := roleKey(secret)
	if err != nil {
		return nil, err
	}
	p := &person{sk: sk}
	public, known := publicKey(sk), false
	switch secret.Kind {
	case keyfile.Staff:
		p.role, known = election.RoleStaff, m.StaffKey == public
	case keyfile.Presidium:
		p.role, known = election.RolePresidium, m.Presidium == public
	case keyfile.Scrutineer:
		p.role = election.RoleScrutineer
		p.index, known = scrutineerIndex(s, public)
	}
	if !known {
		return nil, wrong("unknown_key", string(secret.Kind))
	}
	return p, nil
}

func scrutineerIndex(s *election.State, key [32]byte) (uint8, bool) {
	if s == nil || s.Ceremony() == nil {
		return 0, false
	}
	for i, x := range s.Ceremony().Trustees().Scrutineers {
		if x.RoleKey == key {
			return uint8(i + 1), true
		}
	}
	return 0, false
}

// sign adds the person's signature to an entry and returns it.
func (p *person) sign(e *election.Entry, manifest [32]byte) election.Signature {
	if e.Kind == election.KindManifest {
		manifest = sha256.Sum256(e.Body)
	}
	e.Sign(p.role, p.index, p.sk, manifest)
	for _, s := range e.Signatures {
		if s.Role == p.role && s.Index == p.index {
			return s
		}
	}
	panic("piaojue: internal error: signature is not there")
}
