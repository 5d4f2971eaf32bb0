package web

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/go-chi/chi/v5"

	"piaojue/ballot"
	"piaojue/courier"
	"piaojue/election"
	"piaojue/form"
	"piaojue/store"
)

// Config says what a Server serves. DB and Keys are needed; all else has a
// default.
type Config struct {
	// DB holds everything but keys. It must outlive the Server. When it stops
	// itself (store.DB.Stopped) the process must exit: nobody knows then what
	// the disk holds.
	DB *store.DB

	// Projects holds what happens before and after votes. It must outlive the
	// Server. When it stops itself the projects do, and votes go on. Nil: this
	// server keeps no projects.
	Projects *store.Projects

	// ProjectsDown says why Projects is nil where it should not be.
	ProjectsDown error

	// Keys is the folder of the server's own keys, and of the last checkpoint
	// of each log. An older copy of it and of DB together looks like the present
	// state (attack S2): then only witnesses notice, see MarkRestored.
	Keys string

	// KeysDrawn is told of a vote whose keys were drawn, before the vote is there:
	// with an error there is none. Nil: nobody is.
	KeysDrawn func(ctx context.Context, vote string) error

	// KeysLacking is told of a vote whose keys are not in the folder, or are not those
	// that it began with, and of the projects; all else is served. Nil: a server that
	// lacks those of a vote does not open.
	KeysLacking func(vote string)

	// Nodes says how the servers are that share the database, of those that it knows
	// itself and of a list of all. Standby is filled in here. Nil: there is only one.
	Nodes func(all []string) *Nodes

	// Log gets one line for each request but those to the ballot box. Nil: no
	// lines.
	Log *slog.Logger

	// Metrics get numbers for those who run the server. Nil: nobody does.
	Metrics *Metrics

	// Font is that of the official forms. Nil: they are made as workbooks only.
	Font *form.Font

	// Now is the clock. It decides nothing: entries of the server bear no
	// time. Nil: time.Now.
	Now func() time.Time

	// Issuer is the name of the server's own issuer in manifests, number 0.
	// Empty: "piaojued".
	Issuer string

	// Grace is how long terminals may hand in unused credentials after the
	// close order. Zero: 30 seconds.
	Grace time.Duration

	// CountEvery is the time between two count entries, and between two tries to take
	// what was erased out of the files. Zero: one minute.
	CountEvery time.Duration

	// Origins are the further origins (scheme://host) whose pages may write
	// and open live screens, beside the server's own.
	Origins []string

	// IssuerRoots are the certificates that vouch for other issuers, when
	// requests go on to them. Nil: those of the system.
	IssuerRoots *x509.CertPool

	// Witnesses are addresses of witnesses by the name of their key, for those
	// whose address in the policy is missing or another from here.
	Witnesses map[string]string

	// WitnessRoots are the certificates that vouch for witnesses. Nil: those of
	// the system.
	WitnessRoots *x509.CertPool

	// CosignEvery is the least time between two rounds of asking witnesses. Zero:
	// half a second.
	CosignEvery time.Duration

	// IgnoreWitnesses are witnesses that are not asked, by the name of their key:
	// one that says it has seen what no log key has signed could stop a vote for
	// ever.
	IgnoreWitnesses []string

	// PlainCookies lets browsers send the session over plain HTTP: only for a
	// server that nobody else reaches, such as a demo on this machine.
	PlainCookies bool

	// CA is the certificate (PEM) that browsers have to trust, for GET /ca.crt.
	// Nil: the server's certificate is trusted already.
	CA []byte

	// DataLicence says on what terms the open data may be used, and ReportPhone is
	// the number on the notice boards of projects. Empty: nothing is said.
	DataLicence, ReportPhone string

	// Mail sends members what waits for them, and Webhook tells an office of its
	// own; Site is where people find this server (https://host), for the links in
	// what they send. Nil: nothing is sent that way.
	Mail    *courier.Mail
	Webhook *courier.Webhook
	Site    string

	// PerMinute bounds the requests of one address, but for the ballot box.
	// Zero: 60,000, since a whole hall may stand behind one address.
	PerMinute int
}

func (c *Config) setDefaults() {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Issuer == "" {
		c.Issuer = "piaojued"
	}
	if c.Grace == 0 {
		c.Grace = 30 * time.Second
	}
	if c.CountEvery == 0 {
		c.CountEvery = time.Minute
	}
	if c.CosignEvery == 0 {
		c.CosignEvery = petitionPace
	}
	if c.PerMinute == 0 {
		c.PerMinute = limitDefault
	}
}

// Server serves votes. Close ends what it runs.
type Server struct {
	config    Config
	handler   http.Handler
	limits    limiter // requests
	strikes   limiter // wrong API keys
	cosigners limiter // lines of witnesses
	origins   *http.CrossOriginProtection
	boxes     chan struct{} // bounds the requests to ballot boxes under way
	signIns   limiter       // tries to sign in
	signing   signing
	pins      pinChecks
	pinTries  limiter // of one badge
	floor     *floor
	relay     *relay

	registrations limiter // codes of terminals

	admin    *Administration
	projects *projects // nil: none are kept
	adopter  *adopter  // nil without projects
	postman  *postman  // nil if nothing is sent
	drafts   projectDrafts
	assisted assistantIndex
	hasher   *hasher
	rooms    *rooms // of forms that come in
	flows    flows  // long answers that go out
	audience *audience
	vault    *vault
	marks    []byte // key of the marks of known browsers
	salt     []byte // of registration codes
	may      map[store.Role][]string
	jobs     sync.WaitGroup // of what goes on behind an answer; Close waits for it
	static   map[string]*file

	leastFree uint64 // of the disk, before a session opens

	creating sync.Mutex // held while a vote is created
	ending   sync.Once

	mu    sync.RWMutex // guards votes
	votes map[string]*vote

	doubted map[string]*election.Manifest // of votes that Open has found to have other keys
	lacking []string                      // votes whose keys Open has not found; read-only since
}

// maxBoxes bounds how many ballots are in memory at once.
const maxBoxes = 512

// Open brings every vote of the database to where its log stands, and starts
// it. It refuses a database that lacks something that was signed or promised.
func Open(ctx context.Context, c Config) (*Server, error) {
	c.setDefaults()
	s := &Server{
		config:    c,
		limits:    newLimiter(c.PerMinute),
		strikes:   newLimiter(maxStrikes),
		cosigners: newLimiter(maxCosigners),
		signIns:   newLimiter(maxSignIns),
		may:       mayByRole(),
		origins:   http.NewCrossOriginProtection(),
		boxes:     make(chan struct{}, maxBoxes),
		signing:   newSigning(),
		pins:      newPINChecks(),
		pinTries:  newLimiter(maxPINs),
		relay:     newRelay(&c),
		rooms:     newRooms(),
		audience:  newAudience(),
		leastFree: leastReady,
		votes:     make(map[string]*vote),
		doubted:   make(map[string]*election.Manifest),

		registrations: newLimiter(maxRegistrations),
		drafts:        projectDrafts{now: c.Now, all: map[[32]byte]*projectDraft{}},
	}
	for _, o := range c.Origins {
		if err := s.origins.AddTrustedOrigin(o); err != nil {
			return nil, fmt.Errorf("origin %s: %w", o, err)
		}
	}
	var err error
	if s.static, err = staticOnce(); err != nil {
		return nil, err
	}
	if err := s.openAccounts(ctx); err != nil {
		return nil, err
	}
	if s.floor, err = openFloor(ctx, c.DB); err != nil {
		return nil, err
	}
	if c.Projects != nil {
		s.keepProjects(ctx)
	}
	if err := s.openVotes(ctx); err != nil {
		s.Close()
		return nil, err
	}
	if s.adopter != nil {
		s.adopter.runs.Go(s.adopter.run)
		s.adopter.runs.Go(s.adopter.tend)
		s.adopter.runs.Go(s.adopter.clean)
	}
	if s.projects != nil && (c.Mail != nil || c.Webhook != nil) {
		s.postman = newPostman(s)
		s.postman.runs.Go(s.postman.run)
	}
	s.handler = s.router()
	c.Metrics.serves(s)
	return s, nil
}

// openAccounts opens what people sign in with.
func (s *Server) openAccounts(ctx context.Context) (err error) {
	if s.admin, err = OpenAdministration(ctx, s.config.DB, s.config.Keys, s.config.Log, s.config.Now); err != nil {
		return err
	}
	if s.vault, err = newVault(s.admin); err != nil {
		return err
	}
	if s.marks, err = markKey(s.admin); err != nil {
		return err
	}
	if s.salt, err = codeSalt(s.admin); err != nil {
		return err
	}
	s.hasher, err = newHasher()
	return err
}

// voteOf finds the vote that has this manifest hash.
func (s *Server) voteOf(manifest [32]byte) *vote {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, v := range s.votes {
		if w := v.view.Load(); w.manifest != nil && w.manifestHash == manifest {
			return v
		}
	}
	return nil
}

// Handler serves all routes.
func (s *Server) Handler() http.Handler { return s.handler }

// Close logs a last count of each vote and ends all goroutines and live
// screens. Call it when no request is under way any more.
func (s *Server) Close() {
	s.ending.Do(func() {
		s.config.Metrics.leaves(s)
		s.jobs.Wait()
		s.adopter.close()
		s.postman.close()
		s.mu.RLock()
		defer s.mu.RUnlock()
		for _, v := range s.votes {
			v.stop()
		}
	})
}

// vote returns the vote that a request names.
func (s *Server) vote(r *http.Request) (*vote, error) {
	v := s.voteCalled(chi.URLParam(r, "vote"))
	if v == nil {
		return nil, because(codeNotFound, errNoVote)
	}
	return v, nil
}

// voteCalled returns the vote with that ID; nil if there is none.
func (s *Server) voteCalled(id string) *vote {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.votes[id]
}

var errNoVote = errors.New("no such vote")

// generateIssuer draws the RSA key of a vote's own issuer. Tests replace it,
// since it takes a second.
var generateIssuer = ballot.GenerateIssuer

// writeTimeout is how long an answer may take.
const writeTimeout = 60 * time.Second

// HTTPServer returns a server with the timeouts that keep slow and silent
// clients from holding connections, and without a log of its own: it would
// write addresses.
func HTTPServer(h http.Handler) *http.Server {
	// One request at a time on a connection: the streams of HTTP/2 would get
	// around every bound on connections.
	http1 := new(http.Protocols)
	http1.SetHTTP1(true)
	return &http.Server{
		Handler:           attend(h),
		ConnContext:       withGuest,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       15 * time.Second,
		Protocols:         http1,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(slog.DiscardHandler, slog.LevelError),
	}
}
