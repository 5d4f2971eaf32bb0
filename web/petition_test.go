package web

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"piaojue/audit"
	"piaojue/store"
)

// gallery is a vote whose policy wants two of its witnesses: two that work, one
// that is dead, and one that does not answer.
type gallery struct {
	*stage
	booths   []*booth
	policy   string
	mu       sync.Mutex
	statuses map[string]int // answers, by name and status
}

func newGallery(t *testing.T) *gallery {
	s := newStage(t)
	s.config.CosignEvery = 10 * time.Millisecond
	s.config.Log = slog.New(slog.DiscardHandler) // the dead one is reported
	s.restart()
	s.draft()
	g := &gallery{stage: s, statuses: make(map[string]int)}
	log := vkeyOf(t, "example.org/"+s.vote, s.server.votes[s.vote].keys.log)
	for i := range 2 {
		b := boothOf(t, fmt.Sprint("w", i), log)
		g.booths = append(g.booths, b)
		g.name(b.config.Name, g.serve(g.answer(b)))
	}
	dead := httptest.NewServer(nil)
	dead.Close()
	g.name("w2", dead.URL)
	release := make(chan struct{})
	g.name("w3", g.serve(func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-release:
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(func() { close(release) }) // before its server closes
	g.do(store.RoleStaffLead, "PUT", s.path("/policy"), []byte(g.policy+"group g 2 w0 w1 w2 w3\nquorum g\n"))
	s.cosign = g.awaitQuorum
	return g
}

func (g *gallery) serve(h http.HandlerFunc) string {
	server := httptest.NewServer(h)
	g.Cleanup(server.Close)
	return server.URL
}

// name adds a witness to the policy.
func (g *gallery) name(name, url string) {
	g.Helper()
	key, err := audit.WitnessKey(name, public(testKey(name)))
	must(g, err)
	g.policy += fmt.Sprintf("witness %s %s %s/\n", name, key, url)
}

// answer counts what a witness answers.
func (g *gallery) answer(b *booth) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		rec := httptest.NewRecorder()
		b.w.Handler().ServeHTTP(rec, r)
		g.mu.Lock()
		g.statuses[fmt.Sprint(b.config.Name, " ", rec.Code)]++
		g.mu.Unlock()
		w.WriteHeader(rec.Code)
		w.Write(rec.Body.Bytes())
	}
}

func (g *gallery) count(key string) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.statuses[key]
}

// awaitQuorum waits until the board shows all of the log with a quorum.
func (g *gallery) awaitQuorum() {
	g.Helper()
	policy, err := audit.PolicyOf(g.server.votes[g.vote].view.Load().manifest)
	must(g, err)
	for range 500 {
		head, err := audit.ReadCheckpoint(g.do("", "GET", "/board/v1/head", nil))
		must(g, err)
		signed, err := policy.Open(g.do("", "GET", "/board/v1/checkpoint", nil))
		if err == nil && signed.Size == head.Size {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	g.Fatalf("no quorum: %v", g.statuses)
}

// TestPetition: the server asks the witnesses of the policy itself; one that is
// dead and one that never answers hold up neither the quorum nor a ballot. A
// server that starts anew learns from 409 what they have cosigned.
func TestPetition(t *testing.T) {
	g := newGallery(t)
	g.freeze()
	g.approve()
	g.ceremony()
	g.checkIn(0, 1, 2, 3)
	g.opening(1, 0)
	began := time.Now()
	g.cast(0, marks(0))
	g.cast(1, marks(0))
	if took := time.Since(began); took > petitionWait/2 {
		t.Errorf("two ballots took %v", took)
	}
	for _, name := range []string{"w0", "w1"} {
		if g.count(name+" 200") == 0 || g.count(name+" 409") > 0 {
			t.Errorf("%s: %v", name, g.statuses)
		}
	}
	g.restart()
	g.order()
	g.awaitQuorum()
	for _, name := range []string{"w0", "w1"} {
		if g.count(name+" 409") != 1 || g.count(name+" 422") > 0 {
			t.Errorf("after a restart %s: %v", name, g.statuses)
		}
	}
}

// TestPartialQuorum: a newer checkpoint that too few have cosigned does not take
// the place of one that is believed; with the others' lines it does.
func TestPartialQuorum(t *testing.T) {
	s := newStage(t)
	s.draft()
	var policy strings.Builder
	for _, name := range []string{"w0", "w1"} {
		key, err := audit.WitnessKey(name, public(testKey(name)))
		must(t, err)
		fmt.Fprintf(&policy, "witness %s %s\n", name, key)
	}
	s.do(store.RoleStaffLead, "PUT", s.path("/policy"), []byte(policy.String()+"group g all w0 w1\nquorum g\n"))
	s.freeze()
	bring := func(name string) uint64 {
		head := s.do("", "GET", "/board/v1/head", nil)
		line, err := audit.Cosign(head, name, testKey(name), 1)
		must(t, err)
		s.do("", "POST", "/board/v1/cosignatures", line)
		c, err := audit.ReadCheckpoint(s.do("", "GET", "/board/v1/checkpoint", nil))
		must(t, err)
		return c.Size
	}
	bring("w0")
	if got := bring("w1"); got != 1 {
		t.Fatalf("the board shows %d entries", got)
	}
	s.approve()
	if got := bring("w0"); got != 1 {
		t.Errorf("one of two cosigned: the board shows %d entries", got)
	}
	if got := bring("w1"); got != 2 {
		t.Errorf("both cosigned: the board shows %d entries", got)
	}
	must(t, s.board.Update())
}

// TestReadSize: what comes with 409 is one size and nothing else.
func TestReadSize(t *testing.T) {
	for _, bad := range []string{"", "7", "07\n", "-1\n", "7\n\n", "x\n", "18446744073709551616\n", "+7\n"} {
		if _, _, err := readSize([]byte(bad)); err == nil || err == audit.ErrStale {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if _, size, err := readSize([]byte("18446744073709551615\n")); size != 1<<64-1 || err != audit.ErrStale {
		t.Errorf("the largest: %d, %v", size, err)
	}
}

// TestWitnessURL: only addresses of https are asked, and of http on this machine.
func TestWitnessURL(t *testing.T) {
	for url, good := range map[string]bool{
		"https://w.example": true, "http://127.0.0.1:80/prefix/": true, "http://localhost": true, "http://[::1]:1": true, "http://w.example:80/prefix/": false, "http://127.0.0.1.example": false, "ftp://w.example": false, "w.example": false,
		"https://": false, "https://w.example/?a": false, "file:///etc/passwd": false, "": false,
	} {
		if err := CheckWitnessURL(url); (err == nil) != good {
			t.Errorf("%q: %v", url, err)
		}
	}
}

// TestPolicyURL: a policy with a witness that may not be asked is refused, and a draft
// that has one already, or such an issuer, is not frozen.
func TestPolicyURL(t *testing.T) {
	s := newStage(t)
	s.draft()
	key, err := audit.WitnessKey(witnessName, public(testKey("witness")))
	must(t, err)
	policy := func(url string) string { return fmt.Sprintf("witness w %s %s\nquorum w\n", key, url) }
	for url, good := range map[string]bool{
		"": true, "https://w.example.org": true, "http://127.0.0.1:80": true, "http://w.example.org": false, "w.example.org": false,
	} {
		a := s.send(store.RoleStaffLead, "PUT", s.path("/policy"), []byte(policy(url)))
		if good && a.status != http.StatusNoContent || !good && (a.code() != codeBadForm || !strings.Contains(string(a.body), "加密")) {
			t.Errorf("%q: %d %s", url, a.status, a.body)
		}
	}
	other, err := testIssuerKeys(1)
	must(t, err)
	modulus, register := other.Public()
	keep := func(policy, issuer string) {
		must(t, s.config.DB.EditDraft(t.Context(), s.vote, func(old []byte) ([]byte, error) {
			var d draft
			must(t, json.Unmarshal(old, &d))
			d.Policy, d.Issuers = policy, []draftIssuer{{Name: "发票机", Modulus: modulus[:], Key: register, URL: issuer}}
			return json.Marshal(&d)
		}))
	}
	for _, x := range []struct{ witness, issuer, path string }{
		{"https://w.example.org", "https://i.example.org", ""},
		{"http://w.example.org", "https://i.example.org", "policy"},
		{"https://w.example.org", "http://i.example.org", "issuers[0].url"},
	} {
		keep(policy(x.witness), x.issuer)
		a := s.send(store.RoleStaffLead, "GET", s.path("/draft"), nil)
		if x.path == "" && a.status != http.StatusOK || x.path != "" && (a.code() != codeBadForm || !strings.Contains(string(a.body), `"`+x.path+`"`)) {
			t.Errorf("%+v: %d %s", x, a.status, a.body)
		}
	}
}
