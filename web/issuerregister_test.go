package web

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/fstest"
	"time"

	"piaojue/audit"
	"piaojue/client"
	"piaojue/election"
	"piaojue/store"
)

// published fetches the record and verifies it.
func (s *stage) published() *audit.Report {
	s.Helper()
	files := fstest.MapFS{}
	must(s, client.FetchRecord(s.transport, s.vote, func(int, int) {}, func(path string, data []byte) error {
		files[path] = &fstest.MapFile{Data: data}
		return nil
	}))
	return audit.Verify(audit.OpenRecord(files), audit.Options{Manifest: &s.manifest})
}

// TestRegisterPublished: what all issuers have signed becomes part of the record
// once nothing more is issued, also of one whose machine answers late.
func TestRegisterPublished(t *testing.T) {
	x := newRelayed(t)
	x.config.Grace = time.Millisecond
	x.restart()
	for i := range 3 {
		x.cast(i, marks(0))
	}
	must(t, x.obtain(3))
	for _, path := range []string{"/board/v1/issuer/0/checkpoint", "/board/v1/issuer/1/checkpoint", "/board/v1/issuer/1/entries"} {
		if got := x.send("", "GET", path, nil); got.status != http.StatusNotFound {
			t.Errorf("before the order: %s: %d", path, got.status)
		}
	}
	working := x.issuers[1]
	x.stopIssuer()
	x.order()
	x.await(election.PhaseClosed)
	x.collect()
	v := x.server.voteCalled(x.vote)
	if got := v.collector.collect(t.Context()); got != 1 {
		t.Errorf("%d registers missing, want 1", got)
	}
	r := x.published()
	if r.Failed() || r.Status(election.CheckIssuersRegister) != audit.Passed || r.Issuers[1].Registered || !r.Issuers[0].Registered {
		t.Errorf("without the second: %v %+v", r.Failed(), r.Issuers)
	}
	x.issuers[1] = working
	if got := v.collector.collect(t.Context()); got != 0 {
		t.Errorf("%d registers missing", got)
	}
	x.issuers[1] = http.NotFoundHandler() // its machine is switched off
	r = x.published()
	for i, want := range []audit.IssuerLine{{Number: 0, Signed: 4}, {Number: 1, Signed: 4}} {
		got := r.Issuers[i]
		if r.Failed() || got.Number != want.Number || got.Signed != want.Signed || !got.Registered || !got.InForce {
			t.Errorf("failed %v, issuer %+v", r.Failed(), got)
		}
	}
	for _, path := range []string{"/board/v1/issuer/2/checkpoint", "/board/v1/issuer/01/checkpoint", "/board/v1/issuer/x/entries"} {
		if got := x.send("", "GET", path, nil); got.status != http.StatusNotFound {
			t.Errorf("%s: %d", path, got.status)
		}
	}
}

// TestRegisterNotKept: a server takes no register that the issuer did not sign,
// and none that does not continue the one it has.
func TestRegisterNotKept(t *testing.T) {
	x := newRelayed(t)
	for i := range 2 {
		must(t, x.obtain(i))
	}
	v := x.server.voteCalled(x.vote)
	m := v.view.Load().manifest
	ask := func(path string) []byte {
		rec := httptest.NewRecorder()
		x.issuers[1].ServeHTTP(rec, httptest.NewRequest("GET", path, nil))
		return rec.Body.Bytes()
	}
	checkpoint, rows := ask("/register/checkpoint"), ask("/register/entries")
	stranger := testKey("another")
	forged, err := audit.SignRegister(m.Origin, 1, rows, nil, stranger)
	must(t, err)
	keep := func(number uint8, checkpoint, rows []byte) error {
		return v.keepRegister(t.Context(), m, number, checkpoint, rows)
	}
	for name, err := range map[string]error{
		"another key":    keep(1, forged, rows),
		"another number": keep(0, checkpoint, rows),
		"no such issuer": keep(2, checkpoint, rows),
		"fewer rows":     keep(1, checkpoint, rows[:audit.RegisterRowSize]),
		"nothing":        keep(1, nil, nil),
	} {
		if err == nil {
			t.Errorf("%s is kept", name)
		}
	}
	must(t, keep(1, checkpoint, append(rows, rows...))) // what lies behind does not count
	other, err := audit.SignRegister(m.Origin, 1, rows[audit.RegisterRowSize:], nil, testKey("register 1"))
	must(t, err)
	if err := keep(1, other, rows[audit.RegisterRowSize:]); !errors.Is(err, store.ErrOtherRegister) {
		t.Errorf("a register that does not continue: %v", err)
	}
	must(t, x.obtain(2))
	must(t, keep(1, ask("/register/checkpoint"), ask("/register/entries")))
}

// TestIssuerRollback (S2, V7): an issuer whose database is older than what it
// signed signs nothing more, blindly or not.
func TestIssuerRollback(t *testing.T) {
	s := newStage(t)
	key, path := s.second()
	s.begin()
	folder := t.TempDir()
	open := func(path string) *Issuer {
		db, err := store.OpenDB(t.Context(), path)
		must(t, err)
		t.Cleanup(func() { db.Close() })
		i, err := OpenIssuer(t.Context(), IssuerConfig{DB: db, Key: key, Keys: folder, Vote: s.vote, Manifest: s.manifest, Board: s.transport})
		must(t, err)
		s.issuers[1] = i.Handler()
		return i
	}
	open(path)
	must(t, s.obtain(0))
	if _, err := open(path).Check(t.Context()); err != nil {
		t.Errorf("the same files: %v", err)
	}
	must(t, s.obtain(1))
	lost := open(path + ".older")
	if _, err := lost.Check(t.Context()); !errors.Is(err, audit.ErrRollback) {
		t.Errorf("files without what was signed: %v", err)
	}
	for i := range 3 { // also one who has a signature already
		if err := s.obtain(i); !refusedWith(err, codeNoIssuer) {
			t.Errorf("deputy %d: %v", i, err)
		}
	}
	rec := httptest.NewRecorder()
	lost.Handler().ServeHTTP(rec, httptest.NewRequest("GET", "/register/checkpoint", nil))
	if rec.Code == http.StatusOK {
		t.Error("it publishes a shorter register")
	}
	open(path)
	must(t, s.obtain(2))
}

// TestRegisterOfOtherDatabase (S2): an issuer under which the database becomes an
// older one signs no register by it; of one that has grown it does.
func TestRegisterOfOtherDatabase(t *testing.T) {
	key := &IssuerKeys{Register: testKey("register")}
	open := func(leaves ...uint32) *store.DB {
		db, err := store.OpenDB(t.Context(), t.TempDir()+"/issuer.db")
		must(t, err)
		t.Cleanup(func() { db.Close() })
		i, err := OpenIssuer(t.Context(), IssuerConfig{DB: db, Key: key})
		must(t, err)
		for n, leaf := range leaves {
			row := audit.RegisterRow{Epoch: 1, Leaf: leaf, Index: uint64(n)}
			_, err := db.Issue(t.Context(), i.register, store.Issuance{Epoch: 1, Index: leaf, Answer: []byte{1}, Row: row.Marshal()})
			must(t, err)
		}
		return db
	}
	i, err := OpenIssuer(t.Context(), IssuerConfig{DB: open(7, 8), Key: key})
	must(t, err)
	publish := func(db *store.DB) error {
		i.config.DB = db
		checkpoint, rows, err := i.publish(t.Context(), identity{"vote.example.org/v1", 1})
		if err != nil {
			return err
		}
		want, err := audit.SignRegister("vote.example.org/v1", 1, rows, nil, key.Register)
		must(t, err)
		if string(checkpoint) != string(want) {
			t.Errorf("checkpoint %s, want %s", checkpoint, want)
		}
		return nil
	}
	must(t, publish(i.config.DB))
	for name, db := range map[string]*store.DB{"empty": open(), "shorter": open(7), "other": open(7, 9, 10)} {
		if err := publish(db); !errors.Is(err, audit.ErrRollback) {
			t.Errorf("%s: %v", name, err)
		}
	}
	must(t, publish(open(7, 8)))
	must(t, publish(open(7, 8, 9)))
	if _, rows, _ := i.publisher.latest(); len(rows) != 3*audit.RegisterRowSize {
		t.Errorf("%d bytes of rows", len(rows))
	}
}

// TestIssuersShareFolder (V7): the keys of two votes may lie in one folder; the
// last checkpoint of one does not stop the other, and still finds its own loss.
func TestIssuersShareFolder(t *testing.T) {
	folder, origin := t.TempDir(), "vote.example.org/v1"
	open := func(key *IssuerKeys, rows int) error {
		db, err := store.OpenDB(t.Context(), t.TempDir()+"/issuer.db")
		must(t, err)
		t.Cleanup(func() { db.Close() })
		i, err := OpenIssuer(t.Context(), IssuerConfig{DB: db, Key: key, Keys: folder})
		must(t, err)
		for leaf := range uint32(rows) {
			row := audit.RegisterRow{Epoch: 1, Leaf: leaf, Index: uint64(leaf)}
			_, err := db.Issue(t.Context(), i.register, store.Issuance{Epoch: 1, Index: leaf, Answer: []byte{1}, Row: row.Marshal()})
			must(t, err)
		}
		_, _, err = i.publish(t.Context(), identity{origin, 1})
		return err
	}
	one := &IssuerKeys{Register: testKey("register of one")}
	other := &IssuerKeys{Register: testKey("register of the other")}
	must(t, open(one, 2))
	must(t, open(other, 1))
	must(t, open(one, 2))
	for _, key := range []*IssuerKeys{one, other} {
		if err := open(key, 0); !errors.Is(err, audit.ErrRollback) {
			t.Errorf("files without what was signed: %v", err)
		}
	}
}

// TestRegisterRead (S8): who reads a register has nothing read or signed anew,
// and sees every row of which the answer has left.
func TestRegisterRead(t *testing.T) {
	s := newStage(t)
	key, path := s.second()
	s.begin()
	db, err := store.OpenDB(t.Context(), path)
	must(t, err)
	i, err := OpenIssuer(t.Context(), IssuerConfig{DB: db, Key: key, Vote: s.vote, Manifest: s.manifest, Board: s.transport})
	must(t, err)
	s.issuers[1] = i.Handler()
	ask := func(path string) []byte {
		rec := httptest.NewRecorder()
		i.Handler().ServeHTTP(rec, httptest.NewRequest("GET", path, nil))
		if rec.Code != http.StatusOK {
			t.Errorf("%s: %d %s", path, rec.Code, rec.Body)
		}
		return rec.Body.Bytes()
	}
	register, err := audit.RegisterKey(s.server.voteCalled(s.vote).view.Load().manifest, 1)
	must(t, err)
	for n := range 3 {
		rows, err := audit.OpenRegister(register, ask("/register/checkpoint"), ask("/register/entries"))
		if err != nil || len(rows) != n {
			t.Errorf("%d rows, want %d: %v", len(rows), n, err)
		}
		must(t, s.obtain(n))
	}
	must(t, db.Close())
	if rows, err := audit.OpenRegister(register, ask("/register/checkpoint"), ask("/register/entries")); err != nil || len(rows) != 3 {
		t.Errorf("%d rows: %v", len(rows), err)
	}
}
