package client

import (
	"errors"
	"fmt"
)

// IssuerError says which issuer did not sign as it should: somebody has to look
// at that one's machine. It is an ErrIssuer.
type IssuerError struct {
	Issuer uint8 // in the manifest
	Name   string
	Wrong  bool // it answered, but with no signature of its own
	Err    error
}

func (e *IssuerError) Error() string {
	return fmt.Sprintf("%v: issuer %d (%s): %v", ErrIssuer, e.Issuer, e.Name, e.Err)
}

// Unwrap returns ErrIssuer and what happened.
func (e *IssuerError) Unwrap() []error { return []error{ErrIssuer, e.Err} }

// answers are the blind signatures for one vector of messages.
type answers struct {
	vector [32]byte
	sigs   [][]byte // in the order of S; nil: not there yet
}

var errAnswer = errors.New("the answer is no signature by this issuer")

// collect asks the server first, because it writes the log that the other
// issuers read, and then all others at once, so that a slow one delays nobody
// but itself. Good answers are kept: when the step is taken again, of the others
// only those that are missing are asked.
func (v *Voter) collect() error {
	e, err := v.issuance()
	if err != nil {
		return err
	}
	body := MarshalIssuance(e, v.request.Blinded())
	set := v.board.state.Opening().Issuers
	first, err := v.call("POST", "/issuances", body)
	if err != nil {
		return err
	}
	if v.answers == nil || v.answers.vector != v.request.VectorHash() {
		v.answers = &answers{vector: v.request.VectorHash(), sigs: make([][]byte, len(set))}
	}
	for at, issuer := range set {
		if AnswersFor(first, issuer) {
			if err := v.take(at, first); err != nil {
				return err
			}
		}
	}
	if err := v.askAll(set, body); err != nil {
		return err
	}
	v.cred, err = v.request.Finalize(v.answers.sigs)
	return err
}

// askAll asks the issuers whose signatures are missing, and returns the first
// error in the order of S.
func (v *Voter) askAll(set []uint8, body []byte) error {
	waiting := make([]chan answered, len(set))
	for at, issuer := range set {
		if v.answers.sigs[at] == nil {
			c := make(chan answered, 1)
			waiting[at] = c
			go func() {
				body, err := v.ask(issuer, body)
				c <- answered{body, err}
			}()
		}
	}
	var first error
	for at, c := range waiting {
		if c == nil {
			continue
		}
		got := <-c
		if got.err == nil {
			got.err = v.take(at, got.body)
		}
		if first == nil {
			first = got.err
		}
	}
	return first
}

// answered is what came of a request to one issuer.
type answered struct {
	body []byte
	err  error
}

func (v *Voter) ask(issuer uint8, body []byte) ([]byte, error) {
	answer, err := v.board.send(Request{
		Method: "POST",
		Path:   "/votes/" + v.board.vote + "/issuances",
		Body:   body,
		Issuer: int(issuer),
	})
	if err != nil {
		return nil, v.blame(issuer, false, err)
	}
	return answer, nil
}

// take keeps an answer that is right.
func (v *Voter) take(at int, answer []byte) error {
	issuer := v.board.state.Opening().Issuers[at]
	if !AnswersFor(answer, issuer) {
		return v.blame(issuer, true, errAnswer)
	}
	sig := answer[answerHead:]
	if err := v.request.Verify(at, sig); err != nil {
		return v.blame(issuer, true, err)
	}
	v.answers.sigs[at] = sig
	return nil
}

func (v *Voter) blame(issuer uint8, wrong bool, err error) error {
	return &IssuerError{Issuer: issuer, Name: v.board.state.Manifest().Issuers[issuer].Name, Wrong: wrong, Err: err}
}
