package form

import (
	"encoding/hex"
	"fmt"
	"iter"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"piaojue/audit"
	"piaojue/election"
)

// minutes are what the log of a vote says to its official forms. All of it is
// verified before: here it is only read.
type minutes struct {
	manifest *election.Manifest
	hash     [32]byte
	numbers  election.Numbers
	result   *election.Result
	bad      map[uint64]bool // entries of shares that were skipped

	trustees   *election.Trustees // in force
	jointKey   [32]byte
	ready      map[uint8]uint64 // the entry of each trustee
	attendance []attended
	opening    *opened
	order      *election.Order
	collection *election.Collection
	batches    []batched
	certified  *election.Certificate
	decision   *election.Decision
	announced  *election.Announcement
	signed     map[election.Kind][]string // who signed the last entry of a kind
	events     []event                    // in the order of the log
	rests      map[election.Kind]basis    // up to the last entry of a kind

	size  uint64
	peaks []peak
}

// attended is an attendance entry.
type attended struct {
	*election.Attendance
	entry   uint64
	signers []string
}

// opened is an opening entry.
type opened struct {
	*election.Opening
	before basis // the log up to it: there is no ballot in it
}

// batched is a batch entry: what came out of a box of paper.
type batched struct {
	*election.Batch
	entry   uint64
	signers []string
}

// An event is something that was done to the box or the ballots in it.
type event struct {
	id    string // of the texts about it
	about string
	who   []string
	time  uint64 // 0 if the entry names none
	entry uint64
}

// A peak is the root of a full subtree of the log's tree (RFC 6962).
type peak struct {
	level int
	hash  tlog.Hash
}

// readMinutes goes through the entries of a log, in order. s is the state after
// them.
func readMinutes(s *election.State, entries iter.Seq2[[]byte, error]) (*minutes, error) {
	m := &minutes{
		manifest: s.Manifest(), numbers: s.Numbers(), result: s.Result(), hash: s.ManifestHash(),
		bad: make(map[uint64]bool), ready: make(map[uint8]uint64), signed: make(map[election.Kind][]string), rests: make(map[election.Kind]basis),
	}
	if m.manifest == nil {
		return nil, fmt.Errorf("form: the log has no manifest")
	}
	for _, b := range s.BadShares() {
		m.bad[b.Entry] = true
	}
	for raw, err := range entries {
		if err != nil {
			return nil, err
		}
		if len(raw) == 0 || !told[election.Kind(raw[0])] {
			m.grow(tlog.RecordHash(raw))
			continue
		}
		before := m.basis()
		m.grow(tlog.RecordHash(raw))
		if err := m.read(raw, before); err != nil {
			return nil, fmt.Errorf("form: entry %d: %w", m.size-1, err)
		}
	}
	if m.size != s.Size() {
		return nil, fmt.Errorf("form: %d entries, but the state is after %d", m.size, s.Size())
	}
	return m, nil
}

// grow adds a leaf to the tree, of which only the peaks are kept.
func (m *minutes) grow(leaf tlog.Hash) {
	m.size++
	last := peak{0, leaf}
	for n := len(m.peaks); n > 0 && m.peaks[n-1].level == last.level; n-- {
		last = peak{last.level + 1, tlog.NodeHash(m.peaks[n-1].hash, last.hash)}
		m.peaks = m.peaks[:n-1]
	}
	m.peaks = append(m.peaks, last)
}

// basis is the log so far.
func (m *minutes) basis() basis {
	b := basis{manifest: m.hash, checkpoint: audit.Checkpoint{Origin: m.manifest.Origin, Size: m.size}}
	if len(m.peaks) == 0 {
		return b
	}
	root := m.peaks[len(m.peaks)-1].hash
	for i := len(m.peaks) - 2; i >= 0; i-- {
		root = tlog.NodeHash(m.peaks[i].hash, root)
	}
	b.checkpoint.Root = root
	return b
}

// read takes in an entry of a kind that forms tell of.
func (m *minutes) read(raw []byte, before basis) error {
	e, err := election.ParseEntry(raw)
	if err != nil {
		return err
	}
	body, err := election.ParseBody(e)
	if err != nil {
		return err
	}
	m.rests[e.Kind] = m.basis()
	m.signed[e.Kind] = m.signers(e)
	m.take(e, body, before)
	return nil
}

// told are the kinds that forms tell of. Most entries are of others.
var told = map[election.Kind]bool{
	election.KindTrustees: true, election.KindReady: true, election.KindAttendance: true, election.KindOpening: true,
	election.KindOrder: true, election.KindCollection: true, election.KindShare: true, election.KindResult: true,
	election.KindCertificate: true, election.KindAnnouncement: true, election.KindArchive: true,
	election.KindSheets: true, election.KindBatch: true, election.KindDecision: true, election.KindSuccessor: true,
	election.KindDestruction: true, election.KindSuspend: true, election.KindResume: true, election.KindVoid: true,
}

func (m *minutes) take(e *election.Entry, body any, before basis) {
	switch b := body.(type) {
	case *election.Trustees:
		m.trustees, m.ready = b, make(map[uint8]uint64)
	case *election.Ready:
		m.jointKey = b.JointKey
		m.ready[b.Index] = m.size - 1
	case *election.Attendance:
		m.attendance = append(m.attendance, attended{b, m.size - 1, m.signers(e)})
	case *election.Opening:
		m.opening = &opened{b, before}
		m.note(e, "opening", b.Time, words("t7.detail_opening", b.Epoch))
	case *election.Sheets:
		m.note(e, "sheets", b.Time, words("t7.detail_sheets", len(b.Indexes)))
	default:
		m.takeLater(e, body)
	}
}

// takeLater is take for what comes after the close order, and for exceptions.
func (m *minutes) takeLater(e *election.Entry, body any) {
	switch b := body.(type) {
	case *election.Order:
		m.order = b
		m.note(e, "order", b.Time, words("t7.detail_order"))
	case *election.Batch:
		m.batches = append(m.batches, batched{b, m.size - 1, m.signers(e)})
		m.note(e, "batch", b.Time, words("t7.detail_batch", b.Box, b.Sheets))
	case *election.Collection:
		m.collection = b
		m.note(e, "collection", b.Time, words("t7.detail_collection", b.Ballots+b.Paper))
	case *election.Share:
		id := "share"
		if m.bad[m.size-1] {
			id = "share_bad"
		}
		m.note(e, id, 0, words("t7.detail_"+id))
	case *election.Certificate:
		m.certified = b
		m.note(e, "certificate", b.Time, words("t7.detail_certificate"))
	case *election.Decision:
		m.decision = b
		m.note(e, "decision", b.Time, words("t7.detail_decision", len(b.Adopted)))
	case *election.Successor:
		m.note(e, "successor", b.Time, words("t7.detail_successor", hex.EncodeToString(b.Manifest[:4])))
	case *election.Announcement:
		m.announced = b
		m.note(e, "announcement", b.Time, words("t7.detail_announcement"))
	case *election.Archive:
		m.note(e, "archive", b.Time, words("t7.detail_archive"))
	case *election.Destruction:
		m.note(e, "destruction", 0, words("t7.detail_destruction"))
	case *election.Suspend:
		m.note(e, "suspend", b.Time, b.Text)
	case *election.Resume:
		m.note(e, "resume", b.Time, b.Text)
	case *election.Void:
		m.note(e, "void", b.Time, b.Text)
	}
}

func (m *minutes) note(e *election.Entry, id string, time uint64, about string) {
	m.events = append(m.events, event{id: id, about: oneLine(about), who: m.signers(e), time: time, entry: m.size - 1})
}

// signers names who signed an entry: scrutineers and tellers by their names,
// others by their office.
func (m *minutes) signers(e *election.Entry) []string {
	var names []string
	for _, s := range e.Signatures {
		names = append(names, m.signer(s))
	}
	return names
}

func (m *minutes) signer(s election.Signature) string {
	i := int(s.Index) - 1
	switch {
	case s.Role == election.RoleScrutineer && m.trustees != nil && i >= 0 && i < len(m.trustees.Scrutineers):
		return m.trustees.Scrutineers[i].Name
	case s.Role == election.RoleTeller && m.trustees != nil && i >= 0 && i < len(m.trustees.Tellers):
		return m.trustees.Tellers[i].Name
	}
	office, _, _ := strings.Cut(s.Role.String(), " ")
	return words("tx.signer_" + office)
}
