package web

import (
	"context"
	"slices"
	"strings"

	"piaojue/election"
	"piaojue/kiosk"
	"piaojue/store"
)

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
	d, err := draftOf(kept)
	if err != nil {
		return nil, err
	}
	count, err := v.config.DB.CountRoll(ctx, v.id)
	if err != nil {
		return nil, err
	}
	options, err := v.config.DB.Candidates(ctx, v.id)
	if err != nil {
		return nil, err
	}
	missing := d.missing(count, options)
	if v.unlike != nil {
		for _, x := range v.unlike(d, options) {
			missing = append(missing, newFieldProblem("candidates", "missing.list_"+x.ID, x.Args...))
		}
	}
	if missing != nil {
		return nil, &refusal{code: codeMissing, fields: missing}
	}
	roll, err := v.newRoll(count)
	if err != nil {
		return nil, err
	}
	m := v.complete(d, roll, options)
	if err := m.Check(); err != nil {
		return nil, &refusal{code: codeBadRules, fields: fieldProblems(err), cause: err}
	}
	if err := d.checkURLs(); err != nil {
		return nil, err
	}
	if err := checkRating(m); err != nil {
		return nil, err
	}
	if err := v.checkParent(ctx, m); err != nil {
		return nil, err
	}
	return &frozen{body: m.Marshal(), revision: kept.Revision, roll: roll}, nil
}

// checkParent refuses a manifest that names a parent and is not the vote that
// must follow it. A parent's owner never waits for its child's, so that waiting
// for it here ends.
func (v *vote) checkParent(ctx context.Context, m *election.Manifest) error {
	if m.Parent == [32]byte{} {
		return nil
	}
	parent := v.find(m.Parent)
	if parent == nil || parent == v {
		return badField("parent", "field.parent_unknown")
	}
	return parent.do(ctx, func() error {
		f, err := parent.state.Follow()
		if err != nil {
			return because(codePhase, err)
		}
		if err := f.Check(m); err != nil {
			return &refusal{code: codeBadRules, fields: followProblems(err), cause: err}
		}
		return nil
	})
}

func followProblems(err error) (list []fieldProblem) {
	for _, e := range leaves(err) {
		_, field := election.CauseOf(e)
		list = append(list, newFieldProblem(field, "field.follow"))
	}
	return list
}

// complete adds to the draft's manifest what is not in the draft.
func (v *vote) complete(d *draft, r *roll, options []election.Option) *election.Manifest {
	m := d.manifest()
	m.Options = options
	m.Deputies, m.RollRoot = uint32(r.Len()), r.Root()
	m.LogKey, m.Promise = public(v.keys.log), public(v.keys.promise)
	own := election.Issuer{Name: v.config.Issuer}
	own.Modulus, own.Key = v.keys.issuer.Public()
	m.Issuers = append(m.Issuers, own)
	m.Pins = withKiosk(m.Pins)
	for _, i := range d.Issuers {
		m.Issuers = append(m.Issuers, election.Issuer{Name: i.Name, Modulus: [384]byte(i.Modulus), Key: i.Key})
	}
	return m
}

// withKiosk adds the pin of what terminals load, unless staff gave another one:
// that of terminals installed from elsewhere.
func withKiosk(pins []election.Pin) []election.Pin {
	at, ok := slices.BinarySearchFunc(pins, kiosk.PinName, func(p election.Pin, name string) int { return strings.Compare(p.Name, name) })
	if ok || !kiosk.Complete() {
		return pins
	}
	return slices.Insert(slices.Clone(pins), at, election.Pin{Name: kiosk.PinName, Hash: kiosk.Hash()})
}

// missing lists what staff have not supplied yet.
func (d *draft) missing(count store.RollCount, options []election.Option) []fieldProblem {
	var list []fieldProblem
	need := func(field string, ok bool, args ...any) {
		if !ok {
			list = append(list, newFieldProblem(field, "missing."+field, args...))
		}
	}
	need("rules", d.Rules != nil)
	need("roll", count.Places > 0)
	need("badges", count.Badges == count.Places, count.Places, count.Badges)
	need("candidates", len(options) > 0)
	if part := d.unreviewed(listHash(options)); part != "" && len(options) > 0 {
		list = append(list, newFieldProblem("reviews", "missing.review_"+part))
	}
	need("keys", d.Keys != nil)
	need("policy", d.policy() != "")
	return list
}
