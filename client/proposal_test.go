package client_test

import (
	"errors"
	"testing"
	"testing/fstest"

	"piaojue/audit"
	"piaojue/client"
	"piaojue/election"
)

// hallTime is the clock of who proposes.
const hallTime = 1768180000

// pass proposes an entry by the board's words, checks it and logs it.
func (h *hall) pass(b *client.Board, e *election.Entry, err error, sign ...signing) {
	h.t.Helper()
	check(h.t, err)
	if _, err := b.CheckProposal(e); err != nil {
		h.t.Fatalf("%v: %v", e.Kind, err)
	}
	h.append(e, sign...)
	check(h.t, b.Update())
}

// TestPropose takes a vote to its archive by entries that the Board builds and
// finds credible.
func TestPropose(t *testing.T) {
	h := voting(t)
	for badge := range 3 {
		h.cast(badge, choice(0))
	}
	b := h.board(h.send)
	if _, err := b.ProposeCollection(hallTime); !errors.Is(err, client.ErrEarly) {
		t.Errorf("collection before the close: %v", err)
	}
	if _, err := b.ProposeCertificate(hallTime); !errors.Is(err, client.ErrEarly) {
		t.Errorf("certificate before the result: %v", err)
	}
	e, err := b.ProposeNotice(election.KindSuspend, hallTime, "停电")
	h.pass(b, e, err, h.staffSign, h.presidiumSign)
	e, err = b.ProposeNotice(election.KindResume, hallTime, "来电")
	h.pass(b, e, err, h.staffSign, h.presidiumSign)
	e, err = b.ProposeOrder(hallTime)
	check(t, err)
	if _, err := b.CheckProposal(e); err != nil {
		t.Error(err)
	}
	if _, err := b.ProposeNotice(election.KindOrder, hallTime, "x"); err == nil {
		t.Error("an order is no notice")
	}
}

// TestProposeOpening: an opening names the next epoch and all issuers, if none
// are named.
func TestProposeOpening(t *testing.T) {
	h := newHall(t)
	h.approve()
	h.ceremony()
	b := h.board(h.send)
	e, err := b.ProposeOpening(hallTime, nil)
	check(t, err)
	// Nobody is present yet.
	if _, err := b.CheckProposal(e); !errors.Is(err, client.ErrProposal) {
		t.Errorf("opening without quorum: %v", err)
	}
	h.append(entry(election.NewEntry(&election.Attendance{Chain: h.chain(), Indexes: []uint32{0, 1, 2, 3, 4}, Present: 5})),
		h.scrutineerSign(1), h.scrutineerSign(2))
	check(t, b.Update())
	e, err = b.ProposeOpening(hallTime, nil)
	h.pass(b, e, err, h.staffSign, h.presidiumSign)
	if got := b.State().Opening(); got.Epoch != 1 || len(got.Issuers) != 2 {
		t.Errorf("opening %+v", got)
	}
}

// TestCheckProposalRefuses (K1): a server that proposes what is not so is found
// out before anybody signs, though each entry has the right form.
func TestCheckProposalRefuses(t *testing.T) {
	h := voting(t)
	b := h.board(h.send)
	c := func() election.Chain { return election.Chain{Prev: b.State().Prev(), Time: hallTime} }
	present := b.State().Numbers().P
	tests := map[string]*election.Entry{
		"present":    entry(election.NewEntry(&election.Attendance{Chain: c(), Indexes: []uint32{5}, Present: present + 2})),
		"rollIndex":  entry(election.NewEntry(&election.Attendance{Chain: c(), Indexes: []uint32{6}, Present: present + 1})),
		"chain":      entry(election.NewEntry(&election.Attendance{Chain: election.Chain{Time: hallTime}, Indexes: []uint32{5}, Present: present + 1})),
		"badKey":     entry(election.NewEntry(&election.Badge{Chain: c(), Index: 5})),
		"noLeaf":     entry(election.NewEntry(&election.Badge{Chain: c(), Index: 6, Key: public(keyOf("fresh"))})),
		"epoch":      entry(election.NewEntry(&election.Opening{Chain: c(), Epoch: 3, Issuers: []uint8{0}})),
		"noIssuer":   entry(election.NewEntry(&election.Opening{Chain: c(), Epoch: 2, Issuers: []uint8{0, 2}})),
		"phase":      entry(election.NewEntry(&election.Collection{Chain: c()})),
		"orderEpoch": entry(election.NewEntry(&election.Order{Chain: c(), Epoch: 2, Size: b.Checkpoint().Size, Root: b.Checkpoint().Root})),
	}
	for name, e := range tests {
		if _, err := b.CheckProposal(e); !errors.Is(err, client.ErrProposal) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, e := range map[string]*election.Entry{ // the twins
		"attendance": entry(election.NewEntry(&election.Attendance{Chain: c(), Indexes: []uint32{5}, Present: present + 1})),
		"badge":      entry(b.ProposeBadge(hallTime, 5, public(keyOf("fresh")))),
		"opening":    entry(b.ProposeOpening(hallTime, []uint8{1})),
	} {
		if _, err := b.CheckProposal(e); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSigner(t *testing.T) {
	h := newHall(t)
	h.approve()
	b := h.board(h.send)
	s := b.State()
	for _, test := range []struct {
		role  election.Role
		key   string
		index uint8
	}{
		{election.RoleStaff, "staff", 0},
		{election.RolePresidium, "presidium", 0},
		{election.RoleScrutineer, "scrutineer1", 2},
		{election.RoleTeller, "teller1", 2},
	} {
		p, err := client.NewSigner(test.role, keyOf(test.key), s.Manifest(), s)
		if err != nil || p.Index != test.index {
			t.Fatalf("%s: got %+v, %v", test.key, p, err)
		}
		if _, err := client.NewSigner(test.role, keyOf("stranger"), s.Manifest(), s); !errors.Is(err, client.ErrUnknownKey) {
			t.Errorf("%v: a stranger signs: %v", test.role, err)
		}
	}
	if _, err := client.NewSigner(election.RoleScrutineer, keyOf("scrutineer1"), s.Manifest(), nil); err == nil {
		t.Error("a scrutineer signs a manifest")
	}
	void, err := b.ProposeNotice(election.KindVoid, hallTime, "x")
	check(t, err)
	wanted, err := s.Wanted(void)
	check(t, err)
	chief, err := client.NewSigner(election.RoleScrutineer, keyOf("scrutineer0"), s.Manifest(), s)
	check(t, err)
	staff, err := client.NewSigner(election.RoleStaff, keyOf("staff"), s.Manifest(), s)
	check(t, err)
	if chief.May(wanted) || !staff.May(wanted) {
		t.Error("May disagrees with who must sign")
	}
	staff.Sign(void, s.ManifestHash())
	h.append(void, h.presidiumSign)
	check(t, b.Update())
}

// TestFetchRecord: what is fetched is a record, and serves as a board offline.
func TestFetchRecord(t *testing.T) {
	h := newHall(t)
	h.approve()
	send := func(r client.Request) ([]byte, error) {
		if r.Path == "/board/v/closing" {
			return nil, &client.Refusal{Status: 404}
		}
		return h.send(r)
	}
	files, last := fstest.MapFS{}, 0
	check(t, client.FetchRecord(send, "v", func(done, total int) { last = total - done }, func(path string, data []byte) error {
		files[path] = &fstest.MapFile{Data: data}
		return nil
	}))
	if last != 0 {
		t.Errorf("progress ends %d files early", last)
	}
	hash := h.manifest.Hash()
	if r := audit.Verify(audit.OpenRecord(files), audit.Options{Manifest: &hash}); r.Failed() {
		t.Errorf("the record fails: %v", r.Findings)
	}
	b := client.NewBoard(client.Offline(files, "v"), "v", hash)
	b.Keep()
	check(t, b.Update())
	if got, want := len(b.Entries()), len(h.log.entries); got != want || string(b.Entries()[1]) != string(h.log.entries[1]) {
		t.Errorf("kept %d entries of %d", got, want)
	}
	if err := client.NewVoter(b, h.badges[0]).Identify(); err == nil {
		t.Error("a record answers for the roll")
	}
	lost := func(r client.Request) ([]byte, error) { return nil, errLost }
	none := func(string, []byte) error { return nil }
	if err := client.FetchRecord(lost, "v", func(int, int) {}, none); !errors.Is(err, errLost) {
		t.Errorf("error %v", err)
	}
}
