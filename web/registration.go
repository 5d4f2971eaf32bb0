package web

import (
	"cmp"
	"context"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"piaojue/election"
	"piaojue/form"
	"piaojue/store"
)

// codeLetters has no two that are mistaken for each other, on a screen or said
// aloud.
const (
	codeLetters = "3479ACDEFHJKMNPRTWXY"
	codeLength  = 8
	codeLife    = 15 * time.Minute
)

// maxRegistrations bounds the codes that one address may try in a minute, right
// or wrong: a code has only 34 bits.
const maxRegistrations = 100

// maxLabel bounds zone and label of a terminal, in characters.
const maxLabel = 40

// terminalCodeJSON is a code for the console's screen.
type terminalCodeJSON struct {
	Code    string `json:"code"`
	Minutes int    `json:"minutes"`
	Ends    int64  `json:"ends" doc:"Unix seconds."`
}

// makeTerminalCode serves POST /votes/{vote}/terminals/codes.
func (s *Server) makeTerminalCode(w http.ResponseWriter, r *http.Request, _ Person) error {
	v, err := s.vote(r)
	if err != nil {
		return err
	}
	if v.view.Load().phase > election.PhaseSuspended {
		return refuse(codePhase)
	}
	code := newTerminalCode()
	hash, err := s.hashCode(r.Context(), code)
	if err != nil {
		return err
	}
	now := s.config.Now()
	ends := now.Add(codeLife).Unix()
	if err := s.config.DB.PutTerminalCode(r.Context(), v.id, hash, now.Unix(), ends); err != nil {
		return err
	}
	shown := code[:codeLength/2] + "-" + code[codeLength/2:]
	return writeJSON(w, http.StatusCreated, terminalCodeJSON{shown, int(codeLife / time.Minute), ends})
}

// newTerminalCode draws each letter with the same chance.
func newTerminalCode() string {
	var code []byte
	for len(code) < codeLength {
		var b [1]byte
		rand.Read(b[:])
		if n := len(codeLetters); int(b[0]) < 256/n*n {
			code = append(code, codeLetters[int(b[0])%n])
		}
	}
	return string(code)
}

// codeSalt derives the salt of registration codes from the administration's key: one
// for all codes of a server, since a code is found by its hash, and none that a copy
// of the database holds, since a code has only 34 bits.
func codeSalt(a *Administration) ([]byte, error) {
	return hkdf.Key(sha256.New, a.key.Seed(), nil, "piaojue registration codes", saltSize)
}

// hashCode is what the database keeps of a code until it is used: it takes as long as
// a password.
func (s *Server) hashCode(ctx context.Context, code string) ([32]byte, error) {
	return s.hasher.derive(ctx, code, s.salt)
}

// isCode reports whether a text can be a code.
func isCode(text string) bool {
	return len(text) == codeLength && strings.Trim(text, codeLetters) == ""
}

// readCode takes a code as people type it.
func readCode(typed string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.Is(unicode.Pd, r) {
			return -1
		}
		return unicode.ToUpper(r)
	}, form.Narrow(typed))
}

// registerRequest is what a device sends with its code.
type registerRequest struct {
	Code  string             `json:"code"`
	Kind  store.TerminalKind `json:"kind" enum:"seat,shared"`
	Zone  string             `json:"zone,omitempty"`
	Label string             `json:"label" doc:"Seat or number, unique in its zone."`
}

func (q *registerRequest) check() error {
	if q.Kind != store.TerminalSeat && q.Kind != store.TerminalShared {
		return badField("kind", "field.terminal_kind")
	}
	if err := cmp.Or(checkHidden("zone", q.Zone), checkHidden("label", q.Label)); err != nil {
		return err
	}
	if !labels(q.Zone) {
		return badField("zone", "field.label", maxLabel)
	}
	if !labels(q.Label) || q.Label == "" {
		return badField("label", "field.label", maxLabel)
	}
	return nil
}

// labels reports whether a text may stand on a terminal's tile.
func labels(text string) bool {
	return utf8.ValidString(text) && utf8.RuneCountInString(text) <= maxLabel &&
		strings.TrimSpace(text) == text && strings.IndexFunc(text, unicode.IsControl) < 0
}

// registeredJSON is the answer to a device that has been registered, and which
// alone learns its key.
type registeredJSON struct {
	ID       string             `json:"id"`
	Key      string             `json:"key"`
	Vote     string             `json:"vote"`
	Manifest string             `json:"manifest" doc:"Hash; empty before the freeze."`
	Kind     store.TerminalKind `json:"kind"`
	Zone     string             `json:"zone"`
	Label    string             `json:"label"`
}

// registerTerminal serves POST /terminals.
func (s *Server) registerTerminal(w http.ResponseWriter, r *http.Request, _ Person) error {
	if s.registrations.count(address(r)) {
		return refuse(codeRateLimited)
	}
	var q registerRequest
	if err := readJSON(w, r, &q); err != nil {
		return err
	}
	if err := q.check(); err != nil {
		return err
	}
	// Where no code waits, none is hashed: strangers take no turn from those who sign in.
	there, err := s.config.DB.HasTerminalCode(r.Context(), s.config.Now().Unix())
	if err != nil {
		return err
	}
	typed := readCode(q.Code)
	if !there || !isCode(typed) {
		return refuse(codeTerminalCode)
	}
	code, err := s.hashCode(r.Context(), typed)
	if err != nil {
		return err
	}
	key, hash := GenerateKey()
	t := store.Terminal{ID: newTerminalID(), KeyHash: hash, Kind: q.Kind, Zone: q.Zone, Label: q.Label}
	err = s.floor.change(r.Context(), func() (err error) {
		t.Vote, err = s.config.DB.RegisterTerminal(r.Context(), code, s.config.Now().Unix(), t)
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return because(codeTerminalCode, err)
	}
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusCreated, registeredJSON{
		ID: t.ID, Key: key, Vote: t.Vote, Manifest: s.manifestOf(t.Vote), Kind: t.Kind, Zone: t.Zone, Label: t.Label,
	})
}

func newTerminalID() string {
	var id [8]byte
	rand.Read(id[:])
	return hex.EncodeToString(id[:])
}
