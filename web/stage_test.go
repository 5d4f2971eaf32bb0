package web

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"piaojue/ballot"
	"piaojue/client"
	"piaojue/election"
	"piaojue/form"
	"piaojue/group"
	"piaojue/lang"
	"piaojue/store"
	"piaojue/tally"
)

// The keys in ../ballot/testdata are for tests only; making one takes a second.
func init() { generateIssuer = func() (*ballot.Issuer, error) { return testIssuer(0) } }

func testIssuer(i int) (*ballot.Issuer, error) {
	der, err := os.ReadFile(fmt.Sprintf("../ballot/testdata/issuer%d.der", i))
	if err != nil {
		return nil, err
	}
	return ballot.ParseIssuer(der)
}

// stage is a server with everybody who acts in one vote, over HTTP.
type stage struct {
	testing.TB
	folder string
	config Config
	server *Server
	http   *httptest.Server
	people map[store.Role]string // API keys

	vote        string
	deputies    int
	n, t        int
	rules       election.Rules
	others      []draftIssuer
	staff       ed25519.PrivateKey
	presidium   ed25519.PrivateKey
	scrutineers []testScrutineer
	manifest    [32]byte
	board       *client.Board
	issuers     map[int]http.Handler // beside the server's own
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
	s := &stage{
		TB: t, folder: t.TempDir(), people: make(map[store.Role]string), vote: "v1", deputies: 4, n: 3, t: 2,
		staff: testKey("staff"), presidium: testKey("presidium"), rules: testRules(), issuers: map[int]http.Handler{},
	}
	for i := range s.n {
		s.scrutineers = append(s.scrutineers, testScrutineer{testKey(fmt.Sprint("scrutineer ", i)), tally.GenerateStatic()})
	}
	s.config = Config{Log: slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelError})), Keys: filepath.Join(s.folder, "keys"), Grace: time.Hour, CountEvery: time.Hour}
	must(t, os.Mkdir(s.config.Keys, 0o700))
	s.open()
	for _, role := range Roles() {
		key, hash := GenerateKey()
		p := Person{ID: string(role), Name: string(role), Role: role}
		must(t, s.config.DB.PutPerson(t.Context(), p, hash))
		s.people[role] = key
	}
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
	db, err := store.OpenDB(context.Background(), filepath.Join(s.folder, "db"))
	must(s, err)
	s.config.DB = db
	s.server, err = Open(context.Background(), s.config)
	must(s, err)
	s.http = httptest.NewServer(s.server.Handler())
}

// close ends the server as an orderly shutdown does.
func (s *stage) close() {
	if s.http == nil {
		return
	}
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

// send makes a request; nobody's if role is empty.
func (s *stage) send(role store.Role, method, path string, body []byte, header ...string) answer {
	s.Helper()
	req, err := http.NewRequest(method, s.http.URL+path, bytes.NewReader(body))
	must(s, err)
	if role != "" {
		req.Header.Set("Authorization", "Bearer "+s.people[role])
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := s.http.Client().Do(req)
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

func (s *stage) path(suffix string) string { return "/votes/" + s.vote + suffix }

// transport is a device's way to the server and the issuers.
func (s *stage) transport(r client.Request) ([]byte, error) {
	if h := s.issuers[r.Issuer]; r.Issuer > 0 && h != nil {
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, httptest.NewRequest(r.Method, r.Path, bytes.NewReader(r.Body)))
		return verdict(answer{rec.Code, rec.Header(), rec.Body.Bytes()})
	}
	req, err := http.NewRequest(r.Method, s.http.URL+r.Path, bytes.NewReader(r.Body))
	if err != nil {
		return nil, err
	}
	resp, err := s.http.Client().Do(req)
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

// draft brings the vote to where it can be frozen.
func (s *stage) draft() {
	s.Helper()
	s.do(store.RoleStaffLead, "POST", "/votes", fmt.Appendf(nil, `{"id":%q,"origin":"example.org/%s","congress":"某市人民代表大会",
		"session":"第四次会议","title":"民生实事项目票决","date":"2026-01-23","kind":"demo","n":%d,"t":%d,"min_ballots":2}`, s.vote, s.vote, s.n, s.t))
	rules, err := json.Marshal(s.rules)
	must(s, err)
	s.do(store.RoleStaff, "PUT", s.path("/rules"), rules)
	var deputies []election.Deputy
	var badges []form.Badge
	for i := range s.deputies {
		seed := badgeSeed(number(i))
		deputies = append(deputies, election.Deputy{Number: number(i), Name: fmt.Sprint("代表", i)})
		badges = append(badges, form.Badge{Number: number(i), Key: public(ed25519.NewKeyFromSeed(seed[:]))})
	}
	s.do(store.RoleStaff, "PUT", s.path("/roll"), form.WriteRoll(lang.ZH, deputies))
	s.do(store.RoleStaff, "PUT", s.path("/badges"), form.WriteBadges(lang.ZH, badges))
	var options []election.Option
	for i := range s.rules.CandidatesN {
		options = append(options, election.Option{ID: fmt.Sprintf("%02d", i+1), Name: fmt.Sprint("项目", i+1)})
	}
	s.do(store.RoleStaff, "PUT", s.path("/candidates"), form.WriteCandidates(lang.ZH, options))
	keys := fmt.Sprintf(`{"staff":"%x","presidium":"%x"}`, public(s.staff), public(s.presidium))
	s.do(store.RoleStaffLead, "PUT", s.path("/keys"), []byte(keys))
	issuers, err := json.Marshal(s.others)
	must(s, err)
	if s.others != nil {
		s.do(store.RoleStaffLead, "PUT", s.path("/issuers"), issuers)
	}
}

func number(i int) string { return fmt.Sprintf("A%03d", i) }

// signed gives an entry the signatures of the roles, each handed in by a person
// of that role.
func (s *stage) sign(e *election.Entry, roles ...store.Role) *proposalJSON {
	s.Helper()
	hash := sha256.Sum256(e.Body)
	if e.Kind != election.KindManifest {
		hash = s.manifest
	}
	var p proposalJSON
	for _, role := range roles {
		one := &election.Entry{Kind: e.Kind, Body: e.Body}
		switch role {
		case store.RoleStaffLead:
			one.Sign(election.RoleStaff, 0, s.staff, hash)
		case store.RolePresidium:
			one.Sign(election.RolePresidium, 0, s.presidium, hash)
		}
		must(s, json.Unmarshal(s.do(role, "POST", s.path("/proposals"), one.Marshal()), &p))
	}
	return &p
}

// signScrutineers gives an entry the signatures of scrutineers, by number.
func (s *stage) signScrutineers(e *election.Entry, numbers ...int) *proposalJSON {
	s.Helper()
	var p proposalJSON
	for _, i := range numbers {
		one := &election.Entry{Kind: e.Kind, Body: e.Body}
		one.Sign(election.RoleScrutineer, uint8(i), s.scrutineers[i-1].role, s.manifest)
		must(s, json.Unmarshal(s.do(store.RoleScrutineer, "POST", s.path("/proposals"), one.Marshal()), &p))
	}
	return &p
}

// organize signs as staff lead and presidium.
func (s *stage) organize(e *election.Entry, err error) {
	s.Helper()
	must(s, err)
	if p := s.sign(e, store.RoleStaffLead, store.RolePresidium); p.Index == nil {
		s.Fatalf("%s is not logged: %+v", e.Kind, p)
	}
}

func (s *stage) chain() election.Chain {
	s.Helper()
	return election.Chain{Prev: s.update().Prev(), Time: 1}
}

// update returns the verified state of the log.
func (s *stage) update() *election.State {
	s.Helper()
	must(s, s.board.Update())
	return s.board.State()
}

func (s *stage) freeze() {
	s.Helper()
	body := s.do(store.RolePresidium, "GET", s.path("/draft"), nil)
	s.organize(&election.Entry{Kind: election.KindManifest, Body: body}, nil)
	s.manifest = sha256.Sum256(body)
	s.board = client.NewBoard(s.transport, s.vote, s.manifest)
}

func (s *stage) approve() {
	s.Helper()
	body := &election.Trustees{Chain: s.chain()}
	for i, x := range s.scrutineers {
		body.Scrutineers = append(body.Scrutineers, election.Scrutineer{
			Name: fmt.Sprint("监票人", i+1), Delegation: "一团", RoleKey: public(x.role),
			StaticKey: [32]byte(group.NewElement().ScalarBaseMult(x.static).Bytes()),
		})
	}
	e, err := election.NewEntry(body)
	must(s, err)
	s.sign(e, store.RolePresidium)
}

func (s *stage) trustees() []*client.Trustee {
	s.Helper()
	s.update()
	var all []*client.Trustee
	for _, x := range s.scrutineers {
		t, err := client.NewTrustee(s.board, x.role, x.static)
		must(s, err)
		all = append(all, t)
	}
	return all
}

// ceremony makes the joint key, in three rounds.
func (s *stage) ceremony() {
	s.Helper()
	for range 3 {
		for _, t := range s.trustees() {
			e, err := t.Next()
			must(s, err)
			s.do(store.RoleScrutineer, "POST", s.path("/entries"), e.Marshal())
		}
	}
}

// checkIn registers deputies at a gate and logs the attendance.
func (s *stage) checkIn(numbers ...int) {
	s.Helper()
	for _, i := range numbers {
		s.do(store.RoleGate, "POST", s.path("/checkins"), fmt.Appendf(nil, `{"number":%q,"present":true}`, number(i)))
	}
	var a attendanceJSON
	must(s, json.Unmarshal(s.do(store.RoleScrutineer, "GET", s.path("/checkins"), nil), &a))
	s.signScrutineers(&election.Entry{Kind: election.KindAttendance, Body: a.Attendance}, 1, 2)
}

func (s *stage) opening(epoch uint32, issuers ...uint8) {
	s.Helper()
	s.organize(election.NewEntry(&election.Opening{Chain: s.chain(), Epoch: epoch, Issuers: issuers}))
	s.update()
}

// begin takes the vote to the phase voting, with all deputies checked in.
func (s *stage) begin() {
	s.Helper()
	s.draft()
	s.freeze()
	s.approve()
	s.ceremony()
	all := make([]int, s.deputies)
	for i := range all {
		all[i] = i
	}
	s.checkIn(all...)
	set := make([]uint8, 1+len(s.others))
	for i := range set {
		set[i] = uint8(i)
	}
	s.opening(1, set...)
}

// device is a terminal with a deputy's badge. Each has a board of its own, as
// in the hall.
func (s *stage) device(i int) *client.Voter {
	s.Helper()
	b := client.NewBoard(s.transport, s.vote, s.manifest)
	must(s, b.Update())
	return client.NewVoter(b, badgeSeed(number(i)))
}

// voter is a device that has its credential.
func (s *stage) voter(i int) *client.Voter {
	s.Helper()
	v := s.device(i)
	must(s, v.Identify())
	must(s, v.Obtain())
	return v
}

func marks(options ...int) ballot.Choice {
	c := ballot.Choice{Marks: make([]ballot.Mark, 3)}
	for _, o := range options {
		c.Marks[o] = ballot.For
	}
	return c
}

// cast votes as a deputy.
func (s *stage) cast(i int, c ballot.Choice) *client.Voter {
	s.Helper()
	v := s.voter(i)
	_, err := v.Seal(c)
	must(s, err)
	must(s, v.Cast())
	return v
}

// order gives the close order.
func (s *stage) order() {
	s.Helper()
	state := s.update()
	head := s.board.Checkpoint()
	s.organize(election.NewEntry(&election.Order{
		Chain: election.Chain{Prev: state.Prev(), Time: 1}, Epoch: state.Opening().Epoch, Size: head.Size, Root: head.Root,
	}))
}

// await waits until the log has come to a phase.
func (s *stage) await(p election.Phase) {
	s.Helper()
	for range 500 {
		if s.update().Phase() == p {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	s.Fatalf("phase is %s, want %s", s.board.State().Phase(), p)
}

func (s *stage) collect() {
	s.Helper()
	s.await(election.PhaseClosed)
	e, err := election.NewEntry(s.board.State().ExpectedCollection(1))
	must(s, err)
	s.signScrutineers(e, 1, 2)
	s.await(election.PhaseCollected)
}

// refusedWith reports whether a device was refused with the code.
func refusedWith(err error, c code) bool {
	refused, ok := errors.AsType[*client.Refusal](err)
	return ok && refused.Code == string(c)
}

func hexOf(b [32]byte) string { return hex.EncodeToString(b[:]) }
