package web

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"piaojue/form"
	"strings"
	"unicode"
)

// wishLetters are those of a wish's code: no two of them look alike, and so each
// says five bits.
const wishLetters = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"

// wishCodeLength makes 50 bits: with a bound on tries nobody finds one by guessing.
const wishCodeLength = 10

// wishCode returns the code with which whoever filled in a form finds the wish
// again. It follows from the form's own number and a key that only this server
// has: a form that is sent again, because the first answer was lost on the way,
// gets the same code. The database has only hashes of both (see wishReceipt), so
// that nobody makes the code anew of what is stored.
func (p *projects) wishCode(form [16]byte) (string, error) {
	key, err := p.codeKey()
	if err != nil {
		return "", err
	}
	mac := hmac.New(sha256.New, key)
	mac.Write(form[:])
	return spellCode(mac.Sum(nil)), nil
}

// wishReceipt is under which name the receipt of a wish's form is kept.
func wishReceipt(form [16]byte) [16]byte {
	sum := sha256.Sum256(append([]byte("piaojue-v1 wish form\n"), form[:]...))
	return [16]byte(sum[:16])
}

func (p *projects) codeKey() ([]byte, error) {
	return hkdf.Key(sha256.New, p.key.Seed(), nil, "piaojue codes of wishes", sha256.Size)
}

func spellCode(bits []byte) string {
	code := make([]byte, wishCodeLength)
	for i := range code {
		code[i] = wishLetters[bits[i]&31]
	}
	return string(code)
}

// hashWishCode is what the database keeps of a code.
func hashWishCode(code string) [32]byte {
	return sha256.Sum256([]byte("piaojue-v1 wish code\n" + code))
}

// readWishCode takes a code as people type it: small letters, spaces, strokes, and
// the wide letters of Chinese keyboards.
func readWishCode(typed string) (string, bool) {
	var code strings.Builder
	for _, r := range form.Narrow(typed) {
		switch r = unicode.ToUpper(r); {
		case strings.ContainsRune(wishLetters, r):
			code.WriteRune(r)
		case unicode.IsSpace(r) || unicode.IsPunct(r):
		default:
			return "", false
		}
	}
	return code.String(), code.Len() == wishCodeLength
}

// halves parts a code in the middle, for people who read and type it.
func halves(code string) string {
	if len(code) != wishCodeLength {
		return code
	}
	return code[:wishCodeLength/2] + "-" + code[wishCodeLength/2:]
}
