package election_test

import (
	"errors"
	"reflect"
	"slices"
	"testing"

	"piaojue/election"
)

// applied takes entries into the state of s with an Applier that verifies so many
// at a time, until the first that is refused, or until the end if bad ballots are
// skipped. It returns the checks that failed.
func applied(s *script, entries []*election.Entry, workers, chunk int, skip bool) (failed []election.CheckID) {
	refused := func(_ *election.Entry, err error) bool {
		var c *election.CheckError
		if !errors.As(err, &c) || c.Index != s.State.Size() {
			panic(err)
		}
		failed = append(failed, c.Check)
		return skip && s.State.SkipBallot() == nil
	}
	a := election.NewApplier(s.State, workers, refused)
	election.SetChunk(a, chunk)
	defer a.Stop()
	for _, e := range entries {
		s.log(e)
		if own := *e; a.Takes(e) {
			if !a.Add(&own, e.Hash()) {
				a.Drain() // of what has come behind it nothing is applied
				return failed
			}
			continue
		}
		if !a.Drain() {
			return failed
		}
		if err := s.State.Apply(e); err != nil && !refused(e, err) {
			return failed
		}
	}
	if !a.Drain() {
		a.Drain()
	}
	return failed
}

// TestApplier: it comes to the same state as one entry after the other.
func TestApplier(t *testing.T) {
	full := smallVote()
	for _, workers := range []int{0, 1, 3} {
		s := full.Until("issuance")
		if failed := applied(s, full.Entries[full.Marks["issuance"]:], workers, 1+workers, false); failed != nil {
			t.Errorf("%d workers: %v", workers, failed)
		}
		if s.State.Prev() != full.State.Prev() || s.State.Phase() != full.State.Phase() || !reflect.DeepEqual(s.State.Result(), full.State.Result()) {
			t.Errorf("%d workers: %v, %+v", workers, s.State.Phase(), s.State.Result())
		}
	}
}

// TestApplierRefuses: a bad ballot is refused in its place, with the check that
// Apply names, and none after it is applied unless somebody says so.
func TestApplierRefuses(t *testing.T) {
	full := smallVote()
	from := full.Marks["ballots"]
	good := full.Entries[from:full.Marks["close"]]
	last := slices.IndexFunc(good, func(e *election.Entry) bool { return e.Kind == election.KindUnused })
	for name, test := range map[string]struct {
		at   int
		bad  *election.Entry
		want election.CheckID
	}{
		"signature": {2, ballotEntry(flip(good[2].Body, len(good[2].Body)-1)), election.CheckBallotSignature},
		"proof":     {2, signBallot(full, flip(good[2].Body, len(good[2].Body)-70)), election.CheckBallotProofs},
		"form":      {2, ballotEntry(good[2].Body[1:]), election.CheckBallotForm},
		"twice":     {1, good[0], election.CheckBallotUnique},
		"unused":    {last, must(election.NewEntry(election.UnusedBody(flip(good[last].Body, -1+len(good[last].Body))))), election.CheckBallotSignature},
	} {
		entries := slices.Clone(good)
		entries[test.at] = test.bad
		for _, chunk := range []int{1, 2, 32} {
			s := full.Until("ballots")
			if failed := applied(s, entries, 2, chunk, false); !slices.Equal(failed, []election.CheckID{test.want}) || s.State.Size() != uint64(from+test.at) {
				t.Errorf("%s: %v at %d, want %v at %d", name, failed, s.State.Size(), test.want, from+test.at)
			}
			s = full.Until("ballots")
			if failed := applied(s, entries, 2, chunk, true); !slices.Equal(failed, []election.CheckID{test.want}) || s.State.Size() != uint64(from+len(good)) {
				t.Errorf("%s, skipped: %v at %d, want %v", name, failed, s.State.Size(), test.want)
			}
		}
	}
}

// TestApplierPanics: a panic of a goroutine comes back to who drains, who may
// survive it; nothing is applied.
func TestApplierPanics(t *testing.T) {
	full := smallVote()
	s := full.Until("ballots")
	a := election.NewApplier(s.State, 2, func(*election.Entry, error) bool { return true })
	defer a.Stop()
	election.Spoil(a)
	e := *full.Entries[full.Marks["ballots"]]
	a.Add(&e, e.Hash())
	defer func() {
		if recover() == nil || s.State.Size() != uint64(full.Marks["ballots"]) {
			t.Errorf("no panic, or %d entries", s.State.Size())
		}
	}()
	a.Drain()
}
