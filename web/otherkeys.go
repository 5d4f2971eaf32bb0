package web

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"piaojue/election"
	"piaojue/keyfile"
)

// otherKeys means that a key in the folder is not the one that a vote began with.
type otherKeys struct {
	kind     keyfile.Kind
	manifest *election.Manifest
}

func (e *otherKeys) Error() string {
	return fmt.Sprintf("%v: the %s key is not the manifest's", ErrKeys, e.kind)
}
func (e *otherKeys) Unwrap() error { return ErrKeys }

// lacks notes that the keys of a vote, or of the projects, are not here, if that is
// what is wrong and somebody wants to hear of it.
func (s *Server) lacks(id string, err error) bool {
	if s.config.KeysLacking == nil || !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, ErrKeys) {
		return false
	}
	s.config.Log.Error("not served: its keys are not here", "vote", id, "error", err)
	if e, ok := errors.AsType[*otherKeys](err); ok {
		s.doubted[id] = e.manifest
	}
	s.lacking = append(s.lacking, id)
	s.config.KeysLacking(id)
	return true
}

// DoubtsKey reports whether a key file, by its name and what is in it, is not the one
// that a vote began with. It knows the votes of which Config.KeysLacking was told
// because a key here is another one.
func (s *Server) DoubtsKey(name string, data []byte) bool {
	id, kind, _ := strings.Cut(strings.TrimSuffix(name, ".key"), ".")
	m, ok := s.doubted[id]
	if !ok {
		return false
	}
	secret, err := keyfile.Parse(data)
	return err != nil || secret.Label != id || secret.Kind != keyfile.Kind(kind) || !isKeyOf(secret, m)
}

// isKeyOf reports whether a key is one of those that a manifest names, or of a kind
// that none names.
func isKeyOf(s *keyfile.Secret, m *election.Manifest) bool {
	switch s.Kind {
	case keyfile.Log:
		return isSeedOf(s, m.LogKey)
	case keyfile.Promise:
		return isSeedOf(s, m.Promise)
	case keyfile.Issuer:
		k, err := IssuerKeysOf(s)
		return err == nil && k.isOwn(m)
	}
	return true
}

func isSeedOf(s *keyfile.Secret, key [32]byte) bool {
	seed, err := s.Value(seedValue, ed25519.SeedSize)
	return err == nil && public(ed25519.NewKeyFromSeed(seed)) == key
}
