package project

import (
	"bytes"
	"crypto/ed25519"
	"testing"

	"piaojue/testvectors"
)

// everything returns a log with entries of nearly all kinds.
func everything(t testing.TB) *world {
	w := newWorld(t)
	for _, at := range []Stage{StageDeclined, StageSolved, StageBundled, StageReserved, StageMerged, StagePending,
		StageSuspended, StageTerminated, StageClosed, StageStruck, StageSettled, StageHeld} {
		reach[at](w)
	}
	n := w.underway()
	w.do(roadsClerk, &Commitment{n, w.blob()})
	w.do(server, &Opinion{n, 1, 2, 3})
	w.do(standing, &Priority{n, "主任"})
	w.do(office, &Activity{deputyA, DutyVisit, w.Day})
	x, _ := w.State.Suggestion(1)
	w.do(office, &Withdrawal{[]Blob{x.Text}, GroundRequest})
	w.do(roadsClerk, &Request{n, RuledAdjust, w.blob()})
	book := w.book()
	w.do(standing, &Ruling{Project: n, For: RuledAdjust, Granted: true, Document: "1号", Text: w.blob(), Book: &book, Percents: []uint8{1, 2}})
	return w
}

// FuzzParseEntry: what parses re-encodes to the same bytes, and so does its
// body.
func FuzzParseEntry(f *testing.F) {
	for _, e := range everything(f).Entries {
		f.Add(e.Marshal())
	}
	for _, b := range vectors(f, "projects.json", "entry") {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		e, err := ParseEntry(b)
		if err != nil {
			return
		}
		if !bytes.Equal(e.Marshal(), b) {
			t.Error("encodes to other bytes")
		}
		body, err := ParseBody(e)
		if err != nil {
			return
		}
		if e.Signature = nil; len(e.Marshal())+ed25519.SignatureSize > MaxEntry {
			return // there is no room for a signature
		}
		again, err := NewEntry(e.Actor, e.Seq, e.Day, body)
		if err != nil || !bytes.Equal(again.Body, e.Body) {
			t.Errorf("%s encodes to another body: %v", e.Kind, err)
		}
	})
}

// FuzzApply gives a state hostile entries by everybody: none makes it panic,
// and none that is refused changes it.
func FuzzApply(f *testing.F) {
	w := everything(f)
	for _, e := range w.Entries {
		f.Add(uint8(e.Kind), e.Actor, e.Body)
	}
	f.Fuzz(func(t *testing.T, kind uint8, actor uint32, body []byte) {
		e := &Entry{Kind: Kind(kind), Day: w.State.Day(), Actor: actor, Seq: w.State.NextSeq(actor), Body: body}
		if actor == standing && e.Marshal() != nil {
			e.Sign(standingKey, w.State.ID())
		}
		size := w.State.Size()
		checked := w.State.Check(e)
		applied := w.State.Apply(e)
		if (checked == nil) != (applied == nil) || (applied == nil) != (w.State.Size() == size+1) {
			t.Errorf("Check says %v, Apply %v", checked, applied)
		}
		if applied == nil {
			checkInvariants(t, w.State)
		}
	})
}

func FuzzOpenBlob(f *testing.F) {
	file, _ := NewBlob([32]byte{1}, MediaText, []byte("文"))
	f.Add(file)
	f.Fuzz(func(t *testing.T, file []byte) {
		m, data, err := OpenBlob(file)
		if err != nil {
			return
		}
		again, b := NewBlob([32]byte(file[:32]), m, data)
		if !bytes.Equal(again, file) || b != HashBlob(file) {
			t.Error("another file")
		}
	})
}

// TestTruncated: no entry can be cut short or lengthened.
func TestTruncated(t *testing.T) {
	for _, e := range everything(t).Entries {
		raw := e.Marshal()
		for i := range raw {
			if _, err := ParseEntry(raw[:i]); err == nil {
				t.Fatalf("%s parses after %d of %d bytes", e.Kind, i, len(raw))
			}
		}
		if _, err := ParseEntry(append(raw, 0)); err == nil {
			t.Fatalf("%s parses with a byte more", e.Kind)
		}
		for i := range e.Body {
			if _, err := ParseBody(&Entry{Kind: e.Kind, Body: e.Body[:i]}); err == nil {
				t.Fatalf("body of %s parses after %d of %d bytes", e.Kind, i, len(e.Body))
			}
		}
	}
	if _, err := ParseEntry(make([]byte, MaxEntry+1)); err == nil {
		t.Error("an entry of any length parses")
	}
}

// TestRoomForSignature: the longest entry that can be made can be signed, too.
func TestRoomForSignature(t *testing.T) {
	made := func(n int) (*Entry, error) {
		members := make([]uint32, n)
		for i := range members {
			members[i] = uint32(i + 2)
		}
		return NewEntry(office, 1, NewDate(2026, 1, 2), &Bundle{Lead: 1, Members: members})
	}
	n := MaxEntry / 4
	for ; n > 0; n-- {
		e, err := made(n)
		if err != nil {
			continue
		}
		if e.Sign(standingKey, [32]byte{1}); e.Marshal() == nil {
			t.Errorf("an entry of %d members cannot be signed", n)
		}
		break
	}
	if n == 0 || n == MaxEntry/4 {
		t.Errorf("the longest has %d members", n)
	}
}

// vectors are the values of a field of the test vectors.
func vectors(f *testing.F, file, field string) [][]byte {
	f.Helper()
	all, err := testvectors.Field(file, field)
	if err != nil {
		f.Fatal(err)
	}
	return all
}
