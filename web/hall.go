package web

import (
	"encoding/hex"
	"encoding/json"
	"net/http"

	"piaojue/ballot"
	"piaojue/election"
)

// screenData is what the pages of the three live screens are built of: what the
// freeze fixed, and the newest snapshot, so that a screen is right before its
// script runs and keeps its shape when it does.
type screenData struct {
	Congress, Session, Title string
	Contest                  contestJSON
	Code                     []string // manifest hash in groups of four; nil before the freeze
	State                    snapshot
}

// contestJSON is what a screen's script needs to know of the rules.
type contestJSON struct {
	Vote         string      `json:"vote"`
	View         string      `json:"view"`
	Title        string      `json:"title"`
	Kind         string      `json:"kind"`
	Draft        bool        `json:"draft"`
	Quorum       uint32      `json:"quorum"`
	QuorumRule   string      `json:"quorum_rule"`
	Trustees     uint8       `json:"trustees"`
	Threshold    uint8       `json:"threshold"`
	Mode         ballot.Mode `json:"mode"`
	Options      int         `json:"options"`
	Winners      int         `json:"winners"`
	Min          int         `json:"min"`
	Max          int         `json:"max"`
	Exact        bool        `json:"exact"`
	Base         string      `json:"base"`
	Grades       []string    `json:"grades"`
	TurnoutLater bool        `json:"turnout_later"`
	Together     bool        `json:"together"` // all vote at the same time
}

// viewNames are the screens as addresses name them.
var viewNames = [screens]string{screenHall: "hall", screenPodium: "podium", screenOperations: "operations", screenDeputies: "hall"}

// baseThird is the base of a second round with a floor of one third.
const baseThird = "third"

// screenPage fills the page of a live screen. A draft is for persons only.
func screenPage(x screen) func(*Server, *http.Request, Person) (any, error) {
	return func(s *Server, r *http.Request, who Person) (any, error) {
		v, err := s.vote(r)
		if err != nil {
			return nil, err
		}
		if v.view.Load().manifest == nil && (who == Person{}) {
			return nil, because(codeNotFound, errNoVote)
		}
		kept, err := s.config.DB.Vote(r.Context(), v.id)
		if err != nil {
			return nil, err
		}
		d, err := draftOf(kept)
		if err != nil {
			return nil, err
		}
		message, err := v.hub.current(r.Context(), x.seenBy(who))
		if err != nil {
			return nil, err
		}
		data := newScreenData(v.id, x, d, v.view.Load())
		return data, json.Unmarshal(message, &data.State)
	}
}

func newScreenData(id string, x screen, d *draft, w *view) *screenData {
	data := &screenData{
		Congress: d.Congress, Session: d.Session, Title: d.Title,
		Contest: contestJSON{
			Vote: id, View: viewNames[x], Title: d.Title, Kind: d.Kind, Draft: w.manifest == nil,
			Trustees: d.N, Threshold: d.T, Grades: []string{},
			Together: d.customs().Order != orderFirst,
		},
	}
	if m := w.manifest; m != nil {
		data.Code = fours(hex.EncodeToString(w.manifestHash[:]))
		data.Contest.fill(m)
	}
	return data
}

// fill adds what the manifest fixed.
func (c *contestJSON) fill(m *election.Manifest) {
	r := &m.Rules
	c.Quorum, c.QuorumRule = r.QuorumOf(m.Deputies), r.Quorum.Rule
	c.Mode, c.Options, c.Winners = r.BallotMode, len(m.Options), r.WinnersK
	c.Min, c.Max, c.Exact = r.MinMarks, r.MaxMarks, r.Undervote == election.UndervoteInvalid
	c.Base, c.Grades = r.Base, append(c.Grades, r.Grades...)
	if r.Shortfall == election.ShortfallPlurality {
		c.Base = baseThird
	}
	c.TurnoutLater = r.Display.Turnout != "live"
}

// fours cuts a text into groups of four, which people compare with paper.
func fours(text string) []string {
	var all []string
	for len(text) > 4 {
		all, text = append(all, text[:4]), text[4:]
	}
	return append(all, text)
}
