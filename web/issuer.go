package web

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/go-chi/chi/v5"

	"piaojue/audit"
	"piaojue/ballot"
	"piaojue/client"
	"piaojue/election"
	"piaojue/store"
)

// IssuerConfig says for which vote an Issuer signs.
type IssuerConfig struct {
	DB       *store.DB        // a file of its own, on the machine of whoever holds the key
	Log      *slog.Logger     // nil: no lines
	Key      *IssuerKeys      // fresh for this vote
	Keys     string           // the folder of the key, where the last checkpoint of the register is kept; empty: nowhere
	Vote     string           // the server's name for the vote
	Manifest [32]byte         // its hash, from paper
	Board    client.Transport // to the server, whose log is verified and not trusted
	Folder   string           // takes what convicts the server; empty: nothing is kept
}

// Issuer is a second issuer, outside the server's reach: no server can make a
// credential without it. It believes the log only as far as it verifies, signs
// for issuances that are in it, and keeps its answers.
type Issuer struct {
	config   IssuerConfig
	register string // of its answers in the database
	handler  http.Handler
	limits   limiter
	signing  signing
	follower *follower

	publisher publisher
}

// ErrNotIssuer means that the manifest does not know the key: no signature by it
// is worth anything.
var ErrNotIssuer = errors.New("web: the key is not among the issuers of the manifest")

// OpenIssuer prepares an issuer. The board is read when somebody asks.
func OpenIssuer(ctx context.Context, c IssuerConfig) (*Issuer, error) {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	// Answers are registered under the manifest, not under the server's name for
	// the vote: with another name the same leaf must not get a second signature.
	// The row holds nothing; issuances refer to it.
	register := registerOf(c.Manifest)
	if err := c.DB.CreateVote(ctx, register, nil); err != nil && !errors.Is(err, store.ErrExists) {
		return nil, err
	}
	i := &Issuer{
		config:   c,
		register: register,
		limits:   newLimiter(limitDefault),
		signing:  newSigning(),
		follower: newFollower(client.NewBoard(c.Board, c.Vote, c.Manifest)),
	}
	i.follower.convict = i.convict
	i.publisher.folder = c.Keys
	mux := chi.NewRouter()
	mux.Use(secure)
	mux.NotFound(i.serve("none", func(http.ResponseWriter, *http.Request) error { return refuse(codeNotFound) }))
	mux.MethodNotAllowed(i.serve("none", func(http.ResponseWriter, *http.Request) error { return refuse(codeMethod) }))
	mux.Get("/healthz", i.serve("/healthz", i.getHealth))
	mux.Get(registerPath+"checkpoint", i.serve(registerPath+"checkpoint", i.getRegisterCheckpoint))
	mux.Get(registerPath+"entries", i.serve(registerPath+"entries", i.getRegisterEntries))
	mux.Post(issuancePath, i.serve(issuancePath, i.issue))
	i.handler = mux
	return i, nil
}

const (
	issuancePath = "/votes/{vote}/issuances"
	registerPath = "/register/"
)

// registerOf is the name of a register in the database, which holds 40 letters of
// the hash. Two manifests that shared it would get fewer signatures, never more.
func registerOf(manifest [32]byte) string { return hex.EncodeToString(manifest[:20]) }

// Check reads the log and returns which issuer of the manifest the key is:
// ErrNotIssuer if it is none, client.ErrStale if the server does not answer,
// audit.ErrRollback if the database is older than the register that was signed.
func (i *Issuer) Check(ctx context.Context) (number int, err error) {
	if err := i.follower.follow(ctx); err != nil {
		return 0, err
	}
	who, err := i.identity(ctx)
	if err != nil {
		return 0, err
	}
	_, _, err = i.publish(ctx, who)
	return int(who.number), err
}

// convict keeps what shows that the server's log has two histories (attack S1).
func (i *Issuer) convict(e *audit.Evidence) {
	if i.config.Folder == "" {
		return
	}
	path, err := KeepEvidence(i.config.Folder, e)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		i.config.Log.Error("evidence not kept", "error", err)
		return
	}
	i.config.Log.Error("the log's key signed two histories; evidence is kept", "file", path)
}

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
			writeRefusal(rec, refusal, "")
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
	q, err := parseRequest(body, i.config.Manifest)
	if err != nil {
		return err
	}
	a, err := i.examine(r.Context(), q)
	if err != nil {
		return err
	}
	if _, _, err := i.publish(r.Context(), identity{a.origin, a.number}); err != nil {
		return because(codeNoIssuer, err)
	}
	kept, err := i.answer(r.Context(), a)
	if err != nil {
		return err
	}
	// Whoever has the answer can show the row: the checkpoint over it is kept
	// before the answer leaves, so that an older copy is found out by it.
	if _, _, err := i.publish(r.Context(), identity{a.origin, a.number}); err != nil {
		return because(codeNoIssuer, err)
	}
	return writeBytes(w, mediaBinary, client.MarshalAnswer(a.number, a.index, kept))
}

// asked is an issuance that is in the log.
type asked struct {
	origin  string // of the vote
	number  uint8  // of this issuer in the manifest
	index   uint64 // of the entry
	epoch   uint32
	leaf    uint32
	vector  [32]byte
	blinded []byte
}

// request is a request for a credential, whose form is right.
type request struct {
	entry    *election.Entry
	body     *election.Issuance
	blinded  [][]byte
	manifest [32]byte
}

// parseRequest makes the checks that need no log, before anything is asked of
// anybody (attack S8).
func parseRequest(body []byte, manifest [32]byte) (*request, error) {
	if len(body) < 2 {
		return nil, refuse(codeBadForm)
	}
	rest := len(body) - 2 - int(binary.BigEndian.Uint16(body))
	n := rest / blindedSize
	if n < 1 || n > ballot.MaxIssuers {
		return nil, refuse(codeBadForm)
	}
	e, b, blinded, err := client.ParseIssuance(body, n)
	if err != nil {
		return nil, because(codeBadForm, err)
	}
	if len(e.Signatures) != 1 || e.Signatures[0].Role != election.RoleBadge {
		return nil, refuse(codeBadForm)
	}
	return &request{entry: e, body: b, blinded: blinded, manifest: manifest}, nil
}

// signedByRoll reports whether the badge that the roll has for the leaf signed.
func (q *request) signedByRoll(m *election.Manifest) bool {
	return q.body.Leaf.Verify(m.RollRoot, m.Deputies, q.body.Path) == nil &&
		signedByBadge(q.entry, q.body.Leaf.Key, q.manifest)
}

// examine looks the issuance up in the log, reading what is new of it if it is
// not there yet.
func (i *Issuer) examine(ctx context.Context, q *request) (*asked, error) {
	a, err := i.lookUp(q)
	if err == nil || isIssued(err) {
		return a, err
	}
	if !i.follower.mayFollow(q) {
		return nil, because(codeNoIssuer, errors.New("badge is unknown, and the log was read a moment ago"))
	}
	if err := i.follower.follow(ctx); err != nil {
		return nil, because(codeNoIssuer, err)
	}
	return i.lookUp(q)
}

// isIssued reports what no reading of the log changes.
func isIssued(err error) bool {
	c := toRefusal(err).code
	return c == codeIssued || c == codeOnPaper
}

var errNotLogged = errors.New("issuance is not in the log")

func (i *Issuer) lookUp(q *request) (a *asked, err error) {
	err = i.follower.look(func(s *election.State) error {
		a, err = i.find(s, q)
		return err
	})
	return a, err
}

func (i *Issuer) find(s *election.State, q *request) (*asked, error) {
	if s.Phase() != election.PhaseVoting {
		return nil, notVoting(s.Phase())
	}
	set, b := s.Opening().Issuers, q.body
	if len(q.blinded) != len(set) {
		return nil, refuse(codeBadForm)
	}
	at := slices.IndexFunc(s.Issuers(), i.config.Key.Blind.PublicKey().Equal)
	if at < 0 {
		return nil, because(codeNoIssuer, errors.New("not an issuer of this opening"))
	}
	if b.Opening != s.OpeningHash() {
		return nil, refuse(codeOldEpoch)
	}
	if !signedByBadge(q.entry, s.BadgeKey(b.Leaf), q.manifest) {
		return nil, refuse(codeBadBadge)
	}
	logged, ok := s.Issued(b.Leaf.Index)
	switch {
	case !ok:
		return nil, because(codeNoIssuer, errNotLogged)
	case logged.Paper:
		return nil, refuse(codeOnPaper)
	case !logged.For(b.Vector):
		return nil, refuse(codeIssued)
	}
	return &asked{
		origin: s.Manifest().Origin, number: set[at], index: logged.Entry, epoch: s.Opening().Epoch,
		leaf: b.Leaf.Index, vector: b.Vector, blinded: q.blinded[at],
	}, nil
}

// answer signs, once for each leaf and epoch: the vector is reserved durably
// before, so that not even a forked log and a crash get a second one.
func (i *Issuer) answer(ctx context.Context, a *asked) ([]byte, error) {
	record := store.Issuance{Epoch: a.epoch, Index: a.leaf, Vector: a.vector}
	kept, err := i.config.DB.Issue(ctx, i.register, record)
	if err != nil || kept.Answer != nil {
		return kept.Answer, err
	}
	record.Answer, err = i.signing.sign(ctx, i.config.Key.Blind, a.blinded)
	if err != nil {
		return nil, fmt.Errorf("issuance %d: %w", a.index, err)
	}
	record.Row = audit.RegisterRow{Epoch: a.epoch, Leaf: a.leaf, Index: a.index, Vector: a.vector}.Marshal()
	kept, err = i.config.DB.Issue(ctx, i.register, record)
	return kept.Answer, err
}
