package web

import (
	"context"
	"encoding/hex"
	"encoding/json"

	"piaojue/election"
	"piaojue/lang"
)

// screen is one of the three live screens, of which the hall's is two: a browser
// in which somebody is signed in shows what the rules let deputies see.
type screen int

const (
	screenHall screen = iota
	screenPodium
	screenOperations
	screenDeputies // the hall's, signed in

	screens = 4
)

// seenBy is the screen for who asks for it.
func (x screen) seenBy(who Person) screen {
	if x == screenHall && signers.check(who) == nil {
		return screenDeputies
	}
	return x
}

// snapshot is the whole state of a screen. It holds counts only.
type snapshot struct {
	V        int           `json:"v" doc:"Version of this format."`
	Seq      int64         `json:"seq" doc:"Rises; ignore a snapshot that is not above the last."`
	Phase    string        `json:"phase" doc:"PROTOCOL.md, Section 5."`
	N        uint32        `json:"n" doc:"Deputies."`
	P        uint32        `json:"p" doc:"Ever checked in."`
	I        uint32        `json:"i" doc:"Credentials issued in this epoch."`
	R        *uint32       `json:"r" doc:"Durable ballots; null where the rules hide the turnout."`
	Sheets   uint32        `json:"sheets" doc:"Of i, handed out on paper."`
	Paper    uint32        `json:"paper" doc:"Of r, collected on paper: tellers enter it after the close."`
	Trustees []trusteeView `json:"trustees"`
	JointKey string        `json:"joint_key" doc:"Empty until it stands."`
	Spoken   *spokenJSON   `json:"joint_words" doc:"The first six bytes of the joint key as words, to compare aloud."`
	Result   *resultJSON   `json:"result" doc:"Null until this screen may show it."`
	Story    []roundJSON   `json:"story" doc:"All rounds that this vote is one of, from the first; empty if it is the only one."`
}

// spokenJSON is a fingerprint that people read to each other.
type spokenJSON struct {
	ZH []string `json:"zh"`
	EN []string `json:"en"`
}

func speakKey(key []byte) *spokenJSON {
	if len(key) < 6 {
		return nil
	}
	return &spokenJSON{lang.ZH.Words(key[:6]), lang.EN.Words(key[:6])}
}

// counts are the numbers that the log does not know yet.
type counts struct {
	present uint32 // ever checked in at the gates
	ballots uint32 // durable in the box
}

// readCounts asks the store for what the log does not say yet.
func (v *vote) readCounts(ctx context.Context, w *view) (c counts, err error) {
	if w.manifest != nil && w.epoch == 0 {
		if _, c.present, err = v.gate.counts(ctx, v); err != nil {
			return c, err
		}
	}
	if w.phase == election.PhaseVoting || w.phase == election.PhaseSuspended || w.phase == election.PhaseClosing {
		box, err := v.config.DB.CountBox(ctx, v.id)
		if err != nil {
			return c, err
		}
		c.ballots = box.Ballots
	}
	return c, nil
}

// newSnapshot shapes what a screen shows. Until the opening P is the register's,
// as the doors are open; from then on the log's.
func newSnapshot(w *view, c counts, s screen, story []roundJSON) *snapshot {
	x := &snapshot{
		V: 1, Phase: w.phase.String(), N: w.numbers.N, P: max(w.numbers.P, c.present), I: w.numbers.I, Sheets: w.numbers.Sheets, Paper: w.numbers.Paper,
		Trustees: append([]trusteeView{}, w.trustees...), JointKey: hex.EncodeToString(w.jointKey), Spoken: speakKey(w.jointKey), Story: story,
	}
	r := max(w.numbers.R, c.ballots)
	if w.turnoutShown() {
		x.R = &r
	}
	switch {
	case w.result == nil || w.phase == election.PhaseVoided:
	case s == screenPodium:
		x.Result = newResult(w, true)
	case w.certified():
		x.Result = newResult(w, w.tallies(s == screenDeputies))
	}
	return x
}

// turnoutShown reports whether the hall may see how many have cast.
func (w *view) turnoutShown() bool {
	return w.manifest == nil || w.manifest.Rules.Display.Turnout == "live" ||
		w.phase >= election.PhaseClosed && w.phase != election.PhaseVoided
}

func (x *snapshot) marshal() []byte {
	body, err := json.Marshal(x)
	if err != nil {
		panic("web: internal error: " + err.Error())
	}
	return body
}
