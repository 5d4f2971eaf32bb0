package form

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"math/big"
	"regexp"
	"strings"

	"golang.org/x/crypto/argon2"
)

// What the table of badges holds of a PIN is a PHC string,
//
//	$argon2id$v=19$m=19456,t=2,p=1$salt$hash
//
// with a salt of 16 bytes and a hash of 32 in base64 without padding, over the
// six ASCII digits. The costs are constants: a table that named its own could
// make the server work for minutes at each try.
//
// A million PINs are quickly tried by whoever has the table. It keeps the PIN
// from staff who glance at it, no more; the five tries that the server allows
// are what protects a badge that was found.
const (
	pinPrefix = "$argon2id$v=19$m=19456,t=2,p=1$"
	pinDigits = 6
	pinSalt   = 16
	pinHash   = 32
)

var (
	pinPattern  = regexp.MustCompile(`^[0-9]{6}$`)
	pinEncoding = base64.RawStdEncoding.Strict()
)

// GeneratePIN draws a PIN of six digits.
func GeneratePIN() string {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		panic("form: internal error: " + err.Error()) // crypto/rand never fails
	}
	digits := n.String()
	return strings.Repeat("0", pinDigits-len(digits)) + digits
}

// HashPIN returns what the table of badges holds of a PIN.
func HashPIN(pin string) string {
	salt := make([]byte, pinSalt)
	rand.Read(salt)
	return pinPrefix + pinEncoding.EncodeToString(salt) + "$" + pinEncoding.EncodeToString(hashPIN(pin, salt))
}

func hashPIN(pin string, salt []byte) []byte {
	return argon2.IDKey([]byte(pin), salt, 2, 19*1024, 1, pinHash)
}

// CheckPIN says whether a PIN is that of check. Who calls it counts the tries.
// A check out of form fits no PIN.
func CheckPIN(check, pin string) bool {
	salt, hash, ok := parsePIN(check)
	if !ok || !pinPattern.MatchString(pin) {
		return false
	}
	return subtle.ConstantTimeCompare(hashPIN(pin, salt), hash) == 1
}

func parsePIN(check string) (salt, hash []byte, ok bool) {
	rest, ok := strings.CutPrefix(check, pinPrefix)
	first, second, cut := strings.Cut(rest, "$")
	salt, err := pinEncoding.DecodeString(first)
	hash, err2 := pinEncoding.DecodeString(second)
	ok = ok && cut && err == nil && err2 == nil && len(salt) == pinSalt && len(hash) == pinHash
	// The decoder passes over line breaks.
	return salt, hash, ok && !strings.ContainsAny(rest, "\r\n")
}
