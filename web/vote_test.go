package web

import (
	"encoding/json"
	"errors"
	"testing"
	"testing/fstest"
	"time"

	"piaojue/audit"
	"piaojue/client"
	"piaojue/election"
	"piaojue/store"
)

// record downloads the record of the vote from the board.
func (s *stage) record() *audit.Record {
	s.Helper()
	base := "/board/" + s.vote
	files := fstest.MapFS{}
	get := func(path string) []byte {
		body := s.do("", "GET", base+"/"+path, nil)
		files[path] = &fstest.MapFile{Data: body}
		return body
	}
	head, err := audit.ReadCheckpoint(get("checkpoint"))
	must(s, err)
	for _, t := range append(audit.Tiles(head.Size), audit.Bundles(0, head.Size)...) {
		get(t.Path())
	}
	if s.send("", "GET", base+"/closing", nil).status == 200 {
		get("closing")
	}
	return audit.OpenRecord(files)
}

// share opens the box as trustees, by number.
func (s *stage) share(numbers ...int) {
	s.Helper()
	all := s.trustees()
	for _, i := range numbers {
		e, _, err := all[i-1].Share(s.record(), nil)
		var failed *client.ReportError
		if errors.As(err, &failed) {
			s.Fatalf("record does not verify: %v", failed.Report.Findings)
		}
		must(s, err)
		s.do(store.RoleScrutineer, "POST", s.path("/entries"), e.Marshal())
	}
}

func (s *stage) certify() {
	s.Helper()
	state := s.update()
	e, err := election.NewEntry(&election.Certificate{Chain: s.chain(), Result: state.ResultHash()})
	must(s, err)
	s.signScrutineers(e, 1, 3)
}

func (s *stage) announce() {
	s.Helper()
	e, err := election.NewEntry(election.NewAnnouncement(s.chain(), "公告\n通过。"))
	must(s, err)
	s.sign(e, store.RolePresidium)
}

// TestVote goes through a whole vote over HTTP: four deputies, of whom two
// cast, one hands in the credential and one does nothing.
func TestVote(t *testing.T) {
	s := newStage(t)
	s.config.Grace = time.Millisecond
	s.restart()
	s.begin()
	first, second := s.cast(0, marks(0, 1)), s.cast(1, marks(0))
	unused := s.voter(2)
	must(t, unused.Decline())
	s.voter(3)
	s.order()
	s.collect()
	s.share(3, 1)
	s.await(election.PhaseCounted)
	s.certify()
	s.announce()
	s.await(election.PhasePublished)

	want := election.Numbers{N: 4, P: 4, I: 4, R: 2, U: 1, V: 2}
	if got := s.board.State().Result().Numbers; got != want {
		t.Errorf("numbers %+v, want %+v", got, want)
	}
	report := audit.Verify(s.record(), audit.Options{Manifest: &s.manifest})
	if !report.Verified {
		t.Errorf("record does not verify: %+v", report)
	}
	for _, v := range []*client.Voter{first, second, unused} {
		receipt, err := s.board.Receipt(v.Promise().Entry)
		if err != nil || receipt == nil {
			t.Errorf("receipt: %v", err)
		}
	}
}

// TestLateAnswers (V13): who lost an answer gets it again at any time, and
// never twice a ballot.
func TestLateAnswers(t *testing.T) {
	s := newStage(t)
	s.config.Grace = time.Millisecond
	s.restart()
	s.begin()
	v := s.cast(0, marks(0))
	s.cast(1, marks(1))
	kept := v.Promise()

	other := s.voter(0) // another terminal, after the cast
	if decided, err := other.Resume(); err != nil || !decided || *other.Promise() != *kept {
		t.Fatalf("resume: %t, %v", decided, err)
	}
	s.order()
	s.await(election.PhaseClosed)
	late := other
	if decided, err := late.Resume(); err != nil || !decided || *late.Promise() != *kept {
		t.Errorf("resume after the close: %t, %v", decided, err)
	}
}

// TestClosedVote: after the close a new ballot is refused, an old one is not.
func TestClosedVote(t *testing.T) {
	s := newStage(t)
	s.config.Grace = time.Millisecond
	s.restart()
	s.begin()
	s.cast(0, marks(0))
	s.cast(1, marks(0))
	late, early := s.voter(2), s.device(3)
	_, err := late.Seal(marks(1))
	must(t, err)
	s.order()
	s.await(election.PhaseClosed)
	for name, err := range map[string]error{"cast": late.Cast(), "identify": early.Identify()} {
		var refused *client.Refusal
		if name == "identify" {
			must(t, err)
			err = early.Obtain()
		}
		if !errors.As(err, &refused) || refused.Code != string(codeClosed) {
			t.Errorf("%s after the close: %v", name, err)
		}
	}
}

// TestKill (S2): the server ends at any moment without a word, and what was
// acknowledged is there when it starts again.
func TestKill(t *testing.T) {
	s := newStage(t)
	s.begin()
	v := s.cast(0, marks(0))
	waiting := s.voter(1)
	_, err := waiting.Seal(marks(1))
	must(t, err)
	s.kill()
	must(t, waiting.Cast()) // the same device goes on
	if decided, err := s.voter(0).Resume(); err != nil || !decided {
		t.Errorf("the ballot before the kill: %t, %v", decided, err)
	}
	must(t, v.Cast())
	s.order()
	s.kill()
	s.config.Grace = time.Millisecond
	s.restart()
	s.collect()
	s.share(1, 2)
	s.await(election.PhaseCounted)
	if got := s.board.State().Numbers().R; got != 2 {
		t.Errorf("R is %d, want 2", got)
	}
}

// kill starts another server on a copy of the files as they are now.
func (s *stage) kill() {
	s.Helper()
	folder := s.TempDir()
	copyFiles(s, s.folder, folder)
	s.close()
	s.folder = folder
	s.config.Keys = folder + "/keys"
	s.open()
}

// TestRace (V13): two terminals with one badge, each step at the same time.
// They share one credential, and one ballot counts.
func TestRace(t *testing.T) {
	s := newStage(t)
	s.begin()
	s.cast(1, marks(0))
	const terminals = 4
	results := make(chan error, terminals)
	voters := make([]*client.Voter, terminals)
	for i := range voters {
		voters[i] = s.device(0)
	}
	for _, v := range voters {
		go func() {
			if err := v.Identify(); err != nil {
				results <- err
				return
			}
			if err := v.Obtain(); err != nil {
				results <- err
				return
			}
			if _, err := v.Seal(marks(0)); err != nil {
				results <- err
				return
			}
			results <- v.Cast()
		}()
	}
	cast := 0
	for range voters {
		err := <-results
		var refused *client.Refusal
		switch {
		case err == nil:
			cast++
		case !errors.As(err, &refused) || refused.Code != string(codeSecondBallot):
			t.Errorf("race: %v", err)
		}
	}
	if cast != 1 {
		t.Errorf("%d ballots cast, want 1", cast)
	}
	if got := s.update().Numbers().I; got != 2 {
		t.Errorf("%d issued, want 2", got)
	}
}

// TestTwoPeople: of two who must sign, neither can hand in the other's
// signature, and one alone changes nothing.
func TestTwoPeople(t *testing.T) {
	s := newStage(t)
	s.draft()
	body := s.do(store.RoleStaffLead, "GET", s.path("/draft"), nil)
	e := &election.Entry{Kind: election.KindManifest, Body: body}
	if p := s.sign(e, store.RoleStaffLead); p.Index != nil || p.Needed != 1 || p.Missing[0] != "presidium" {
		t.Errorf("one signature: %+v", p)
	}
	hash := (&election.Manifest{}).Hash()
	if m, err := election.ParseManifest(body); err == nil {
		hash = m.Hash()
	}
	both := &election.Entry{Kind: e.Kind, Body: e.Body}
	both.Sign(election.RolePresidium, 0, s.presidium, hash)
	if got := s.send(store.RoleStaffLead, "POST", s.path("/proposals"), both.Marshal()); got.code() != codeForbidden {
		t.Errorf("presidium's signature from the staff lead: %s", got.body)
	}
	var list struct{ Proposals []proposalJSON }
	must(t, json.Unmarshal(s.do(store.RolePresidium, "GET", s.path("/proposals"), nil), &list))
	if len(list.Proposals) != 1 || len(list.Proposals[0].Signed) != 1 {
		t.Errorf("proposals: %+v", list)
	}
	if p := s.sign(e, store.RolePresidium); p.Index == nil || *p.Index != 0 {
		t.Errorf("both signatures: %+v", p)
	}
}
