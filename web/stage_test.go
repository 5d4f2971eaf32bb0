package web

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"

	"piaojue/ballot"
	"piaojue/client"
	"piaojue/election"
	"piaojue/group"
	"piaojue/store"
	"piaojue/tally"
)

// The keys in ../ballot/testdata are for tests only; making one takes a second.
func init() { generateIssuer = func() (*ballot.Issuer, error) { return testIssuer(0) } }

// Servers of tests hash passwords with little work, but for TestHashes.
var shippedParams = hashParams

func init() {
	hashParams = &argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32}
}

func testIssuer(i int) (*ballot.Issuer, error) {
	der, err := os.ReadFile(fmt.Sprintf("../ballot/testdata/issuer%d.der", i))
	if err != nil {
		return nil, err
	}
	return ballot.ParseIssuer(der)
}

func testIssuerKeys(i int) (*IssuerKeys, error) {
	blind, err := testIssuer(i)
	return &IssuerKeys{Blind: blind, Register: testKey(fmt.Sprint("register ", i))}, err
}

// stage is a server with everybody who acts in one vote, over HTTP.
type stage struct {
	testing.TB
	database
	config Config
	server *Server
	http   *httptest.Server
	base   string                // its address
	people map[store.Role]string // API keys

	vote        string
	deputies    int
	n, t        int
	rules       election.Rules
	others      []draftIssuer
	staff       ed25519.PrivateKey
	presidium   ed25519.PrivateKey
	scrutineers []testScrutineer
	tellers     []ed25519.PrivateKey // none unless a test needs paper
	manifest    [32]byte
	board       *client.Board
	issuers     map[int]http.Handler // beside the server's own
	pins        map[int]string       // of badges, by deputy
	terminals   string               // the draft's rule; empty: open
	cosign      func()               // what a witness does before anybody looks; may be nil

	terminalHeader []string // of what devices send, but to the box

	hand *walker // who does what a walk tells, in a browser; nil: over HTTP
}

type testScrutineer struct {
	role   ed25519.PrivateKey
	static *group.Scalar
}

func testKey(name string) ed25519.PrivateKey {
	seed := sha256.Sum256([]byte("stage " + name))
	return ed25519.NewKeyFromSeed(seed[:])
}

// badgeSeed is the secret on the badge of a roll number.
func badgeSeed(number string) [32]byte { return sha256.Sum256([]byte("badge " + number)) }

// newStage opens a server with persons of all roles.
func newStage(t testing.TB) *stage {
	t.Helper()
	s := emptyStage(t)
	for _, role := range Roles() {
		key, hash := GenerateKey()
		p := Person{ID: string(role), Name: string(role), Role: role}
		must(t, s.config.DB.PutPerson(t.Context(), p, hash))
		s.people[role] = key
	}
	return s
}

// emptyStage opens a server that knows nobody.
func emptyStage(t testing.TB) *stage {
	t.Helper()
	s := &stage{
		TB: t, people: make(map[store.Role]string), vote: "v1", deputies: 4, n: 3, t: 2,
		staff: testKey("staff"), presidium: testKey("presidium"), rules: testRules(), issuers: map[int]http.Handler{},
	}
	for i := range s.n {
		s.scrutineers = append(s.scrutineers, testScrutineer{testKey(fmt.Sprint("scrutineer ", i)), tally.GenerateStatic()})
	}
	s.folder = t.TempDir()
	s.config = Config{Log: slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelError})), Keys: filepath.Join(s.folder, "keys"), Grace: time.Hour, CountEvery: time.Hour}
	must(t, os.Mkdir(s.config.Keys, 0o700))
	s.database = newDatabase(t, s.folder)
	s.open()
	t.Cleanup(func() { s.close() })
	return s
}

func testRules() election.Rules {
	r, err := election.SelectMajority.Rules(3, 2)
	if err != nil {
		panic(err)
	}
	r.Base = election.BaseCollected
	return r
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// open starts a server on the files of the stage.
func (s *stage) open() {
	s.Helper()
	db, err := s.openDB()
	must(s, err)
	s.config.DB = db
	s.server, err = Open(context.Background(), s.config)
	must(s, err)
	s.http = httptest.NewServer(s.compared(s.server.Handler()))
	s.base = s.http.URL
}

// close ends the server as an orderly shutdown does.
func (s *stage) close() {
	if s.http == nil {
		return
	}
	http.DefaultClient.CloseIdleConnections()
	s.http.CloseClientConnections()
	s.http.Close()
	s.server.Close()
	must(s, s.config.DB.Close())
	s.http = nil
}

// restart closes the server and starts another on the same files.
func (s *stage) restart() {
	s.Helper()
	s.close()
	s.open()
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// code is the code of a refusal.
func (a answer) code() code {
	var p struct {
		Error problem `json:"error"`
	}
	if json.Unmarshal(a.body, &p) != nil {
		return ""
	}
	return p.Error.Code
}

// identify lets a request come from a role's person, by the API key, or where a key
// is refused by a session that has just begun; from nobody if role is empty.
func (s *stage) identify(r *http.Request, role store.Role) {
	s.Helper()
	fresh := slices.ContainsFunc(routes, func(rt route) bool {
		fits, err := path.Match(strings.ReplaceAll(rt.path, "{id}", "*"), r.URL.Path)
		must(s, err)
		return rt.fresh && rt.method == r.Method && fits
	})
	switch {
	case role == "":
	case fresh && role == store.RoleAdmin:
		r.AddCookie(s.freshAdmin())
	default:
		r.Header.Set("Authorization", "Bearer "+s.people[role])
	}
}

// freshAdmin is the cookie of an administrator who has just signed in.
func (s *stage) freshAdmin() *http.Cookie {
	s.Helper()
	token, hash := generateToken()
	must(s, s.config.DB.PutSession(s.Context(), hash, string(store.RoleAdmin), s.server.config.Now().Unix(), 0, 0))
	return s.server.cookie(token)
}

// send makes a request; nobody's if role is empty.
func (s *stage) send(role store.Role, method, path string, body []byte, header ...string) answer {
	s.Helper()
	req, err := http.NewRequest(method, s.base+path, bytes.NewReader(body))
	must(s, err)
	s.identify(req, role)
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	must(s, err)
	defer resp.Body.Close()
	got, err := io.ReadAll(resp.Body)
	must(s, err)
	return answer{resp.StatusCode, resp.Header, got}
}

// do is send for a request that must succeed.
func (s *stage) do(role store.Role, method, path string, body []byte) []byte {
	s.Helper()
	a := s.send(role, method, path, body)
	if a.status/100 != 2 {
		s.Fatalf("%s %s as %q: %d %s", method, path, role, a.status, a.body)
	}
	return a.body
}

// place is where the i-th deputy stands in the roll.
func (s *stage) place(i int) uint32 {
	m, err := s.config.DB.MemberNumbered(s.Context(), s.vote, number(i))
	must(s, err)
	return m.Place.Index
}

func (s *stage) path(suffix string) string { return "/votes/" + s.vote + suffix }

// transport is a device's way to the server and the issuers.
func (s *stage) transport(r client.Request) ([]byte, error) {
	if h := s.issuers[r.Issuer]; r.Issuer > 0 && h != nil {
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, httptest.NewRequest(r.Method, r.Path, bytes.NewReader(r.Body)))
		return verdict(answer{rec.Code, rec.Header(), rec.Body.Bytes()})
	}
	req, err := http.NewRequest(r.Method, s.base+r.Path, bytes.NewReader(r.Body))
	if err != nil {
		return nil, err
	}
	for i := 0; i+1 < len(s.terminalHeader) && !r.Box; i += 2 {
		req.Header.Set(s.terminalHeader[i], s.terminalHeader[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	return verdict(answer{resp.StatusCode, resp.Header, body})
}

func verdict(a answer) ([]byte, error) {
	if a.status/100 != 2 {
		return nil, &client.Refusal{Status: a.status, Code: string(a.code()), Text: string(a.body)}
	}
	return a.body, nil
}
