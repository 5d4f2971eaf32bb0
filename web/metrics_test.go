package web

import (
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"piaojue/ballot"
	"piaojue/store"
)

// measured is a stage whose server gives numbers, with a vote that runs.
func measured(t *testing.T) (*stage, *Metrics) {
	s, m := newStage(t), NewMetrics("test")
	now := time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)
	s.config.Now = func() time.Time { return now }
	m.now = s.config.Now
	s.config.Metrics = m
	s.restart()
	s.begin()
	return s, m
}

// page reads the numbers as a collector does.
func (m *Metrics) page(t *testing.T) string {
	t.Helper()
	got := handle(m, "GET", "/metrics")
	if got.status != http.StatusOK || !strings.HasPrefix(got.header.Get("Content-Type"), "text/plain") {
		t.Fatalf("%d %v", got.status, got.header)
	}
	return string(got.body)
}

// TestMetricNames: a server gives these numbers with these labels, during a vote and
// after a challenge, a ballot and an issuance, and no others. Who adds one thinks over
// whether it could tell who cast, and when, and says so in SECURITY.md.
func TestMetricNames(t *testing.T) {
	want := strings.Fields(`
		piaojue_box_waiting piaojue_checkpoint_age_seconds{vote} piaojue_commit_seconds_bucket{le} piaojue_commit_seconds_count
		piaojue_commit_seconds_sum piaojue_disk_free_bytes piaojue_faults_total piaojue_goroutines piaojue_heap_bytes
		piaojue_info{version} piaojue_issued{vote} piaojue_log_entries{vote} piaojue_open_files piaojue_phase{phase,vote}
		piaojue_promised{vote} piaojue_ready piaojue_request_seconds_bucket{route,le} piaojue_request_seconds_count{route}
		piaojue_request_seconds_sum{route} piaojue_requests_total{class,method,route} piaojue_screens{who} piaojue_stopped{vote}`)
	s, m := measured(t)
	s.castAll(3, 2, 1)
	m.take()
	var got []string
	label := regexp.MustCompile(`(\w+)="[^"]*"`)
	for line := range strings.Lines(m.page(t)) {
		if name, _, ok := strings.Cut(line, " "); ok && line[0] != '#' {
			name = label.ReplaceAllString(name, "$1")
			if !slices.Contains(got, name) {
				got = append(got, name)
			}
		}
	}
	slices.Sort(got)
	documented, err := os.ReadFile("../docs/metrics.md")
	must(t, err)
	for _, name := range want {
		base, _, _ := strings.Cut(name, "{")
		for _, end := range []string{"_bucket", "_count", "_sum"} {
			base = strings.TrimSuffix(base, end)
		}
		if !strings.Contains(string(documented), "`"+base) {
			t.Errorf("docs/metrics.md does not say what %s is", base)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// castAll has deputies cast, the second of them after a challenge. Whatever a visit
// asks for is asked for.
func (s *stage) castAll(order ...int) {
	s.Helper()
	for i, n := range order {
		v := s.voter(n)
		_, err := v.Seal(marks(n % 3))
		must(s, err)
		if i == 1 {
			_, err := v.Challenge()
			must(s, err)
			_, err = v.Seal(ballot.Choice{Marks: marks(0).Marks})
			must(s, err)
		}
		must(s, v.Cast())
	}
}

// ofTheMachine are the lines that say how long something took, or what the process takes of
// the machine.
var ofTheMachine = regexp.MustCompile(`(?m)^piaojue_(commit_seconds_(bucket|sum)|goroutines|heap_bytes|open_files|disk_free_bytes).*\n`)

// TestMetricsTellNobody (V14): two servers that issued as much give the same numbers,
// whoever of the deputies cast and challenged, in which order, or did not, and whoever
// looked at a ballot on a telephone. Between two looks nothing changes.
func TestMetricsTellNobody(t *testing.T) {
	s, m := measured(t)
	before := m.page(t)
	s.castAll(0, 1, 2)
	s.voter(3)
	for _, path := range []string{"/check/v1", "/track/v1", "/terminal"} {
		s.send("", "GET", path, nil)
	}
	s.send(store.RoleStaff, "GET", "/votes/v1/draft", nil)
	if got := m.page(t); got != before {
		t.Errorf("the numbers changed within a minute: %s", got)
	}
	m.take()
	got := m.page(t)
	other, n := measured(t)
	for _, n := range []int{3, 1, 0} {
		other.voter(n)
	}
	other.castAll(2)
	other.send(store.RoleStaff, "GET", "/votes/v1/draft", nil)
	n.take()
	if x, y := ofTheMachine.ReplaceAllString(got, ""), ofTheMachine.ReplaceAllString(n.page(t), ""); x != y {
		t.Errorf("two orders of casting can be told apart:\n%s\n%s", x, y)
	}
	for _, secret := range []string{"/box/", "/issuances", "/seeds", "/roll/", "/check/", "/track", "/terminal", "/board"} {
		if strings.Contains(got, secret) {
			t.Errorf("the numbers name %s", secret)
		}
	}
	for _, told := range []string{"piaojue_issued{vote=\"v1\"} 4\n", "piaojue_requests_total{class=\"2xx\",method=\"GET\",route=\"/votes/{vote}/draft\"}"} {
		if !strings.Contains(got, told) {
			t.Errorf("no %s in %s", told, got)
		}
	}
}

// TestMetricsListen: numbers are read, and nothing else is asked of that listener; a
// server that ends gives none of its own any more.
func TestMetricsListen(t *testing.T) {
	m := NewMetrics("test")
	if got := handle(m, "GET", "/metrics"); got.status != http.StatusNotFound {
		t.Errorf("numbers that nobody took: %d", got.status)
	}
	s := newStage(t)
	s.config.Metrics = m
	s.restart()
	if !strings.Contains(m.page(t), "piaojue_ready 1") {
		t.Error("a server that has started gives no numbers")
	}
	for _, x := range []struct {
		method, path string
		want         int
	}{{"POST", "/metrics", http.StatusMethodNotAllowed}, {"GET", "/", http.StatusNotFound}, {"GET", "/debug/pprof/", http.StatusNotFound}} {
		if got := handle(m, x.method, x.path); got.status != x.want {
			t.Errorf("%s %s: %d", x.method, x.path, got.status)
		}
	}
	if got := s.send("", "GET", "/metrics", nil); got.status != http.StatusNotFound {
		t.Errorf("the public listener gives numbers: %d", got.status)
	}
	s.server.Close()
	m.take()
	if strings.Contains(m.page(t), "piaojue_ready") {
		t.Error("a server that has ended gives numbers")
	}
	if got := m.page(t); strings.Count(got, "piaojue_info{version=\"test\"} 1") != 1 {
		t.Error(got)
	}
}
