package web

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"piaojue/audit"
	"piaojue/ballot"
	"piaojue/client"
	"piaojue/election"
	"piaojue/store"
)

// outpost is a witness on another machine, which can be silent.
type outpost struct {
	*httptest.Server
	witness atomic.Pointer[Witness]
}

func newOutpost(t testing.TB) *outpost {
	o := &outpost{}
	o.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x := o.witness.Load()
		if x == nil {
			http.Error(w, "not there", http.StatusBadGateway)
			return
		}
		x.Handler().ServeHTTP(w, r)
	}))
	t.Cleanup(o.Close)
	return o
}

// watchedStage is in the middle of the voting, with a witness that the server
// asks itself, and one that is nowhere.
func watchedStage(t testing.TB) (*stage, *outpost) {
	t.Helper()
	s, o := newStage(t), newOutpost(t)
	s.deputies = 6
	s.draft()
	key, err := audit.WitnessKey(witnessName, public(testKey("witness")))
	must(t, err)
	far, err := audit.WitnessKey("far.example.org/w", public(testKey("far")))
	must(t, err)
	policy := fmt.Sprintf("witness w %s %s\nwitness far %s\nquorum w\n", key, o.URL, far)
	s.do(store.RoleStaffLead, "PUT", s.path("/policy"), []byte(policy))
	v := s.server.votes[s.vote]
	log, err := audit.LogKey("example.org/v1", public(v.keys.log))
	must(t, err)
	x, err := OpenWitness(WitnessConfig{Name: witnessName, Key: testKey("witness"), Folder: t.TempDir(), Logs: []*audit.Key{log}})
	must(t, err)
	o.witness.Store(x)
	s.cosign = func() { s.awaitCosigned() }
	s.freeze()
	s.approve()
	s.ceremony()
	s.checkIn(0, 1, 2, 3, 4, 5)
	s.opening(1, 0)
	return s, o
}

// awaitCosigned waits until the newest checkpoint is cosigned.
func (s *stage) awaitCosigned() {
	s.Helper()
	log := s.config.DB.Log(s.vote)
	for range 500 {
		head, err := log.Head(s.Context())
		must(s, err)
		note, err := log.Cosigned(s.Context(), store.Latest)
		if err == nil {
			if c, err := audit.ReadCheckpoint(note); err == nil && c.Size == head.Size {
				return
			}
		}
		time.Sleep(10 * time.Millisecond)
	}
	s.Fatal("the newest checkpoint is not cosigned")
}

func (s *stage) health() (h healthJSON) {
	s.Helper()
	must(s, json.Unmarshal(s.do("", "GET", "/healthz", nil), &h))
	return h
}

// wantStopped demands that the server signs nothing for the vote, and says why.
func (s *stage) wantStopped(want code) {
	s.Helper()
	h := s.health()
	for range 300 {
		if h.Status == "stopped" {
			break
		}
		time.Sleep(10 * time.Millisecond)
		h = s.health()
	}
	if h.Status != "stopped" || len(h.Votes) != 1 || h.Votes[0].Code != want || h.Votes[0].ZH == "" {
		s.Fatalf("health: %+v", h)
	}
	size, err := s.config.DB.Log(s.vote).Size(s.Context())
	must(s, err)
	if a := s.send("", "POST", "/box/v1/ballots", []byte("x")); a.code() != want {
		s.Errorf("the box answers %d %s", a.status, a.body)
	}
	v := s.server.votes[s.vote]
	void, err := election.NewEntry(election.NewVoid(s.chain(), "作废"))
	must(s, err)
	err = v.do(s.Context(), func() error { return v.appendEntry(s.Context(), void) })
	if !strings.Contains(fmt.Sprint(err), string(want)) {
		s.Errorf("an entry: %v", err)
	}
	if after, _ := s.config.DB.Log(s.vote).Size(s.Context()); after != size {
		s.Errorf("the log has grown from %d to %d", size, after)
	}
	page := s.do(store.RoleStaffLead, "GET", "/console/v1", nil)
	if !bytes.Contains(page, []byte(h.Votes[0].ZH)) {
		s.Error("the console does not say it")
	}
}

func (s *stage) wantSigning() {
	s.Helper()
	if h := s.health(); h.Status != "ok" || h.Votes != nil {
		s.Fatalf("health: %+v", h)
	}
}

// TestAskedAgain (S1): the server has its checkpoints cosigned itself, and goes on
// from where the witness stands after a restart.
func TestAskedAgain(t *testing.T) {
	s, o := watchedStage(t)
	s.cast(0, marks(0))
	s.awaitCosigned()
	s.restart()
	s.wantSigning()
	x := o.witness.Swap(nil) // while nobody answers, the vote goes on
	s.cast(1, marks(0))
	s.wantSigning()
	o.witness.Store(x)
	s.server.votes[s.vote].asks.poke()
	s.awaitCosigned()
}

// TestOldCopy (S2): an old copy of everything, the checkpoints beside the keys
// included, is found out by the witness before it signs anything; the original
// goes on.
func TestOldCopy(t *testing.T) {
	s, _ := watchedStage(t)
	s.cast(0, marks(0))
	s.awaitCosigned()
	old, here := t.TempDir(), s.folder
	s.copyTo(old)
	s.cast(1, marks(0))
	s.awaitCosigned()
	s.moveTo(old)
	s.wantStopped(codeForked)
	if h := s.health(); h.Votes[0].Witness != witnessName || h.Votes[0].Seen != h.Votes[0].Size+1 {
		t.Errorf("health: %+v", h)
	}
	s.config.IgnoreWitnesses = []string{witnessName}
	s.restart()
	s.wantSigning()
	s.config.IgnoreWitnesses = nil
	s.moveTo(here)
	s.wantSigning()
	s.cast(2, marks(0))
	s.awaitCosigned()
}

// TestClone (S1, S2): of two servers on copies of one folder the second one that
// appends is stopped, and the first goes on.
func TestClone(t *testing.T) {
	s, _ := watchedStage(t)
	s.awaitCosigned()
	folder := t.TempDir()
	s.copyTo(folder)
	twin := *s
	twin.folder, twin.config.Keys, twin.http = folder, filepath.Join(folder, "keys"), nil
	twin.open()
	defer twin.close()
	twin.board = client.NewBoard(twin.transport, twin.vote, twin.manifest)
	twin.cosign = nil
	twin.wantSigning()
	s.cast(0, marks(0))
	s.awaitCosigned()
	if err := twin.tryCast(1, marks(0)); err == nil {
		t.Log("the ballot came before the witness's answer")
	}
	twin.wantStopped(codeForked)
	if err := twin.tryCast(2, marks(0)); err == nil {
		t.Error("the twin takes ballots")
	}
	s.wantSigning()
	s.cast(1, marks(0))
	s.awaitCosigned()
}

// tryCast is cast where it may be refused.
func (s *stage) tryCast(i int, c ballot.Choice) error {
	v := s.device(i)
	if err := v.Identify(); err != nil {
		return err
	}
	if err := v.Obtain(); err != nil {
		return err
	}
	if _, err := v.Seal(c); err != nil {
		return err
	}
	return v.Cast()
}

// TestRestoredWaits (S2): a restored vote signs nothing until a witness has
// answered, though nothing is wrong with it.
func TestRestoredWaits(t *testing.T) {
	s, o := watchedStage(t)
	s.cast(0, marks(0))
	s.awaitCosigned()
	s.close()
	must(t, MarkRestored(s.config.Keys, s.vote))
	x := o.witness.Swap(nil)
	s.open()
	s.wantStopped(codeUnasked)
	s.restart() // which changes nothing
	s.wantStopped(codeUnasked)
	o.witness.Store(x)
	s.server.votes[s.vote].asks.poke()
	for range 1000 {
		if s.health().Status == "ok" {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	s.wantSigning()
	if _, err := os.Stat(restoredPath(s.config.Keys, s.vote)); !os.IsNotExist(err) {
		t.Errorf("the mark: %v", err)
	}
	s.cast(1, marks(0))
	s.awaitCosigned()
}

// TestWhoMustAnswer (S2): a restored vote goes on when those who are silent could
// not have cosigned anything newer by themselves.
func TestWhoMustAnswer(t *testing.T) {
	text := ""
	for _, name := range []string{"a", "b", "c"} {
		key, err := audit.WitnessKey(name+".example.org", public(testKey(name)))
		must(t, err)
		text += fmt.Sprintf("witness %s %s\n", name, key)
	}
	for _, x := range []struct {
		quorum string
		silent []string
		want   bool // goes on
	}{
		{"group g 2 a b c\nquorum g\n", nil, true},
		{"group g 2 a b c\nquorum g\n", []string{"c"}, true},
		{"group g 2 a b c\nquorum g\n", []string{"b", "c"}, false},
		{"group g any a b c\nquorum g\n", []string{"c"}, false},
		{"group g all a b c\nquorum g\n", []string{"b", "c"}, true},
		{"group g all a b c\nquorum g\n", []string{"a", "b", "c"}, false},
		{"quorum a\n", []string{"b", "c"}, true},
		{"quorum a\n", []string{"a"}, false},
		{"quorum none\n", []string{"b", "c"}, true},
	} {
		v := &vote{id: "v1", config: &Config{Keys: t.TempDir()}}
		v.config.setDefaults()
		must(t, MarkRestored(v.config.Keys, v.id))
		v.halt.Store(&halt{Code: codeUnasked})
		v.view.Store(&view{manifest: &election.Manifest{Policy: text + x.quorum}})
		p := newPetition(v)
		for _, name := range []string{"a", "b", "c"} {
			p.asked = append(p.asked, &asking{name: name + ".example.org"})
		}
		for i, name := range []string{"a", "b", "c"} {
			err := error(context.DeadlineExceeded)
			if !slices.Contains(x.silent, name) {
				err = nil
			}
			p.listen(p.asked[i], err)
		}
		p.stop()
		restored, err := isRestored(v.config.Keys, v.id)
		must(t, err)
		if got := v.halt.Load() == nil; got != x.want || restored == x.want {
			t.Errorf("%q, silent %v: goes on %t, marked %t", x.quorum, x.silent, got, restored)
		}
	}
}

// TestSilentWitnesses (S1): a start waits for the witnesses of all votes at the same
// time. One that is silent holds nothing up twice, and hides no answer of another.
func TestSilentWitnesses(t *testing.T) {
	firstAsk = 3 * time.Second
	t.Cleanup(func() { firstAsk = 5 * time.Second })
	s := newStage(t)
	quit := make(chan struct{})
	silent := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-quit }))
	t.Cleanup(func() { close(quit); silent.Close() })
	slow := newOutpost(t)
	var logs []*audit.Key
	for vote, address := range map[string]string{"v1": silent.URL, "v2": silent.URL, "v3": slow.URL} {
		s.vote = vote
		s.draft()
		key, err := audit.WitnessKey(witnessName, public(testKey("witness")))
		must(t, err)
		s.do(store.RoleStaffLead, "PUT", s.path("/policy"), fmt.Appendf(nil, "witness w %s %s\nquorum w\n", key, address))
		log, err := audit.LogKey("example.org/"+vote, public(s.server.votes[vote].keys.log))
		must(t, err)
		logs = append(logs, log)
		s.cosign = func() {}
		s.freeze()
	}
	s.close()
	x, err := OpenWitness(WitnessConfig{Name: witnessName, Key: testKey("witness"), Folder: t.TempDir(), Logs: logs})
	must(t, err)
	slow.witness.Store(x)
	begun := time.Now()
	s.open()
	if d := time.Since(begun); d < firstAsk || d > 2*firstAsk-firstAsk/4 {
		t.Errorf("the start took %v", d)
	}
	for vote, want := range map[string]bool{"v1": false, "v2": false, "v3": true} {
		a := (*s.server.votes[vote].asks.shown.Load())[0]
		a.mu.Lock()
		if a.heard != want {
			t.Errorf("the witness of %s was heard: %v", vote, a.heard)
		}
		a.mu.Unlock()
	}
}
