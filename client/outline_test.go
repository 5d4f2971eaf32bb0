package client_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"piaojue/audit"
	"piaojue/client"
	"piaojue/election"
)

func (h *hall) outline(send client.Transport) (*client.Outline, error) {
	o := client.NewOutline(send, "v", h.manifest.Hash())
	return o, o.Update()
}

// closedBox is a hall after the close: three ballots, one credential unused, one
// seal code spent.
func closedBox(t *testing.T) (h *hall, cast, unused [32]byte) {
	t.Helper()
	h = voting(t)
	cast = h.cast(0, choice(0)).Promise().Entry
	h.cast(1, choice(1, 2))
	h.cast(2, ballotSpoiled)
	v := h.credentialed(h.send, 3)
	_, err := v.Seal(choice(0))
	check(t, err)
	_, err = v.Challenge()
	check(t, err)
	check(t, v.Decline())
	unused = v.Promise().Entry
	h.close()
	return h, cast, unused
}

// at returns the hash of the only entry of a kind, and its index.
func (h *hall) at(kind election.Kind) (hash [32]byte, index uint64) {
	h.t.Helper()
	for i, raw := range h.log.entries {
		if election.Kind(raw[0]) == kind {
			return election.HashEntry(raw), uint64(i)
		}
	}
	h.t.Fatalf("no %s", kind)
	return hash, 0
}

// TestOutline: what the hashes say is what the whole log says.
func TestOutline(t *testing.T) {
	h, cast, unused := closedBox(t)
	o, err := h.outline(h.send)
	check(t, err)
	b := h.board(h.send)
	spent, _ := h.at(election.KindSpent)
	for want, entry := range map[election.Kind][32]byte{election.KindBallot: cast, election.KindUnused: unused, election.KindSpent: spent} {
		for _, start := range [][]byte{entry[:], entry[:8]} {
			found := o.Find(start)
			if len(found) != 1 || found[0].Kind != want || found[0].Entry != entry {
				t.Fatalf("%s: found %v", want, found)
			}
			if index, _ := b.Find(entry); found[0].Index != index {
				t.Errorf("%s: at %d, the board says %d", want, found[0].Index, index)
			}
		}
	}
	_, at := h.at(election.KindClose)
	if c, index := o.Close(); index != at || c.Ballots != 3 || c.Unused != 1 || c.Spent != 1 {
		t.Errorf("close entry %+v at %d, want %d", c, index, at)
	}
	if _, first := h.at(election.KindBallot); !slices.Equal(pair(o.Ballots()), []uint64{first, first + 3}) {
		t.Errorf("ballots at %v, not from %d", pair(o.Ballots()), first)
	}
	if c := o.Closing(); c == nil || c.Size != h.state.ClosingSize() || o.Voided() || o.Manifest().Title != h.manifest.Title {
		t.Errorf("closing %v, void %v", c, o.Voided())
	}
	got, err := o.Receipt(cast)
	check(t, err)
	want, err := b.Receipt(cast)
	check(t, err)
	if !bytes.Equal(got.Marshal(), want.Marshal()) {
		t.Error("its receipt is not that of the board")
	}
	check(t, o.CheckReceipt(cast, got))
	check(t, b.CheckReceipt(cast, got))
	if err := o.CheckReceipt(unused, got); !errors.Is(err, audit.ErrReceipt) {
		t.Errorf("the receipt proves another entry: %v", err)
	}
}

func pair(a, b uint64) []uint64 { return []uint64{a, b} }

// TestOutlineFindsNoOther: codes of entries that never were in the box are no
// ballots, whatever stands in the log under them; the twin is one.
func TestOutlineFindsNoOther(t *testing.T) {
	h, cast, _ := closedBox(t)
	o, err := h.outline(h.send)
	check(t, err)
	for _, kind := range []election.Kind{election.KindManifest, election.KindIssuance, election.KindOrder, election.KindClose, election.KindCollection} {
		entry, _ := h.at(kind)
		if found := o.Find(entry[:]); len(found) != 1 || found[0].Kind != 0 {
			t.Errorf("%s: %v", kind, found)
		}
	}
	if found := o.Find(cast[:]); len(found) != 1 || found[0].Kind != election.KindBallot {
		t.Errorf("the twin: %v", found)
	}
	absent := cast
	absent[31] ^= 1
	if found := o.Find(absent[:]); found != nil {
		t.Errorf("absent: %v", found)
	}
	if _, err := o.Receipt(absent); !errors.Is(err, client.ErrNotLogged) {
		t.Errorf("absent: %v", err)
	}
	if found := o.Find(nil); found != nil {
		t.Errorf("nothing was asked: %v", found)
	}
}

// TestOutlineAsksForNothingElse: the requests are the same whatever will be
// looked for, and no bundle is fetched for a ballot's sake: it would tell the
// server whose ballot is in it (attack V14).
func TestOutlineAsksForNothingElse(t *testing.T) {
	h, cast, unused := closedBox(t)
	var asked []string
	o, err := h.outline(func(r client.Request) ([]byte, error) {
		asked = append(asked, r.Method+" "+strings.TrimPrefix(r.Path, "/board/v/"))
		return h.send(r)
	})
	check(t, err)
	size := h.state.Size()
	want := []string{"GET checkpoint"}
	for _, t := range audit.Leaves(0, size) {
		want = append(want, "GET "+t.Path())
	}
	bundle := "GET " + audit.Bundles(size-1, size)[0].Path()
	want = append(want, bundle, "GET closing")
	if !slices.Equal(asked, want) {
		t.Errorf("asked for %q, want %q", asked, want)
	}
	o.Find(cast[:])
	_, err = o.Receipt(unused)
	check(t, err)
	if len(asked) != len(want) {
		t.Errorf("asked for more: %q", asked[len(want):])
	}
	check(t, o.Update())
	if more := asked[len(want):]; !slices.Equal(more, want[:1]) {
		t.Errorf("when nothing is new, asked for %q", more)
	}
}

// TestOutlineRefuses (S1, S2, B7): each lie about the hashes, the manifest or
// the end of the log is found, and its twin is not.
func TestOutlineRefuses(t *testing.T) {
	h, _, _ := closedBox(t)
	if _, err := h.outline(h.send); err != nil {
		t.Fatalf("the twin: %v", err)
	}
	other := func(size uint64, root [32]byte) func([]byte) []byte {
		return func([]byte) []byte {
			note, err := audit.Sign(audit.Checkpoint{Origin: h.manifest.Origin, Size: size, Root: root}, h.logKey)
			check(t, err)
			return note
		}
	}
	size := h.state.Size()
	tests := []struct {
		name, path string
		change     func([]byte) []byte
	}{
		{"alteredTile", "tile/0/", flip(-1)},
		{"alteredFirstHash", "tile/0/", flip(0)},
		{"shortTile", "tile/0/", func(b []byte) []byte { return b[:len(b)-32] }},
		{"alteredEntry", "tile/entries/", flip(-1)},
		{"alteredManifest", "tile/entries/", flip(20)},
		{"cutBundle", "tile/entries/", func(b []byte) []byte { return b[:len(b)-1] }},
		{"wrongRoot", "/checkpoint", other(size, [32]byte{1})},
		{"tooLarge", "/checkpoint", other(audit.MaxSize+1, [32]byte{1})},
		{"emptyLog", "/checkpoint", func([]byte) []byte { return h.checkpoint(0) }},
		{"brokenSignature", "/checkpoint", flip(-3)},
		{"noCheckpoint", "/checkpoint", func([]byte) []byte { return nil }},
		{"wrongClosingRoot", "/closing", other(h.state.ClosingSize(), [32]byte{1})},
		{"closingElsewhere", "/closing", func([]byte) []byte { return h.checkpoint(h.state.ClosingSize() - 1) }},
		{"closingOfOne", "/closing", func([]byte) []byte { return h.checkpoint(1) }},
		{"brokenClosing", "/closing", func([]byte) []byte { return []byte("no note") }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			o, err := h.outline(h.changing(test.path, test.change))
			if !errors.Is(err, client.ErrBoard) {
				t.Fatalf("error %v, want ErrBoard", err)
			}
			if err := o.Update(); !errors.Is(err, client.ErrBoard) {
				t.Errorf("a broken outline recovers: %v", err)
			}
		})
	}
	if err := client.NewOutline(h.send, "v", [32]byte{1}).Update(); !errors.Is(err, client.ErrBoard) {
		t.Errorf("another manifest: %v", err)
	}
}

// TestOutlineBeforeClose: nothing is found, and there is no receipt.
func TestOutlineBeforeClose(t *testing.T) {
	h := voting(t)
	code := h.cast(0, choice(0)).Promise().Entry
	o, err := h.outline(h.send)
	check(t, err)
	c, _ := o.Close()
	if from, to := o.Ballots(); c != nil || from != 0 || to != 0 || o.Find(code[:]) != nil || o.Closing() != nil {
		t.Error("there is something in the box before the close")
	}
	if _, err := o.Receipt(code); !errors.Is(err, client.ErrNotClosed) {
		t.Errorf("error %v, want ErrNotClosed", err)
	}
	h.cast(1, choice(1))
	h.close()
	check(t, o.Update())
	if found := o.Find(code[:]); len(found) != 1 || found[0].Kind != election.KindBallot {
		t.Errorf("after the close: %v", found)
	}
	check(t, o.Update())
}

// TestOutlineVoid: a vote that was declared void, in any phase, says so, also
// when trustees have destroyed their keys after it.
func TestOutlineVoid(t *testing.T) {
	void := func(h *hall) {
		h.append(entry(election.NewEntry(election.NewVoid(h.chain(), "停电"))), h.staffSign, h.presidiumSign)
	}
	h := voting(t)
	void(h)
	o, err := h.outline(h.send)
	check(t, err)
	if c, _ := o.Close(); c != nil || !o.Voided() {
		t.Errorf("while voting: close %v, void %v", c, o.Voided())
	}
	h, cast, _ := closedBox(t)
	void(h)
	trustees, _ := h.at(election.KindTrustees)
	h.append(entry(election.NewEntry(election.NewDestruction(trustees, 2))), h.scrutineerSign(2))
	o, err = h.outline(h.send)
	check(t, err)
	if found := o.Find(cast[:]); !o.Voided() || len(found) != 1 || found[0].Kind != election.KindBallot {
		t.Errorf("after the collection: %v, void %v", found, o.Voided())
	}
}

// TestOutlineWithoutClosing: until the witnesses have cosigned the closing
// checkpoint, the latest one has to do; a server that hides it when the box is
// open gets no answer believed.
func TestOutlineWithoutClosing(t *testing.T) {
	h, cast, _ := closedBox(t)
	hiding := func(r client.Request) ([]byte, error) {
		if strings.HasSuffix(r.Path, "/closing") {
			return nil, &client.Refusal{Status: 404}
		}
		return h.send(r)
	}
	o, err := h.outline(hiding)
	check(t, err)
	if found := o.Find(cast[:]); o.Closing() != nil || len(found) != 1 || found[0].Kind != election.KindBallot {
		t.Errorf("closing %v, found %v", o.Closing(), found)
	}
	e, _, err := h.trustee(1).Share(h.record(), nil)
	check(t, err)
	check(t, h.post(e))
	if _, err := h.outline(hiding); !errors.Is(err, client.ErrStale) {
		t.Errorf("error %v, want ErrStale", err)
	}
	if _, err := h.outline(h.send); err != nil {
		t.Errorf("the twin: %v", err)
	}
}

// TestOutlineWitnesses (B7, S1): nothing is believed before enough witnesses
// have cosigned. While the closing checkpoint waits for them, the latest one,
// which they have cosigned, holds the box as well.
func TestOutlineWitnesses(t *testing.T) {
	key, err := audit.WitnessKey("witness.example", public(keyOf("witness")))
	check(t, err)
	h := prepareHall(t)
	h.witness = keyOf("witness")
	h.manifest.Policy = "witness w " + key.String() + "\nquorum w\n"
	h.freeze()
	h.approve()
	h.ceremony()
	h.open(0)
	h.cast(0, choice(0))
	h.cast(1, choice(1))
	h.close()
	alone := func(path string) client.Transport {
		return h.changing(path, func(b []byte) []byte { return b[:bytes.LastIndex(b, []byte("— "))] })
	}
	if o, err := h.outline(alone("/checkpoint")); !errors.Is(err, client.ErrStale) || o.Checkpoint() != nil {
		t.Errorf("error %v, want ErrStale", err)
	}
	o, err := h.outline(alone("/closing"))
	check(t, err)
	if from, to := o.Ballots(); o.Closing() != nil || to-from != 2 {
		t.Errorf("closing %v, %d ballots", o.Closing(), to-from)
	}
	check(t, err)
	o, err = h.outline(h.send)
	check(t, err)
	if c := o.Closing(); c == nil || len(c.Witnesses) != 1 || len(o.Checkpoint().Witnesses) != 1 {
		t.Errorf("the twin: closing %v", c)
	}
}

// TestOutlineRollback (S1, S2): a log that went back is not followed, whether
// it is the beginning of what was seen or another.
func TestOutlineRollback(t *testing.T) {
	h, _, _ := closedBox(t)
	served := h.send
	o, err := h.outline(func(r client.Request) ([]byte, error) { return served(r) })
	check(t, err)
	served = h.sendSize(h.state.Size() - 1)
	if err := o.Update(); !errors.Is(err, client.ErrStale) {
		t.Errorf("lagging: error %v, want ErrStale", err)
	}
	served = h.send
	check(t, o.Update())
	h.rewrite(1, h.log.entries[2])
	served = h.sendSize(h.state.Size() - 1)
	if err := o.Update(); !errors.Is(err, client.ErrBoard) {
		t.Errorf("otherHistory: error %v, want ErrBoard", err)
	}
}

// TestOutlineOfRecord: a record on a disk is outlined like a server's.
func TestOutlineOfRecord(t *testing.T) {
	h, cast, _ := closedBox(t)
	o, err := h.outline(client.Offline(h.recordFiles(), "v"))
	check(t, err)
	if found := o.Find(cast[:]); len(found) != 1 || o.Closing() == nil {
		t.Errorf("found %v", found)
	}
	early := voting(t)
	_, err = early.outline(client.Offline(early.recordFiles(), "v"))
	check(t, err)
}
