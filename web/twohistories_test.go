package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"piaojue/audit"
	"piaojue/client"
	"piaojue/election"
	"piaojue/pgtest"
	"piaojue/store"
)

// forked copies the files of a stage that is closed, and opens a second server
// with the same keys on the copy.
func (s *stage) forked() *stage {
	s.Helper()
	f := *s
	f.folder = s.TempDir()
	f.config.Keys = filepath.Join(f.folder, "keys")
	must(s, os.CopyFS(f.folder, os.DirFS(s.folder)))
	keys, err := filepath.Glob(filepath.Join(f.config.Keys, "*"))
	must(s, err)
	for _, path := range keys {
		must(s, os.Chmod(path, 0o600))
	}
	f.scrutineers = slices.Clone(s.scrutineers)
	slices.Reverse(f.scrutineers)
	f.http = nil
	f.open()
	s.Cleanup(func() { f.close() })
	f.board = client.NewBoard(f.transport, f.vote, f.manifest)
	return &f
}

// lie lets the server show its newest checkpoint as if it were believed.
func (s *stage) lie() {
	handler := s.server.Handler()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if path, ok := strings.CutSuffix(r.URL.Path, "/checkpoint"); ok {
			r.URL.Path = path + "/head"
		}
		handler.ServeHTTP(w, r)
	}))
	s.Cleanup(server.Close)
	s.base = server.URL
}

// TestTwoHistories (S1): a server runs twice under one log key, on databases
// that were one, and shows each half of the world its own history. The witness
// cosigns the first and refuses the second; a terminal and an outside issuer that
// have seen the first refuse the second; the auditor's verifier refuses its
// record. Witness, terminal and issuer keep evidence that convicts the log's key,
// and two auditors who compare their records find the same.
func TestTwoHistories(t *testing.T) {
	pgtest.SQLiteOnly(t)
	s := newStage(t)
	s.config.CosignEvery = 10 * time.Millisecond
	s.restart()
	s.draft()
	key := vkeyOf(t, "example.org/v1", s.server.votes["v1"].keys.log)
	b := boothOf(t, farWitness, key)
	witness := httptest.NewServer(b.w.Handler())
	t.Cleanup(witness.Close)
	s.do(store.RoleStaffLead, "PUT", s.path("/policy"), fmt.Appendf(nil, "witness w %s %s\nquorum w\n", b.w.Key(), witness.URL))
	s.freeze()
	g := &gallery{stage: s}
	g.awaitQuorum()
	s.close()
	f := s.forked()
	s.open()
	s.approve()
	g.awaitQuorum()
	terminal := "" // where the terminal is led
	send := func(r client.Request) ([]byte, error) {
		if terminal == "forked" {
			return f.transport(r)
		}
		return s.transport(r)
	}
	board := client.NewBoard(send, s.vote, s.manifest)
	must(t, board.Update())
	issuer, folder := s.following(send)

	f.approve()
	evidence := awaitFile(t, filepath.Join(b.config.Folder, "evidence-example.org_v1-2.txt"))
	convicts(t, "witness", evidence, key)
	f.lie()
	if note := f.do("", "GET", "/board/v1/checkpoint", nil); strings.Contains(string(note), farWitness) {
		t.Errorf("the witness cosigned both:\n%s", note)
	}

	terminal = "forked"
	err := board.Update()
	fork, ok := errors.AsType[*client.ForkError](err)
	if !ok || !errors.Is(err, client.ErrBoard) {
		t.Fatalf("the terminal says %v", err)
	}
	convicts(t, "terminal", fork.Evidence.Marshal(), key)
	if _, err := issuer.Check(t.Context()); !errors.As(err, &fork) {
		t.Errorf("the issuer says %v", err)
	}
	convicts(t, "issuer", awaitFile(t, filepath.Join(folder, fork.Evidence.Name())), key)
	if err := client.NewBoard(f.transport, f.vote, f.manifest).Update(); !errors.Is(err, client.ErrStale) {
		t.Errorf("a terminal that has seen neither says %v", err)
	}

	report := audit.Verify(f.record(), audit.Options{Manifest: &f.manifest})
	if report.Verified || report.Status(election.CheckLogWitnesses) != audit.Failed {
		t.Errorf("the verifier: %v, witnesses %v", report.Verified, report.Status(election.CheckLogWitnesses))
	}
	honest := audit.Verify(s.record(), audit.Options{Manifest: &s.manifest})
	if honest.Status(election.CheckLogWitnesses) != audit.Passed {
		t.Errorf("the honest record: witnesses %v", honest.Status(election.CheckLogWitnesses))
	}
	found, err := audit.NewEvidence(key, s.do("", "GET", "/board/v1/checkpoint", nil), f.do("", "GET", "/board/v1/checkpoint", nil))
	must(t, err)
	convicts(t, "auditors", found.Marshal(), key)
}

// following is an issuer outside the server that has read the log.
func (s *stage) following(send client.Transport) (i *Issuer, folder string) {
	s.Helper()
	key, path := s.second()
	db, err := store.OpenDB(s.Context(), path)
	must(s, err)
	s.Cleanup(func() { db.Close() })
	folder = s.TempDir()
	i, err = OpenIssuer(s.Context(), IssuerConfig{DB: db, Key: key, Vote: s.vote, Manifest: s.manifest, Board: send, Folder: folder})
	must(s, err)
	if _, err := i.Check(s.Context()); !errors.Is(err, ErrNotIssuer) {
		s.Fatalf("the issuer reads the log: %v", err)
	}
	return i, folder
}

// awaitFile waits for a file that a witness writes.
func awaitFile(t *testing.T, path string) []byte {
	t.Helper()
	for range 500 {
		if text, err := os.ReadFile(path); err == nil && len(text) > 0 {
			return text
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("%s is not there", path)
	return nil
}

func convicts(t *testing.T, who string, text []byte, log *audit.Key) {
	t.Helper()
	e, err := audit.ParseEvidence(text)
	if err != nil || e.Log.String() != log.String() {
		t.Fatalf("%s: evidence against another key, %v\n%s", who, err, text)
	}
	if err := e.Verify(); err != nil {
		t.Errorf("%s: %v", who, err)
	}
}
