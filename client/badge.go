package client

import (
	"bytes"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"strings"
)

// A badge's text is what its QR code holds and what can be typed from it:
// "PJ1:", then the base32 (RFC 4648, upper case, no padding) of seed[32] ‖
// check[4]. All of it is in the alphanumeric set of QR codes.
const (
	badgePrefix = "PJ1:"
	badgeCheck  = 4
)

// ErrBadge means that a text is not that of a badge, or was misread. The error
// never shows the text, which is a secret.
var ErrBadge = errors.New("client: not the code of a badge, or misread")

var badgeEncoding = base32.StdEncoding.WithPadding(base32.NoPadding)

// FormatBadge returns the text of the badge with this seed.
func FormatBadge(seed [32]byte) string {
	return badgePrefix + badgeEncoding.EncodeToString(append(seed[:], checkBadge(seed)...))
}

func checkBadge(seed [32]byte) []byte {
	sum := sha256.Sum256(append([]byte("piaojue-v1 badge\n"), seed[:]...))
	return sum[:badgeCheck]
}

// ParseBadge reads the text of a badge. Who types it may use small letters and
// part it with spaces or hyphens; a letter that is wrong is noticed.
func ParseBadge(text string) (seed [32]byte, err error) {
	text = strings.ToUpper(strings.Map(dropGaps, text))
	code, ok := strings.CutPrefix(text, badgePrefix)
	if !ok {
		return seed, ErrBadge
	}
	b, err := badgeEncoding.DecodeString(code)
	if err != nil || len(b) != len(seed)+badgeCheck || badgeEncoding.EncodeToString(b) != code {
		return seed, ErrBadge
	}
	if !bytes.Equal(checkBadge([32]byte(b[:32])), b[32:]) {
		return seed, ErrBadge
	}
	return [32]byte(b[:32]), nil
}

func dropGaps(r rune) rune {
	if strings.ContainsRune(" -\t\r\n", r) {
		return -1
	}
	return r
}
