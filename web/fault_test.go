package web

import (
	"crypto/ed25519"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"piaojue/election"
	"piaojue/store"
)

// The tests of this file and its sisters (fault*_test.go) break the machine
// under a real piaojued, in the middle of a vote. One vote is made, and copied
// for each run; one load votes, and writes down durably what was acknowledged;
// one checker, the command `piaojued check`, decides. docs/faults.md lists the
// methods. For each of them a weakened program, which only the tests can build
// (see weak), is found out by the same checker.

// faultVote is a vote whose voting is under way, and what people will do next.
type faultVote struct {
	folder           string // piaojue.db and keys, as piaojued has them; nobody serves it
	manifest         [32]byte
	people           map[store.Role]string
	told             *Acknowledged // what people know of it already
	waiting          []handing
	second           []byte // ballot of a credential that has one in the box
	staff, presidium ed25519.PrivateKey
}

// handing is one thing to hand in, again and again until it is acknowledged.
type handing struct {
	path  string
	body  []byte
	entry [32]byte // in the log or the box once it is acknowledged
}

var theFaultVote struct {
	sync.Once
	*faultVote
}

// faultVoteOf makes the vote, once for all tests.
func faultVoteOf(t testing.TB) *faultVote {
	t.Helper()
	theFaultVote.Do(func() { theFaultVote.faultVote = makeFaultVote(t) })
	if theFaultVote.faultVote == nil {
		t.Fatal("the vote could not be made")
	}
	return theFaultVote.faultVote
}

// removeFaultVote ends what faultVoteOf and programs have left.
func removeFaultVote() {
	if f := theFaultVote.faultVote; f != nil {
		os.RemoveAll(f.folder)
	}
	os.RemoveAll(programs.folder)
}

const (
	faultCast  = countStep // ballots in the box at the beginning, and counted
	faultActs  = 12        // ballots to come
	faultOwing = 2         // credentials to be asked for
)

func makeFaultVote(t testing.TB) *faultVote {
	t.Helper()
	s := newStage(t)
	s.deputies = faultCast + faultActs + 2 + faultOwing
	s.config.CountEvery = 10 * time.Millisecond
	var err error
	s.rules, err = election.SelectMajority.Rules(13, 10) // a ballot takes more than a page
	must(t, err)
	s.rules.Base = election.BaseCollected
	s.restart()
	s.begin()
	f := &faultVote{manifest: s.manifest, people: s.people, told: newAcknowledged(), staff: s.staff, presidium: s.presidium}
	var holders []*holder
	for i := range faultCast + faultActs + 2 {
		holders = append(holders, s.issued(i))
	}
	for _, h := range holders[:faultCast] {
		f.cast(s, h.finish(s, h.seal(s)))
	}
	for s.update().Promises() < faultCast {
		time.Sleep(5 * time.Millisecond)
	}
	f.told.addCheckpoint(s.do("", "GET", "/board/v1/checkpoint", nil))
	f.plan(s, holders[faultCast:])
	f.second = holders[0].finish(s, holders[0].seal(s))
	s.freePages()
	s.close()
	f.keep(t, s.folder)
	return f
}

// issued fetches a credential for a deputy, logged as the law asks.
func (s *stage) issued(i int) *holder {
	s.Helper()
	a := s.asker(i)
	got := s.issue(a.body(nil))
	cred, err := a.request.Finalize([][]byte{got.body[9:]})
	must(s, err)
	return &holder{s.manifest, s.board.State().Params(), cred, a.request.OneTimeKey()}
}

// freePages leaves pages in the database that nothing uses.
func (s *stage) freePages() {
	s.Helper()
	ctx, now := s.Context(), time.Now().Unix()
	for i := range 300 {
		must(s, s.config.DB.PutSession(ctx, [32]byte{byte(i), byte(i >> 8), 1}, string(store.RoleAdmin), now, 0, 0))
	}
	for i := range 300 {
		must(s, s.config.DB.DropSession(ctx, [32]byte{byte(i), byte(i >> 8), 1}))
	}
}

func (f *faultVote) cast(s *stage, entry []byte) {
	s.Helper()
	s.do("", "POST", "/box/v1/ballots", entry)
	f.told.addEntry(election.HashEntry(entry))
}

// plan says what is handed in next: ballots, two different ones of one of the
// credentials among them, an unused, a challenge and requests for credentials.
func (f *faultVote) plan(s *stage, holders []*holder) {
	s.Helper()
	for i := range faultOwing {
		body := s.asker(faultCast + faultActs + 2 + i).body(nil)
		n := int(body[0])<<8 | int(body[1])
		f.waiting = append(f.waiting, handing{"/votes/v1/issuances", body, election.HashEntry(body[2 : 2+n])})
	}
	for _, h := range holders[:faultActs] {
		entry := h.finish(s, h.seal(s))
		f.waiting = append(f.waiting, handing{"/box/v1/ballots", entry, election.HashEntry(entry)})
	}
	unused, err := holders[faultActs].params.NewUnused(holders[faultActs].cred, holders[faultActs].key)
	must(s, err)
	entry := (&election.Entry{Kind: election.KindUnused, Body: unused}).Marshal()
	f.waiting = append(f.waiting, handing{"/box/v1/unused", entry, election.HashEntry(entry)})
	h := holders[faultActs+1]
	sealed := h.seal(s)
	challenge, err := h.params.NewChallenge(sealed.SealCode(), h.cred, h.key)
	must(s, err)
	seal := sealed.SealCode()
	spent := &election.Entry{Kind: election.KindSpent, Body: seal[:]}
	f.waiting = append(f.waiting, handing{"/box/v1/challenges", challenge, spent.Hash()})
}

// keep moves the files to where piaojued looks for them.
func (f *faultVote) keep(t testing.TB, from string) {
	t.Helper()
	var err error
	f.folder, err = os.MkdirTemp("", "piaojue-fault-")
	must(t, err)
	copyFiles(t, from, f.folder)
	for _, name := range []string{"db", "db-box", "db-box-journal"} {
		err := os.Rename(filepath.Join(f.folder, name), filepath.Join(f.folder, "piaojue."+name))
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
	r := newRun(t, f) // makes the projects
	r.start(program(t)).stop()
	must(t, os.RemoveAll(f.folder))
	copyFiles(t, r.home(), f.folder)
}

// TestMachineVote: the vote of these tests, undisturbed, comes to its close, and
// the checker finds what was acknowledged.
func TestMachineVote(t *testing.T) {
	r := newRun(t, faultVoteOf(t))
	r.goOn("undisturbed")
	if entries, checkpoints := r.ledger.told.Len(); entries != faultCast+len(r.vote.waiting) || checkpoints < 3 {
		t.Errorf("%d entries and %d checkpoints were acknowledged", entries, checkpoints)
	}
}
