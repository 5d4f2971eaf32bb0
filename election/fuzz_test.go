package election_test

import (
	"bytes"
	"testing"

	"piaojue/election"

	"piaojue/testvectors"
)

// FuzzParseEntry: what parses re-encodes to the same bytes (G7).
func FuzzParseEntry(f *testing.F) {
	for _, e := range smallVote().Entries {
		f.Add(e.Marshal())
	}
	for _, b := range vectors(f, "records.json", "log") {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		e, err := election.ParseEntry(b)
		if err == nil && !bytes.Equal(e.Marshal(), b) {
			t.Errorf("encodes to other bytes")
		}
	})
}

// FuzzParseBody does the same for the body of every kind.
func FuzzParseBody(f *testing.F) {
	for _, e := range smallVote().Entries {
		f.Add(uint8(e.Kind), e.Body)
	}
	for _, k := range []election.Kind{election.KindSuspend, election.KindResume, election.KindVoid} {
		f.Add(uint8(k), election.NewVoid(election.Chain{}, "理由\n").Marshal())
	}
	f.Add(uint8(27), []byte{})
	f.Add(uint8(election.KindComplaint), append(make([]byte, 32), append([]byte{1, 2}, make([]byte, 256)...)...))
	f.Fuzz(func(t *testing.T, kind uint8, body []byte) {
		b, err := election.ParseBody(&election.Entry{Kind: election.Kind(kind), Body: body})
		if err != nil {
			return
		}
		if got := b.(interface{ Marshal() []byte }).Marshal(); !bytes.Equal(got, body) {
			t.Errorf("kind %d encodes to other bytes", kind)
		}
	})
}

// FuzzApply gives the state hostile bodies, signed by the right people, where
// their kind is expected.
func FuzzApply(f *testing.F) {
	full := smallVote()
	first := make(map[election.Kind]int)
	states := make(map[election.Kind]*script)
	for i, e := range full.Entries {
		if _, ok := first[e.Kind]; !ok {
			first[e.Kind] = i
		}
		f.Add(uint8(e.Kind), e.Body)
	}
	f.Fuzz(func(t *testing.T, kind uint8, body []byte) {
		k := election.Kind(kind)
		at, ok := first[k]
		if !ok || len(body) > 0xffff {
			return
		}
		if states[k] == nil {
			states[k] = full.UntilEntry(at)
		}
		s := states[k]
		if s.State.Apply(hostile(full, full.Entries[at], body)) == nil {
			delete(states, k) // it has moved on
		}
	})
}

// hostile signs a body as the good entry is signed.
func hostile(full *script, good *election.Entry, body []byte) *election.Entry {
	e := &election.Entry{Kind: good.Kind, Body: body}
	if good.Kind == election.KindManifest {
		return signManifest(full, body)
	}
	for _, by := range full.signers(good) {
		e.Sign(by.role, by.index, by.key, full.Manifest.Hash())
	}
	return e
}

func FuzzParsePolicy(f *testing.F) {
	f.Add(testPolicy(2) + "group g 1 w0 w1\nquorum g\n")
	f.Add("quorum none\n")
	for _, b := range vectors(f, "log.json", "policy") {
		f.Add(string(b))
	}
	for _, b := range vectors(f, "log.json", "bad_policies") {
		f.Add(string(b))
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := election.ParsePolicy(text)
		if err != nil {
			return
		}
		all := make(map[string]bool)
		for _, w := range p.Witnesses {
			all[w.Name] = true
		}
		if !p.Satisfied(all) {
			t.Error("all witnesses do not satisfy the policy")
		}
		if p.Satisfied(nil) && !p.None() {
			t.Error("no witness satisfies the policy")
		}
	})
}

func FuzzParseLeaf(f *testing.F) {
	r := must(election.NewRoll(testLeaves(5)))
	f.Add(election.MarshalLeaf(must(r.Leaf(3)), must(r.Path(3))))
	for _, b := range vectors(f, "roll.json", "leaf") {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		l, path, err := election.ParseLeaf(b)
		if err == nil && !bytes.Equal(election.MarshalLeaf(l, path), b) {
			t.Error("encodes to other bytes")
		}
	})
}

// FuzzSetRule: a rule that can be set comes back as it was written.
func FuzzSetRule(f *testing.F) {
	fields := election.RuleFields()
	for i, field := range fields {
		f.Add(uint8(i), field.Default)
	}
	f.Fuzz(func(t *testing.T, i uint8, value string) {
		field, r := fields[int(i)%len(fields)], election.DefaultRules()
		if field.Set(&r, value) == nil && field.Get(&r) != value {
			t.Errorf("%s = %q, was set to %q", field.Name, field.Get(&r), value)
		}
	})
}

// vectors are the values of a field of the test vectors.
func vectors(f *testing.F, file, field string) [][]byte {
	f.Helper()
	all, err := testvectors.Field(file, field)
	if err != nil {
		f.Fatal(err)
	}
	return all
}
