package web

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"sync/atomic"
)

// tap is the server as browsers see it; it keeps all that they send.
type tap struct {
	*httptest.Server
	mu   sync.Mutex // guards sent
	sent []byte

	spoiled atomic.Bool                               // bundles of entries come with a bit changed
	cut     atomic.Value                              // string: requests whose path has it get no answer
	shipped atomic.Bool                               // the program of the desks is the one that ships
	forge   atomic.Pointer[func(entry []byte) []byte] // changes entries on their way
}

func newTap(s *stage) *tap {
	t := &tap{}
	inner := t.cheapDesk(s.server.Handler())
	t.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		if cut, ok := t.cut.Load().(string); ok && cut != "" && strings.Contains(r.URL.Path, cut) {
			panic(http.ErrAbortHandler)
		}
		if forge := t.forge.Load(); forge != nil && r.Method == "POST" && strings.HasSuffix(r.URL.Path, "/entries") {
			body = (*forge)(body)
			r.ContentLength = int64(len(body))
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		t.mu.Lock()
		t.sent = fmt.Appendf(t.sent, "%s %s\n%v\n%s\n", r.Method, r.URL, r.Header, body)
		t.mu.Unlock()
		if t.spoiled.Load() && strings.Contains(r.URL.Path, "/tile/entries/") {
			t.spoil(inner, w, r)
			return
		}
		inner.ServeHTTP(w, r)
	}))
	s.Cleanup(t.Close)
	return t
}

// spoil answers with the last byte changed.
func (t *tap) spoil(inner http.Handler, w http.ResponseWriter, r *http.Request) {
	rec := httptest.NewRecorder()
	inner.ServeHTTP(rec, r)
	body := rec.Body.Bytes()
	body[len(body)-1] ^= 1
	w.Header().Set("Content-Type", rec.Header().Get("Content-Type"))
	w.WriteHeader(rec.Code)
	w.Write(body)
}

// sends reports whether anything that was sent holds the bytes, in one of the
// forms in which a script could send them.
func (t *tap) sends(secret []byte) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	forms := []string{
		string(secret), hex.EncodeToString(secret), strings.ToUpper(hex.EncodeToString(secret)),
		base64.RawStdEncoding.EncodeToString(secret), base64.RawURLEncoding.EncodeToString(secret),
		url.QueryEscape(string(secret)), url.PathEscape(string(secret)), strings.Trim(fmt.Sprint(secret), "[]"),
	}
	for _, f := range forms {
		if bytes.Contains(t.sent, []byte(f)) {
			return true
		}
	}
	return false
}

// checkSecrets looks for what must never leave a device in all that did, and
// for what has to, to know that it looks at the right place.
func (t *tap) checkSecrets(all ...*seat) {
	for _, x := range all {
		x.Helper()
		file, err := os.ReadFile(x.keyFile())
		must(x, err)
		secrets := map[string][]byte{"passphrase": []byte(x.passphrase), "key file": file, "part of the key file": file[40:80]}
		for name, value := range x.secret.Values {
			secrets[name] = value
		}
		expanded := sha512.Sum512(x.secret.Values["role"])
		secrets["expanded role key"] = expanded[:32]
		for name, secret := range secrets {
			if t.sends(secret) {
				x.Errorf("%s: the %s was sent", x.name, name)
			}
		}
		key := public(ed25519.NewKeyFromSeed(x.secret.Values["role"]))
		if !t.sends(key[:]) {
			x.Errorf("%s: not even the public key is found", x.name)
		}
	}
}
