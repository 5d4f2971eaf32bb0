package web

import (
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"piaojue/election"
	"piaojue/keyfile"
)

// voteKeys are the server's own keys for one vote. All are drawn for it and
// serve no other.
type voteKeys struct {
	log     ed25519.PrivateKey
	promise ed25519.PrivateKey
	issuer  *IssuerKeys
}

// Names of the values in key files.
const (
	seedValue = "seed"  // of an Ed25519 key
	rsaValue  = "pkcs8" // of an issuer

	registerValue = "register" // seed of an issuer's Ed25519 key
)

func keyPath(folder, id string, kind keyfile.Kind) string {
	return filepath.Join(folder, id+"."+string(kind)+".key")
}

// makeKeys draws the keys of a new vote, or takes those that a creation which
// did not come to its end has left. With a box that is sealed goes a key of its
// own.
func makeKeys(folder, id string, sealed bool) error {
	if sealed {
		if err := MakeBoxKey(folder, id); err != nil {
			return err
		}
	}
	for _, kind := range []keyfile.Kind{keyfile.Log, keyfile.Promise} {
		seed := make([]byte, ed25519.SeedSize)
		rand.Read(seed)
		s := &keyfile.Secret{Kind: kind, Label: id, Values: map[string][]byte{seedValue: seed}}
		if err := makeKey(folder, s); err != nil {
			return err
		}
	}
	if _, err := os.Stat(keyPath(folder, id, keyfile.Issuer)); err == nil {
		return nil
	}
	issuer, err := GenerateIssuerKeys()
	if err != nil {
		return err
	}
	return makeKey(folder, issuer.Secret(id))
}

func makeKey(folder string, s *keyfile.Secret) error {
	err := keyfile.WriteKey(keyPath(folder, s.Label, s.Kind), s)
	if errors.Is(err, os.ErrExist) {
		return nil
	}
	return err
}

// ErrKeys means that a file of the server's folder of keys is missing or damaged,
// or is not the one that a vote began with. With another promise key, say, the
// server would acknowledge ballots, and no terminal would believe it.
var ErrKeys = errors.New("web: a file in the folder of keys is missing or damaged")

func openKeys(folder, id string) (*voteKeys, error) {
	log, err := openSeed(folder, id, keyfile.Log)
	if err != nil {
		return nil, err
	}
	promise, err := openSeed(folder, id, keyfile.Promise)
	if err != nil {
		return nil, err
	}
	s, err := openKey(folder, id, keyfile.Issuer)
	if err != nil {
		return nil, err
	}
	issuer, err := IssuerKeysOf(s)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrKeys, keyPath(folder, id, keyfile.Issuer), err)
	}
	return &voteKeys{log: log, promise: promise, issuer: issuer}, nil
}

func openKey(folder, id string, kind keyfile.Kind) (*keyfile.Secret, error) {
	path := keyPath(folder, id, kind)
	s, err := keyfile.ReadKey(path, kind)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKeys, err)
	}
	if s.Label != id {
		return nil, fmt.Errorf("%w: %s is the key of another vote", ErrKeys, path)
	}
	return s, nil
}

func openSeed(folder, id string, kind keyfile.Kind) (ed25519.PrivateKey, error) {
	s, err := openKey(folder, id, kind)
	if err != nil {
		return nil, err
	}
	seed, err := s.Value(seedValue, ed25519.SeedSize)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrKeys, keyPath(folder, id, kind), err)
	}
	return ed25519.NewKeyFromSeed(seed), nil
}

// public returns the public half of an Ed25519 key.
func public(sk ed25519.PrivateKey) [32]byte {
	return [32]byte(sk.Public().(ed25519.PublicKey))
}

// checkManifest refuses keys that are not those of the frozen manifest.
func (k *voteKeys) checkManifest(m *election.Manifest) error {
	for kind, same := range map[keyfile.Kind]bool{
		keyfile.Log:     public(k.log) == m.LogKey,
		keyfile.Promise: public(k.promise) == m.Promise,
		keyfile.Issuer:  k.issuer.isOwn(m),
	} {
		if !same {
			return &otherKeys{kind, m}
		}
	}
	return nil
}

// isOwn reports whether these are the keys of the server's own issuer.
func (k *IssuerKeys) isOwn(m *election.Manifest) bool {
	own := election.Issuer{}
	own.Modulus, own.Key = k.Public()
	return own.Fingerprint() == m.Issuers[ownIssuer].Fingerprint()
}
