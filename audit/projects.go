package audit

import (
	"errors"
	"fmt"
	"path"

	"golang.org/x/mod/sumdb/tlog"

	"piaojue/election"
	"piaojue/group"
	"piaojue/project"
)

// contentDir holds the contents beside the log of the projects.
const contentDir = "content"

// ContentPath returns the path of a content in a record of the projects' log.
func ContentPath(b project.Blob) string { return fmt.Sprintf("%s/%x", contentDir, b[:]) }

// ProjectOptions say what the verifier is told beside the record.
type ProjectOptions struct {
	// Log is the key of the log, from elsewhere. Without it the record is
	// checked against itself only.
	Log *[32]byte

	// Votes are states of votes, from Replay of their records, that entries may
	// name. Only with all of them check adoption.vote can pass.
	Votes []*election.State

	// Progress, if set, is called now and then with the number of entries
	// that were gone through, of how many.
	Progress func(done, total uint64)
}

// The checks of PROTOCOL.md, Section 14.4, besides those of Section 12 that
// serve both kinds of records.
const (
	CheckEntryRules   election.CheckID = "entry.rules"
	CheckContentFiles election.CheckID = "content.files"
	CheckAdoptionVote election.CheckID = "adoption.vote"
)

// projectChecks are all of them, in order.
var projectChecks = [...]election.CheckID{
	election.CheckRecordTiles, election.CheckRecordEntries, CheckEntryRules, election.CheckLogCheckpoint,
	election.CheckRecordFiles, CheckContentFiles, CheckAdoptionVote,
}

// ProjectReport is what VerifyProjects found.
type ProjectReport struct {
	// Verified means that every entry obeys the rules, that all public
	// contents are there, and that what was compared agrees: check
	// adoption.vote may be not reached, as long as votes are Unknown. Whether
	// it is the log one thinks of, Key alone says.
	Verified bool
	Findings []Finding // one for each check

	Checkpoint Checkpoint
	Key        [32]byte // of the log
	Known      bool     // it is the one that was given

	State     *project.State // after the last entry that was accepted
	Signed    int            // entries with the key of who made them
	Contents  int            // public, and there
	Withdrawn int
	Held      int // internal, or not moderated
	Compared  int // entries that name a vote that was given: lists, adoptions, ratings, rulings
	Unknown   int // such entries of other votes
}

// VerifyProjects verifies a record of the projects' log (PROTOCOL.md, Section
// 14.4). It believes nothing in the record.
func VerifyProjects(r *Record, o ProjectOptions) *ProjectReport {
	v := &projectVerifier{
		verifier: verifier{record: r, report: &Report{}, passed: map[election.CheckID]bool{}},
		options:  o, report: &ProjectReport{State: project.New(group.VerifyMessage)}, votes: map[[32]byte]*election.State{},
	}
	for _, s := range o.Votes {
		v.votes[s.ManifestHash()] = s
	}
	v.tree = newBranches(r)
	v.verify()
	return v.finish()
}

// projectVerifier is one run. From the verifier of votes it has how tiles are
// read.
type projectVerifier struct {
	verifier
	options ProjectOptions
	report  *ProjectReport
	votes   map[[32]byte]*election.State
}

func (v *projectVerifier) verify() {
	if !v.openProjects() || !v.readTree() || !v.replayProjects() || !v.checkKey() {
		return
	}
	if v.checkContents() && !v.failed(CheckAdoptionVote) && v.report.Unknown == 0 {
		v.pass(CheckAdoptionVote)
	}
}

// openProjects reads the checkpoint, believing nothing but its size.
func (v *projectVerifier) openProjects() bool {
	signed, err := v.record.read(checkpointFile, maxCheckpoint)
	if err != nil {
		return v.fail(election.CheckRecordFiles, NoEntry, v.record.orNone(err))
	}
	v.signed = signed
	if v.checkpoint, err = ReadCheckpoint(signed); err != nil {
		return v.fail(election.CheckLogCheckpoint, NoEntry, err)
	}
	if v.checkpoint.Size > MaxSize {
		return v.fail(election.CheckRecordFiles, NoEntry, errSize)
	}
	return true
}

func (v *projectVerifier) replayProjects() bool {
	if v.checkpoint.Size == 0 {
		return v.fail(CheckEntryRules, NoEntry, errors.New("the log is empty"))
	}
	for _, t := range Bundles(0, v.checkpoint.Size) {
		entries, err := v.record.readEntries(t)
		if err != nil {
			return v.fail(election.CheckRecordEntries, t.Start()+uint64(len(entries)), err)
		}
		leaves, err := v.tree.leaves(t.t.N)
		if err != nil {
			return v.fail(election.CheckRecordTiles, NoEntry, err)
		}
		for i, raw := range entries {
			if !v.entry(t.Start()+uint64(i), raw, leaves[i]) {
				return false
			}
		}
		if v.options.Progress != nil {
			v.options.Progress(v.report.State.Size(), v.checkpoint.Size)
		}
	}
	return v.pass(election.CheckRecordEntries) && v.pass(CheckEntryRules)
}

func (v *projectVerifier) entry(index uint64, raw []byte, hash tlog.Hash) bool {
	if tlog.RecordHash(raw) != hash {
		return v.fail(election.CheckRecordEntries, index, errLeaf)
	}
	e, err := project.ParseEntry(raw)
	if err == nil {
		err = v.report.State.Apply(e)
	}
	if err != nil {
		return v.fail(CheckEntryRules, index, err)
	}
	if e.Signature != nil {
		v.report.Signed++
	}
	v.compare(index, e)
	return true
}

// checkKey makes the checks of the checkpoint: it is signed by the key that
// entry 0 names, and that is the key that was given.
func (v *projectVerifier) checkKey() bool {
	o := v.report.State.Organisation()
	v.report.Key = o.LogKey
	log, err := LogKey(o.Origin, o.LogKey)
	if err != nil {
		return v.fail(election.CheckLogCheckpoint, 0, err)
	}
	if want := v.options.Log; want != nil && *want != o.LogKey {
		return v.fail(election.CheckLogCheckpoint, 0, fault(election.CauseOther, "", fmt.Errorf("the log's key is %x, expected %x", o.LogKey, *want)))
	}
	v.report.Known = v.options.Log != nil
	none, err := ParsePolicy("quorum none\n")
	if err != nil {
		return v.fail(election.CheckLogCheckpoint, NoEntry, err)
	}
	p, err := none.WithLog(log)
	if err != nil {
		return v.fail(election.CheckLogCheckpoint, NoEntry, err)
	}
	s, err := p.Open(v.signed)
	if err != nil {
		return v.fail(election.CheckLogCheckpoint, NoEntry, err)
	}
	v.report.Checkpoint = s.Checkpoint
	return v.pass(election.CheckLogCheckpoint)
}

// checkContents checks that the record has exactly the files of its log and
// those of all public contents (attack S7), and that these are what the log
// commits to.
func (v *projectVerifier) checkContents() bool {
	l := newLayout(v.checkpoint.Size)
	var public []project.Blob
	v.report.State.Blobs(func(b project.Blob, h project.Holding) bool {
		switch h.Visibility {
		case project.Public:
			public = append(public, b)
			l.files[ContentPath(b)], l.dirs[contentDir] = -1, true
		case project.Withdrawn:
			v.report.Withdrawn++
		default:
			v.report.Held++
		}
		return true
	})
	if err := v.record.checkDir(".", l); err != nil {
		return v.fail(election.CheckRecordFiles, NoEntry, err)
	}
	v.pass(election.CheckRecordFiles)
	for _, b := range public {
		if err := v.checkContent(b); err != nil {
			h, _ := v.report.State.Holding(b)
			return v.fail(CheckContentFiles, h.Entry, err)
		}
		v.report.Contents++
	}
	return v.pass(CheckContentFiles)
}

func (v *projectVerifier) checkContent(b project.Blob) error {
	file, err := v.record.read(ContentPath(b), project.MaxBlob)
	if err != nil {
		return err
	}
	if project.HashBlob(file) != b {
		return fault(election.CausePlain, path.Base(ContentPath(b)), errors.New("is not the content that the log commits to"))
	}
	_, _, err = project.OpenBlob(file)
	return err
}

// finish lists the checks in order.
func (v *projectVerifier) finish() *ProjectReport {
	r := v.report
	r.Verified = true
	for _, c := range projectChecks {
		if v.passed[c] {
			r.Findings = append(r.Findings, Finding{Check: c, Status: Passed, Index: NoEntry})
			continue
		}
		// Without the records of votes nobody can say; nothing is wrong.
		if c != CheckAdoptionVote || v.failed(c) {
			r.Verified = false
		}
		n := len(r.Findings)
		for _, f := range v.verifier.report.Findings {
			if f.Check == c {
				r.Findings = append(r.Findings, f)
			}
		}
		if len(r.Findings) == n {
			r.Findings = append(r.Findings, Finding{Check: c, Index: NoEntry})
		}
	}
	return r
}

func (v *projectVerifier) failed(c election.CheckID) bool {
	for _, f := range v.verifier.report.Findings {
		if f.Check == c {
			return true
		}
	}
	return false
}
