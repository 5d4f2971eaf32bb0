package web

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"
	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"piaojue/store"
)

// hashParams are those that OWASP gives for argon2id: 19 MiB, two passes.
var hashParams = &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: saltSize, KeyLength: 32}

// saltSize is the length of a salt, in bytes.
const saltSize = 16

// maxHashes bounds how many passwords and codes of terminals are hashed at once: each takes 19 MiB and
// a core that terminals need (attack S8).
const maxHashes = 2

// hashWait is how long one waits for its turn.
const hashWait = 5 * time.Second

// hasher hashes what people type, few at a time.
type hasher struct {
	turns chan struct{}
	decoy string // hash of a password that nobody has
}

func newHasher() (*hasher, error) {
	token, _ := generateToken()
	decoy, err := argon2id.CreateHash(token, hashParams)
	return &hasher{turns: make(chan struct{}, maxHashes), decoy: decoy}, err
}

func (h *hasher) take(ctx context.Context) error {
	select {
	case h.turns <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(hashWait):
		return refuse(codeUnavailable)
	}
}

// derive returns argon2id of a text that is looked up by its hash: the salt is not drawn.
func (h *hasher) derive(ctx context.Context, text string, salt []byte) (sum [32]byte, err error) {
	if err := h.take(ctx); err != nil {
		return sum, err
	}
	defer func() { <-h.turns }()
	copy(sum[:], argon2.IDKey([]byte(text), salt, hashParams.Iterations, hashParams.Memory, hashParams.Parallelism, uint32(len(sum))))
	return sum, nil
}

func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	if err := h.take(ctx); err != nil {
		return "", err
	}
	defer func() { <-h.turns }()
	return argon2id.CreateHash(norm.NFKC.String(password), hashParams)
}

// matches compares a password with a hash. An empty hash takes as long as any
// and never matches: who has no account must not be told by a clock.
func (h *hasher) matches(ctx context.Context, password, hash string) (bool, error) {
	if err := h.take(ctx); err != nil {
		return false, err
	}
	defer func() { <-h.turns }()
	real := hash != ""
	if !real {
		hash = h.decoy
	}
	ok, err := argon2id.ComparePasswordAndHash(norm.NFKC.String(password), hash)
	return ok && real, err
}

const (
	minPassword   = 10 // characters
	maxPassword   = 128
	minCharacters = 4 // different ones
)

// checkPassword refuses what others guess first. There are no rules about kinds
// of characters: they make people write passwords down.
func checkPassword(password string, a store.Account) error {
	p := strings.ToLower(norm.NFKC.String(password))
	if n := utf8.RuneCountInString(p); !utf8.ValidString(password) || n < minPassword || n > maxPassword {
		return refuse(codeWeakPassword)
	}
	for _, known := range []string{a.ID, a.StaffNumber, a.Name} {
		if known != "" && strings.Contains(p, strings.ToLower(known)) {
			return refuse(codeWeakPassword)
		}
	}
	if monotonous(p) || ofThisPlace(p) || common(p) {
		return refuse(codeWeakPassword)
	}
	return nil
}

// monotonous finds few different characters, and sequences such as 1234567890.
func monotonous(p string) bool {
	seen := make(map[rune]bool)
	steps := make(map[rune]int)
	var last rune
	for i, r := range p {
		seen[r] = true
		if i > 0 {
			steps[r-last]++
		}
		last = r
	}
	length := utf8.RuneCountInString(p)
	return len(seen) < minCharacters || steps[1] > length/2 || steps[-1] > length/2
}
