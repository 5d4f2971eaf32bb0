package web

import (
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"errors"
	"time"

	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"
	"github.com/skip2/go-qrcode"
	"golang.org/x/crypto/chacha20poly1305"
)

// A code device is an app on a phone that shows six digits, new ones each 30
// seconds (RFC 6238).

const (
	codePeriod = 30 // seconds
	codeSkew   = 1  // steps before and after: clocks differ, and people type slowly
)

var base32Secret = base32.StdEncoding.WithPadding(base32.NoPadding)

// generateDevice draws the secret of a code device, in base32 as apps take it.
func generateDevice() string {
	raw := make([]byte, 20)
	rand.Read(raw)
	return base32Secret.EncodeToString(raw)
}

// deviceURL is what the app reads.
func deviceURL(secret, account string) (string, error) {
	raw, err := base32Secret.DecodeString(secret)
	if err != nil {
		return "", errDevice
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: "Piaojue", AccountName: account, Secret: raw})
	if err != nil {
		return "", errDevice
	}
	return key.URL(), nil
}

// codeStep returns the step whose code it is, among those near now and after
// the last one used; 0 if there is none. It looks at all, whatever it finds.
func codeStep(secret, code string, now time.Time, used int64) int64 {
	found := int64(0)
	for step := now.Unix()/codePeriod - codeSkew; step <= now.Unix()/codePeriod+codeSkew; step++ {
		want, err := hotp.GenerateCode(secret, uint64(step))
		if err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 && step > used {
			found = step
		}
	}
	return found
}

// vault seals the secrets of code devices under a key from the folder of keys:
// a copy of the database makes no codes.
type vault struct {
	key []byte
}

// newVault derives the key from the administration's, which is in that folder
// and drawn for this server.
func newVault(a *Administration) (*vault, error) {
	key, err := hkdf.Key(sha256.New, a.key.Seed(), nil, "piaojue code devices", chacha20poly1305.KeySize)
	return &vault{key: key}, err
}

var errDevice = errors.New("secret of a code device does not open")

// seal binds a secret to the person: a row copied to somebody else's account
// does not open.
func (v *vault) seal(secret, person string) ([]byte, error) {
	aead, err := chacha20poly1305.NewX(v.key)
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, chacha20poly1305.NonceSizeX)
	rand.Read(nonce)
	return aead.Seal(nonce, nonce, []byte(secret), []byte(person)), nil
}

func (v *vault) open(sealed []byte, person string) (string, error) {
	aead, err := chacha20poly1305.NewX(v.key)
	if err != nil {
		return "", err
	}
	if len(sealed) < chacha20poly1305.NonceSizeX {
		return "", errDevice
	}
	nonce, box := sealed[:chacha20poly1305.NonceSizeX], sealed[chacha20poly1305.NonceSizeX:]
	secret, err := aead.Open(nil, nonce, box, []byte(person))
	if err != nil {
		return "", errDevice
	}
	return string(secret), nil
}

// deviceJSON is what a person brings into the app.
type deviceJSON struct {
	Secret string   `json:"secret"`
	URL    string   `json:"url"`
	QR     []string `json:"qr"` // rows of modules: 1 is dark
}

func newDeviceJSON(secret, account string) (*deviceJSON, error) {
	url, err := deviceURL(secret, account)
	if err != nil {
		return nil, err
	}
	code, err := qrcode.New(url, qrcode.Medium)
	if err != nil {
		return nil, err
	}
	d := &deviceJSON{Secret: inFours(secret), URL: url}
	for _, line := range code.Bitmap() {
		row := make([]byte, len(line))
		for i, dark := range line {
			row[i] = '0'
			if dark {
				row[i] = '1'
			}
		}
		d.QR = append(d.QR, string(row))
	}
	return d, nil
}

// inFours sets spaces for people who type it.
func inFours(s string) string {
	var out []byte
	for i := range len(s) {
		if i > 0 && i%4 == 0 {
			out = append(out, ' ')
		}
		out = append(out, s[i])
	}
	return string(out)
}
