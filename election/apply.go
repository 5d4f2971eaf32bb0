package election

import (
	"errors"
	"fmt"

	"piaojue/ballot"
)

// parsers parse the bodies. The kinds without a format of their own say so in
// their Parse functions.
var parsers = [lastKind + 1]func([]byte) (body, error){
	KindManifest:     parser(ParseManifest),
	KindTrustees:     parser(ParseTrustees),
	KindDealing:      parser(ParseDealing),
	KindAgreement:    parser(ParseAgreement),
	KindComplaint:    parser(ParseComplaint),
	KindReady:        parser(ParseReady),
	KindAttendance:   parser(ParseAttendance),
	KindBadge:        parser(ParseBadge),
	KindOpening:      parser(ParseOpening),
	KindIssuance:     parser(ParseIssuance),
	KindCount:        parser(ParsePromises),
	KindOrder:        parser(ParseOrder),
	KindBallot:       parser(ParseBallotBody),
	KindSpent:        parser(ParseSpent),
	KindUnused:       parser(ParseUnusedBody),
	KindClose:        parser(ParseClose),
	KindCollection:   parser(ParseCollection),
	KindShare:        parser(ParseShare),
	KindResult:       parser(ParseResult),
	KindCertificate:  parser(ParseCertificate),
	KindAnnouncement: parser(ParseAnnouncement),
	KindArchive:      parser(ParseArchive),
	KindDestruction:  parser(ParseDestruction),
	KindSuspend:      parser(ParseSuspend),
	KindResume:       parser(ParseResume),
	KindVoid:         parser(ParseVoid),
	KindSheets:       parser(ParseSheets),
	KindBatch:        parser(ParseBatch),
	KindPaper:        parser(ParsePaperBody),
	KindDecision:     parser(ParseDecision),
	KindSuccessor:    parser(ParseSuccessor),
}

func parser[B body](parse func([]byte) (B, error)) func([]byte) (body, error) {
	return func(b []byte) (body, error) {
		v, err := parse(b)
		if err != nil {
			return nil, err
		}
		return v, nil
	}
}

func parseBody(e *Entry) (body, error) {
	if !e.Kind.valid() {
		return nil, errors.New("no such kind")
	}
	return parsers[e.Kind](e.Body)
}

// ParseBody parses the body of an entry into the type of this package that
// belongs to its kind, for showing it to people.
func ParseBody(e *Entry) (any, error) {
	b, err := parseBody(e)
	if err != nil {
		return nil, fmt.Errorf("election: %w", err)
	}
	return b, nil
}

// Apply checks the next entry of the log, in the order of PROTOCOL.md, "The
// numbered checks", and takes it in. A refused entry changes nothing; why it
// is refused is a *CheckError.
func (s *State) Apply(e *Entry) error {
	at := place{index: s.size}
	raw := e.Marshal()
	if raw == nil {
		return at.fail(CheckEntryForm, errEncode)
	}
	at.hash = HashEntry(raw)
	b, err := s.checkForm(e, at)
	if err != nil {
		return err
	}
	if err := s.checkPhase(e.Kind, at); err != nil {
		return err
	}
	if err := s.checkChain(b, at); err != nil {
		return err
	}
	if err := b.signers(s).verify(e, s.manifestOf(b)); err != nil {
		return at.fail(CheckEntrySignatures, err)
	}
	if err := b.apply(s, at); err != nil {
		return err
	}
	s.advance(b, at)
	return nil
}

// checkForm parses the body. The first entry is a manifest or nothing.
func (s *State) checkForm(e *Entry, at place) (body, error) {
	check := CheckEntryForm
	if s.phase == PhaseDraft {
		check = CheckManifestForm
		if e.Kind != KindManifest {
			return nil, at.fail(check, fmt.Errorf("%w: %s before the manifest", ErrPhase, e.Kind))
		}
	}
	b, err := parseBody(e)
	if err != nil {
		return nil, at.fail(check, err)
	}
	return b, nil
}

func (s *State) checkPhase(k Kind, at place) error {
	if !s.Accepts(k) {
		return at.fail(CheckEntryPhase, fmt.Errorf("%w: %s while %s", ErrPhase, k, s.phase))
	}
	return nil
}

// Accepts reports whether an entry of the kind may come now.
func (s *State) Accepts(k Kind) bool {
	if s.tainted && k != KindBallot && k != KindSpent && k != KindUnused {
		return false
	}
	if s.disputed() && k != KindTrustees && k != KindVoid {
		return false
	}
	if open := s.batchOpen(); k != KindVoid && open != (k == KindPaper) {
		return false
	}
	return s.phase.Accepts(k)
}

// disputed reports whether a complaint ended the ceremony. There are no
// scrutineers in force until new ones are named.
func (s *State) disputed() bool {
	return s.phase == PhaseApproved && s.ceremony.complaint != nil
}

// tree is a body that names a size and root of the log.
type tree interface {
	tree() (size uint64, root [32]byte)
}

func (s *State) checkChain(b body, at place) error {
	if c, ok := b.(chained); ok && c.chain().Prev != s.prev {
		return at.fail(CheckEntryChain, ErrChain)
	}
	if t, ok := b.(tree); ok {
		return s.checkTree(t, at)
	}
	return nil
}

func (s *State) checkTree(t tree, at place) error {
	size, want := t.tree()
	if size > at.index {
		return at.fail(CheckEntryChain, because(CauseTree, fmt.Errorf("size %d is above %d", size, at.index)))
	}
	root, err := s.rootAt(size)
	if err != nil {
		return err
	}
	return at.demand(root == want, CheckEntryChain, CauseTree, "root at size %d is another", size)
}

// manifestOf returns the manifest hash that signatures are bound to.
func (s *State) manifestOf(b body) [32]byte {
	if m, ok := b.(*Manifest); ok {
		return m.Hash()
	}
	return s.manifestHash
}

// advance moves on after an entry was taken in.
func (s *State) advance(b body, at place) {
	k := b.kind()
	_, isChained := b.(chained)
	if isChained || k == KindManifest {
		s.prev = at.hash
	}
	s.size++
	next, _ := s.phase.Next(k)
	if k == KindReady && !s.ceremony.allReady() {
		return
	}
	if k == KindReady {
		s.keyContext = s.ceremony.joint.Context(s.voteContext)
	}
	s.phase = next
}

// ApplyBallot is Apply for the entry of a ballot that the caller parsed, and
// whose credential, signature and proofs the caller verified with Params, many
// at once. hash is that of the entry.
func (s *State) ApplyBallot(b *ballot.Ballot, hash [32]byte) error {
	return s.applyBox(KindBallot, hash, func(at place) error { return s.admitBallot(b, at) })
}

// ApplyUnused is ApplyBallot for an unused entry.
func (s *State) ApplyUnused(u *ballot.Unused, hash [32]byte) error {
	return s.applyBox(KindUnused, hash, func(at place) error { return s.admitUnused(u, at) })
}

func (s *State) applyBox(k Kind, hash [32]byte, admit func(place) error) error {
	at := place{index: s.size, hash: hash}
	if err := s.checkPhase(k, at); err != nil {
		return err
	}
	if err := admit(at); err != nil {
		return err
	}
	s.size++
	return nil
}

var errNotClosing = errors.New("election: no ballots are expected")

// SkipBallot moves past a bad ballot, spent or unused entry of an existing log,
// so that a verifier can name every bad one. From then on the state accepts
// nothing but more of these: what follows has no meaning.
func (s *State) SkipBallot() error {
	if s.phase != PhaseClosing {
		return errNotClosing
	}
	s.tainted = true
	s.size++
	return nil
}

// organizers are those who give orders: staff lead and presidium together.
func (s *State) organizers() demand {
	return s.manifest.signers(s)
}

func (s *State) presidium() demand {
	return demand{signers: []signer{{role: RolePresidium, key: s.manifest.Presidium}}}
}

func (s *State) logKey() demand {
	return demand{signers: []signer{{role: RoleLog, key: s.manifest.LogKey}}}
}

// scrutineers demands so many of the scrutineers in force, or more.
func (s *State) scrutineers(quorum int) demand {
	d := demand{quorum: quorum}
	if s.ceremony == nil {
		return d
	}
	for i, c := range s.ceremony.trustees.Scrutineers {
		d.signers = append(d.signers, signer{role: RoleScrutineer, index: uint8(i + 1), key: c.RoleKey})
	}
	return d
}

// scrutineer demands one of them. If there is none with this index the demand
// cannot be met.
func (s *State) scrutineer(index uint8) demand {
	d := s.scrutineers(1)
	if int(index) < 1 || int(index) > len(d.signers) {
		return demand{quorum: 1}
	}
	return demand{signers: d.signers[index-1 : index]}
}
