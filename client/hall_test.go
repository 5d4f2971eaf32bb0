package client_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"sync"
	"testing"
	"testing/fstest"

	"golang.org/x/mod/sumdb/tlog"

	"piaojue/audit"
	"piaojue/ballot"
	"piaojue/client"
	"piaojue/election"
	"piaojue/group"
	"piaojue/tally"
)

// memory is a log in memory.
type memory struct {
	entries [][]byte
	hashes  []tlog.Hash
}

func (m *memory) Size(context.Context) (uint64, error) { return uint64(len(m.entries)), nil }

func (m *memory) ReadHashes(_ context.Context, indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		if x >= int64(len(m.hashes)) {
			return nil, fmt.Errorf("no hash %d", x)
		}
		out[i] = m.hashes[x]
	}
	return out, nil
}

func (m *memory) ReadEntries(_ context.Context, start, end uint64) ([][]byte, error) {
	return m.entries[start:end], nil
}

func (m *memory) Append(_ context.Context, size uint64, entries [][]byte, hashes []tlog.Hash) error {
	if size != uint64(len(m.entries)) {
		return audit.ErrMoved
	}
	m.entries, m.hashes = append(m.entries, entries...), append(m.hashes, hashes...)
	return nil
}

// hall is everybody but the devices under test: an honest server with its
// issuers, and the people who sign. Tests put a liar between it and a device.
type hall struct {
	t         testing.TB
	log       *memory
	state     *election.State
	manifest  *election.Manifest
	roll      *election.Roll
	staff     ed25519.PrivateKey
	presidium ed25519.PrivateKey
	logKey    ed25519.PrivateKey
	promise   ed25519.PrivateKey
	witness   ed25519.PrivateKey // cosigns all checkpoints, unless it is nil
	badges    [][32]byte         // seeds
	roles     []ed25519.PrivateKey
	tellers   []ed25519.PrivateKey
	statics   []*group.Scalar
	issuers   []*ballot.Issuer
	signed    []map[uint32][]byte // by issuer: roll index to answer
	seeds     map[string][]byte
	box       map[[32]byte][]byte // by one-time key
	spent     map[[32]byte]bool
	boxed     int // requests that were marked as going to the box

	serve func(path string) ([]byte, error) // in the place of the board, unless it is nil
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func seedOf(name string) [32]byte { return sha256.Sum256([]byte("client test " + name)) }

func keyOf(name string) ed25519.PrivateKey {
	seed := seedOf(name)
	return ed25519.NewKeyFromSeed(seed[:])
}

func public(sk ed25519.PrivateKey) [32]byte { return [32]byte(sk.Public().(ed25519.PublicKey)) }

// testIssuers are shared by all tests: making them takes a second.
var testIssuers = sync.OnceValues(func() ([]*ballot.Issuer, error) {
	a, err := ballot.GenerateIssuer()
	if err != nil {
		return nil, err
	}
	b, err := ballot.GenerateIssuer()
	return []*ballot.Issuer{a, b}, err
})

// newHall has a frozen vote of 6 deputies on 3 options, 2 of 3 trustees, and 2
// issuers.
func newHall(t testing.TB) *hall {
	t.Helper()
	h := prepareHall(t)
	h.freeze()
	return h
}

func (h *hall) freeze() {
	h.t.Helper()
	h.append(entry(election.NewEntry(h.manifest)), h.staffSign, h.presidiumSign)
}

// prepareHall has a vote whose manifest is not logged yet.
func prepareHall(t testing.TB) *hall {
	t.Helper()
	issuers, err := testIssuers()
	check(t, err)
	h := &hall{
		t: t, log: &memory{}, issuers: issuers,
		staff: keyOf("staff"), presidium: keyOf("presidium"), logKey: keyOf("log"), promise: keyOf("promise"),
		signed: []map[uint32][]byte{{}, {}},
		seeds:  map[string][]byte{}, box: map[[32]byte][]byte{}, spent: map[[32]byte]bool{},
	}
	h.state = election.NewState(func(size uint64) ([32]byte, error) {
		return audit.RootAt(t.Context(), h.log, size)
	})
	for i := range 3 {
		h.roles = append(h.roles, keyOf(fmt.Sprint("scrutineer", i)))
		h.tellers = append(h.tellers, keyOf(fmt.Sprint("teller", i)))
		h.statics = append(h.statics, tally.GenerateStatic())
	}
	h.newManifest()
	return h
}

// enrol makes a roll of n deputies, before the freeze.
func (h *hall) enrol(n int) {
	h.t.Helper()
	h.badges = nil
	leaves := make([]election.Leaf, n)
	for i := range leaves {
		seed := seedOf(fmt.Sprint("badge", i))
		h.badges = append(h.badges, seed)
		leaves[i] = election.Leaf{Index: uint32(i), Key: public(ed25519.NewKeyFromSeed(seed[:])), Commitment: seedOf(fmt.Sprint("number", i))}
	}
	roll, err := election.NewRoll(leaves)
	check(h.t, err)
	h.roll, h.manifest.Deputies, h.manifest.RollRoot = roll, uint32(n), roll.Root()
}

func (h *hall) newManifest() {
	rules, err := election.SelectMajority.Rules(3, 2)
	check(h.t, err)
	h.manifest = &election.Manifest{
		Suite: election.Suite, Origin: "hall.example/vote", Congress: "示例市人民代表大会", Session: "第一次会议", Title: "票决", Date: "2026-01-12",
		Kind: election.Demonstration, Round: 1, Rules: rules,
		StaffKey: public(h.staff), Presidium: public(h.presidium), Trustees: 3, Threshold: 2,
		LogKey: public(h.logKey), Promise: public(h.promise), Policy: "quorum none\n", MinBallots: 2,
	}
	for i := range 3 {
		h.manifest.Options = append(h.manifest.Options, election.Option{ID: fmt.Sprint(i + 1), Name: fmt.Sprint("项目", i+1)})
	}
	h.enrol(6)
	for i, k := range h.issuers {
		h.manifest.Issuers = append(h.manifest.Issuers, election.Issuer{Name: fmt.Sprint("issuer ", i), Modulus: [384]byte(k.PublicKey().Modulus()), Key: public(keyOf(fmt.Sprint("register ", i)))})
	}
}

type signing func(*election.Entry)

func (h *hall) staffSign(e *election.Entry) {
	e.Sign(election.RoleStaff, 0, h.staff, h.manifest.Hash())
}
func (h *hall) presidiumSign(e *election.Entry) {
	e.Sign(election.RolePresidium, 0, h.presidium, h.manifest.Hash())
}
func (h *hall) logSign(e *election.Entry) {
	e.Sign(election.RoleLog, 0, h.logKey, h.manifest.Hash())
}
func (h *hall) scrutineerSign(i int) signing {
	return func(e *election.Entry) {
		e.Sign(election.RoleScrutineer, uint8(i), h.roles[i-1], h.manifest.Hash())
	}
}

func (h *hall) tellerSign(i int) signing {
	return func(e *election.Entry) {
		e.Sign(election.RoleTeller, uint8(i), h.tellers[i-1], h.manifest.Hash())
	}
}

// entry is election.NewEntry for what must not fail.
func entry(e *election.Entry, err error) *election.Entry {
	if err != nil {
		panic(err)
	}
	return e
}

// append signs an entry and appends it.
func (h *hall) append(e *election.Entry, signers ...signing) {
	h.t.Helper()
	for _, sign := range signers {
		sign(e)
	}
	check(h.t, h.post(e))
}

// post appends a complete entry, as an honest server does.
func (h *hall) post(e *election.Entry) error {
	if err := h.state.Apply(e); err != nil {
		return err
	}
	_, err := audit.Append(h.t.Context(), h.log, uint64(len(h.log.entries)), [][]byte{e.Marshal()})
	return err
}

func (h *hall) chain() election.Chain {
	return election.Chain{Prev: h.state.Prev(), Time: 1768180000}
}

// approve names the scrutineers.
func (h *hall) approve() {
	h.t.Helper()
	b := &election.Trustees{Chain: h.chain()}
	for i, role := range h.roles {
		b.Scrutineers = append(b.Scrutineers, election.Scrutineer{
			Name: fmt.Sprint("监票人", i+1), RoleKey: public(role),
			StaticKey: [32]byte(group.NewElement().ScalarBaseMult(h.statics[i]).Bytes()),
		})
	}
	for _, k := range h.tellers {
		b.Tellers = append(b.Tellers, election.Teller{Name: "计票人", RoleKey: public(k)})
	}
	h.append(entry(election.NewEntry(b)), h.presidiumSign)
}

// trustee returns a device of trustee i, 1 to 3, on a fresh Board.
func (h *hall) trustee(i int) *client.Trustee {
	h.t.Helper()
	tr, err := client.NewTrustee(h.board(h.send), h.roles[i-1], h.statics[i-1])
	check(h.t, err)
	return tr
}

// ceremony lets the trustees' devices run it to its end.
func (h *hall) ceremony() {
	h.t.Helper()
	for round := 0; h.state.Phase() == election.PhaseApproved; round++ {
		if round == 5 {
			h.t.Fatal("the ceremony does not end")
		}
		for i := 1; i <= 3; i++ {
			e, err := h.trustee(i).Next()
			if err == nil && e != nil {
				err = h.post(e)
			}
			if err != nil && !errors.Is(err, client.ErrWait) {
				h.t.Fatal(err)
			}
		}
	}
}

// open checks in the first five deputies and opens with the given issuers.
func (h *hall) open(issuers ...uint8) {
	h.t.Helper()
	h.append(entry(election.NewEntry(&election.Attendance{Chain: h.chain(), Indexes: []uint32{0, 1, 2, 3, 4}, Present: 5})), h.scrutineerSign(1), h.scrutineerSign(2))
	h.append(entry(election.NewEntry(&election.Opening{Chain: h.chain(), Epoch: 1, Issuers: issuers})), h.staffSign, h.presidiumSign)
}

// voting is a hall where the vote is open.
func voting(t testing.TB) *hall {
	t.Helper()
	h := newHall(t)
	h.approve()
	h.ceremony()
	h.open(0, 1)
	return h
}

// close moves the box to the log, and collects.
func (h *hall) close() {
	h.t.Helper()
	h.shut()
	h.append(entry(election.NewEntry(h.state.ExpectedCollection(1768180100))), h.scrutineerSign(1), h.scrutineerSign(2))
}

// shut moves the box to the log.
func (h *hall) shut() {
	h.t.Helper()
	root, err := audit.RootAt(h.t.Context(), h.log, h.state.Size())
	check(h.t, err)
	h.append(entry(election.NewEntry(&election.Order{Chain: h.chain(), Epoch: 1, Size: h.state.Size(), Root: root})), h.staffSign, h.presidiumSign)
	var ballots, unused []*election.Entry
	for _, raw := range h.box {
		e, err := election.ParseEntry(raw)
		check(h.t, err)
		if e.Kind == election.KindBallot {
			ballots = append(ballots, e)
		} else {
			unused = append(unused, e)
		}
	}
	h.postSorted(ballots)
	var spent []*election.Entry
	for seal := range h.spent {
		e, err := election.NewEntry(&election.Spent{Seal: seal})
		check(h.t, err)
		spent = append(spent, e)
	}
	h.postSorted(spent)
	h.postSorted(unused)
	h.append(entry(election.NewEntry(h.state.ExpectedClose())), h.logSign)
}

func (h *hall) postSorted(entries []*election.Entry) {
	h.t.Helper()
	slices.SortFunc(entries, func(a, b *election.Entry) int {
		x, y := a.Hash(), b.Hash()
		return bytes.Compare(x[:], y[:])
	})
	for _, e := range entries {
		check(h.t, h.post(e))
	}
}

func (h *hall) board(send client.Transport) *client.Board {
	h.t.Helper()
	b := client.NewBoard(send, "v", h.manifest.Hash())
	check(h.t, b.Update())
	return b
}

func (h *hall) checkpoint(size uint64) []byte {
	root, err := audit.RootAt(h.t.Context(), h.log, size)
	check(h.t, err)
	note, err := audit.Sign(audit.Checkpoint{Origin: h.manifest.Origin, Size: size, Root: root}, h.logKey)
	check(h.t, err)
	if h.witness != nil {
		line, err := audit.Cosign(note, "witness.example", h.witness, 1768180000)
		check(h.t, err)
		note = append(note, line...)
	}
	return note
}

// record is the vote's record as it stands.
func (h *hall) record() *audit.Record {
	h.t.Helper()
	return audit.OpenRecord(h.recordFiles())
}

func (h *hall) recordFiles() fstest.MapFS {
	h.t.Helper()
	files := fstest.MapFS{}
	var closing []byte
	if size := h.state.ClosingSize(); size > 0 {
		closing = h.checkpoint(size)
	}
	err := audit.WriteRecord(h.t.Context(), h.log, h.checkpoint(h.state.Size()), closing, func(path string, data []byte) error {
		files[path] = &fstest.MapFile{Data: data, Mode: fs.FileMode(0o644)}
		return nil
	})
	check(h.t, err)
	return files
}
