// Package project follows a wish of the people until it is closed out in
// public: 点单 (people propose), 定单 (deputies decide), 领单 (government takes
// it on), 验单 (the congress inspects and accepts).
//
// It is a state machine over an append-only log. What happens is an [Entry]
// with one [Body]; [State.Apply] checks it against the rules (who may do what,
// when) and takes it in, and is the very function with which a verifier
// replays the log. Most callers want [New], [State.Draft], [State.Check] and
// [State.Apply]; pages read the state by [State.Suggestion], [State.Project]
// and the like, ask [State.May] which buttons to show, [State.Track] where a
// citizen's suggestion stands, [State.Light] for a colour and its arithmetic,
// and [State.Overdue] for what nobody answered.
//
// The log must show that nothing was dropped or changed, and must not keep
// personal data for ever. So an entry holds numbers, days, names of offices and
// titles; every text of a person, and every picture, stands beside the log as
// a [Blob], which can be erased. Contact details of citizens are not even
// committed to.
//
// The package keeps no clock: an entry bears its day, and what is overdue is
// asked for a day. All dates are civil days ([Date]). It draws no randomness
// and verifies no signature itself; [New] takes the function that does. What
// happens in a vote is not its business: it holds the hashes by which an
// adoption or a rating names the entries of a vote's own log.
package project

import "slices"

// Verifier verifies an Ed25519 signature on a message, strictly, as
// PROTOCOL.md, "Notation", says.
type Verifier func(key, message, signature []byte) error

// State is everything that the log says so far. It is not safe for use by
// several goroutines while one of them applies.
type State struct {
	verify Verifier

	id           [32]byte
	size         uint64
	day          Date
	organisation Organisation
	settings     Settings

	actors      []Actor
	units       []Unit
	suggestions []Suggestion
	candidates  []Candidate
	lists       []List
	projects    []Project
	plans       []Plan
	inspections []Inspection
	problems    []Problem
	inquiries   []Inquiry
	activities  []Tally // by actor

	blobs     map[Blob]Holding
	manifests map[[32]byte]uint32 // the list that a vote's manifest names
	ratings   map[[32]byte]bool   // votes whose rating is in the log
	sums      Sums
}

// New returns the state of an empty log. verify is group.VerifyMessage; a
// state without it refuses every signature.
func New(verify Verifier) *State {
	return &State{
		verify:    verify,
		blobs:     make(map[Blob]Holding),
		manifests: make(map[[32]byte]uint32),
		ratings:   make(map[[32]byte]bool),
	}
}

// ID returns the hash of the first entry's body. It names the log: what is
// signed for one log is nothing in another.
func (s *State) ID() [32]byte { return s.id }

// Size returns the number of entries.
func (s *State) Size() uint64 { return s.size }

// Day returns the day of the latest entry.
func (s *State) Day() Date { return s.day }

// Organisation returns what the first entry says.
func (s *State) Organisation() Organisation { return s.organisation }

// Settings returns the settings in force.
func (s *State) Settings() Settings { return s.settings }

// Draft returns the entry that would say this now, checked but for its
// signature. If the actor has a key, it must sign.
func (s *State) Draft(actor uint32, day Date, b Body) (*Entry, error) {
	seq := max(s.NextSeq(actor), 1)
	e, err := NewEntry(actor, seq, day, b)
	if err != nil {
		return nil, err
	}
	_, _, _, err = s.examine(e)
	return e, err
}

// Check reports whether Apply would take the entry. It changes nothing.
func (s *State) Check(e *Entry) error {
	_, _, at, err := s.examine(e)
	if err == nil {
		err = of(e.Kind, s.checkSignature(e, at.by))
	}
	return err
}

// Apply checks the next entry of the log and takes it in. A refused entry
// changes nothing; why it is refused is an *Error.
func (s *State) Apply(e *Entry) error {
	b, blobs, at, err := s.examine(e)
	if err != nil {
		return err
	}
	if err := s.checkSignature(e, at.by); err != nil {
		return of(e.Kind, err)
	}
	b.apply(s, at)
	for _, c := range blobs {
		s.blobs[c.blob] = Holding{c.seen, at.index}
	}
	for _, r := range b.about() {
		if v, ok := s.look(r); ok && v.events != nil {
			*v.events = append(*v.events, Event{at.index, e.Kind, e.Day, e.Actor, v.stage})
		}
	}
	s.actors[e.Actor].seq++
	s.size++
	s.day = e.Day
	return nil
}

// examine makes all checks but that of the signature.
func (s *State) examine(e *Entry) (Body, []content, place, error) {
	b, blobs, err := parseBody(e)
	if err != nil {
		return nil, nil, place{}, err
	}
	at, err := s.checkHeader(e)
	if err == nil && s.size > 0 {
		err = s.may(at.by, b)
	}
	if err == nil {
		err = s.checkBlobs(blobs)
	}
	if err == nil {
		err = b.check(s, at)
	}
	if err != nil {
		return nil, nil, place{}, of(e.Kind, err)
	}
	return b, blobs, at, nil
}

// checkHeader checks what all entries have in common. The first has no actor
// yet: the server is named in it.
func (s *State) checkHeader(e *Entry) (place, error) {
	at := place{index: s.size, day: e.Day}
	switch {
	case !e.Day.Valid():
		return at, fault(CodeForm, "day: %v", errDate)
	case e.Day < s.day:
		return at, fault(CodeDay, "%s is before %s", e.Day, s.day)
	case s.size == 0 && e.Kind != KindOrganisation:
		return at, fault(CodeStage, "the first entry names the organisation")
	case s.size == 0 && (e.Actor != server || e.Seq != 1):
		return at, fault(CodeActor, "the server makes the first entry")
	case s.size == 0:
		at.by = &Actor{Role: RoleServer}
		return at, nil
	case int64(e.Actor) >= int64(len(s.actors)) || s.actors[e.Actor].Retired:
		return at, fault(CodeActor, "actor %d does not act", e.Actor)
	case e.Seq != s.actors[e.Actor].seq+1:
		return at, fault(CodeSequence, "entry %d of actor %d, the next is %d", e.Seq, e.Actor, s.actors[e.Actor].seq+1)
	}
	at.by = &s.actors[e.Actor]
	return at, nil
}

// checkBlobs: every commitment stands once. Salts are random, so a second one
// is a form that was sent twice, or an entry copied from another.
func (s *State) checkBlobs(blobs []content) error {
	for i, c := range blobs {
		if _, ok := s.blobs[c.blob]; ok || slices.Contains(blobs[:i], c) {
			return fault(CodeDuplicate, "this content is in the log already")
		}
	}
	return nil
}

// checkSignature: who has a key signs everything, who has none signs nothing.
func (s *State) checkSignature(e *Entry, by *Actor) error {
	switch {
	case by.Key == [32]byte{} && e.Signature != nil:
		return fault(CodeSignature, "actor %d has no key", e.Actor)
	case by.Key == [32]byte{}:
		return nil
	case e.Signature == nil:
		return fault(CodeSignature, "the signature of actor %d is missing", e.Actor)
	case s.verify == nil || s.verify(by.Key[:], e.Message(s.id), e.Signature) != nil:
		return fault(CodeSignature, "the signature of actor %d is false", e.Actor)
	}
	return nil
}

// Event is a line of a thing's history.
type Event struct {
	Entry uint64 // its index
	Kind  Kind
	Day   Date
	Actor uint32
	Stage Stage // where the thing stood after it
}
