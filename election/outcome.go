package election

// Votes says whether the vote as a whole stands.
const (
	VoteValid    = "valid"
	VoteVoid     = "void"      // more ballots than were issued, or none
	VoteNoQuorum = "no_quorum" // too few present or taking part
)

// What comes next.
const (
	NextNone        = "none"
	NextRepeat      = "repeat"       // the whole vote again
	NextSecondRound = "second_round" // the tied, or the remaining options
	NextSession     = "next_session"
	NextPresidium   = "presidium" // a recorded decision of the presidium
)

// Reason says why an option was adopted or not.
type Reason string

// The reasons.
const (
	ReasonAdopted      Reason = "adopted"       // passed, and a seat was left
	ReasonBelow        Reason = "below"         // did not reach what was needed
	ReasonOutranked    Reason = "outranked"     // passed, but others have the seats
	ReasonTied         Reason = "tied"          // to be decided by Outcome.Next
	ReasonTieAdopted   Reason = "tie_adopted"   // tied at the border, all adopted
	ReasonTieDropped   Reason = "tie_dropped"   // tied at the border, none adopted
	ReasonFewerAgainst Reason = "fewer_against" // won a tie by fewer against
	ReasonMoreAgainst  Reason = "more_against"  // lost a tie by more against
	ReasonSurplus      Reason = "surplus"       // void: more ballots than were issued
	ReasonEmpty        Reason = "empty"         // void: no ballot was collected
	ReasonInvalid      Reason = "invalid"       // no quorum
	ReasonGraded       Reason = "graded"        // a satisfaction vote adopts nothing
)

// Count is what one option received. In select_k and choose_1 For is the
// number of its marks; Grades are those of satisfaction_3, best first.
type Count struct {
	ID      string    `json:"id"`
	For     uint32    `json:"for"`
	Against uint32    `json:"against"`
	Grades  [3]uint32 `json:"grades"`
}

// Outcome is what a vote decided. Options are numbered from 0.
type Outcome struct {
	Vote    string   `json:"vote"`
	Next    string   `json:"next"`
	Adopted []uint16 `json:"adopted"` // by rank
	Tied    []uint16 `json:"tied"`

	// Lines explain the outcome, in the order of the manifest. The log does
	// not carry them: anyone recomputes them.
	Lines []Line `json:"lines"`
}

func (o *Outcome) encode(w *encoder) {
	w.text8(o.Vote)
	w.text8(o.Next)
	encodeNumbers(w, o.Adopted)
	encodeNumbers(w, o.Tied)
}

func encodeNumbers(w *encoder, numbers []uint16) {
	w.count16(len(numbers))
	for _, n := range numbers {
		w.AddUint16(n)
	}
}

func decodeOutcome(d *decoder) Outcome {
	return Outcome{
		Vote:    d.text8(),
		Next:    d.text8(),
		Adopted: list16(d, (*decoder).u16),
		Tied:    list16(d, (*decoder).u16),
	}
}

// same compares what the log carries of an outcome.
func (o *Outcome) same(p *Outcome) bool {
	var a, b encoder
	o.encode(&a)
	p.encode(&b)
	return string(a.sum()) == string(b.sum())
}
