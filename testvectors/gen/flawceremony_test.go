package gen

import (
	"slices"

	"piaojue/election"
	"piaojue/group"
	"piaojue/tally"
)

func until(step string) func(v *vote) {
	return func(v *vote) { v.until = step }
}

// badTrustees is a vote that ends with its trustees entry.
func badTrustees(name, about string, change func(b *election.Trustees), attacks ...string) flaw {
	return flaw{
		name: name, about: about, attacks: attacks, from: "trustees", change: until("dealings"),
		hooks: onBody(0, func(_ *vote, b *election.Trustees) { change(b) }),
	}
}

// badDealing spoils the third dealing. Nobody could go on from there.
func badDealing(name, about string, change func(v *vote, d *election.Dealing), attacks ...string) flaw {
	f := flaw{name: name, about: about, attacks: attacks, from: "dealings", change: until("agreements")}
	f.hooks = onBody(2, change)
	return f
}

var identity = make([]byte, 32)

var ceremonyFlaws = map[election.CheckID][]flaw{
	election.CheckTrusteesKeys: {
		badTrustees("trustees_static_key_twice", "one person holds the keys of two trustees", func(b *election.Trustees) {
			b.Scrutineers[1].StaticKey = b.Scrutineers[0].StaticKey
		}, "K4"),
		badTrustees("trustees_static_key_identity", "a static key is the identity", func(b *election.Trustees) {
			b.Scrutineers[2].StaticKey = [32]byte(identity)
		}, "G5"),
		badTrustees("trustees_role_key_twice", "a teller has the role key of a scrutineer", func(b *election.Trustees) {
			b.Tellers[0].RoleKey = b.Scrutineers[2].RoleKey
		}),
		badTrustees("trustees_one_too_few", "two scrutineers where the manifest says three", func(b *election.Trustees) {
			b.Scrutineers = b.Scrutineers[:2]
		}, "K7", "K8"),
		{name: "trustees_static_key_of_former_attempt", about: "a static key serves a second ceremony", from: "trustees",
			change: func(v *vote) { v.ceremonies, v.until = 2, "agreements" }, hooks: formerStaticKey()},
	},
	election.CheckCeremonyDealings: {
		badDealing("dealing_rogue_key", "C₃,₀ cancels the others' keys out, and so its secret is not known to the dealer",
			func(v *vote, d *election.Dealing) { copy(d.Msg, cancelling(v)) }, "G6", "K1"),
		badDealing("dealing_to_the_identity", "C₃,₀ is minus the sum of the others', and its secret is known, since the dealers tell each other theirs",
			func(v *vote, d *election.Dealing) { d.Msg = v.opposite(d.Msg) }, "G6"),
		badDealing("dealing_commitment_identity", "the highest coefficient is zero", func(_ *vote, d *election.Dealing) {
			copy(d.Msg[32:], identity)
		}, "G5"),
		badDealing("dealing_one_commitment_more", "a polynomial of degree t: three would have to open", func(_ *vote, d *election.Dealing) {
			d.Msg = splice(d.Msg, 64, 0, d.Msg[:32]...)
		}, "K8", "F9"),
		badDealing("dealing_of_another_attempt", "names another trustees entry", func(_ *vote, d *election.Dealing) {
			d.Trustees[0] ^= 1
		}, "K1"),
		{name: "dealing_twice", about: "a trustee deals a second time, and would so have the last word", attacks: []string{"K1"}, from: "dealings",
			change: until("agreements"), hooks: before(election.KindDealing, 2, func(v *vote) {
				msg := must(tally.Deal(v.setup, 1, v.statics[0]))
				v.raw(v.signedAs(must(election.NewEntry(election.NewDealing(v.trustees, 1, msg))), byScrutineer(1)))
			})},
		{name: "complaint_unfounded", about: "trustee 3 blames trustee 1, whose share is good", attacks: []string{"K9"}, from: "agreements",
			change: until("ready"), hooks: before(election.KindAgreement, 0, func(v *vote) { v.complainAbout(1, false) })},
		{name: "complaint_with_false_proof", about: "trustee 3 makes up a channel in which the share of trustee 1 does not decrypt",
			attacks: []string{"K9"}, from: "agreements", change: until("ready"),
			hooks: before(election.KindAgreement, 0, func(v *vote) { v.complainAbout(1, true) })},
	},
	election.CheckCeremonyAgreement: {
		{name: "agreement_about_other_dealings", about: "trustee 3 was shown another dealing of trustee 1", attacks: []string{"K1"}, from: "agreements",
			change: until("attendance"), hooks: onBody(2, func(v *vote, b *election.Agreement) {
				other := slices.Clone(v.dealings)
				msg := must(tally.Deal(v.setup, 1, v.statics[0]))
				other[0] = must(tally.ParseDealing(v.setup, 1, msg))
				b.Sig = [64]byte(must(tally.Agree(v.setup, other, 3, v.statics[2])))
			})},
		{name: "agreement_before_dealings", about: "trustee 1 agrees while trustee 3 has not dealt", from: "dealings",
			change: until("agreements"), hooks: before(election.KindDealing, 2, func(v *vote) {
				body := election.NewAgreement(v.trustees, 1, [64]byte{1})
				v.raw(v.signedAs(must(election.NewEntry(body)), byScrutineer(1)))
			})},
		{name: "agreement_twice", about: "trustee 1 agrees twice, trustee 2 not yet", attacks: []string{"K4"}, from: "agreements",
			change: until("attendance"), hooks: before(election.KindAgreement, 1, again(election.KindAgreement))},
		{name: "ready_before_agreement", about: "trustee 1 is ready while trustee 3 has not agreed", from: "agreements",
			change: until("ready"), hooks: before(election.KindAgreement, 2, func(v *vote) {
				body := election.NewReady(v.trustees, 1, [32]byte(v.joint.Y.Bytes()))
				v.raw(v.signedAs(must(election.NewEntry(body)), byScrutineer(1)))
			})},
		{name: "ready_with_other_key", about: "trustee 2 recovered another joint key", attacks: []string{"B7"}, from: "ready",
			change: until("attendance"), hooks: onBody(1, func(v *vote, b *election.Ready) {
				b.JointKey = [32]byte(plus(v.joint.Y, group.Generator()).Bytes())
			})},
	},
}

// formerStaticKey puts a static key of the first trustees entry into the second.
func formerStaticKey() hooks {
	var former [32]byte
	return hooks{body: func(v *vote, n int, body any) {
		b, ok := body.(*election.Trustees)
		if ok && n == 0 {
			former = b.Scrutineers[0].StaticKey
		}
		if ok && n == 1 {
			v.blame()
			b.Scrutineers[0].StaticKey = former
		}
	}}
}

// cancelling returns the commitment with which trustee 3 would make the joint
// key G.
func cancelling(v *vote) []byte {
	c := group.Generator()
	for _, d := range v.dealings {
		first := must(group.ParseElement(d.Marshal()[:32]))
		c.Subtract(c, first)
	}
	return c.Bytes()
}

// opposite makes trustee 3's dealing one that makes the joint key the identity,
// with a good proof of possession. That the shares in it do not fit nobody sees
// before the agreement.
func (v *vote) opposite(msg []byte) []byte {
	secret := group.NewScalar()
	for j := range v.dealings {
		one, two := v.dealtShare(j+1, 1), v.dealtShare(j+1, 2)
		secret.Add(secret, two).Subtract(secret, one).Subtract(secret, one) // minus the value at 0
	}
	d := splitDealing(msg, threshold)
	d.commitments[0] = timesG(secret).Bytes()
	context := v.setup.Context()
	pop := schnorr(secret, slices.Concat(context[:], slices.Concat(d.commitments...), d.ephemeral))
	return slices.Concat(slices.Concat(d.commitments...), pop, msg[32*threshold+64:])
}

// complainAbout lets trustee 3 complain about a good share, with the true
// channel or with one of which only the form is right.
func (v *vote) complainAbout(accused int, lie bool) {
	d := v.statics[2]
	msg := v.dealings[accused-1].Marshal()
	ephemeral := must(group.ParseElement(msg[32*threshold+64:][:32]))
	context := voteContext(v.hash)
	x := d
	if lie {
		x = group.RandomScalar()
	}
	se := v.equality("complaint proof", context, 3, 2*accused, ephemeral, x)
	sd := v.equality("complaint proof", context, 3, 2*accused+1, v.setup.StaticKeys[accused-1], x)
	evidence := slices.Concat(se.image.Bytes(), sd.image.Bytes(), se.prove(d), sd.prove(d))
	body := must(election.NewComplaint(v.trustees, 3, uint8(accused), evidence))
	v.raw(v.signedAs(must(election.NewEntry(body)), byScrutineer(3)))
}

// equality returns the statement that trustee's static key times base is
// x·base.
func (v *vote) equality(name string, context group.Context, trustee, place int, base *group.Element, x *group.Scalar) equality {
	return equality{name, context, trustee, place, base, v.setup.StaticKeys[trustee-1], times(x, base)}
}

// prove makes a proof with a witness, which need not fit.
func (e equality) prove(x *group.Scalar) []byte {
	w := group.RandomScalar()
	p := pair{timesG(w), times(w, e.base)}
	z := add(w, new(group.Scalar).Multiply(e.challenge(p), x))
	return slices.Concat(p.a.Bytes(), p.b.Bytes(), z.Bytes())
}

var issuingFlaws = map[election.CheckID][]flaw{
	election.CheckAttendanceRoll: {
		{name: "attendance_beyond_the_roll", about: "index 12 of 12 deputies", attacks: []string{"K7"}, base: "record", from: "issuances",
			hooks: onBody(1, func(_ *vote, a *election.Attendance) { a.Indexes[0] = 12 })},
		{name: "attendance_counted_twice", about: "a deputy who was there already is counted again", attacks: []string{"K7"}, base: "record", from: "issuances",
			hooks: onBody(1, func(_ *vote, a *election.Attendance) { a.Indexes, a.Present = []uint32{9, 11}, 12 })},
		{name: "badge_of_small_order", about: "a badge key under which one signature fits many messages", base: "record", from: "issuances",
			hooks: onBody(0, func(_ *vote, b *election.Badge) { b.Key = [32]byte(smallOrder) })},
		{name: "badge_beyond_the_roll", about: "a badge for index 12 of 12 deputies", attacks: []string{"K7"}, base: "record", from: "issuances",
			hooks: onBody(0, func(_ *vote, b *election.Badge) { b.Index = 12 })},
		{name: "badge_on_two_leaves", about: "one new badge for two deputies", attacks: []string{"V7"}, base: "record", from: "issuances",
			at: &place{election.KindBadge, 1}, hooks: before(election.KindIssuance, 0, func(v *vote) {
				b := &election.Badge{Chain: v.chain(), Index: 10, Key: public(v.badges[11])}
				v.chained(election.KindBadge, b, byScrutineer(1), byScrutineer(2))
			})},
	},
	election.CheckOpeningQuorum: {
		{name: "opening_without_quorum", about: "two of four are present, three are needed", from: "attendance",
			change: func(v *vote) { v.present, v.issued, v.until = []uint32{0, 1}, []uint32{1, 0}, "issuances" },
			at:     &place{election.KindOpening, 0}},
		{name: "opening_skips_an_epoch", about: "the first epoch is 2", from: "opening", change: until("issuances"),
			hooks: onBody(0, func(_ *vote, o *election.Opening) { o.Epoch = 2 })},
		{name: "opening_of_unknown_issuer", about: "issuer 1 of a manifest with issuer 0 only", attacks: []string{"V9"}, from: "opening", change: until("issuances"),
			hooks: onBody(0, func(_ *vote, o *election.Opening) { o.Issuers = []uint8{0, 1} })},
	},
	election.CheckIssuanceRoll: {
		{name: "issuance_twice", about: "a second credential for one deputy", attacks: []string{"V7"}, from: "issuances",
			hooks: onEntry(election.KindIssuance, 2, func(v *vote, _ *election.Entry) []byte {
				_, r := v.request(7) // blinded anew
				return v.signedAs(must(election.NewEntry(v.issuance(1, r))), signedBy{election.RoleBadge, 0, v.badges[1]})
			})},
		{name: "issuance_to_absent_deputy", about: "deputy 3 never checked in", attacks: []string{"V8"}, from: "issuances",
			change: func(v *vote) { v.issued = []uint32{1, 0, 3} }, at: &place{election.KindIssuance, 2}},
		{name: "issuance_off_the_roll", about: "a leaf with a badge key of the server's own", attacks: []string{"K7", "V8"}, from: "issuances",
			hooks: onEntry(election.KindIssuance, 2, func(v *vote, e *election.Entry) []byte {
				i := must(election.ParseIssuance(e.Body))
				i.Leaf.Key = pk("ghost")
				return v.signedAs(must(election.NewEntry(i)), signedBy{election.RoleBadge, 0, key("ghost")})
			})},
		{name: "issuance_path_cut_off", about: "a path in a smaller tree", attacks: []string{"K7"}, from: "issuances",
			hooks: onBody(2, func(_ *vote, i *election.Issuance) { i.Path = i.Path[:1] })},
		{name: "issuance_under_another_opening", about: "names an opening that is not in force", attacks: []string{"V1"}, from: "issuances",
			hooks: onBody(2, func(_ *vote, i *election.Issuance) { i.Opening[0] ^= 1 })},
		{name: "issuance_by_badge_of_another_leaf", about: "a new badge that is the badge of a deputy who has a credential", attacks: []string{"V7"}, base: "record", from: "issuances",
			at: &place{election.KindIssuance, 2}, hooks: onBody(0, func(v *vote, b *election.Badge) {
				v.badges[11] = v.badges[4]
				b.Key = public(v.badges[4])
			})},
		{name: "issuance_of_no_issuer", about: "S is empty: credentials that nobody has to sign", attacks: []string{"V3", "V8"}, from: "opening", change: until("sheets"),
			at: &place{election.KindIssuance, 0}, hooks: onBody(0, func(_ *vote, o *election.Opening) { o.Issuers = nil })},
		{name: "badge_after_issuance", about: "a new badge for a deputy who has a credential", attacks: []string{"V7"}, from: "counts",
			at: &place{election.KindBadge, 0}, hooks: before(election.KindCount, 0, func(v *vote) {
				b := &election.Badge{Chain: v.chain(), Index: 1, Key: pk("new badge 1")}
				v.chained(election.KindBadge, b, byScrutineer(1), byScrutineer(2))
			})},
	},
}
