package client

import (
	"bytes"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"math/big"
	"strings"
)

// A badge's text is what can be typed from it: "PJ1:", then the base32 (RFC
// 4648, upper case, no padding) of seed[32] ‖ check[4].
//
// Its QR code holds the same 36 bytes as one number of 87 decimal digits, big
// endian. A scanner types like a keyboard: under a Chinese input method letters
// begin a composition and the colon becomes another character, while digits
// arrive as digits, at worst in full width.
const (
	badgePrefix = "PJ1:"
	badgeCheck  = 4
	badgeDigits = 87
)

// ErrBadge means that a text is not that of a badge, or was misread. The error
// never shows the text, which is a secret.
var ErrBadge = errors.New("client: not the code of a badge, or misread")

var badgeEncoding = base32.StdEncoding.WithPadding(base32.NoPadding)

// FormatBadge returns the text of the badge with this seed.
func FormatBadge(seed [32]byte) string {
	return badgePrefix + badgeEncoding.EncodeToString(append(seed[:], checkBadge(seed)...))
}

// FormatBadgeDigits returns what the badge's QR code holds.
func FormatBadgeDigits(seed [32]byte) string {
	n := new(big.Int).SetBytes(append(seed[:], checkBadge(seed)...)).String()
	return strings.Repeat("0", badgeDigits-len(n)) + n
}

func checkBadge(seed [32]byte) []byte {
	sum := sha256.Sum256(append([]byte("piaojue-v1 badge\n"), seed[:]...))
	return sum[:badgeCheck]
}

// ParseBadge reads the text of a badge, or the digits of its QR code. Who types
// it may use small letters and part it with spaces or hyphens; a character that
// is wrong is noticed.
func ParseBadge(text string) (seed [32]byte, err error) {
	text = strings.ToUpper(strings.Map(dropGaps, text))
	var b []byte
	if code, ok := strings.CutPrefix(text, badgePrefix); ok {
		b, err = badgeEncoding.DecodeString(code)
		if err != nil || len(b) != len(seed)+badgeCheck || badgeEncoding.EncodeToString(b) != code {
			return seed, ErrBadge
		}
	} else if b, ok = parseBadgeDigits(text); !ok {
		return seed, ErrBadge
	}
	if !bytes.Equal(checkBadge([32]byte(b[:32])), b[32:]) {
		return seed, ErrBadge
	}
	return [32]byte(b[:32]), nil
}

// parseBadgeDigits takes exactly what FormatBadgeDigits gives.
func parseBadgeDigits(text string) ([]byte, bool) {
	if len(text) != badgeDigits || strings.Trim(text, "0123456789") != "" {
		return nil, false
	}
	n, _ := new(big.Int).SetString(text, 10)
	if n.BitLen() > 8*(32+badgeCheck) {
		return nil, false
	}
	return n.FillBytes(make([]byte, 32+badgeCheck)), true
}

// dropGaps also narrows digits in full width, and the colon.
func dropGaps(r rune) rune {
	switch {
	case strings.ContainsRune(" -\t\r\n", r):
		return -1
	case r >= '０' && r <= '９':
		return r - '０' + '0'
	case r == '：':
		return ':'
	}
	return r
}
