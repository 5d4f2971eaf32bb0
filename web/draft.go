package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"

	"piaojue/election"
	"piaojue/store"
)

// draft is what staff enter before the freeze, beside roll and candidates. The
// store keeps it as JSON and does not look into it.
type draft struct {
	Origin     string          `json:"origin"`
	Congress   string          `json:"congress"`
	Session    string          `json:"session"`
	Title      string          `json:"title"`
	Date       string          `json:"date"`
	Kind       string          `json:"kind"`
	Parent     *hex32          `json:"parent,omitempty"`
	Round      uint8           `json:"round,omitempty"`
	N          uint8           `json:"n"`
	T          uint8           `json:"t"`
	MinBallots uint32          `json:"min_ballots"`
	Rules      *election.Rules `json:"rules,omitempty"`
	Keys       *draftKeys      `json:"keys,omitempty"`
	Issuers    []draftIssuer   `json:"issuers,omitempty"`
	Pins       []draftPin      `json:"pins,omitempty"`
	Policy     string          `json:"policy,omitempty"`
}

// draftKeys are the role keys of the organizers.
type draftKeys struct {
	Staff     hex32 `json:"staff"`
	Presidium hex32 `json:"presidium"`
}

// draftIssuer is an issuer beside the server's own. Terminals find it at the
// address, which is not in the manifest.
type draftIssuer struct {
	Name    string   `json:"name"`
	Modulus hexBytes `json:"modulus"`
	URL     string   `json:"url"`
}

type draftPin struct {
	Name   string `json:"name"`
	SHA256 hex32  `json:"sha256"`
}

// Names of the kinds of votes.
var voteKinds = map[string]election.VoteKind{
	"real":      election.Real,
	"rehearsal": election.Rehearsal,
	"demo":      election.Demonstration,
}

// idPattern is what a vote is called in addresses and file names.
var idPattern = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,39}$`)

// noWitnesses is the policy of a rehearsal that nobody else watches.
const noWitnesses = "quorum none\n"

// fieldProblem says what is wrong with one field, or that it is missing.
type fieldProblem struct {
	Field  string `json:"field"`
	Reason string `json:"reason,omitempty"`
}

// fieldProblems lists the fields of a tree of joined errors.
func fieldProblems(err error) []fieldProblem {
	if err == nil {
		return nil
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var all []fieldProblem
		for _, part := range joined.Unwrap() {
			all = append(all, fieldProblems(part)...)
		}
		return all
	}
	if bad, ok := errors.AsType[*election.FieldError](err); ok {
		return []fieldProblem{{Field: bad.Field, Reason: bad.Err.Error()}}
	}
	return []fieldProblem{{Reason: err.Error()}}
}

// basics are the fields that the creation of a vote decides.
var basics = []string{
	"origin", "congress", "session", "title", "date", "kind", "threshold", "min_ballots", "round", "parent",
}

// check refuses what no manifest could hold.
func (d *draft) check() error {
	if _, ok := voteKinds[d.Kind]; !ok {
		return &refusal{code: codeBadForm, fields: []fieldProblem{{Field: "kind", Reason: "is none of real, rehearsal, demo"}}}
	}
	var bad []fieldProblem
	for _, p := range fieldProblems(d.manifest().Check()) {
		if slices.Contains(basics, p.Field) {
			bad = append(bad, p)
		}
	}
	if bad != nil {
		return &refusal{code: codeBadForm, fields: bad}
	}
	return nil
}

// manifest returns what the draft alone says of the manifest.
func (d *draft) manifest() *election.Manifest {
	m := &election.Manifest{
		Suite:      election.Suite,
		Origin:     d.Origin,
		Congress:   d.Congress,
		Session:    d.Session,
		Title:      d.Title,
		Date:       d.Date,
		Kind:       voteKinds[d.Kind],
		Round:      max(d.Round, 1),
		Trustees:   d.N,
		Threshold:  d.T,
		Policy:     d.policy(),
		MinBallots: d.MinBallots,
	}
	if d.Parent != nil {
		m.Parent = *d.Parent
	}
	if d.Rules != nil {
		m.Rules = *d.Rules
	}
	if d.Keys != nil {
		m.StaffKey, m.Presidium = d.Keys.Staff, d.Keys.Presidium
	}
	for _, p := range d.Pins {
		m.Pins = append(m.Pins, election.Pin{Name: p.Name, Hash: p.SHA256})
	}
	return m
}

func (d *draft) policy() string {
	if d.Policy == "" && voteKinds[d.Kind] != election.Real {
		return noWitnesses
	}
	return d.Policy
}

// frozen is a draft that can be frozen.
type frozen struct {
	body     []byte // of the manifest entry
	revision uint64
	roll     *roll
}

// freeze makes the manifest of all that is there. Its refusal lists what is
// missing or wrong.
func (v *vote) freeze(ctx context.Context) (*frozen, error) {
	kept, err := v.config.DB.Vote(ctx, v.id)
	if err != nil {
		return nil, err
	}
	var d draft
	if err := json.Unmarshal(kept.Draft, &d); err != nil {
		return nil, err
	}
	members, err := v.config.DB.Roll(ctx, v.id)
	if err != nil {
		return nil, err
	}
	options, err := v.config.DB.Candidates(ctx, v.id)
	if err != nil {
		return nil, err
	}
	if missing := d.missing(members, options); missing != nil {
		return nil, &refusal{code: codeMissing, fields: missing}
	}
	roll, err := newRoll(members)
	if err != nil {
		return nil, err
	}
	m := v.complete(d.manifest(), &d, roll, options)
	if err := m.Check(); err != nil {
		return nil, &refusal{code: codeBadRules, fields: fieldProblems(err), cause: err}
	}
	return &frozen{body: m.Marshal(), revision: kept.Revision, roll: roll}, nil
}

// complete adds what is not in the draft.
func (v *vote) complete(m *election.Manifest, d *draft, r *roll, options []election.Option) *election.Manifest {
	m.Options = options
	m.Deputies, m.RollRoot = uint32(r.Len()), r.Root()
	m.LogKey, m.Promise = public(v.keys.log), public(v.keys.promise)
	own := election.Issuer{Name: v.config.Issuer, Modulus: [384]byte(v.keys.issuer.PublicKey().Modulus())}
	m.Issuers = append(m.Issuers, own)
	for _, i := range d.Issuers {
		m.Issuers = append(m.Issuers, election.Issuer{Name: i.Name, Modulus: [384]byte(i.Modulus)})
	}
	return m
}

// missing lists what staff have not supplied yet.
func (d *draft) missing(members []store.Member, options []election.Option) []fieldProblem {
	var list []fieldProblem
	need := func(field string, ok bool, reason string) {
		if !ok {
			list = append(list, fieldProblem{Field: field, Reason: reason})
		}
	}
	places, badges := 0, 0
	for _, m := range members {
		if m.Place != nil {
			places++
			if m.Badge != ([32]byte{}) {
				badges++
			}
		}
	}
	need("rules", d.Rules != nil, "")
	need("roll", places > 0, "")
	need("badges", badges == places, fmt.Sprintf("%d of %d deputies have one", badges, places))
	need("candidates", len(options) > 0, "")
	need("keys", d.Keys != nil, "")
	need("policy", d.policy() != "", "")
	return list
}
