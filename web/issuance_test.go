package web

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"

	"piaojue/ballot"
	"piaojue/client"
	"piaojue/election"
	"piaojue/group"
	"piaojue/store"
)

// asker asks for a credential of a deputy, with secrets of its own.
type asker struct {
	s       *stage
	badge   ed25519.PrivateKey
	leaf    election.Leaf
	path    [][32]byte
	request *ballot.Request
}

func (s *stage) asker(i int) *asker {
	s.Helper()
	seed := badgeSeed(number(i))
	a := &asker{s: s, badge: ed25519.NewKeyFromSeed(seed[:])}
	raw := s.do("", "GET", s.path("/roll/"+hexOf(public(a.badge))), nil)
	leaf, path, err := election.ParseLeaf(raw)
	must(s, err)
	a.leaf, a.path = leaf, path
	a.draw()
	return a
}

// draw takes other secrets than before.
func (a *asker) draw() {
	a.s.Helper()
	state := a.s.update()
	var seed [32]byte
	rand.Read(seed[:])
	var err error
	a.request, err = ballot.NewRequest(seed, a.s.manifest, state.OpeningHash(), state.Issuers())
	must(a.s, err)
}

// body is the request; change may spoil the issuance before it is signed.
func (a *asker) body(change func(*election.Issuance)) []byte {
	a.s.Helper()
	i := &election.Issuance{Opening: a.s.update().OpeningHash(), Leaf: a.leaf, Path: a.path, Vector: a.request.VectorHash()}
	if change != nil {
		change(i)
	}
	e, err := election.NewEntry(i)
	must(a.s, err)
	e.Sign(election.RoleBadge, 0, a.badge, a.s.manifest)
	return client.MarshalIssuance(e, a.request.Blinded())
}

func (s *stage) issue(body []byte) answer {
	s.Helper()
	return s.send("", "POST", s.path("/issuances"), body)
}

// TestIssuance (V7): the same request gets the same answer, also after a
// restart; other messages of the same leaf are refused.
func TestIssuance(t *testing.T) {
	s := newStage(t)
	s.begin()
	a := s.asker(0)
	first := s.issue(a.body(nil))
	if first.status != http.StatusOK || len(first.body) != 1+8+384 || first.body[0] != 0 {
		t.Fatalf("first: %d %s", first.status, first.body)
	}
	if _, err := a.request.Finalize([][]byte{first.body[9:]}); err != nil {
		t.Errorf("signature: %v", err)
	}
	size := s.update().Size()
	same := a.body(nil)
	if got := s.issue(same); !bytes.Equal(got.body, first.body) {
		t.Errorf("again: %d %s", got.status, got.body)
	}
	s.restart()
	if got := s.issue(same); !bytes.Equal(got.body, first.body) {
		t.Errorf("after a restart: %d %s", got.status, got.body)
	}
	a.draw()
	if got := s.issue(a.body(nil)); got.code() != codeIssued {
		t.Errorf("other messages: %d %s", got.status, got.body)
	}
	if got := s.update().Size(); got != size {
		t.Errorf("the log has grown from %d to %d", size, got)
	}
}

// TestParallelIssuance (V7): a hundred requests at the same time, ten with each
// of ten secrets, give one credential.
func TestParallelIssuance(t *testing.T) {
	s := newStage(t)
	s.begin()
	var bodies [][]byte
	a := s.asker(0)
	for range 10 {
		a.draw()
		bodies = append(bodies, slices.Repeat([][]byte{a.body(nil)}, 10)...)
	}
	answers := make([]answer, len(bodies))
	var wg sync.WaitGroup
	for i, body := range bodies {
		wg.Go(func() { answers[i] = s.issue(body) })
	}
	wg.Wait()
	signed := map[string]bool{}
	for _, got := range answers {
		switch {
		case got.status == http.StatusOK:
			signed[string(got.body)] = true
		case got.code() != codeIssued:
			t.Errorf("%d %s", got.status, got.body)
		}
	}
	if len(signed) != 1 {
		t.Errorf("%d different answers, want 1", len(signed))
	}
	if got := s.update().Numbers().I; got != 1 {
		t.Errorf("%d issued, want 1", got)
	}
}

// TestIssuanceRefuses: each fault by name, and nothing is logged.
func TestIssuanceRefuses(t *testing.T) {
	s := newStage(t)
	s.draft()
	s.freeze()
	s.approve()
	s.ceremony()
	s.checkIn(0, 1, 2) // not deputy 3
	s.opening(1, 0)
	size := s.update().Size()
	a, absent := s.asker(0), s.asker(3)
	thief := s.asker(1)
	thief.leaf, thief.path = a.leaf, a.path
	good := a.body(nil)
	for name, x := range map[string]struct {
		body []byte
		code code
	}{
		"empty":          {nil, codeBadForm},
		"no messages":    {good[:len(good)-384], codeBadForm},
		"one byte more":  {append(slices.Clone(good), 0), codeBadForm},
		"other messages": {append(slices.Clone(good[:len(good)-1]), good[len(good)-1]^1), codeBadForm},
		"oversized":      {make([]byte, maxIssuance+1), codeTooLarge},
		"not checked in": {absent.body(nil), codeNotCheckedIn},
		"another badge":  {thief.body(nil), codeBadBadge},
		"opening":        {a.body(func(i *election.Issuance) { i.Opening[0] ^= 1 }), codeOldEpoch},
		"leaf":           {a.body(func(i *election.Issuance) { i.Leaf.Commitment[0] ^= 1 }), codeNotInRoll},
		"path":           {a.body(func(i *election.Issuance) { i.Path = nil }), codeNotInRoll},
	} {
		if got := s.issue(x.body); got.code() != x.code {
			t.Errorf("%s: %d %s, want %s", name, got.status, got.body, x.code)
		}
	}
	if got := s.update().Size(); got != size {
		t.Errorf("the log has grown from %d to %d", size, got)
	}
	if got := s.issue(good); got.status != http.StatusOK {
		t.Errorf("a good one: %d %s", got.status, got.body)
	}
}

// TestBadBlinded: a message that no honest client sends is refused before
// anything is logged.
func TestBadBlinded(t *testing.T) {
	s := newStage(t)
	s.begin()
	a := s.asker(0)
	zero := make([]byte, 384)
	e, err := election.NewEntry(&election.Issuance{
		Opening: s.update().OpeningHash(), Leaf: a.leaf, Path: a.path, Vector: ballot.VectorHash([][]byte{zero}),
	})
	must(t, err)
	e.Sign(election.RoleBadge, 0, a.badge, s.manifest)
	size := s.update().Size()
	if got := s.issue(client.MarshalIssuance(e, [][]byte{zero})); got.code() != codeBadForm {
		t.Errorf("zero: %d %s", got.status, got.body)
	}
	if got := s.update().Size(); got != size {
		t.Errorf("the log has grown from %d to %d", size, got)
	}
}

// TestSeeds (V13): the first sealed seed is kept, signed by the badge only.
func TestSeeds(t *testing.T) {
	s := newStage(t)
	s.begin()
	a := s.asker(0)
	put := s.putSeed
	if got := put(a.leaf.Index, 1, 1, s.staff); got.code() != codeBadBadge {
		t.Errorf("another key: %d %s", got.status, got.body)
	}
	if got := put(a.leaf.Index+100, 1, 1, a.badge); got.code() != codeNotInRoll {
		t.Errorf("no such leaf: %d %s", got.status, got.body)
	}
	if got := put(a.leaf.Index, 2, 1, a.badge); got.code() != codeOldEpoch {
		t.Errorf("another epoch: %d %s", got.status, got.body)
	}
	for fill := byte(1); fill < 4; fill++ {
		if got := put(a.leaf.Index, 1, fill, a.badge); got.status != http.StatusOK || got.body[0] != 1 || len(got.body) != client.SealedSeed {
			t.Errorf("seed %d: %d %x", fill, got.status, got.body)
		}
	}
	if got := s.send("", "PUT", s.path("/seeds/0"), []byte("x")); got.code() != codeBadForm {
		t.Errorf("malformed: %d %s", got.status, got.body)
	}
}

// putSeed stores a seed of a leaf.
func (s *stage) putSeed(index uint32, epoch uint32, fill byte, key ed25519.PrivateKey) answer {
	return s.send("", "PUT", s.path(fmt.Sprintf("/seeds/%d", index)), s.seedBody(epoch, fill, key))
}

func (s *stage) seedBody(epoch uint32, fill byte, key ed25519.PrivateKey) []byte {
	body := binary.BigEndian.AppendUint32(nil, epoch)
	body = append(body, bytes.Repeat([]byte{fill}, client.SealedSeed)...)
	return append(body, group.Sign(key, "badge seed", s.manifest, body)...)
}

// TestReplacedBadge: after a badge entry the new badge speaks for its leaf, and
// the old one for nobody.
func TestReplacedBadge(t *testing.T) {
	s := newStage(t)
	s.begin()
	old := s.asker(0)
	fresh := testKey("a new badge")
	if got := s.putSeed(old.leaf.Index, 1, 1, old.badge); got.status != http.StatusOK || got.body[0] != 1 {
		t.Errorf("the old badge's seed: %d %x", got.status, got.body)
	}
	e, err := election.NewEntry(&election.Badge{Chain: s.chain(), Index: old.leaf.Index, Key: public(fresh)})
	must(t, err)
	s.signScrutineers(e, 1, 2)
	if got := s.send("", "GET", s.path("/roll/"+hexOf(public(old.badge))), nil); got.code() != codeBadBadge {
		t.Errorf("the old badge: %d %s", got.status, got.body)
	}
	if got := s.issue(old.body(nil)); got.code() != codeBadBadge {
		t.Errorf("the old badge asks: %d %s", got.status, got.body)
	}
	s.restart()
	raw := s.do("", "GET", s.path("/roll/"+hexOf(public(fresh))), nil)
	if leaf, _, err := election.ParseLeaf(raw); err != nil || leaf != old.leaf {
		t.Errorf("the new badge: %+v, %v", leaf, err)
	}
	if got := s.send("", "GET", s.path("/roll/"+hexOf(public(s.staff))), nil); got.code() != codeNotInRoll {
		t.Errorf("an unknown badge: %d %s", got.status, got.body)
	}
	if got := s.putSeed(old.leaf.Index, 1, 2, fresh); got.status != http.StatusOK || got.body[0] != 2 {
		t.Errorf("the new badge's seed: %d %x", got.status, got.body)
	}
	new := *old
	new.badge = fresh
	if got := s.issue(new.body(nil)); got.status != http.StatusOK {
		t.Errorf("the new badge asks: %d %s", got.status, got.body)
	}
}

// TestSecondIssuer: a credential needs the signature of an issuer in another
// process, which believes the log only.
func TestSecondIssuer(t *testing.T) {
	s := newStage(t)
	issuer, path := s.second()
	s.begin()
	s.startIssuer(issuer, path)
	v := s.cast(0, marks(0))
	if v.Promise() == nil {
		t.Error("no promise")
	}
	s.stopIssuer()
	if err := s.obtain(1); !refusedWith(err, codeNoIssuer) {
		t.Errorf("without it: %v", err)
	}
	s.startIssuer(issuer, path)
	must(t, s.obtain(1))
	must(t, s.obtain(0)) // again
}

// TestSecondIssuerRefuses: it signs nothing that is not in the log, and one
// vector for each leaf.
func TestSecondIssuerRefuses(t *testing.T) {
	s := newStage(t)
	issuer, path := s.second()
	s.begin()
	s.startIssuer(issuer, path)
	ask := func(body []byte) error {
		_, err := s.transport(client.Request{Method: "POST", Path: s.path("/issuances"), Body: body, Issuer: 1})
		return err
	}
	a := s.asker(0)
	body := a.body(nil)
	if err := ask(body); !refusedWith(err, codeNoIssuer) {
		t.Errorf("not in the log: %v", err)
	}
	s.issue(body)
	must(t, ask(body))
	a.draw()
	if err := ask(a.body(nil)); !refusedWith(err, codeIssued) {
		t.Errorf("other messages: %v", err)
	}
	if err := ask([]byte("x")); !refusedWith(err, codeBadForm) {
		t.Errorf("malformed: %v", err)
	}
	if _, err := s.transport(client.Request{Method: "POST", Path: "/votes/v9/issuances", Body: body, Issuer: 1}); !refusedWith(err, codeNotFound) {
		t.Errorf("another vote: %v", err)
	}
	must(t, ask(body))
}

// second adds an issuer to the vote, with a database of its own.
func (s *stage) second() (*IssuerKeys, string) {
	s.Helper()
	issuer, err := testIssuerKeys(1)
	must(s, err)
	modulus, register := issuer.Public()
	s.others = []draftIssuer{{Name: "监票人发票机", Modulus: modulus[:], Key: register, URL: "http://127.0.0.1:1"}}
	return issuer, s.TempDir() + "/issuer.db"
}

func (s *stage) startIssuer(key *IssuerKeys, path string) {
	s.Helper()
	db, err := store.OpenDB(s.Context(), path)
	must(s, err)
	i, err := OpenIssuer(s.Context(), IssuerConfig{DB: db, Key: key, Vote: s.vote, Manifest: s.manifest, Board: s.transport})
	must(s, err)
	s.issuers[1] = i.Handler()
	s.Cleanup(func() { db.Close() })
}

func (s *stage) stopIssuer() {
	s.issuers[1] = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		writeRefusal(w, &refusal{code: codeNoIssuer}, "")
	})
}

func (s *stage) obtain(i int) error {
	s.Helper()
	v := s.device(i)
	must(s, v.Identify())
	return v.Obtain()
}
