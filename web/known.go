package web

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"slices"
	"time"

	"piaojue/store"
)

// A browser in which somebody has signed in is known from then on. Wrong tries
// from elsewhere lock an account for strangers and leave it open there: else
// whoever knows a staff number keeps its owner out on the day of the vote (attack
// S10). The mark signs nobody in: it gives its browser five tries of its own, as
// strangers have five together.

const (
	knownLife = 180 * 24 * time.Hour
	nonceSize = 16
)

// cookieOf names a cookie of one account: of several people who use one browser
// each has their own.
func (s *Server) cookieOf(person, what string) string {
	sum := sha256.Sum256([]byte(person))
	return s.cookieName() + "-" + what + "-" + hex.EncodeToString(sum[:4])
}

func (s *Server) knownName(person string) string { return s.cookieOf(person, "known") }

// markKey derives the key of the marks from the administration's.
func markKey(a *Administration) ([]byte, error) {
	return hkdf.Key(sha256.New, a.key.Seed(), nil, "piaojue known browsers", sha256.Size)
}

// mark binds a nonce to an account and its password: with a new password, all
// browsers are strangers again.
func (s *Server) mark(a store.Account, nonce []byte) []byte {
	mac := hmac.New(sha256.New, s.marks)
	mac.Write([]byte(a.ID + "\x00" + a.Password + "\x00"))
	mac.Write(nonce)
	return mac.Sum(nil)
}

// known returns the nonce of the browser's mark for an account.
func (s *Server) known(r *http.Request, a store.Account) (nonce []byte, ok bool) {
	cookies := r.CookiesNamed(s.knownName(a.ID))
	if len(cookies) != 1 || a.Password == "" {
		return nil, false
	}
	b, err := base64.RawURLEncoding.DecodeString(cookies[0].Value)
	if err != nil || len(b) != nonceSize+sha256.Size {
		return nil, false
	}
	nonce = b[:nonceSize]
	return nonce, hmac.Equal(b[nonceSize:], s.mark(a, nonce))
}

// triesOf names the attempts that count: those of the browser, or else key.
func (s *Server) triesOf(r *http.Request, a store.Account, key [32]byte) [32]byte {
	if nonce, ok := s.known(r, a); ok {
		return sha256.Sum256([]byte("known\x00" + a.ID + "\x00" + string(nonce)))
	}
	return key
}

// remember marks the browser of who has just signed in.
func (s *Server) remember(w http.ResponseWriter, r *http.Request, person string) error {
	a, err := s.config.DB.Account(r.Context(), person)
	if err != nil {
		return err
	}
	nonce, ok := s.known(r, a)
	if !ok {
		nonce = make([]byte, nonceSize)
		rand.Read(nonce)
	}
	c := s.cookie(base64.RawURLEncoding.EncodeToString(slices.Concat(nonce, s.mark(a, nonce))))
	c.Name, c.MaxAge = s.knownName(person), int(knownLife/time.Second)
	http.SetCookie(w, c)
	return nil
}
