package gen

import (
	"slices"
	"testing"

	"piaojue/election"
	"piaojue/testvectors"
)

// flaw is one way in which a record can be wrong. Its positive twin is its base
// (V4): the same vote without the flaw.
type flaw struct {
	name    string
	about   string
	attacks []string
	base    string // small, if empty
	from    string // the step from which on the vote differs
	hooks   hooks
	change  func(v *vote)              // of the plan
	at      *place                     // the entry to blame; else those that hooks changed
	nowhere bool                       // no entry is to blame
	last    bool                       // of those that hooks changed, the last one is
	named   func(m *election.Manifest) // what the parent names, and this vote is
}

// place is the n-th entry of a kind.
type place struct {
	kind election.Kind
	n    int
}

// flaws are all of them, by the check that must fail, and no other.
func flaws() map[election.CheckID][]flaw {
	all := map[election.CheckID][]flaw{}
	for _, part := range []map[election.CheckID][]flaw{
		recordFlaws, manifestFlaws, entryFlaws, ceremonyFlaws, issuingFlaws, formFlaws, ballotFlaws, closeFlaws, shareFlaws, resultFlaws,
		sheetFlaws, paperFlaws, nextFlaws, registerFlaws,
	} {
		for c, list := range part {
			all[c] = append(all[c], list...)
		}
	}
	return all
}

func generateNegatives(t *testing.T, l library) []*testvectors.Record {
	all := flaws()
	var list []*testvectors.Record
	for _, c := range election.Checks() {
		if len(all[c]) == 0 {
			t.Errorf("no record fails %s", c)
		}
		for _, f := range all[c] {
			list = append(list, f.generate(t, l, c))
		}
	}
	return list
}

func (f flaw) generate(t *testing.T, l library, c election.CheckID) *testvectors.Record {
	t.Helper()
	if f.base == "" {
		f.base = "small"
	}
	origin := l.play(t, f.base)
	if f.named != nil {
		f.change = l.renamed(t, f)
	}
	v := origin.vote.copy()
	v.name, v.hooks = f.name, f.hooks
	if f.from != "" {
		v = origin.fork(t, f.name, f.from, func(v *vote) {
			v.hooks = f.hooks
			if f.change != nil {
				f.change(v)
			}
		}).vote
	}
	r := v.export().vector(f.base, origin.entries)
	r.Parent = v.parent
	r.About, r.Attacks = f.about, f.attacks
	r.Expect = testvectors.Expect{Outcome: "not verified", Check: string(c), Number: c.Number(), Entries: f.blamed(t, v)}
	return r
}

func (f flaw) blamed(t *testing.T, v *vote) []uint64 {
	t.Helper()
	if f.at != nil {
		return []uint64{v.find(t, *f.at)}
	}
	if len(v.blamed) == 0 && !f.nowhere {
		t.Errorf("%s: nothing was changed", f.name)
	}
	slices.Sort(v.blamed)
	if f.last {
		return v.blamed[len(v.blamed)-1:]
	}
	return slices.Compact(v.blamed)
}

// find returns the index of an entry.
func (v *vote) find(t *testing.T, p place) uint64 {
	t.Helper()
	n := 0
	for i, e := range v.entries {
		if len(e) == 0 || election.Kind(e[0]) != p.kind {
			continue
		}
		if n == p.n {
			return uint64(i)
		}
		n++
	}
	t.Errorf("%s: there is no %v %d", v.name, p.kind, p.n)
	return 0
}

// onBody changes the body of the n-th entry of this type.
func onBody[B any](n int, change func(v *vote, b B)) hooks {
	return hooks{body: func(v *vote, m int, body any) {
		if b, ok := body.(B); ok && m == n {
			v.blame()
			change(v, b)
		}
	}}
}

// onBytes changes the encoded body of the n-th entry of a kind.
func onBytes(k election.Kind, n int, change func(v *vote, b []byte) []byte) hooks {
	return hooks{bytes: func(v *vote, kind election.Kind, m int, b []byte) []byte {
		if kind != k || m != n {
			return b
		}
		v.blame()
		return change(v, b)
	}}
}

// onEntry returns what is logged instead of the n-th entry of a kind, which is
// signed already.
func onEntry(k election.Kind, n int, change func(v *vote, e *election.Entry) []byte) hooks {
	return hooks{entry: func(v *vote, m int, e *election.Entry) []byte {
		if e.Kind != k || m != n {
			return e.Marshal()
		}
		v.blame()
		return change(v, e)
	}}
}

// before logs something else right before the n-th entry of a kind, and blames
// that.
func before(k election.Kind, n int, insert func(v *vote)) hooks {
	return onEntry(k, n, func(v *vote, e *election.Entry) []byte {
		insert(v)
		return e.Marshal()
	})
}

// onFiles changes the files of the record.
func onFiles(change func(v *vote, r *record)) hooks { return hooks{files: change} }

// onBox changes what is in the box. Change calls suspects for what it spoils.
func onBox(change func(v *vote, b *box)) hooks { return hooks{box: change} }

// suspects notes bodies that are to be blamed, once they have their place.
func (v *vote) suspects(bodies ...[]byte) { v.suspect = append(v.suspect, bodies...) }

// onBallot spoils one ballot of the box.
func onBallot(i int, change func(v *vote, b []byte, w *voter) []byte) hooks {
	return onBox(func(v *vote, b *box) {
		b.ballots[i] = change(v, slices.Clone(b.ballots[i]), v.voters[i])
		v.suspects(b.ballots[i])
	})
}
