package web

import (
	"bytes"
	"errors"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"piaojue/client"
	"piaojue/election"
	"piaojue/store"
)

// watched is an issuer whose readings of the log are counted.
type watched struct {
	*Issuer
	db    *store.DB
	reads atomic.Int64
	down  atomic.Bool // the server does not answer
}

func (s *stage) watchedIssuer(key *IssuerKeys, path string) *watched {
	s.Helper()
	db, err := store.OpenDB(s.Context(), path)
	must(s, err)
	s.Cleanup(func() { db.Close() })
	w := &watched{db: db}
	board := func(r client.Request) ([]byte, error) {
		if w.down.Load() {
			return nil, errors.New("nobody answers")
		}
		if strings.HasSuffix(r.Path, "/checkpoint") {
			w.reads.Add(1)
		}
		return s.transport(r)
	}
	w.Issuer, err = OpenIssuer(s.Context(), IssuerConfig{DB: db, Key: key, Vote: s.vote, Manifest: s.manifest, Board: board})
	must(s, err)
	return w
}

func (w *watched) ask(path string, body []byte) answer {
	rec := httptest.NewRecorder()
	w.Handler().ServeHTTP(rec, httptest.NewRequest("POST", path, bytes.NewReader(body)))
	return answer{rec.Code, rec.Header(), rec.Body.Bytes()}
}

// TestIssuerCheapFirst (S8): what is malformed never makes an issuer read the
// log, what no badge signed hardly does, and those that wait share a reading.
func TestIssuerCheapFirst(t *testing.T) {
	s := newStage(t)
	key, path := s.second()
	s.begin()
	w, url := s.watchedIssuer(key, path), s.path("/issuances")
	a := s.asker(0)
	good := a.body(nil)
	long := append(bytes.Clone(good), make([]byte, 384)...)
	for _, bad := range [][]byte{nil, {0}, good[:len(good)-1], long, make([]byte, 2000)} {
		if got := w.ask(url, bad); got.code() != codeBadForm {
			t.Errorf("%d bytes: %d %s", len(bad), got.status, got.body)
		}
	}
	if got := w.reads.Load(); got != 0 {
		t.Errorf("malformed requests: %d readings", got)
	}
	thief := *a
	thief.badge = testKey("no badge")
	for range 20 {
		if got := w.ask(url, thief.body(nil)); got.code() != codeBadBadge && got.code() != codeNoIssuer {
			t.Errorf("no badge: %d %s", got.status, got.body)
		}
	}
	if got := w.reads.Load(); got < 1 || got > 2 {
		t.Errorf("without a badge: %d readings", got)
	}
	if got := s.issue(good); got.status != 200 {
		t.Fatalf("server: %d %s", got.status, got.body)
	}
	before := w.reads.Load()
	var wg sync.WaitGroup
	for range 40 {
		wg.Go(func() {
			if got := w.ask(url, good); got.status != 200 {
				t.Errorf("issuer: %d %s", got.status, got.body)
			}
		})
	}
	wg.Wait()
	if got := w.reads.Load() - before; got < 1 || got > 10 {
		t.Errorf("40 at once: %d readings", got)
	}
}

// TestIssuerNewBadge: a badge that took the place of another is in the log only,
// and is found there; the former one gets nothing.
func TestIssuerNewBadge(t *testing.T) {
	s := newStage(t)
	key, path := s.second()
	s.begin()
	w, url := s.watchedIssuer(key, path), s.path("/issuances")
	if _, err := w.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	a := s.asker(0)
	fresh := testKey("a new badge")
	e, err := election.NewEntry(&election.Badge{Chain: s.chain(), Index: a.leaf.Index, Key: public(fresh)})
	must(t, err)
	s.signScrutineers(e, 1, 2)
	former := a.body(nil)
	a.badge = fresh
	good := a.body(nil)
	s.issue(good)
	if got := w.ask(url, good); got.status != 200 {
		t.Errorf("the new badge: %d %s", got.status, got.body)
	}
	if got := w.ask(url, former); got.code() != codeBadBadge {
		t.Errorf("the former badge: %d %s", got.status, got.body)
	}
}

// TestIssuerRegister (V7): answers are kept under the manifest. The server's
// name for the vote means nothing.
func TestIssuerRegister(t *testing.T) {
	s := newStage(t)
	key, path := s.second()
	s.begin()
	w := s.watchedIssuer(key, path)
	a := s.asker(0)
	body := a.body(nil)
	s.issue(body)
	first := w.ask(s.path("/issuances"), body)
	kept, err := w.db.Issuance(t.Context(), registerOf(s.manifest), 1, a.leaf.Index)
	if err != nil || first.status != 200 || !bytes.HasSuffix(first.body, kept.Answer) || len(kept.Answer) != blindedSize {
		t.Errorf("kept: %v, answer %d %s", err, first.status, first.body)
	}
	if _, err := w.db.Issuance(t.Context(), s.vote, 1, a.leaf.Index); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("kept under the name: %v", err)
	}
	if again := w.ask(s.path("/issuances"), body); !bytes.Equal(again.body, first.body) {
		t.Errorf("again: %d %s", again.status, again.body)
	}
}

// TestIssuerCheck: an issuer finds out which of the manifest it is, that it is
// none, or that nobody answers.
func TestIssuerCheck(t *testing.T) {
	s := newStage(t)
	key, path := s.second()
	s.begin()
	w := s.watchedIssuer(key, path)
	if n, err := w.Check(t.Context()); n != 1 || err != nil {
		t.Errorf("the right key: %d, %v", n, err)
	}
	w.down.Store(true)
	if _, err := w.Check(t.Context()); !errors.Is(err, client.ErrStale) {
		t.Errorf("no answer: %v", err)
	}
	if got := w.ask(s.path("/issuances"), s.asker(0).body(nil)); got.code() != codeNoIssuer {
		t.Errorf("no answer: %d %s", got.status, got.body)
	}
	other, err := testIssuerKeys(2)
	must(t, err)
	if _, err := s.watchedIssuer(other, path+"2").Check(t.Context()); !errors.Is(err, ErrNotIssuer) {
		t.Errorf("another key: %v", err)
	}
	s.manifest[0] ^= 1
	if _, err := s.watchedIssuer(key, path+"3").Check(t.Context()); !errors.Is(err, client.ErrBoard) {
		t.Errorf("another manifest: %v", err)
	}
}
