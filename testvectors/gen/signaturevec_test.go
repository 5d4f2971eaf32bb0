package gen

import (
	"crypto/sha256"
	"slices"

	"piaojue/election"
	"piaojue/group"
)

// signatureFile is about what is signed, and about signatures that a lax
// verifier would accept.
type signatureFile struct {
	Valid   []signatureVector `json:"valid"`
	Invalid []signatureVector `json:"invalid"`
}

type signatureVector struct {
	About     string `json:"about,omitempty"`
	Name      string `json:"name"`
	Manifest  bin    `json:"manifest"`
	Body      bin    `json:"body"`
	Message   bin    `json:"message"`
	Seed      bin    `json:"seed,omitempty"`
	Public    bin    `json:"public"`
	Signature bin    `json:"signature"`
}

func signatureVectors() signatureFile {
	var f signatureFile
	names := []string{"badge seed", "promise", "challenge", "query"}
	for _, k := range election.Kinds() {
		names = append(names, k.String())
	}
	for _, name := range names {
		f.Valid = append(f.Valid, newSignature(name))
	}
	f.Invalid = badSignatures()
	return f
}

func newSignature(name string) signatureVector {
	sk, manifest, body := key("signer of "+name), secretOf("manifest"), []byte("body of "+name)
	digest := sha256.Sum256(body)
	s := signatureVector{
		Name: name, Manifest: manifest[:], Body: body, Seed: sk.Seed(), Public: bin(sk[32:]),
		Message: slices.Concat([]byte("piaojue-v1 "+name+"\n"), manifest[:], digest[:]),
	}
	s.Signature = group.Sign(sk, name, manifest, body)
	check(group.VerifyMessage(s.Public, s.Message, s.Signature))
	return s
}

func badSignatures() []signatureVector {
	spoil := func(about string, change func(s *signatureVector)) signatureVector {
		s := newSignature("promise")
		s.About, s.Seed = about, nil
		s.Public, s.Signature = slices.Clone(s.Public), slices.Clone(s.Signature)
		change(&s)
		if group.VerifyMessage(s.Public, s.Message, s.Signature) == nil {
			panic(about + ": verifies")
		}
		return s
	}
	notCanonical := unhex("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")
	return []signatureVector{
		spoil("s + ℓ instead of s", func(s *signatureVector) { addOrder(s.Signature[32:]) }),
		spoil("one bit of R", func(s *signatureVector) { s.Signature[0] ^= 1 }),
		spoil("one bit of s", func(s *signatureVector) { s.Signature[32] ^= 1 }),
		spoil("one byte short", func(s *signatureVector) { s.Signature = s.Signature[:63] }),
		spoil("A of small order, R the neutral element, s zero: fits every message", func(s *signatureVector) {
			s.Public, s.Signature = smallOrder, slices.Concat(smallOrder, make([]byte, 32))
		}),
		spoil("the same with A spelled p + 1", func(s *signatureVector) {
			s.Public, s.Signature = notCanonical, slices.Concat(smallOrder, make([]byte, 32))
		}),
		spoil("the signature of another name", func(s *signatureVector) {
			s.Signature = group.Sign(key("signer of promise"), "query", [32]byte(s.Manifest), s.Body)
		}),
		spoil("the signature of another vote", func(s *signatureVector) {
			s.Signature = group.Sign(key("signer of promise"), "promise", secretOf("another manifest"), s.Body)
		}),
	}
}
