package election_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"reflect"
	"strings"
	"testing"

	"piaojue/election"
)

// TestEntryFormat spells an entry out.
func TestEntryFormat(t *testing.T) {
	e := &election.Entry{Kind: election.KindSpent, Body: []byte{0xaa, 0xbb}, Signatures: []election.Signature{
		{Role: election.RoleStaff, Sig: [64]byte{1}},
		{Role: election.RoleScrutineer, Index: 2, Sig: [64]byte{2}},
	}}
	want := "0e" + "0002" + "aabb" + "02" + "0100" + "01" + strings.Repeat("00", 63) + "0302" + "02" + strings.Repeat("00", 63)
	if got := hex.EncodeToString(e.Marshal()); got != want {
		t.Errorf("entry %s, want %s", got, want)
	}
	if got, want := e.Hash(), sha256.Sum256(append([]byte{0}, e.Marshal()...)); got != want {
		t.Errorf("hash %x, want %x", got, want)
	}
	got, err := election.ParseEntry(e.Marshal())
	if err != nil || !reflect.DeepEqual(got, e) {
		t.Errorf("parsed %v, error %v", got, err)
	}
}

// TestParseEntryErrors: each differs from a good entry in one thing.
func TestParseEntryErrors(t *testing.T) {
	sig := func(role, index byte) []byte { return append([]byte{role, index}, make([]byte, 64)...) }
	entry := func(sigs ...[]byte) []byte {
		return append([]byte{14, 0, 1, 0xaa, byte(len(sigs))}, bytes.Join(sigs, nil)...)
	}
	for name, good := range map[string][]byte{
		"unsigned": entry(), "two": entry(sig(1, 0), sig(2, 0)), "scrutineers": entry(sig(3, 1), sig(3, 2), sig(4, 1)),
	} {
		if _, err := election.ParseEntry(good); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, bad := range map[string][]byte{
		"empty":                         {},
		"kind 0":                        append([]byte{0}, entry()[1:]...),
		"kind 32":                       append([]byte{32}, entry()[1:]...),
		"trailing byte":                 append(entry(), 0),
		"cut short":                     entry(sig(1, 0))[:60],
		"body too long":                 {14, 0, 9, 0xaa, 0},
		"role 0":                        entry(sig(0, 0)),
		"role 7":                        entry(sig(7, 0)),
		"staff lead with an index":      entry(sig(1, 1)),
		"scrutineer without an index":   entry(sig(3, 0)),
		"the same signature twice":      entry(sig(1, 0), sig(1, 0)),
		"signatures in the wrong order": entry(sig(2, 0), sig(1, 0)),
		"indexes in the wrong order":    entry(sig(3, 2), sig(3, 1)),
	} {
		if _, err := election.ParseEntry(bad); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// TestMaxEntry: 65,000 bytes and not one more.
func TestMaxEntry(t *testing.T) {
	for _, c := range []struct {
		body int
		ok   bool
	}{{64996, true}, {64997, false}, {70000, false}} {
		e := &election.Entry{Kind: election.KindBallot, Body: make([]byte, c.body)}
		if got := e.Marshal() != nil; got != c.ok {
			t.Errorf("body of %d bytes: marshals %v, want %v", c.body, got, c.ok)
		}
		raw := append([]byte{13, byte(c.body >> 8), byte(c.body)}, make([]byte, c.body+1)...)
		if _, err := election.ParseEntry(raw); (err == nil) != c.ok {
			t.Errorf("body of %d bytes: error %v", c.body, err)
		}
	}
	wantRefused(t, smallVote().Until("ballots"), &election.Entry{Kind: election.KindBallot, Body: make([]byte, 65000)}, election.CheckEntryForm)
}

// TestUnknownKind: an entry that was not parsed may have any kind.
func TestUnknownKind(t *testing.T) {
	for _, k := range []election.Kind{0, 32, 255} {
		e := &election.Entry{Kind: k}
		wantRefused(t, smallVote().Until("trustees"), e, election.CheckEntryForm)
		wantRefused(t, smallVote().Until("manifest"), e, election.CheckManifestForm)
		if _, err := election.ParseBody(e); err == nil {
			t.Errorf("body of kind %d parses", k)
		}
		if election.PhaseVoting.Accepts(k) {
			t.Errorf("kind %d is accepted", k)
		}
	}
}

// TestSign: in whatever order people sign, signatures are in theirs; who signs
// again replaces the former one.
func TestSign(t *testing.T) {
	s := smallVote()
	e := &election.Entry{Kind: election.KindVoid, Body: []byte{1}}
	for _, by := range []signer{s.scrutineer(2), s.presidium(), s.scrutineer(1), s.staff(), s.presidium()} {
		e.Sign(by.role, by.index, by.key, s.Manifest.Hash())
	}
	var got []string
	for _, sig := range e.Signatures {
		got = append(got, sig.Role.String())
	}
	if want := "staff lead,presidium,scrutineer,scrutineer"; strings.Join(got, ",") != want {
		t.Errorf("signatures %v, want %s", got, want)
	}
	if _, err := election.ParseEntry(e.Marshal()); err != nil {
		t.Error(err)
	}
}

// TestNewEntry: nothing is made that others would not read.
func TestNewEntry(t *testing.T) {
	for name, b := range map[string]interface{ Marshal() []byte }{
		"text that is too long":        election.NewVoid(election.Chain{}, strings.Repeat("x", 70000)),
		"text with control characters": election.NewVoid(election.Chain{}, "a\tb"),
		"text that is not UTF-8":       election.NewVoid(election.Chain{}, "\xff"),
		"name that is too long":        &election.Trustees{Tellers: []election.Teller{{Name: strings.Repeat("x", 256)}}},
		"too many trustees":            &election.Trustees{Tellers: make([]election.Teller, 256)},
		"roll index twice":             &election.Attendance{Indexes: []uint32{1, 1}},
		"too many roll indexes":        &election.Attendance{Indexes: make([]uint32, 70000)},
		"issuers out of order":         &election.Opening{Issuers: []uint8{1, 0}},
		"sheets for nobody":            &election.Sheets{},
		"batch of no sheets":           &election.Batch{},
		"batch with a sheet too few":   &election.Batch{Sheets: 2, Invalid: 1},
		"decision without a basis":     &election.Decision{Text: "x"},
		"trustees out of order":        &election.Result{Trustees: []uint8{2, 1}},
		"index zero":                   election.NewDestruction([32]byte{}, 0),
		"manifest":                     &election.Manifest{},
		"share with index zero":        election.NewShare(1, [32]byte{}, 0, nil),
		"accused zero":                 must(election.NewComplaint([32]byte{}, 1, 0, make([]byte, 256))),
	} {
		if _, err := newEntry(b); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := newEntry(election.NewVoid(election.Chain{}, "两\n行")); err != nil {
		t.Error(err)
	}
	if _, err := election.NewComplaint([32]byte{}, 1, 2, make([]byte, 255)); err == nil {
		t.Error("evidence that is too short")
	}
}

// TestNewEntryRoom: no entry is made that the log could not hold when all have
// signed. One byte or item less, it can.
func TestNewEntryRoom(t *testing.T) {
	const body = 65000 - 4
	list := func(n int) (indexes []uint32) {
		for i := range n {
			indexes = append(indexes, uint32(i))
		}
		return indexes
	}
	text := func(n int) string { return strings.Repeat("x", n) }
	for _, c := range []struct {
		name       string
		signatures int
		most       int
		make       func(n int) (*election.Entry, error)
	}{
		{"batch", 16, (body - 16*66 - 90) / 32, func(n int) (*election.Entry, error) {
			return election.NewEntry(&election.Batch{Box: "一", Sheets: uint32(n) + 1, Invalid: 1, Entries: make([][32]byte, n)})
		}},
		{"sheets", 16, (body - 16*66 - 46) / 4, func(n int) (*election.Entry, error) {
			return election.NewEntry(&election.Sheets{Indexes: list(n)})
		}},
		{"attendance", 16, (body - 16*66 - 46) / 4, func(n int) (*election.Entry, error) {
			return election.NewEntry(&election.Attendance{Indexes: list(n)})
		}},
		{"announcement", 2, body - 2*66 - 42, func(n int) (*election.Entry, error) {
			return election.NewEntry(election.NewAnnouncement(election.Chain{}, text(n)))
		}},
		{"void", 2, body - 2*66 - 42, func(n int) (*election.Entry, error) {
			return election.NewEntry(election.NewVoid(election.Chain{}, text(n)))
		}},
		{"paper", 0, body, func(n int) (*election.Entry, error) {
			return election.NewEntry(make(election.PaperBody, n))
		}},
	} {
		e, err := c.make(c.most)
		if err != nil {
			t.Errorf("%s of %d: %v", c.name, c.most, err)
			continue
		}
		for i := range c.signatures {
			e.Signatures = append(e.Signatures, election.Signature{Role: election.RoleScrutineer, Index: uint8(i + 1)})
		}
		if e.Marshal() == nil {
			t.Errorf("%s of %d does not fit with %d signatures", c.name, c.most, c.signatures)
		}
		for _, n := range []int{c.most + 1, 70000} {
			if _, err := c.make(n); !errors.Is(err, election.ErrLong) {
				t.Errorf("%s of %d: got %v, want ErrLong", c.name, n, err)
			}
		}
	}
}

// newEntry calls NewEntry, whose parameter has a type that cannot be named.
func newEntry(b interface{ Marshal() []byte }) (*election.Entry, error) {
	switch b := b.(type) {
	case *election.Void:
		return election.NewEntry(b)
	case *election.Trustees:
		return election.NewEntry(b)
	case *election.Attendance:
		return election.NewEntry(b)
	case *election.Sheets:
		return election.NewEntry(b)
	case *election.Batch:
		return election.NewEntry(b)
	case *election.Decision:
		return election.NewEntry(b)
	case *election.Opening:
		return election.NewEntry(b)
	case *election.Collection:
		return election.NewEntry(b)
	case *election.Result:
		return election.NewEntry(b)
	case *election.Destruction:
		return election.NewEntry(b)
	case *election.Manifest:
		return election.NewEntry(b)
	case *election.Share:
		return election.NewEntry(b)
	case *election.Complaint:
		return election.NewEntry(b)
	}
	panic("no such body")
}

// TestEveryEntryRoundTrips: the whole log parses and re-encodes to the same
// bytes, entries and bodies.
func TestEveryEntryRoundTrips(t *testing.T) {
	for i, e := range smallVote().Entries {
		raw := e.Marshal()
		got, err := election.ParseEntry(raw)
		if err != nil {
			t.Errorf("entry %d: %v", i, err)
			continue
		}
		if !bytes.Equal(got.Marshal(), raw) {
			t.Errorf("entry %d, %v: encodes to other bytes", i, e.Kind)
		}
		b, ok := parsed(e).(interface{ Marshal() []byte })
		if !ok || !bytes.Equal(b.Marshal(), e.Body) {
			t.Errorf("entry %d, %v: body encodes to other bytes", i, e.Kind)
		}
	}
}

// TestKindNames: they are signed, so they must never change.
func TestKindNames(t *testing.T) {
	want := "manifest trustees dealing agreement complaint ready attendance badge opening issuance count order ballot " +
		"spent unused close collection share result certificate announcement archive destruction suspend resume void sheets batch paper decision successor"
	var got []string
	for _, k := range election.Kinds() {
		got = append(got, k.String())
	}
	if strings.Join(got, " ") != want {
		t.Errorf("names %v, want %s", got, want)
	}
	if got := election.Kind(99).String() + election.Role(9).String() + election.Role(0).String(); got != "kind 99role 9role 0" {
		t.Errorf("names %s", got)
	}
}
