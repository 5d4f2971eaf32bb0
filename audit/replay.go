package audit

import (
	"errors"

	"golang.org/x/mod/sumdb/tlog"

	"piaojue/election"
)

var errLeaf = fault(election.CauseTree, "", errors.New("does not hash to its leaf in tile level 0"))

// replay reads the entries, bundle by bundle, and applies them.
func (v *verifier) replay() {
	size := v.checkpoint.Size
	if size == 0 {
		v.fail(election.CheckManifestForm, NoEntry, fault(election.CauseEmpty, "", errors.New("the log is empty")))
		return
	}
	v.applier = election.NewApplier(v.state, v.options.Workers, v.refused)
	defer v.applier.Stop()
	for _, t := range Bundles(0, size) {
		if !v.readBundle(t) {
			return
		}
		v.progress()
	}
	drained := v.applier.Drain()
	v.progress()
	if drained && !v.tainted {
		v.passAll()
	}
}

// progress tells how far the verification is, if it went on since it told last.
// It comes with each few ballots too, which take most of the time: in a browser
// nothing else goes on meanwhile.
func (v *verifier) progress() {
	if at := v.state.Size(); v.options.Progress != nil && at > v.told {
		v.told = at
		v.options.Progress(at, v.checkpoint.Size)
	}
}

func (v *verifier) readBundle(t Tile) bool {
	entries, err := v.record.readEntries(t)
	if err != nil {
		return v.applier.Drain() && v.fail(election.CheckRecordEntries, t.Start()+uint64(len(entries)), err)
	}
	leaves, err := v.tree.leaves(t.t.N)
	if err != nil {
		return v.applier.Drain() && v.fail(election.CheckRecordTiles, NoEntry, err)
	}
	for i, raw := range entries {
		index := t.Start() + uint64(i)
		if tlog.RecordHash(raw) != leaves[i] {
			return v.applier.Drain() && v.fail(election.CheckRecordEntries, index, errLeaf)
		}
		if !v.parse(index, raw, leaves[i]) {
			return false
		}
	}
	return true
}

// parse makes check 8, or check 6 for entry 0, and hands the entry on: ballots
// to the applier, all others to the state.
func (v *verifier) parse(index uint64, raw []byte, hash tlog.Hash) bool {
	e, err := election.ParseEntry(raw)
	if err != nil && index == 0 {
		return v.fail(election.CheckManifestForm, index, err)
	}
	if err != nil {
		return v.applier.Drain() && v.fail(election.CheckEntryForm, index, err)
	}
	if v.applier.Takes(e) {
		defer v.progress()
		return v.applier.Add(e, hash)
	}
	return v.applier.Drain() && v.apply(e, index)
}

// apply applies an entry that is no ballot in its place.
func (v *verifier) apply(e *election.Entry, index uint64) bool {
	if v.tainted && e.Kind != election.KindSpent {
		return false // what follows bad ballots has no meaning
	}
	if err := v.state.Apply(e); err != nil {
		return v.refused(e, err)
	}
	v.advance()
	switch {
	case index == 0:
		return v.checkManifest(e.Body)
	case e.Kind == election.KindCollection:
		return v.checkClosing(index)
	}
	return true
}

// refused names the check that an entry failed, and goes on where every bad
// entry is to be named: with ballots, spent seal codes, unused credentials and
// shares.
func (v *verifier) refused(e *election.Entry, err error) bool {
	var c *election.CheckError
	if !errors.As(err, &c) {
		return v.fail(election.CheckEntryChain, v.state.Size(), err)
	}
	v.fail(c.Check, c.Index, c.Err)
	switch c.Check {
	case election.CheckBallotForm, election.CheckBallotCredential, election.CheckBallotSignature,
		election.CheckBallotProofs, election.CheckBallotUnique:
		v.tainted = true
		return v.state.SkipBallot() == nil
	case election.CheckShareProofs:
		return v.state.SkipShare(e) == nil
	}
	return false
}
