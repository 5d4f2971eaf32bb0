package election

import (
	"piaojue/ballot"
	"piaojue/group"
	"piaojue/tally"
)

// State is what the entries of a log say so far. The server admits an entry
// with the very method with which a verifier replays it. It is not safe for
// concurrent use; what its methods return must not be changed.
type State struct {
	rootAt func(size uint64) ([32]byte, error)
	size   uint64 // number of entries
	phase  Phase
	prev   [32]byte // hash of the latest chained entry, or of the manifest

	manifest     *Manifest
	manifestHash [32]byte
	grid         *ballot.Grid
	voteContext  group.Context

	attempt    uint32            // number of trustees entries
	staticKeys map[[32]byte]bool // of all attempts
	ceremony   *Ceremony
	keyContext group.Context
	destroyed  map[uint8]bool

	present   uint32 // P
	checkedIn bitmap
	badges    map[uint32][32]byte // keys in the place of those of the roll
	badgeKeys map[[32]byte]bool   // all that badge entries ever set

	epoch     *epoch   // in force
	former    []*epoch // those over, from number 1, without what only one in force needs
	box       *box     // since the order
	closeHash [32]byte

	closingSize uint64
	closing     *ClosingCheckpoint
	shares      []*tally.DecryptionShare // valid ones, as they came
	badShares   []BadShare
	refused     place // the last share that was refused
	tainted     bool  // a bad ballot was skipped

	result       *Result
	resultHash   [32]byte
	certificate  [32]byte // hash of the entry
	decision     *Decision
	announcement uint64
	successor    [32]byte // manifest hash of the next vote
}

// NewState returns the state of an empty log. rootAt returns the root of the
// log at a size that is not above the number of entries; its errors come back
// from Apply as they are, since they say nothing about an entry.
func NewState(rootAt func(size uint64) ([32]byte, error)) *State {
	return &State{
		rootAt:     rootAt,
		staticKeys: make(map[[32]byte]bool),
		destroyed:  make(map[uint8]bool),
		checkedIn:  make(bitmap),
		badges:     make(map[uint32][32]byte),
		badgeKeys:  make(map[[32]byte]bool),
	}
}

// Size returns the number of entries so far.
func (s *State) Size() uint64 { return s.size }

// Phase returns where the vote stands.
func (s *State) Phase() Phase { return s.phase }

// Prev returns what the next chained entry must name.
func (s *State) Prev() [32]byte { return s.prev }

// Manifest returns the manifest, nil before it is there.
func (s *State) Manifest() *Manifest { return s.manifest }

// ManifestHash returns the hash of the manifest.
func (s *State) ManifestHash() [32]byte { return s.manifestHash }

// VoteContext returns the context of what is proved in this vote.
func (s *State) VoteContext() group.Context { return s.voteContext }

// Ceremony returns the latest attempt at the key ceremony, nil before the
// first. Its trustees are those in force unless there is a complaint.
func (s *State) Ceremony() *Ceremony { return s.ceremony }

// Attempt returns the number of trustees entries so far.
func (s *State) Attempt() uint32 { return s.attempt }

// JointKey returns the key that ballots are encrypted to, nil until every
// trustee is ready.
func (s *State) JointKey() *tally.JointKey {
	if s.ceremony == nil || !s.ceremony.allReady() {
		return nil
	}
	return s.ceremony.joint
}

// KeyContext returns the context of the joint key, once it stands.
func (s *State) KeyContext() group.Context { return s.keyContext }

// CheckedIn reports whether the deputy of a roll index ever checked in.
func (s *State) CheckedIn(index uint32) bool { return s.checkedIn.has(index) }

// BadgeKey returns the key under which a leaf's requests are signed now.
func (s *State) BadgeKey(l Leaf) [32]byte {
	if key, replaced := s.badges[l.Index]; replaced {
		return key
	}
	return l.Key
}

// Numbers returns the numbers so far. V and X are known once there is a result.
func (s *State) Numbers() Numbers {
	if s.result != nil {
		return s.result.Numbers
	}
	n := Numbers{P: s.present}
	if s.manifest != nil {
		n.N = s.manifest.Deputies
	}
	if s.epoch != nil {
		n.I, n.Sheets = s.epoch.issued.count, s.epoch.sheets
	}
	if s.box != nil {
		n.R, n.U, n.Paper = saturate(s.box.numbers()[0], s.box.sheets), s.box.unused, s.box.sheets
	}
	return n
}

// Result returns the result, with its lines, nil before it is in the log.
func (s *State) Result() *Result { return s.result }

// ResultHash returns the hash of the result entry, which a certificate names.
func (s *State) ResultHash() [32]byte { return s.resultHash }

// CertificateHash returns the hash of the entry by which the scrutineers
// certified the result; zeros before. There is one at most: it ends the phase in
// which it may be made.
func (s *State) CertificateHash() [32]byte { return s.certificate }
