package project

import "fmt"

// Code says why an entry is refused, so that a page can word it.
type Code uint8

// The codes.
const (
	CodeForm       Code = 1 + iota // the bytes are no such entry
	CodeRole                       // this role may not do this
	CodeOwn                        // this is in somebody else's hands
	CodeActor                      // nobody has this number, or no longer acts
	CodeStage                      // not at this stage
	CodeUnknown                    // there is nothing with this number
	CodeNumber                     // a new thing must bear the next number
	CodeDay                        // the day is before an earlier entry's, or a date makes no sense
	CodeSequence                   // not this actor's next entry
	CodeSignature                  // the signature is missing, needless or false
	CodeDuplicate                  // it is there already
	CodeCount                      // a number is not what the log gives
	CodeList                       // candidates are not those of the list
	CodeGate                       // a gate is missing, out of turn or passed
	CodeVote                       // it is of another vote
	CodeWeights                    // weights of milestones must sum to 100
	CodeAmount                     // percent or money went down without a reason
	CodePeriod                     // a report is of an earlier month
	CodeRound                      // after two objections a department must accept
	CodeRequest                    // there is a request already, or none
	CodeTeam                       // too few deputies, or not deputies
	CodeEvidence                   // no evidence
	CodeContact                    // a contact is missing or out of turn
	CodeOpen                       // problems are open
	CodeUnfinished                 // milestones are not finished
	CodeRating                     // there is no rating, or not this one
	CodeProposer                   // the proposer has not agreed
	CodeKey                        // an organisation needs its own key for this

	lastCode = CodeKey
)

var codeNames = [lastCode + 1]string{
	CodeForm:       "form",
	CodeRole:       "role",
	CodeOwn:        "own",
	CodeActor:      "actor",
	CodeStage:      "stage",
	CodeUnknown:    "unknown",
	CodeNumber:     "number",
	CodeDay:        "day",
	CodeSequence:   "sequence",
	CodeSignature:  "signature",
	CodeDuplicate:  "duplicate",
	CodeCount:      "count",
	CodeList:       "list",
	CodeGate:       "gate",
	CodeVote:       "vote",
	CodeWeights:    "weights",
	CodeAmount:     "amount",
	CodePeriod:     "period",
	CodeRound:      "round",
	CodeRequest:    "request",
	CodeTeam:       "team",
	CodeEvidence:   "evidence",
	CodeContact:    "contact",
	CodeOpen:       "open",
	CodeUnfinished: "unfinished",
	CodeRating:     "rating",
	CodeProposer:   "proposer",
	CodeKey:        "key",
}

// String returns the code's name.
func (c Code) String() string {
	if c == 0 || c > lastCode {
		return fmt.Sprintf("code %d", uint8(c))
	}
	return codeNames[c]
}

// Codes returns all codes.
func Codes() []Code {
	var all []Code
	for c := CodeForm; c <= lastCode; c++ {
		all = append(all, c)
	}
	return all
}

// Error says why an entry is refused.
type Error struct {
	Code  Code
	Kind  Kind
	Stage Stage // where its subject stands, if that is the reason
	Text  string
}

func (e *Error) Error() string {
	return fmt.Sprintf("project: %s: %s", e.Kind, e.Text)
}

func fault(c Code, format string, args ...any) error {
	return &Error{Code: c, Text: fmt.Sprintf(format, args...)}
}

// of says which kind of entry an error is about.
func of(k Kind, err error) error {
	if e, ok := err.(*Error); ok {
		e.Kind = k
		return e
	}
	return err
}
