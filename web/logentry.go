package web

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"piaojue/election"
	"piaojue/lang"
	"piaojue/store"
)

// logReader reads entries of a log for people.
type logReader struct {
	log   *store.Log
	kinds []election.Kind
	view  *view
	lists map[uint64]*election.Trustees // by index, as far as they were needed
}

// logEntry is one line of the board.
type logEntry struct {
	Index      uint64
	Kind       string
	Hash       []string // in groups of four
	Size       int
	Signatures []election.Signature
	At         time.Time // by the signers' clock; zero if the kind has none

	body     any
	trustees *election.Trustees // in force; nil before there were any
	view     *view
}

func (x *logReader) read(ctx context.Context, places []uint64) ([]*logEntry, error) {
	x.lists = make(map[uint64]*election.Trustees)
	all := make([]*logEntry, 0, len(places))
	for _, at := range places {
		e, err := x.entry(ctx, at)
		if err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	return all, nil
}

func (x *logReader) entry(ctx context.Context, at uint64) (*logEntry, error) {
	raw, err := x.log.ReadEntries(ctx, at, at+1)
	if err != nil {
		return nil, err
	}
	e, err := election.ParseEntry(raw[0])
	if err != nil {
		return nil, err
	}
	body, err := election.ParseBody(e)
	if err != nil {
		return nil, err
	}
	hash := e.Hash()
	line := &logEntry{
		Index: at, Kind: e.Kind.String(), Hash: fours(hex.EncodeToString(hash[:])), Size: len(raw[0]),
		Signatures: e.Signatures, At: chainTime(e), body: body, view: x.view,
	}
	line.trustees, err = x.trustees(ctx, at)
	return line, err
}

// trustees is the list in force at an entry, that entry included.
func (x *logReader) trustees(ctx context.Context, at uint64) (*election.Trustees, error) {
	for i := int(at); i >= 0; i-- {
		if x.kinds[i] != election.KindTrustees {
			continue
		}
		if list, ok := x.lists[uint64(i)]; ok {
			return list, nil
		}
		raw, err := x.log.ReadEntries(ctx, uint64(i), uint64(i)+1)
		if err != nil {
			return nil, err
		}
		e, err := election.ParseEntry(raw[0])
		if err != nil {
			return nil, err
		}
		list, err := election.ParseTrustees(e.Body)
		x.lists[uint64(i)] = list
		return list, err
	}
	return nil, nil
}

// unchained are the kinds whose body bears no time (PROTOCOL.md, Section 4).
var unchained = []election.Kind{
	election.KindManifest, election.KindDealing, election.KindAgreement, election.KindComplaint, election.KindReady,
	election.KindIssuance, election.KindCount, election.KindBallot, election.KindSpent, election.KindUnused,
	election.KindClose, election.KindShare, election.KindResult, election.KindDestruction,
}

func chainTime(e *election.Entry) time.Time {
	if slices.Contains(unchained, e.Kind) || len(e.Body) < 40 {
		return time.Time{}
	}
	return time.Unix(int64(binary.BigEndian.Uint64(e.Body[32:])), 0)
}

// Short is the beginning of the entry's hash, as terminals print it.
func (e *logEntry) Short() string { return strings.Join(e.Hash[:4], " ") }

// Ballot reports whether a ballot, or an unused one, stands here: the hash is
// then a tracking code, and nothing else is said.
func (e *logEntry) Ballot() bool {
	return e.Kind == election.KindBallot.String() || e.Kind == election.KindUnused.String()
}

// signerRoles are the roles by their names in package lang.
var signerRoles = map[election.Role]string{
	election.RoleStaff: "role.staff_lead", election.RolePresidium: "role.presidium", election.RoleTeller: "role.teller",
	election.RoleScrutineer: "role.scrutineer", election.RoleBadge: "role.badge",
}

// Signers names who signed.
func (e *logEntry) Signers(v voice) string {
	var names []string
	for _, s := range e.Signatures {
		switch s.Role {
		case election.RoleScrutineer:
			names = append(names, e.trustee(v, s.Index))
		case election.RoleLog:
			names = append(names, v.text("log.signer_server"))
		default:
			names = append(names, v.text(signerRoles[s.Role]))
		}
	}
	if len(names) == 0 {
		return v.text("log.signer_none")
	}
	return listed(v.lang, names)
}

// trustee names a scrutineer of the list in force.
func (e *logEntry) trustee(v voice, index uint8) string {
	if e.trustees != nil && index >= 1 && int(index) <= len(e.trustees.Scrutineers) {
		name := e.trustees.Scrutineers[index-1].Name
		if strings.HasPrefix(name, v.text("role.scrutineer")) {
			return name
		}
		if name != "" {
			return v.text("log.scrutineer", name)
		}
	}
	return v.text("log.scrutineer_number", index)
}

func listed(l lang.Lang, names []string) string {
	if l == lang.EN {
		return strings.Join(names, ", ")
	}
	return strings.Join(names, "、")
}
