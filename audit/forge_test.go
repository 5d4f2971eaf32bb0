package audit

import (
	"bytes"
	"slices"
	"testing"

	"piaojue/election"
	"piaojue/tally"
)

// forge rebuilds the record of a vote over other entries. Who does this holds
// the log key, and the witnesses see this history only; the keys of people it
// has not.
func forge(t testing.TB, entries [][]byte) files {
	t.Helper()
	f := &writer{TB: t, store: &memory{}}
	if _, err := Append(t.Context(), f.store, 0, entries); err != nil {
		t.Fatal(err)
	}
	for i, raw := range entries {
		if e, err := election.ParseEntry(raw); err == nil && e.Kind == election.KindCollection {
			f.closing = uint64(i + 1)
		}
	}
	return f.export()
}

// An operator who drops, repeats or swaps entries, or changes one of their
// bytes, is found out, with every hash and checkpoint of the record in order.
// Only the archive entry and the destruction after it can be missing or change
// places: the record is then that of a vote which is certified all the same.
func TestVerifyForgedLog(t *testing.T) {
	w := newWriter(t, script{}).run()
	good := w.store.entries
	last := len(good) - 1 // a destruction, after the archive
	for i := thin - 1; i < len(good); i += thin {
		forged := map[string][][]byte{
			"dropped":  slices.Delete(slices.Clone(good), i, i+1),
			"repeated": slices.Insert(slices.Clone(good), i, good[i]),
		}
		if i < last {
			swapped := slices.Clone(good)
			swapped[i], swapped[i+1] = swapped[i+1], swapped[i]
			forged["swapped"] = swapped
		}
		for name, entries := range forged {
			r := verifyFiles(forge(t, entries), w.hash)
			if atEnd := name != "repeated" && i >= last-1; r.Verified != atEnd {
				logReport(t, r)
				t.Errorf("entry %d %s: verified %v", i, name, r.Verified)
			}
		}
	}
	if !verifyFiles(forge(t, good), w.hash).Verified {
		t.Error("not verified without a change")
	}
}

func TestVerifyForgedBytes(t *testing.T) {
	w := newWriter(t, script{}).run()
	good := w.store.entries
	for i := 0; i < len(good); i += thin {
		for at := i % 7; at < len(good[i]); at += 1 + len(good[i])/7 {
			entries := slices.Clone(good)
			entries[i] = flip(good[i], at)
			if r := verifyFiles(forge(t, entries), w.hash); r.Verified || !r.Failed() {
				t.Errorf("entry %d, byte %d changed: verified %v", i, at, r.Verified)
			}
		}
	}
}

// FuzzVerifyEntry puts an entry anywhere into a log. Whatever it is, the
// verifier neither panics nor lets it pass, unless nothing has changed.
func FuzzVerifyEntry(f *testing.F) {
	w := newWriter(f, script{}).run()
	for i := 0; i < len(w.store.entries); i += thin {
		e := w.store.entries[i]
		f.Add(i, e)
		f.Add(i, flip(e, len(e)-1))
	}
	f.Fuzz(func(t *testing.T, i int, raw []byte) {
		if i < 0 || i >= len(w.store.entries) || len(raw) > maxEntry {
			return
		}
		entries := slices.Clone(w.store.entries)
		entries[i] = raw
		r := verifyFiles(forge(t, entries), w.hash)
		if same := bytes.Equal(raw, w.store.entries[i]); r.Verified != same {
			t.Errorf("entry %d is %x: verified %v", i, raw, r.Verified)
		}
	})
}

// swapAggregate lets trustees open another sum than that of the ballots (attack
// K6).
func swapAggregate(w *writer, n int, body any) {
	s, ok := body.(*election.Share)
	if !ok || n != 2 {
		return
	}
	other := tally.NewAggregate(len(w.params.Grid().Positions))
	for range 6 {
		b, err := w.params.Parse(w.cast(w.voters[0], 0))
		if err != nil {
			w.Fatal(err)
		}
		if err := other.Add(b.Ciphertexts()); err != nil {
			w.Fatal(err)
		}
	}
	share, err := tally.Recover(w.setup, w.dealings, w.agreements, int(s.Index), w.statics[s.Index-1])
	if err != nil {
		w.Fatal(err)
	}
	context := tally.CloseContext(w.joint.Context(tally.VoteContext(w.hash)), w.closing, w.root(w.closing), other)
	if s.Factors, err = share.Decrypt(context, other); err != nil {
		w.Fatal(err)
	}
}
