package audit

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"piaojue/election"
)

// Options say what the verifier is told beside the record.
type Options struct {
	// Manifest is the manifest hash, from paper. Without it the record is
	// checked against itself only, and check manifest.hash is not reached.
	Manifest *[32]byte

	// Parent is the state of the vote that the manifest names as parent, from
	// Replay of its record. Without it check parent.next is not reached.
	Parent *election.State

	// Workers is the number of goroutines that verify ballots; 0 is one for
	// each core.
	Workers int

	// Progress, if set, is called now and then with the number of entries
	// that were gone through, of how many.
	Progress func(done, total uint64)
}

// Verify goes through the numbered checks of PROTOCOL.md, Section 12. It
// believes nothing in the record and never panics. Of each ballot it keeps some
// 100 bytes, and of the entries themselves those that are being verified.
func Verify(r *Record, o Options) *Report {
	report, _ := Replay(r, o)
	return report
}

// Replay is Verify for those who go on from what they verified: it also
// returns the state after the last entry that was accepted. It means nothing
// if the report has a failed check.
func Replay(r *Record, o Options) (*Report, *election.State) {
	v := &verifier{record: r, options: o, report: &Report{}, passed: map[election.CheckID]bool{}}
	v.tree = newBranches(r)
	v.state = election.NewState(v.rootAt)
	if v.open() && v.readTree() {
		v.replay()
	}
	v.finish()
	return v.report, v.state
}

// verifier is one run of Verify. Its methods that return a bool say whether to
// go on.
type verifier struct {
	record  *Record
	options Options
	report  *Report
	passed  map[election.CheckID]bool

	checkpoint Checkpoint // believed only once its signatures are
	signed     []byte     // that checkpoint
	closing    []byte     // the closing checkpoint, if there is one
	closed     *Signed    // that checkpoint, verified
	tree       *branches  // from the leaves in tile level 0
	state      *election.State
	applier    *election.Applier
	told       uint64         // entries, by progress
	reached    election.Phase // the last but voided
	tainted    bool           // a bad ballot was skipped
}

// fail adds a finding. It returns false for the sake of brevity.
func (v *verifier) fail(c election.CheckID, index uint64, err error) bool {
	// a manifest can have several faults, one on each line
	f := Finding{Check: c, Status: Failed, Index: index, Detail: strings.ReplaceAll(err.Error(), "\n", "; ")}
	f.Cause, f.About = election.CauseOf(err)
	v.report.add(f)
	return false
}

// fault gives an error that is no entry's its cause.
func fault(c election.Cause, about string, err error) error {
	return &election.Fault{Cause: c, About: about, Err: err}
}

var errNoClosing = errors.New("there is a collection entry, but no closing checkpoint")

func (v *verifier) pass(c election.CheckID) bool {
	v.passed[c] = true
	return true
}

// open makes check 1.
func (v *verifier) open() bool {
	signed, hasClosing, err := v.record.checkFiles()
	if errors.Is(err, errCheckpoint) {
		return v.fail(election.CheckLogCheckpoint, NoEntry, err)
	}
	if err != nil {
		return v.fail(election.CheckRecordFiles, NoEntry, err)
	}
	if v.checkpoint, err = ReadCheckpoint(signed); err != nil {
		return v.fail(election.CheckRecordFiles, NoEntry, err)
	}
	if v.signed = signed; hasClosing {
		v.closing, err = v.record.read(closingFile, maxCheckpoint)
	}
	if err != nil {
		return v.fail(election.CheckRecordFiles, NoEntry, err)
	}
	return v.pass(election.CheckRecordFiles)
}

// readTree makes check 3 before any entry is read: it grows the tree from the
// leaf hashes in tile level 0, and compares everything above.
func (v *verifier) readTree() bool {
	for _, t := range Tiles(v.checkpoint.Size) {
		hashes, err := v.record.readHashes(t)
		if err == nil && t.t.L == 0 {
			err = v.tree.add(hashes)
		} else if err == nil {
			err = v.checkTile(t, hashes)
		}
		if err != nil {
			return v.fail(election.CheckRecordTiles, NoEntry, err)
		}
	}
	root, err := v.rootAt(v.checkpoint.Size)
	if err != nil || root != v.checkpoint.Root {
		return v.fail(election.CheckRecordTiles, NoEntry, fault(election.CauseTree, "", errors.New("root of the tiles is not the checkpoint's")))
	}
	return v.pass(election.CheckRecordTiles)
}

// checkTile compares a tile with the hashes of the level below.
func (v *verifier) checkTile(t Tile, hashes []tlog.Hash) error {
	data, err := tlog.ReadTileData(t.t, v.tree)
	if err != nil {
		return err
	}
	for i, h := range hashes {
		if !bytes.Equal(h[:], data[i*tlog.HashSize:][:tlog.HashSize]) {
			return fault(election.CausePlain, t.Path(), fmt.Errorf("hash %d in %s is not that of the tile below", i, t.Path()))
		}
	}
	return nil
}

func (v *verifier) rootAt(size uint64) ([32]byte, error) {
	if size > v.tree.size() {
		return [32]byte{}, errSize
	}
	root, err := tlog.TreeHash(int64(size), v.tree)
	return root, err
}

// checkManifest makes checks 4 to 7 once entry 0 is accepted.
func (v *verifier) checkManifest(body []byte) bool {
	m, hash := v.state.Manifest(), v.state.ManifestHash()
	v.report.Manifest, v.report.ManifestHash = m, hash
	if !bytes.Equal(m.Marshal(), body) {
		return v.fail(election.CheckManifestForm, 0, errors.New("has another encoding"))
	}
	policy, err := PolicyOf(m)
	if err != nil {
		return v.fail(election.CheckManifestForm, 0, err)
	}
	v.pass(election.CheckManifestForm)
	if want := v.options.Manifest; want != nil && *want != hash {
		return v.fail(election.CheckManifestHash, 0, fmt.Errorf("manifest hash is %x, expected %x", hash, *want))
	} else if want != nil {
		v.pass(election.CheckManifestHash)
	}
	return v.checkParent(m, hash) && v.checkSigned(policy)
}

// checkParent makes check 37: a vote that follows another is the one that the
// other's outcome demands, and the one that its log names.
func (v *verifier) checkParent(m *election.Manifest, hash [32]byte) bool {
	if m.Parent == [32]byte{} {
		return v.pass(election.CheckParentNext)
	}
	p := v.options.Parent
	if p == nil {
		return true
	}
	if err := checkFollows(p, m, hash); err != nil {
		return v.fail(election.CheckParentNext, 0, err)
	}
	return v.pass(election.CheckParentNext)
}

// checkFollows is check 37, of a manifest and the state of its parent.
func checkFollows(p *election.State, m *election.Manifest, hash [32]byte) error {
	if p.ManifestHash() != m.Parent {
		return fault(election.CauseOther, "", errors.New("the record given is of another vote than the parent"))
	}
	follow, err := p.Follow()
	if err != nil {
		return fault(election.CauseEarly, "", err)
	}
	if err := follow.Check(m); err != nil {
		return err
	}
	if next, ok := p.Successor(); !ok || next != hash {
		return fault(election.CauseMissing, "", errors.New("the parent's log does not name this vote"))
	}
	return nil
}

// checkSigned makes checks 4 and 5, but for what the closing checkpoint says.
func (v *verifier) checkSigned(p *Policy) bool {
	s, err := p.OpenExact(v.signed)
	if err == nil && v.closing != nil {
		v.closed, err = p.OpenExact(v.closing)
	}
	switch {
	case errors.Is(err, ErrWitnesses):
		return v.fail(election.CheckLogWitnesses, NoEntry, err)
	case err != nil:
		return v.fail(election.CheckLogCheckpoint, NoEntry, err)
	}
	v.report.Checkpoint = s.Checkpoint
	for _, w := range s.Witnesses {
		v.report.Witnesses = append(v.report.Witnesses, w.name)
	}
	v.pass(election.CheckLogWitnesses)
	if v.closing == nil {
		v.pass(election.CheckLogCheckpoint)
	}
	return true
}

// checkClosing compares the closing checkpoint with the collection entry, the
// last leaf of its tree.
func (v *verifier) checkClosing(index uint64) bool {
	if v.closed == nil {
		return v.fail(election.CheckRecordFiles, index, fault(election.CauseMissing, closingFile, errNoClosing))
	}
	root, err := v.rootAt(index + 1)
	if err != nil || v.closed.Size != index+1 || v.closed.Root != root {
		return v.fail(election.CheckLogCheckpoint, index, fault(election.CauseTree, closingFile, fmt.Errorf("closing checkpoint is not the tree of %d entries", index+1)))
	}
	return v.pass(election.CheckLogCheckpoint)
}
