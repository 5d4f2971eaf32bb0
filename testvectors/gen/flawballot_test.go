package gen

import (
	"slices"

	"piaojue/ballot"
	"piaojue/election"
	"piaojue/group"
)

// badBallot spoils the first ballot, and lets its holder sign what it then is.
func badBallot(name, about string, change func(v *vote, b []byte) []byte, attacks ...string) flaw {
	return flaw{name: name, about: about, attacks: attacks, from: "box", hooks: onBallot(0, func(v *vote, b []byte, w *voter) []byte {
		return v.resign(change(v, b), w)
	})}
}

// hostile puts a ballot of a hostile device in the place of the first.
func hostile(name, about, base string, build func(v *vote, w *voter) []byte, attacks ...string) flaw {
	return flaw{name: name, about: about, attacks: attacks, base: base, from: "box", hooks: onBallot(0, func(v *vote, _ []byte, w *voter) []byte {
		return build(v, w)
	})}
}

// at overwrites bytes.
func overwrite(b []byte, at int, with []byte) []byte {
	copy(b[at:], with)
	return b
}

// splice removes bytes and inserts others.
func splice(b []byte, at, remove int, insert ...byte) []byte {
	return slices.Concat(b[:at], insert, b[at+remove:])
}

var formFlaws = map[election.CheckID][]flaw{
	election.CheckBallotForm: {
		badBallot("ballot_of_another_vote", "the manifest hash is another", func(_ *vote, b []byte) []byte {
			other := secretOf("another vote")
			return overwrite(b, 0, other[:])
		}, "B6", "V1"),
		badBallot("ballot_alpha_identity", "α of position 0 is the identity", func(v *vote, b []byte) []byte {
			return overwrite(b, v.layout().ciphertexts, identity)
		}, "G5"),
		badBallot("ballot_beta_identity", "β of position 1 is the identity", func(v *vote, b []byte) []byte {
			return overwrite(b, v.layout().ciphertexts+96, identity)
		}, "G5"),
		badBallot("ballot_element_negative", "α of position 0 is spelled p − s, which is odd", func(v *vote, b []byte) []byte {
			return negate(b, v.layout().ciphertexts)
		}, "G2", "G7"),
		badBallot("ballot_element_non_square", "a commitment is no encoding of any element", func(v *vote, b []byte) []byte {
			return overwrite(b, v.layout().proofs[0], unhex("26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371"))
		}, "G2", "G4"),
		badBallot("ballot_scalar_not_reduced", "a response is spelled z + ℓ", func(v *vote, b []byte) []byte {
			addOrder(b[v.layout().proofs[1]-32 : v.layout().proofs[1]])
			return b
		}, "G8", "G7"),
		badBallot("ballot_one_position_less", "ciphertext and proof of the last position are missing", func(v *vote, b []byte) []byte {
			l := v.layout()
			n := len(v.params.Grid().Positions)
			b = splice(b, l.proofs[n-1], l.proofs[n]-l.proofs[n-1])
			return splice(b, l.ciphertexts+64*(n-1), 64)
		}, "F10"),
		badBallot("ballot_one_position_more", "one ciphertext more, with a proof", func(v *vote, b []byte) []byte {
			l := v.layout()
			b = splice(b, l.proofs[1], 0, b[l.proofs[0]:l.proofs[1]]...)
			return splice(b, l.ciphertexts+64, 0, b[l.ciphertexts:l.ciphertexts+64]...)
		}, "F10"),
		hostile("ballot_proof_one_branch_more", "three marks where two are allowed, with a good proof for 1 to 3", "record",
			func(v *vote, w *voter) []byte { return v.otherLimit(w, 3, 1, 1, 1, 0, 0, 0, 0) }, "F9"),
		hostile("ballot_proof_one_branch_less", "one mark, with a good proof for 1 to 1", "record",
			func(v *vote, w *voter) []byte { return v.otherLimit(w, 1, 1, 0, 0, 0, 0, 0, 0) }, "F9"),
		badBallot("ballot_trailing_byte", "one byte after the last proof", func(v *vote, b []byte) []byte {
			return splice(b, len(b)-64, 0, 0)
		}, "G7", "B9"),
		badBallot("ballot_key_of_small_order", "under this K one signature fits many ballots", func(v *vote, b []byte) []byte {
			return overwrite(b, v.layout().credential, smallOrder)
		}),
		{name: "unused_cut_off", about: "an unused entry without the last byte", attacks: []string{"G7"}, from: "box",
			hooks: onBox(func(v *vote, b *box) {
				b.unused[0] = b.unused[0][:len(b.unused[0])-1]
				v.suspects(b.unused[0])
			})},
	},
}

// negate spells the field element at a place as p minus it.
func negate(b []byte, at int) []byte {
	p := unhex("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")
	borrow := 0
	for i := range 32 {
		d := int(p[i]) - int(b[at+i]) - borrow
		b[at+i], borrow = byte(d), (d>>8)&1
	}
	return b
}

// otherLimit makes a ballot whose limit proof is for another upper bound.
func (v *vote) otherLimit(w *voter, high uint32, values ...int) []byte {
	d := v.newDraft(w, values...).prove()
	claims := claimsOf(v.params.Grid())
	last := len(claims) - 1
	claims[last].high = high
	d.proofs[last] = d.proof(claims[last], ballotContext(v.keyContext(), w.credential, d.ciphertexts))
	return d.body()
}

var ballotFlaws = map[election.CheckID][]flaw{
	election.CheckBallotCredential: {
		hostile("credential_of_one_issuer", "issuer 0 signs for issuer 1 too", "record", func(v *vote, w *voter) []byte {
			c := *w.credential
			c.Signatures = [][]byte{c.Signatures[0], c.Signatures[0]}
			return v.castWith(w, &c, 1, 1, 0, 0, 0, 0, 0)
		}, "V8"),
		hostile("credential_of_another_vote", "issued under another manifest", "", func(v *vote, w *voter) []byte {
			return v.castWith(w, v.otherCredential(w, secretOf("another vote"), v.opening), 1, 0, 0, 0)
		}, "V1"),
		hostile("credential_of_former_opening", "issued under an opening that is no longer in force", "", func(v *vote, w *voter) []byte {
			return v.castWith(w, v.otherCredential(w, v.hash, secretOf("former opening")), 1, 0, 0, 0)
		}, "V1"),
		hostile("credential_of_another_key", "somebody else's signatures under a key of one's own", "", func(v *vote, w *voter) []byte {
			thief := *w
			thief.sk = key("thief")
			c := *v.voters[2].credential
			c.Key = public(thief.sk)
			return v.castWith(&thief, &c, 1, 0, 0, 0)
		}, "V12"),
		{name: "unused_without_credential", about: "an unused entry that no issuer signed", attacks: []string{"V8"}, from: "box",
			hooks: onBox(func(v *vote, b *box) {
				u := slices.Clone(b.unused[0])
				u[len(u)-65] ^= 1
				b.unused[0] = v.resignAs("unused", u, v.voters[2])
				v.suspects(b.unused[0])
			})},
	},
	election.CheckBallotSignature: {
		hostile("ballot_signed_by_another_key", "whoever sees a credential has no right to it", "", func(v *vote, w *voter) []byte {
			thief := *w
			thief.sk = key("thief")
			return v.castWith(&thief, w.credential, 1, 0, 0, 0)
		}, "V12"),
		{name: "ballot_signature_malleated", about: "s + ℓ instead of s: another tracking code for the same ballot", attacks: []string{"G9", "G7"}, from: "box",
			hooks: onBallot(0, func(_ *vote, b []byte, _ *voter) []byte {
				addOrder(b[len(b)-32:])
				return b
			})},
		{name: "ballot_signed_as_unused", about: "a signature under another name", attacks: []string{"F6"}, from: "box",
			hooks: onBallot(0, func(v *vote, b []byte, w *voter) []byte { return v.resignAs("unused", b, w) })},
		{name: "unused_signed_by_another_key", about: "an unused entry that the holder did not sign", attacks: []string{"V12"}, from: "box",
			hooks: onBox(func(v *vote, b *box) {
				b.unused[0] = v.resignAs("unused", b.unused[0], &voter{sk: key("thief")})
				v.suspects(b.unused[0])
			})},
	},
	election.CheckBallotProofs: proofFlaws,
	election.CheckBallotUnique: uniqueFlaws,
}

var proofFlaws = []flaw{
	{name: "ballot_proof_swapped_options", about: "the proofs of options 1 and 4 are exchanged, both of which are for 0", attacks: []string{"F16"},
		base: "record", from: "box", hooks: onBallot(3, func(v *vote, b []byte, w *voter) []byte {
			return v.resign(swap(b, v.layout().proofs[1], v.layout().proofs[4], 224), w)
		})},
	{name: "ballot_ciphertexts_swapped", about: "options 1 and 4 are exchanged, ciphertexts and proofs", attacks: []string{"F16"},
		base: "record", from: "box", hooks: onBallot(3, func(v *vote, b []byte, w *voter) []byte {
			l := v.layout()
			b = swap(b, l.proofs[1], l.proofs[4], 224)
			return v.resign(swap(b, l.ciphertexts+64, l.ciphertexts+64*4, 64), w)
		})},
	hostile("ballot_two_marks_on_one_option", "position 0 encrypts 2; branches simulated, challenges not compared", "record",
		func(v *vote, w *voter) []byte { return v.castWith(w, w.credential, 2, 0, 0, 0, 0, 0, 0) }, "F7", "K10"),
	hostile("ballot_negative_mark", "2 for option 0, −1 for option 1: the limit holds, and its proof is good", "record",
		func(v *vote, w *voter) []byte { return v.castWith(w, w.credential, 2, -1, 0, 0, 0, 0, 0) }, "F7", "K10"),
	hostile("ballot_over_the_limit", "three marks where two are allowed; all position proofs are good", "record",
		func(v *vote, w *voter) []byte { return v.castWith(w, w.credential, 1, 1, 1, 0, 0, 0, 0) }, "F9", "K10"),
	hostile("ballot_of_nothing", "no mark at all, not even 弃权", "", func(v *vote, w *voter) []byte {
		return v.castWith(w, w.credential, 0, 0, 0, 0)
	}, "F7"),
	hostile("ballot_copied_from_another", "ciphertexts and proofs of another ballot, with one's own credential", "",
		func(v *vote, w *voter) []byte { return v.copyBallot(w, nil) }, "B1"),
	hostile("ballot_copied_rerandomised", "the same, with new randomness: the copy cannot be recognised", "",
		func(v *vote, w *voter) []byte { return v.copyBallot(w, group.RandomScalar()) }, "B1", "B10"),
	{name: "ballots_two_bad_proofs", about: "two bad ballots among eight: both are to be named", base: "record", from: "box",
		hooks: onBox(func(v *vote, b *box) {
			for _, i := range []int{2, 5} {
				b.ballots[i] = v.castWith(v.voters[i], v.voters[i].credential, 1, 1, 1, 0, 0, 0, 0)
				v.suspects(b.ballots[i])
			}
		})},
	{name: "ballot_bit_of_last_challenge", about: "one bit of the last response is changed", attacks: []string{"F7"}, from: "box",
		hooks: onBallot(0, func(v *vote, b []byte, w *voter) []byte {
			b[len(b)-64-32] ^= 1
			return v.resign(b, w)
		})},
}

// castWith makes a ballot of any values with any credential.
func (v *vote) castWith(w *voter, c *ballot.Credential, values ...int) []byte {
	d := v.newDraft(w, values...)
	d.credential = c
	return d.prove().body()
}

// otherCredential gets a credential for the voter's key in other surroundings.
func (v *vote) otherCredential(w *voter, manifest, opening [32]byte) *ballot.Credential {
	r := must(ballot.NewRequest(deputySeed(v.hash, v.opening, w.index), manifest, opening, v.issuerKeys()))
	return v.newVoter(w.index, r).credential
}

// copyBallot takes the ballot of the third voter, who put it into no box.
func (v *vote) copyBallot(w *voter, again *group.Scalar) []byte {
	original := v.newDraft(v.voters[2], 1, 0, 0, 0).prove()
	d := *original
	d.w, d.credential = w, w.credential
	if again != nil {
		d.ciphertexts = slices.Clone(original.ciphertexts)
		for i := range d.ciphertexts {
			c := &d.ciphertexts[i]
			c.Alpha.Set(plus(&c.Alpha, timesG(again))).Encode()
			c.Beta.Set(plus(&c.Beta, times(again, v.joint.Y))).Encode()
		}
	}
	return d.body()
}

// swap exchanges two parts of the same length.
func swap(b []byte, i, j, size int) []byte {
	first := slices.Clone(b[i : i+size])
	copy(b[i:], b[j:j+size])
	copy(b[j:], first)
	return b
}

func (v *vote) resignAs(name string, body []byte, w *voter) []byte {
	n := len(body) - 64
	return append(body[:n:n], group.Sign(w.sk, name, v.hash, body[:n])...)
}
