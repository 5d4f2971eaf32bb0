package election_test

import (
	"bytes"
	"crypto/sha256"
	"slices"

	"piaojue/election"
)

// beginRefusals: manifest, trustees, key ceremony.
var beginRefusals = []refusal{
	{"entry before the manifest", "manifest", 0, election.CheckManifestForm, func(s *script, _ *election.Entry) *election.Entry {
		return smallVote().Entries[1]
	}},
	{"G1 V3 other suite", "manifest", 0, election.CheckManifestForm, otherManifest(func(b []byte) []byte {
		return bytes.Replace(b, []byte("piaojue-v1"), []byte("piaojue-v2"), 1)
	})},
	{"G7 rules in another order", "manifest", 0, election.CheckManifestForm, otherManifest(swapRules)},
	{"G7 rule written with a leading zero", "manifest", 0, election.CheckManifestForm, otherManifest(func(b []byte) []byte {
		return bytes.Replace(b, []byte("\x09winners_k\x012"), []byte("\x09winners_k\x0202"), 1)
	})},
	{"G7 truth value in another spelling", "manifest", 0, election.CheckManifestForm, otherManifest(func(b []byte) []byte {
		return bytes.Replace(b, []byte("\x08write_in\x05false"), []byte("\x08write_in\x05False"), 1)
	})},
	{"K8 t and n swapped", "manifest", 0, election.CheckManifestForm, editManifest(func(m *election.Manifest) {
		m.Trustees, m.Threshold = m.Threshold, m.Trustees
	})},
	{"signed for another manifest", "manifest", 0, election.CheckEntrySignatures, func(s *script, good *election.Entry) *election.Entry {
		m := *s.Manifest
		m.Title = "other"
		return s.sign(&election.Entry{Kind: good.Kind, Body: m.Marshal()}, s.staff(), s.presidium())
	}},

	{"one scrutineer too few", "trustees", 0, election.CheckTrusteesKeys, edit(func(t *election.Trustees) {
		t.Scrutineers = t.Scrutineers[:2]
	})},
	{"role key twice", "trustees", 0, election.CheckTrusteesKeys, edit(func(t *election.Trustees) {
		t.Scrutineers[1].RoleKey = t.Scrutineers[0].RoleKey
	})},
	{"teller is a scrutineer", "trustees", 0, election.CheckTrusteesKeys, edit(func(t *election.Trustees) {
		t.Tellers[0].RoleKey = t.Scrutineers[0].RoleKey
	})},
	{"role key of small order", "trustees", 0, election.CheckTrusteesKeys, edit(func(t *election.Trustees) {
		t.Scrutineers[0].RoleKey = [32]byte{1}
	})},
	{"K4 static key twice", "trustees", 0, election.CheckTrusteesKeys, edit(func(t *election.Trustees) {
		t.Scrutineers[1].StaticKey = t.Scrutineers[0].StaticKey
	})},
	{"G5 static key is the identity", "trustees", 0, election.CheckTrusteesKeys, edit(func(t *election.Trustees) {
		t.Scrutineers[1].StaticKey = [32]byte{}
	})},
	{"G2 static key is not canonical", "trustees", 0, election.CheckTrusteesKeys, edit(func(t *election.Trustees) {
		t.Scrutineers[1].StaticKey[31] |= 0x80
	})},

	{"static key used before", "dealings", 0, election.CheckTrusteesKeys, func(s *script, _ *election.Entry) *election.Entry {
		return s.trustees()
	}},
	{"dealing signed by another trustee", "dealings", 0, election.CheckEntrySignatures, signedBy(2)},
	{"dealing of no trustee", "dealings", 0, election.CheckEntrySignatures, edit(func(d *election.Dealing) { d.Index = 4 })},
	{"dealing with index zero", "dealings", 0, election.CheckEntryForm, raw(func(b []byte) []byte {
		b[32] = 0
		return b
	})},
	{"dealing for other trustees", "dealings", 0, election.CheckCeremonyDealings, edit(func(d *election.Dealing) { d.Trustees[0] ^= 1 })},
	{"K8 dealing with one commitment more", "dealings", 0, election.CheckCeremonyDealings, edit(func(d *election.Dealing) {
		d.Msg = append(slices.Clone(d.Msg[:32]), d.Msg...)
	})},
	{"K1 dealing without proof of possession", "dealings", 0, election.CheckCeremonyDealings, edit(func(d *election.Dealing) { d.Msg[2*32] ^= 1 })},
	{"second dealing", "dealings", 1, election.CheckCeremonyDealings, func(s *script, _ *election.Entry) *election.Entry {
		return s.Entries[len(s.Entries)-1]
	}},
	{"agreement before all dealings", "dealings", 2, election.CheckCeremonyAgreement, func(s *script, _ *election.Entry) *election.Entry {
		return smallVote().Entries[smallVote().Marks["agreements"]]
	}},

	{"agreement on other dealings", "agreements", 0, election.CheckCeremonyAgreement, edit(func(a *election.Agreement) { a.Sig[40] ^= 1 })},
	{"agreement for other trustees", "agreements", 0, election.CheckCeremonyAgreement, edit(func(a *election.Agreement) { a.Trustees[0] ^= 1 })},
	{"second agreement", "agreements", 1, election.CheckCeremonyAgreement, func(s *script, _ *election.Entry) *election.Entry {
		return s.Entries[len(s.Entries)-1]
	}},
	{"K9 complaint without evidence", "agreements", 1, election.CheckCeremonyDealings, func(s *script, _ *election.Entry) *election.Entry {
		return s.complaint(1, 2, make([]byte, 256))
	}},
	{"complaint for other trustees", "agreements", 1, election.CheckCeremonyDealings, func(s *script, _ *election.Entry) *election.Entry {
		c := must(election.NewComplaint([32]byte{}, 1, 2, make([]byte, 256)))
		return s.sign(must(election.NewEntry(c)), s.scrutineer(1))
	}},
	{"complaint against nobody", "agreements", 1, election.CheckCeremonyDealings, func(s *script, _ *election.Entry) *election.Entry {
		return s.complaint(1, 4, make([]byte, 256))
	}},
	{"ready before all agreements", "agreements", 2, election.CheckCeremonyAgreement, func(s *script, _ *election.Entry) *election.Entry {
		return smallVote().Entries[smallVote().Marks["ready"]]
	}},
	{"ready for another joint key", "ready", 0, election.CheckCeremonyAgreement, edit(func(r *election.Ready) { r.JointKey[0] ^= 1 })},
	{"ready for other trustees", "ready", 0, election.CheckCeremonyAgreement, edit(func(r *election.Ready) { r.Trustees[0] ^= 1 })},
	{"ready twice", "ready", 1, election.CheckCeremonyAgreement, func(s *script, _ *election.Entry) *election.Entry {
		return s.Entries[len(s.Entries)-1]
	}},
}

// otherManifest changes the bytes of the manifest and signs them properly.
func otherManifest(change func([]byte) []byte) func(*script, *election.Entry) *election.Entry {
	return func(s *script, good *election.Entry) *election.Entry {
		body := change(slices.Clone(good.Body))
		if bytes.Equal(body, good.Body) {
			panic("manifest was not changed")
		}
		return signManifest(s, body)
	}
}

func signManifest(s *script, body []byte) *election.Entry {
	e, hash := &election.Entry{Kind: election.KindManifest, Body: body}, sha256.Sum256(body)
	e.Sign(election.RoleStaff, 0, s.Staff, hash)
	e.Sign(election.RolePresidium, 0, s.Presidium, hash)
	return e
}

func editManifest(change func(*election.Manifest)) func(*script, *election.Entry) *election.Entry {
	return otherManifest(func(b []byte) []byte {
		m := must(election.ParseManifest(b))
		change(m)
		return m.Marshal()
	})
}

// swapRules swaps the names and values of the first two rules.
func swapRules(b []byte) []byte {
	one, two := []byte("\x0ccandidates_n\x013"), []byte("\x09winners_k\x012")
	return bytes.Replace(b, append(slices.Clone(one), two...), append(slices.Clone(two), one...), 1)
}

// signedBy lets another scrutineer sign.
func signedBy(i int) func(*script, *election.Entry) *election.Entry {
	return func(s *script, good *election.Entry) *election.Entry {
		return s.sign(good, s.scrutineer(i))
	}
}

func (s *script) complaint(by, accused uint8, evidence []byte) *election.Entry {
	c := must(election.NewComplaint(s.State.Ceremony().Hash(), by, accused, evidence))
	return s.sign(must(election.NewEntry(c)), s.scrutineer(int(by)))
}
