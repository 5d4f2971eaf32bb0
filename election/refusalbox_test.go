package election_test

import (
	"bytes"
	"crypto/ed25519"
	"slices"

	"piaojue/election"
	"piaojue/group"
)

// Offsets in the body of a ballot with two issuers (PROTOCOL.md, "Ballot").
const (
	prefixAt     = 64
	signaturesAt = 96
	bitsAt       = signaturesAt + 2*384
)

// boxRefusals: what comes into the log at the close, and its count.
var boxRefusals = []refusal{
	{"F10 ballot with a ciphertext too few", "ballots", 0, election.CheckBallotForm, editBallot(func(b []byte) []byte {
		return slices.Delete(b, bitsAt, bitsAt+64)
	})},
	{"F10 ballot with a ciphertext too many", "ballots", 0, election.CheckBallotForm, editBallot(func(b []byte) []byte {
		return slices.Insert(b, bitsAt, b[bitsAt:bitsAt+64]...)
	})},
	{"B6 ballot for another manifest", "ballots", 0, election.CheckBallotForm, editBallot(func(b []byte) []byte {
		b[0] ^= 1
		return b
	})},
	{"G5 ciphertext is the identity", "ballots", 0, election.CheckBallotForm, editBallot(func(b []byte) []byte {
		clear(b[bitsAt : bitsAt+32])
		return b
	})},
	{"V8 credential of no issuer", "ballots", 0, election.CheckBallotCredential, editBallot(func(b []byte) []byte {
		b[signaturesAt+384] ^= 1
		return b
	})},
	{"V12 ballot signed by another key", "ballots", 0, election.CheckBallotSignature, func(s *script, good *election.Entry) *election.Entry {
		return ballotEntry(flip(good.Body, len(good.Body)-1))
	}},
	{"proof of a wrong bit", "ballots", 0, election.CheckBallotProofs, editBallot(func(b []byte) []byte {
		copy(b[bitsAt:], b[bitsAt+64:bitsAt+128])
		return b
	})},
	{"B1 another's ciphertexts and proofs", "ballots", 1, election.CheckBallotProofs, func(s *script, good *election.Entry) *election.Entry {
		other := s.Entries[len(s.Entries)-1].Body
		return signBallot(s, append(slices.Clone(good.Body[:bitsAt]), other[bitsAt:]...))
	}},
	{"B4 B5 second ballot of a credential", "ballots", 6, election.CheckBallotUnique, func(s *script, _ *election.Entry) *election.Entry {
		return s.ballot(holder(s, s.Entries[len(s.Entries)-1].Body), mark(2))
	}},
	{"the same ballot twice", "ballots", 6, election.CheckBallotUnique, func(s *script, _ *election.Entry) *election.Entry {
		return s.Entries[len(s.Entries)-1]
	}},
	{"ballots are not sorted", "ballots", 6, election.CheckCloseOrder, func(s *script, _ *election.Entry) *election.Entry {
		last := s.Entries[len(s.Entries)-1].Hash()
		for {
			e := s.ballot(s.Voters[11], mark(0))
			if h := e.Hash(); bytes.Compare(h[:], last[:]) < 0 {
				return e
			}
		}
	}},
	{"B3 challenged ballot is in the log", "spent", 0, election.CheckBallotUnique, func(s *script, _ *election.Entry) *election.Entry {
		b := must(s.State.Params().Parse(s.Entries[len(s.Entries)-1].Body))
		return must(election.NewEntry(&election.Spent{Seal: b.SealCode()}))
	}},
	{"ballot after a spent seal code", "unused", 0, election.CheckCloseOrder, func(s *script, _ *election.Entry) *election.Entry {
		return s.ballot(s.Voters[11], mark(0))
	}},
	{"spent seal code twice", "unused", 0, election.CheckCloseOrder, func(s *script, _ *election.Entry) *election.Entry {
		return s.Entries[len(s.Entries)-1]
	}},
	{"unused although cast", "unused", 0, election.CheckBallotUnique, func(s *script, _ *election.Entry) *election.Entry {
		return s.unused(s.Voters[0])
	}},
	{"V8 unused credential of no issuer", "unused", 0, election.CheckBallotCredential, func(s *script, good *election.Entry) *election.Entry {
		return must(election.NewEntry(election.UnusedBody(flip(good.Body, signaturesAt))))
	}},
	{"unused signed by another key", "unused", 0, election.CheckBallotSignature, func(s *script, good *election.Entry) *election.Entry {
		return must(election.NewEntry(election.UnusedBody(flip(good.Body, len(good.Body)-1))))
	}},
	{"unused twice", "close", 0, election.CheckBallotUnique, func(s *script, _ *election.Entry) *election.Entry {
		return s.Entries[len(s.Entries)-1]
	}},

	{"close names another order", "close", 0, election.CheckCloseOrder, edit(func(c *election.Close) { c.Order[0] ^= 1 })},
	{"close of another epoch", "close", 0, election.CheckCloseOrder, edit(func(c *election.Close) { c.Epoch++ })},
	{"close with a ballot more", "close", 0, election.CheckCloseOrder, edit(func(c *election.Close) { c.Ballots++ })},
	{"close with an unused more", "close", 0, election.CheckCloseOrder, edit(func(c *election.Close) { c.Unused++ })},
	{"close with a spent code less", "close", 0, election.CheckCloseOrder, edit(func(c *election.Close) { c.Spent-- })},

	{"collection names another close", "collection", 0, election.CheckCollectionNumbers, edit(func(c *election.Collection) { c.Close[0] ^= 1 })},
	{"collection with another I", "collection", 0, election.CheckCollectionNumbers, edit(func(c *election.Collection) { c.Issued-- })},
	{"collection with another R", "collection", 0, election.CheckCollectionNumbers, edit(func(c *election.Collection) { c.Ballots++ })},
	{"collection with another U", "collection", 0, election.CheckCollectionNumbers, edit(func(c *election.Collection) { c.Unused++ })},
	{"collection with paper", "collection", 0, election.CheckCollectionNumbers, edit(func(c *election.Collection) { c.Paper = 1 })},
	{"collection signed by one", "collection", 0, election.CheckEntrySignatures, signedBy(1)},
}

func ballotEntry(body []byte) *election.Entry {
	return must(election.NewEntry(election.BallotBody(body)))
}

// editBallot changes the ballot and lets its holder sign it again, so that the
// signature is not what fails.
func editBallot(change func([]byte) []byte) func(*script, *election.Entry) *election.Entry {
	return func(s *script, good *election.Entry) *election.Entry {
		return signBallot(s, change(slices.Clone(good.Body)))
	}
}

func signBallot(s *script, body []byte) *election.Entry {
	var sk ed25519.PrivateKey
	if v := holder(s, body); v != nil {
		sk = v.Request.OneTimeKey()
	}
	n := len(body) - ed25519.SignatureSize
	sig := group.Sign(sk, "ballot", s.Manifest.Hash(), body[:n])
	return ballotEntry(append(body[:n:n], sig...))
}

// holder returns whose ballot it is.
func holder(s *script, body []byte) *voter {
	for _, v := range s.Voters {
		if bytes.Equal(v.Credential.Key[:], body[32:prefixAt]) {
			return v
		}
	}
	return nil
}
