package web

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"piaojue/ballot"
	"piaojue/client"
	"piaojue/election"
)

// meter stands before the server and notes what somebody on the wire sees in
// spite of TLS, and more: of each request and answer the length of the body, and
// the names and lengths of the headers.
type meter struct {
	*httptest.Server
	mu   sync.Mutex // guards seen
	seen []string
}

func newMeter(s *stage) *meter {
	m := &meter{}
	inner := s.server.Handler()
	m.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		request := fmt.Sprintf("%s %s, body %d, %s", r.Method, shape(r.URL.RequestURI()), len(body), lengths(r.Header))
		c := &copied{ResponseWriter: w, status: http.StatusOK}
		inner.ServeHTTP(c, r)
		m.note(request, r.URL.Path, c)
	}))
	s.Cleanup(m.Close)
	return m
}

// note leaves out what depends on how long the log is at that moment.
func (m *meter) note(request, path string, c *copied) {
	if !strings.HasPrefix(path, "/board/") {
		request += fmt.Sprintf("; %d, body %d, %s", c.status, c.body.Len(), lengths(c.Header()))
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.seen = append(m.seen, request)
}

// take returns what was noted since the last time.
func (m *meter) take() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	seen := m.seen
	m.seen = nil
	return seen
}

var (
	hexes  = regexp.MustCompile(`[0-9a-f]{64}`)
	digits = regexp.MustCompile(`[0-9]+`)
)

// shape is a path without what differs from deputy to deputy and from minute to
// minute: keys, and places in the roll and in the log.
func shape(path string) string {
	return digits.ReplaceAllString(hexes.ReplaceAllString(path, "KEY"), "N")
}

func lengths(h http.Header) string {
	var all []string
	for name, values := range h {
		all = append(all, fmt.Sprint(name, len(strings.Join(values, "\n"))))
	}
	slices.Sort(all)
	return strings.Join(all, " ")
}

// sameChoices are choices of all kinds that a ballot of three options takes.
func sameChoices(preset election.Preset) []ballot.Choice {
	of := func(m ...ballot.Mark) ballot.Choice { return ballot.Choice{Marks: m} }
	none, yes, no, abstain := ballot.None, ballot.For, ballot.Against, ballot.Abstain
	choices := []ballot.Choice{{Abstain: true}, {Spoil: true}}
	switch preset {
	case election.SelectMajority:
		return append(choices, of(yes, none, none), of(none, none, yes), of(yes, yes, none))
	case election.ChooseOne:
		return append(choices, of(yes, none, none), of(none, none, yes))
	case election.Satisfaction:
		g0, g1, g2 := ballot.Grade0, ballot.Grade1, ballot.Grade2
		return append(choices[1:], of(g0, g0, g0), of(g2, g2, g2), of(g0, g1, g2))
	}
	return append(choices, of(no, no, no), of(yes, yes, no), of(yes, abstain, abstain), of(abstain, no, yes))
}

// sitOnce is a deputy's vote from the badge to the receipt, with a challenge, as
// a device makes it; the receipt is asked for after the close.
func (m *meter) sitOnce(s *stage, i int, c ballot.Choice) (receipt func() []string, seen []string) {
	s.Helper()
	m.take()
	v := s.device(i)
	must(s, v.Identify())
	must(s, v.Obtain())
	_, err := v.Resume()
	must(s, err)
	_, err = v.Seal(c)
	must(s, err)
	_, err = v.Challenge()
	must(s, err)
	_, err = v.Seal(c)
	must(s, err)
	must(s, v.Cast())
	_, err = v.Resume()
	must(s, err)
	seen = m.take()
	return func() []string { return m.fetchReceipt(s, v) }, seen
}

func (m *meter) fetchReceipt(s *stage, v *client.Voter) []string {
	s.Helper()
	m.take()
	b := client.NewBoard(s.transport, s.vote, s.manifest)
	must(s, b.Update())
	_, err := b.Receipt(v.Promise().Entry)
	must(s, err)
	return m.take()
}

// TestEqualRequests (B8): from the badge to the receipt, every choice makes the
// same requests, in number, order and length, and gets answers of the same
// length. Eight deputies have places in the roll with proofs of one length.
func TestEqualRequests(t *testing.T) {
	t.Parallel()
	for preset, k := range map[election.Preset]int{
		election.SelectMajority: 2, election.JudgeMajority: 2, election.JudgeCapped: 2, election.ChooseOne: 1, election.Satisfaction: 3,
	} {
		if !everyView && preset != election.SelectMajority && preset != election.JudgeCapped {
			continue // make soak
		}
		t.Run(string(preset), func(t *testing.T) {
			s := newStage(t)
			rules, err := preset.Rules(3, k)
			must(t, err)
			if preset != election.Satisfaction {
				rules.Base = election.BaseCollected
			}
			s.rules, s.deputies = rules, 8
			s.begin()
			m := newMeter(s)
			s.base = m.URL
			m.wantEqual(s, sameChoices(preset))
		})
	}
}

func (m *meter) wantEqual(s *stage, choices []ballot.Choice) {
	s.Helper()
	var first, last []string
	var receipts []func() []string
	for i, c := range choices {
		receipt, seen := m.sitOnce(s, i, c)
		receipts = append(receipts, receipt)
		if first == nil {
			first = seen
		}
		wantSame(s, fmt.Sprintf("%+v", c), seen, first)
	}
	if !strings.Contains(strings.Join(first, "\n"), "POST /box/vN/ballots, body ") {
		s.Errorf("no ballot was seen: %q", first)
	}
	s.order()
	s.collect()
	for i, receipt := range receipts {
		seen := receipt()
		if last == nil {
			last = seen
		}
		wantSame(s, fmt.Sprintf("receipt of %+v", choices[i]), seen, last)
	}
}

func wantSame(s *stage, what string, got, want []string) {
	s.Helper()
	if !slices.Equal(got, want) {
		s.Errorf("%s:\n%s\nwant\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestMeter: one more byte, header or request is seen.
func TestMeter(t *testing.T) {
	s := newStage(t)
	m := newMeter(s)
	s.base = m.URL
	first := func(body string, header ...string) string {
		m.take()
		s.send("", "POST", "/box/v1/queries", []byte(body), header...)
		return strings.Join(m.take(), "\n")
	}
	base := first("abc")
	if again := first("xyz"); again != base {
		t.Errorf("%s, then %s", base, again)
	}
	for name, other := range map[string]string{"a byte": first("abcd"), "a header": first("abc", "X-Y", "z"), "twice": base + "\n" + base} {
		if other == base {
			t.Errorf("%s is not seen: %s", name, other)
		}
	}
}
