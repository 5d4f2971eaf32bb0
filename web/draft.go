package web

import (
	"context"
	"encoding/json"
	"regexp"
	"slices"

	"piaojue/election"
	"piaojue/store"
)

// draft is what staff enter before the freeze, beside roll and candidates. The
// store keeps it as JSON and does not look into it.
type draft struct {
	draftBasics
	Rules   *election.Rules `json:"rules,omitempty"`
	Keys    *draftKeys      `json:"keys,omitempty"`
	Issuers []draftIssuer   `json:"issuers,omitempty"`
	Pins    []draftPin      `json:"pins,omitempty"`
	Policy  string          `json:"policy,omitempty"`
	Customs *customs        `json:"customs,omitempty"`
	Reviews *draftReviews   `json:"reviews,omitempty"`
	List    uint32          `json:"list,omitempty"` // of the projects' log, from which the candidates came
}

// draftBasics are what the creation of a vote decides.
type draftBasics struct {
	Origin string `json:"origin" doc:"Origin line of the log; no space, no +."`
	draftTerms
	Kind      string `json:"kind" enum:"real,rehearsal,demo"`
	Parent    *hex32 `json:"parent,omitempty" doc:"Manifest hash of the vote that this one repeats or continues."`
	Round     uint8  `json:"round,omitempty" doc:"1 if absent; higher with a parent only."`
	Terminals string `json:"terminals,omitempty" enum:"required,open" doc:"Whether only registered terminals get credentials; if absent: required, but open for a demo."`
}

// draftOf reads the draft that the store keeps of a vote.
func draftOf(v store.Vote) (*draft, error) {
	d := &draft{}
	return d, json.Unmarshal(v.Draft, d)
}

// draft returns what the staff have entered for the vote.
func (v *vote) draft(ctx context.Context) (*draft, error) {
	if d := v.frozen.Load(); d != nil {
		return d, nil
	}
	kept, err := v.config.DB.Vote(ctx, v.id)
	if err != nil {
		return nil, err
	}
	d, err := draftOf(kept)
	if err == nil && kept.Frozen {
		v.frozen.Store(d)
	}
	return d, err
}

// draftKeys are the role keys of the organizers.
type draftKeys struct {
	Staff     hex32 `json:"staff" doc:"Ed25519 public key."`
	Presidium hex32 `json:"presidium" doc:"Ed25519 public key, another one."`
}

// draftIssuer is an issuer beside the server's own. Terminals find it at the
// address, which is not in the manifest.
type draftIssuer struct {
	Name    string   `json:"name"`
	Modulus hexBytes `json:"modulus" doc:"RSA-3072, 384 bytes."`
	Key     hex32    `json:"key" doc:"Ed25519, of its register."`
	URL     string   `json:"url" doc:"Where terminals find it; http or https."`
}

type draftPin struct {
	Name   string `json:"name"`
	SHA256 hex32  `json:"sha256"`
}

// voteKinds finds a kind of vote by its name.
var voteKinds = map[string]election.VoteKind{
	election.Real.String():          election.Real,
	election.Rehearsal.String():     election.Rehearsal,
	election.Demonstration.String(): election.Demonstration,
}

// idPattern is what a vote is called in addresses and file names.
var idPattern = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,39}$`)

// noWitnesses is the policy of a rehearsal that nobody else watches.
const noWitnesses = "quorum none\n"

// basics are the fields of a manifest that draftBasics decide.
var basics = []string{
	"origin", "congress", "session", "title", "date", "kind", "t", "min_ballots", "round", "parent",
}

// check refuses what no manifest could hold.
func (d *draft) check() error {
	if _, ok := voteKinds[d.Kind]; !ok {
		return badField("kind", "field.kind")
	}
	if !knownTerminalRule(d.terminals()) {
		return badField("terminals", "field.terminals")
	}
	if err := d.checkHidden(); err != nil {
		return err
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
