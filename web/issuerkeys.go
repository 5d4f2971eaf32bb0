package web

import (
	"crypto/ed25519"
	"crypto/rand"

	"piaojue/ballot"
	"piaojue/keyfile"
)

// IssuerKeys are the two keys of an issuer, fresh for a vote. The RSA key signs
// what it does not see, so whoever asks can have anything signed with it: the
// register needs another one.
type IssuerKeys struct {
	Blind    *ballot.Issuer
	Register ed25519.PrivateKey
}

// GenerateIssuerKeys draws both keys.
func GenerateIssuerKeys() (*IssuerKeys, error) {
	blind, err := generateIssuer()
	if err != nil {
		return nil, err
	}
	seed := make([]byte, ed25519.SeedSize)
	rand.Read(seed)
	return &IssuerKeys{Blind: blind, Register: ed25519.NewKeyFromSeed(seed)}, nil
}

// Public returns what a manifest holds: modulus and register key.
func (k *IssuerKeys) Public() (modulus [384]byte, register [32]byte) {
	return [384]byte(k.Blind.PublicKey().Modulus()), public(k.Register)
}

// Secret returns what the key file of an issuer holds.
func (k *IssuerKeys) Secret(label string) *keyfile.Secret {
	return &keyfile.Secret{Kind: keyfile.Issuer, Label: label, Values: map[string][]byte{
		rsaValue: k.Blind.Marshal(), registerValue: k.Register.Seed(),
	}}
}

// IssuerKeysOf returns the keys of a key file.
func IssuerKeysOf(s *keyfile.Secret) (*IssuerKeys, error) {
	if err := s.Check(keyfile.Issuer, ""); err != nil {
		return nil, err
	}
	blind, err := ballot.ParseIssuer(s.Values[rsaValue])
	if err != nil {
		return nil, err
	}
	seed, err := s.Value(registerValue, ed25519.SeedSize)
	if err != nil {
		return nil, err
	}
	return &IssuerKeys{Blind: blind, Register: ed25519.NewKeyFromSeed(seed)}, nil
}
