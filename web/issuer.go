package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/go-chi/chi/v5"

	"piaojue/ballot"
	"piaojue/client"
	"piaojue/election"
	"piaojue/store"
)

// IssuerConfig says for which vote an Issuer signs.
type IssuerConfig struct {
	DB       *store.DB        // a file of its own, on the machine of whoever holds the key
	Log      *slog.Logger     // nil: no lines
	Key      *ballot.Issuer   // fresh for this vote
	Vote     string           // the server's name for the vote
	Manifest [32]byte         // its hash, from paper
	Board    client.Transport // to the server, whose log is verified and not trusted
}

// Issuer is a second issuer, outside the server's reach: no server can make a
// credential without it. It believes the log only as far as it verifies, signs
// for issuances that are in it, and keeps its answers.
type Issuer struct {
	config  IssuerConfig
	handler http.Handler
	limits  limiter
	signing signing

	mu    sync.Mutex // guards board
	board *client.Board
}

// OpenIssuer prepares an issuer. The board is read when somebody asks.
func OpenIssuer(ctx context.Context, c IssuerConfig) (*Issuer, error) {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	// The row holds nothing; issuances refer to it.
	if err := c.DB.CreateVote(ctx, c.Vote, nil); err != nil && !errors.Is(err, store.ErrExists) {
		return nil, err
	}
	i := &Issuer{
		config:  c,
		limits:  newLimiter(limitDefault),
		signing: newSigning(),
		board:   client.NewBoard(c.Board, c.Vote, c.Manifest),
	}
	mux := chi.NewRouter()
	mux.Use(secure)
	mux.NotFound(i.serve("none", func(http.ResponseWriter, *http.Request) error { return refuse(codeNotFound) }))
	mux.MethodNotAllowed(i.serve("none", func(http.ResponseWriter, *http.Request) error { return refuse(codeMethod) }))
	mux.Get("/healthz", i.serve("/healthz", i.getHealth))
	mux.Post(issuancePath, i.serve(issuancePath, i.issue))
	i.handler = mux
	return i, nil
}

const issuancePath = "/votes/{vote}/issuances"

// Handler serves POST /votes/{vote}/issuances, as a server does.
func (i *Issuer) Handler() http.Handler { return i.handler }

func (i *Issuer) serve(path string, handle func(http.ResponseWriter, *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		rec := &recorder{ResponseWriter: w}
		if err := i.admit(rec, r, handle); err != nil {
			refusal := toRefusal(err)
			if refusal.code == codeInternal || refusal.code == codeNoIssuer {
				i.config.Log.Error("request failed", "route", path, "error", err)
			}
			writeRefusal(rec, refusal)
		}
		i.config.Log.Info("request", "method", r.Method, "route", path,
			"status", rec.status, "duration", time.Since(start).Round(time.Microsecond))
	}
}

func (i *Issuer) admit(w http.ResponseWriter, r *http.Request, handle func(http.ResponseWriter, *http.Request) error) (err error) {
	defer rescue(&err)
	if i.limits.count(address(r)) {
		return refuse(codeRateLimited)
	}
	return handle(w, r)
}

// getHealth serves GET /healthz.
func (i *Issuer) getHealth(w http.ResponseWriter, _ *http.Request) error {
	if i.config.DB.Cause() != nil {
		return refuse(codeStorage)
	}
	return writeJSON(w, http.StatusOK, map[string]string{"status": "ok"})
}

// issue serves POST /votes/{vote}/issuances.
func (i *Issuer) issue(w http.ResponseWriter, r *http.Request) error {
	if chi.URLParam(r, "vote") != i.config.Vote {
		return because(codeNotFound, errNoVote)
	}
	body, err := readBody(w, r, maxIssuance)
	if err != nil {
		return err
	}
	a, err := i.examine(body)
	if err != nil {
		return err
	}
	kept, err := i.answer(r.Context(), a)
	if err != nil {
		return err
	}
	return writeBytes(w, mediaBinary, client.MarshalAnswer(a.number, a.index, kept))
}

// asked is an issuance that is in the log.
type asked struct {
	number  uint8  // of this issuer in the manifest
	index   uint64 // of the entry
	epoch   uint32
	leaf    uint32
	vector  [32]byte
	blinded []byte
}

// examine looks the issuance up in the log, reading what is new of it if it is
// not there yet.
func (i *Issuer) examine(body []byte) (*asked, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	a, err := i.lookUp(body)
	if err == nil {
		return a, nil
	}
	if err := i.board.Update(); err != nil {
		return nil, because(codeNoIssuer, err)
	}
	return i.lookUp(body)
}

var errNotLogged = errors.New("issuance is not in the log")

func (i *Issuer) lookUp(body []byte) (*asked, error) {
	s := i.board.State()
	if s.Phase() != election.PhaseVoting {
		return nil, notVoting(s.Phase())
	}
	set := s.Opening().Issuers
	_, b, blinded, err := client.ParseIssuance(body, len(set))
	if err != nil {
		return nil, because(codeBadForm, err)
	}
	at := slices.IndexFunc(s.Issuers(), i.config.Key.PublicKey().Equal)
	if at < 0 {
		return nil, because(codeNoIssuer, errors.New("not an issuer of this opening"))
	}
	if b.Opening != s.OpeningHash() {
		return nil, refuse(codeOldEpoch)
	}
	logged, ok := s.Issued(b.Leaf.Index)
	switch {
	case !ok:
		return nil, because(codeNoIssuer, errNotLogged)
	case logged.Vector != b.Vector:
		return nil, refuse(codeIssued)
	}
	return &asked{
		number: set[at], index: logged.Entry, epoch: s.Opening().Epoch,
		leaf: b.Leaf.Index, vector: b.Vector, blinded: blinded[at],
	}, nil
}

// answer signs, once for each leaf and epoch: the vector is reserved durably
// before, so that not even a forked log and a crash get a second one.
func (i *Issuer) answer(ctx context.Context, a *asked) ([]byte, error) {
	record := store.Issuance{Epoch: a.epoch, Index: a.leaf, Vector: a.vector}
	kept, err := i.config.DB.Issue(ctx, i.config.Vote, record)
	if err != nil || kept.Answer != nil {
		return kept.Answer, err
	}
	record.Answer, err = i.signing.sign(ctx, i.config.Key, a.blinded)
	if err != nil {
		return nil, fmt.Errorf("issuance %d: %w", a.index, err)
	}
	kept, err = i.config.DB.Issue(ctx, i.config.Vote, record)
	return kept.Answer, err
}
