package web

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"piaojue/election"
	"piaojue/kiosk"
	"piaojue/lang"
	"piaojue/store"
)

// Who must be registered.
const (
	terminalsRequired = "required"
	terminalsOpen     = "open"
)

// manifestOf is the manifest hash of a vote for screens; empty before the freeze.
func (s *Server) manifestOf(vote string) string {
	v := s.voteCalled(vote)
	if v == nil || v.view.Load().manifest == nil {
		return ""
	}
	hash := v.view.Load().manifestHash
	return hex.EncodeToString(hash[:])
}

// getTerminal serves GET /terminal, the page of package kiosk as it stands:
// nothing of this server is in it, so that it can be compared with what the
// manifest pins.
func (s *Server) getTerminal(w http.ResponseWriter, r *http.Request, _ Person) error {
	page, ok := kiosk.Find(kiosk.PageName(s.speak(w, r)))
	if !ok {
		return errors.New("the terminal's page is missing")
	}
	h := w.Header()
	h.Set("Content-Security-Policy", kiosk.Policy())
	h.Set("Content-Type", page.Media)
	h.Set("Cache-Control", "no-cache")
	io.Copy(w, page.Body.Open()) // a client that is gone hears nothing
	return nil
}

// beatRequest is all that a terminal says of itself: no step of the ballot.
type beatRequest struct {
	Help bool `json:"help"`
}

// beatJSON is what a terminal learns at each beat.
type beatJSON struct {
	Registered bool               `json:"registered"`
	Vote       string             `json:"vote"`
	Manifest   string             `json:"manifest" doc:"Hash; empty before the freeze."`
	Word       string             `json:"word" doc:"What the vote says in Chinese instead of 票决; empty: 票决."`
	Phase      string             `json:"phase"`
	Open       bool               `json:"open" doc:"Whether ballots are taken."`
	Kind       store.TerminalKind `json:"kind"`
	Zone       string             `json:"zone"`
	Label      string             `json:"label"`
	Every      int                `json:"every" doc:"Seconds from one beat to the next, whatever is on the screen."`
}

// postBeat serves POST /terminals/beat. It writes nothing to the database, and
// the answer bears no time.
func (s *Server) postBeat(w http.ResponseWriter, r *http.Request, _ Person) error {
	var b beatRequest
	if err := readJSON(w, r, &b); err != nil {
		return err
	}
	answer := beatJSON{Every: int(beatEvery / time.Second)}
	key, _ := terminalKey(r)
	if t, ok := s.floor.find(key); ok {
		s.floor.beat(key, s.config.Now(), b.Help)
		answer.Registered, answer.Vote, answer.Manifest = true, t.Vote, s.manifestOf(t.Vote)
		answer.Word = s.voiceOf(lang.ZH, r).word
		answer.Kind, answer.Zone, answer.Label = t.Kind, t.Zone, t.Label
		phase := s.phaseOf(t.Vote)
		answer.Phase, answer.Open = phase.String(), phase == election.PhaseVoting
	}
	return writeJSON(w, http.StatusOK, answer)
}

func (s *Server) phaseOf(vote string) election.Phase {
	if v := s.voteCalled(vote); v != nil {
		return v.view.Load().phase
	}
	return election.PhaseDraft
}

const terminalScheme = "Terminal "

// terminalKey returns the hash of the terminal key that a request bears.
func terminalKey(r *http.Request) (hash [32]byte, ok bool) {
	header := r.Header.Values("Authorization")
	if len(header) != 1 {
		return hash, false
	}
	key, ok := strings.CutPrefix(header[0], terminalScheme)
	raw, err := base64.RawURLEncoding.Strict().DecodeString(key)
	if !ok || err != nil || len(raw) != keySize {
		return hash, false
	}
	return hashKey(key), true
}

// demandTerminal refuses who asks for a credential from a device that is not
// one of this vote's terminals, if the vote says so. It comes on the side that
// knows who asks; the ballot box knows no terminals.
func (s *Server) demandTerminal(r *http.Request, v *vote) error {
	if key, ok := terminalKey(r); ok {
		if t, ok := s.floor.find(key); ok && t.Vote == v.id {
			return nil
		}
	}
	d, err := v.draft(r.Context())
	if err != nil {
		return err
	}
	if d.terminals() == terminalsRequired {
		return refuse(codeNoTerminal)
	}
	return nil
}

// noteBadge notes that the terminal of a request has read a badge.
func (s *Server) noteBadge(r *http.Request, epoch uint32) {
	if key, ok := terminalKey(r); ok {
		s.floor.read(key, s.config.Now(), epoch)
	}
}

// terminalsJSON is the terminals of a vote as operations see them.
type terminalsJSON struct {
	Terminals []terminalJSON `json:"terminals" doc:"By zone and label."`
	Counts    terminalCounts `json:"counts"`

	Issuers []issuerStateJSON `json:"issuers" doc:"All but the server's own, and how they answered."`

	Nodes *Nodes `json:"nodes,omitempty" doc:"Only if several servers share the database."`
}

type terminalCounts struct {
	Ready       int `json:"ready"`
	InUse       int `json:"in_use"`
	Help        int `json:"help"`
	Unreachable int `json:"unreachable"`
}

func countTerminals(all []terminalJSON) (c terminalCounts) {
	at := map[string]*int{stateReady: &c.Ready, stateInUse: &c.InUse, stateHelp: &c.Help, stateUnreachable: &c.Unreachable}
	for _, t := range all {
		*at[t.State]++
	}
	return c
}

// getTerminals serves GET /votes/{vote}/terminals.
func (s *Server) getTerminals(w http.ResponseWriter, r *http.Request, _ Person) error {
	v, err := s.vote(r)
	if err != nil {
		return err
	}
	list := s.floor.list(v.id, s.config.Now(), v.view.Load())
	return writeJSON(w, http.StatusOK, terminalsJSON{Terminals: list, Counts: countTerminals(list), Issuers: s.relay.watch.list(v), Nodes: s.nodes(r.Context())})
}

// removeTerminal serves DELETE /votes/{vote}/terminals/{id}.
func (s *Server) removeTerminal(w http.ResponseWriter, r *http.Request, _ Person) error {
	v, err := s.vote(r)
	if err != nil {
		return err
	}
	err = s.floor.change(r.Context(), func() error {
		return s.config.DB.DropTerminal(r.Context(), v.id, chi.URLParam(r, "id"))
	})
	if err != nil {
		return err
	}
	return noContent(w)
}

// moveRequest names the vote whose terminals another vote takes over.
type moveRequest struct {
	From string `json:"from"`
}

type movedJSON struct {
	Moved int64 `json:"moved"`
}

// moveTerminals serves POST /votes/{vote}/terminals: the hall has one set of
// terminals, for the rehearsal, the vote and its second round.
func (s *Server) moveTerminals(w http.ResponseWriter, r *http.Request, _ Person) error {
	v, err := s.vote(r)
	if err != nil {
		return err
	}
	var q moveRequest
	if err := readJSON(w, r, &q); err != nil {
		return err
	}
	moved, err := s.takeOver(r.Context(), q.From, v.id)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, movedJSON{moved})
}

func (s *Server) takeOver(ctx context.Context, from, to string) (moved int64, err error) {
	other := s.voteCalled(from)
	if other == nil || from == to {
		return 0, because(codeNotFound, errNoVote)
	}
	switch other.view.Load().phase {
	case election.PhaseVoting, election.PhaseSuspended, election.PhaseClosing:
		return 0, refuse(codePhase)
	}
	err = s.floor.change(ctx, func() error {
		moved, err = s.config.DB.MoveTerminals(ctx, from, to)
		return err
	})
	return moved, err
}

// terminalRule says whether a vote demands registered terminals.
type terminalRule struct {
	Terminals string `json:"terminals" enum:"required,open"`
}

// putTerminals serves PUT /votes/{vote}/terminals.
func (s *Server) putTerminals(w http.ResponseWriter, r *http.Request, _ Person) error {
	var rule terminalRule
	if err := readJSON(w, r, &rule); err != nil {
		return err
	}
	if !knownTerminalRule(rule.Terminals) {
		return badField("terminals", "field.terminals")
	}
	if err := s.edit(r, func(d *draft) { d.Terminals = rule.Terminals }); err != nil {
		return err
	}
	return noContent(w)
}

func knownTerminalRule(rule string) bool { return rule == terminalsRequired || rule == terminalsOpen }

// terminals says whether registered terminals are demanded. A rehearsal
// rehearses that as well.
func (d *draft) terminals() string {
	if d.Terminals == "" && voteKinds[d.Kind] != election.Demonstration {
		return terminalsRequired
	}
	return cmp.Or(d.Terminals, terminalsOpen)
}
