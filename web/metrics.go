package web

import (
	"bytes"
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"
)

// MetricsEvery is how often numbers are taken. Whoever asks in between gets what was
// taken last, so that nobody can lay them beside a camera in the hall: between two
// looks lies the same minute as between two count entries.
const MetricsEvery = time.Minute

// Metrics are numbers for those who run servers, in the form that Prometheus reads.
// None of them can tell who cast, and when:
//
//   - Requests of deputies, of their terminals and of their telephones are not
//     counted; only those of who has signed in and of pages about everything are.
//   - Of a vote there is what its log says to everybody, and nothing of its box.
//   - What a process shows of its work is rounded down further than one visit goes.
//   - Nothing changes but once a minute, at moments that no reader chooses.
//
// SECURITY.md says why. A nil Metrics takes no numbers.
type Metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	faults   prometheus.Counter
	commits  prometheus.Histogram

	server atomic.Pointer[Server] // nil as long as another node leads
	last   atomic.Pointer[[]byte]
	now    func() time.Time
}

// NewMetrics returns numbers that nobody has taken yet. Further ones come from add.
func NewMetrics(version string) *Metrics {
	m := &Metrics{registry: prometheus.NewRegistry(), now: time.Now}
	m.requests = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "piaojue_requests_total", Help: "Requests of staff and for public pages, by route and class of status.",
	}, []string{"method", "route", "class"})
	m.seconds = prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "piaojue_request_seconds", Help: "How long they took.", Buckets: []float64{0.01, 0.1, 1, 10},
	}, []string{"route"})
	m.faults = prometheus.NewCounter(prometheus.CounterOpts{
		Name: "piaojue_faults_total", Help: "Requests that failed by the server's own fault, each with a line in the log.",
	})
	m.commits = prometheus.NewHistogram(prometheus.HistogramOpts{
		Name: "piaojue_commit_seconds", Help: "How long the database took to make a transaction durable; without the ballot box.",
		Buckets: []float64{0.001, 0.005, 0.02, 0.1, 0.5, 2},
	})
	m.registry.MustRegister(m.requests, m.seconds, m.faults, m.commits, serverNumbers{m})
	m.Add("piaojue_info", "The version.", func() float64 { return 1 }, "version", version)
	addProcess(m)
	return m
}

// Add adds a number that fn gives, with the names and values of its labels.
func (m *Metrics) Add(name, help string, fn func() float64, labels ...string) {
	constant := prometheus.Labels{}
	for pair := range slices.Chunk(labels, 2) {
		constant[pair[0]] = pair[1]
	}
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help, ConstLabels: constant}, fn))
}

// Run takes the numbers, once a minute until the context ends.
func (m *Metrics) Run(ctx context.Context) {
	tick := time.NewTicker(MetricsEvery)
	defer tick.Stop()
	for {
		m.take()
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// take keeps the numbers of this moment as the bytes that everybody gets.
func (m *Metrics) take() {
	families, err := m.registry.Gather()
	if err != nil {
		return // those of the minute before stay
	}
	var text bytes.Buffer
	to := expfmt.NewEncoder(&text, expfmt.NewFormat(expfmt.TypeTextPlain))
	for _, f := range families {
		if to.Encode(f) != nil {
			return
		}
	}
	taken := text.Bytes()
	m.last.Store(&taken)
}

// ServeHTTP serves GET /metrics, on a listener of its own.
func (m *Metrics) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	taken := m.last.Load()
	switch {
	case r.URL.Path != "/metrics" || taken == nil:
		http.NotFound(w, r)
	case r.Method != http.MethodGet:
		http.Error(w, "", http.StatusMethodNotAllowed)
	default:
		w.Header().Set("Content-Type", string(expfmt.NewFormat(expfmt.TypeTextPlain)))
		w.Header().Set("Cache-Control", "no-store")
		w.Write(*taken)
	}
}

// serves has the numbers come from a server, from its start on.
func (m *Metrics) serves(s *Server) {
	if m == nil {
		return
	}
	s.config.DB.OnCommit(func(took time.Duration) { m.commits.Observe(took.Seconds()) })
	m.server.Store(s)
	m.take()
}

// leaves is called by a server that ends; another one may have taken its place.
func (m *Metrics) leaves(s *Server) {
	if m != nil {
		m.server.CompareAndSwap(s, nil)
	}
}

func (m *Metrics) fault() {
	if m != nil {
		m.faults.Inc()
	}
}

// request counts a request to a route that may be counted.
func (m *Metrics) request(method string, rt *route, status int, took time.Duration) {
	if m == nil || !countable(rt) {
		return
	}
	m.requests.WithLabelValues(method, rt.path, strconv.Itoa(status/100)+"xx").Inc()
	m.seconds.WithLabelValues(rt.path).Observe(took.Seconds())
}

// everybodys are the beginnings of public routes of which a request says nothing
// about any deputy's visit to a terminal.
var everybodys = []string{"/healthz", "/readyz", "/hall/", "/log/", "/projects", "/signin", "/votes/{vote}/live", "/votes/{vote}/snapshot"}

// countable reports whether requests to a route are counted. Those that a visit to a
// terminal makes are not, nor are those of a telephone that checks a ballot or tracks
// one: in a quiet minute the count would be of one person.
func countable(rt *route) bool {
	if rt.box || rt.badge || rt.quiet {
		return false
	}
	return !rt.who.anyone || slices.ContainsFunc(everybodys, func(p string) bool { return strings.HasPrefix(rt.path, p) })
}
