package web

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"slices"
	"strings"

	"piaojue/store"
)

// Person is who asks. Everybody but deputies is one, with an API key, an account
// or both; the zero Person is anybody.
type Person = store.Person

// Roles returns all roles.
func Roles() []store.Role {
	return []store.Role{
		store.RoleAdmin, store.RoleStaffLead, store.RoleStaff, store.RolePresidium,
		store.RoleScrutineer, store.RoleTeller, store.RoleGate, store.RoleAuditor,
		store.RoleMember,
	}
}

// keySize is the length of an API key before it is encoded.
const keySize = 32

// GenerateKey draws an API key, and returns it with the hash that the database
// keeps of it.
func GenerateKey() (key string, hash [32]byte) {
	raw := make([]byte, keySize)
	rand.Read(raw) // never fails: it ends the program instead
	key = base64.RawURLEncoding.EncodeToString(raw)
	return key, hashKey(key)
}

// hashKey needs no salt and no work factor: an API key has 256 random bits.
func hashKey(key string) [32]byte { return sha256.Sum256([]byte(key)) }

// access says who may use a route.
type access struct {
	anyone bool
	roles  []store.Role
}

var everyone = access{anyone: true}

func only(roles ...store.Role) access { return access{roles: roles} }

// check refuses a person without the right: 401 if we do not know who it is,
// 403 otherwise.
func (a access) check(who Person) error {
	switch {
	case a.anyone:
		return nil
	case who == Person{}:
		return refuse(codeUnauthorized)
	case slices.Contains(a.roles, who.Role):
		return nil
	}
	return refuse(codeForbidden)
}

// person returns whose key or session a request bears. A request without one is
// anybody's; one with a wrong key is refused everywhere. Beside a key a session
// does not count.
func (s *Server) person(r *http.Request) (Person, error) {
	header := r.Header.Values("Authorization")
	if len(header) == 0 {
		x, err := s.session(r)
		if err == nil && x.Person != (Person{}) {
			welcome(r)
		}
		return x.Person, err
	}
	if strings.HasPrefix(header[0], terminalScheme) {
		s.welcomeTerminal(r)
		return Person{}, nil // a device, and nobody: see demandTerminal
	}
	key, err := bearer(header)
	if err != nil {
		return Person{}, s.strike(r, err)
	}
	who, err := s.config.DB.PersonByKey(r.Context(), hashKey(key))
	if errors.Is(err, store.ErrNotFound) {
		return Person{}, s.strike(r, err)
	}
	if err == nil {
		welcome(r)
	}
	return who, err
}

// welcomeTerminal keeps the door open for where a registered terminal stands.
func (s *Server) welcomeTerminal(r *http.Request) {
	if key, ok := terminalKey(r); ok {
		if _, ok := s.floor.find(key); ok {
			welcome(r)
		}
	}
}

var errBearer = errors.New("not a bearer key")

func bearer(header []string) (string, error) {
	key, ok := strings.CutPrefix(header[0], "Bearer ")
	if !ok || len(header) > 1 {
		return "", errBearer
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(key)
	if err != nil || len(raw) != keySize {
		return "", errBearer
	}
	return key, nil
}

// strike counts wrong keys by address (attack S10). A right key still passes
// where others guess: all terminals of a hall may have one address, and nobody
// guesses 256 bits.
func (s *Server) strike(r *http.Request, cause error) error {
	if s.strikes.count(address(r)) {
		return because(codeRateLimited, cause)
	}
	return because(codeUnauthorized, cause)
}
