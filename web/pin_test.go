package web

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"

	"piaojue/election"
	"piaojue/store"
)

// seedWith asks for the sealed seed of a badge with a PIN; none if it is empty.
func (a *asker) seedWith(pin string) answer {
	var header []string
	if pin != "" {
		header = []string{pinHeader, pin}
	}
	return a.s.send("", "PUT", a.s.path(fmt.Sprintf("/seeds/%d", a.leaf.Index)), a.s.seedBody(1, 1, a.badge), header...)
}

func (a *asker) issueWith(body []byte, pin string) answer {
	return a.s.send("", "POST", a.s.path("/issuances"), body, pinHeader, pin)
}

// newPINs is a stage whose badges have PINs.
func newPINs(t *testing.T) *stage {
	s := newStage(t)
	s.pins = map[int]string{0: "000000", 1: "111111", 2: "222222", 3: "333333"}
	s.begin()
	return s
}

// TestPIN: a badge with a PIN asks with it; the right one gives wrong ones back.
func TestPIN(t *testing.T) {
	s := newPINs(t)
	a := s.asker(0)
	body := a.body(nil)
	for _, tt := range []struct {
		pin  string
		want code
	}{{"", codePINNeeded}, {"12345", codeBadForm}, {"１２３４５６", codeBadForm}, {"0000000", codeBadForm}, {"111111", codeWrongPIN}} {
		if got := a.seedWith(tt.pin); got.code() != tt.want {
			t.Errorf("seed with %q: %d %s", tt.pin, got.status, got.body)
		}
		if got := a.issueWith(body, tt.pin); got.code() != tt.want {
			t.Errorf("issuance with %q: %d %s", tt.pin, got.status, got.body)
		}
	}
	for range 2 { // two wrong ones were counted: four, none, four
		for range store.MaxPINTries - 3 {
			a.seedWith("999999")
		}
		if got := a.seedWith("000000"); got.status != http.StatusOK {
			t.Errorf("the right one: %d %s", got.status, got.body)
		}
	}
	if got := s.update().Numbers().I; got != 0 {
		t.Errorf("%d issued without the PIN", got)
	}
	if got := a.issueWith(body, "000000"); got.status != http.StatusOK {
		t.Errorf("issuance: %d %s", got.status, got.body)
	}
}

// TestPINLock: five wrong ones lock the badge, also for the right one and over a
// restart, until somebody in charge unlocks it. Who does not have the badge
// cannot lock it.
func TestPINLock(t *testing.T) {
	s := newPINs(t)
	a, b := s.asker(0), s.asker(1)
	b.badge = s.staff
	for range store.MaxPINTries + 1 {
		if got := b.seedWith("999999"); got.code() != codeBadBadge {
			t.Fatalf("another key: %d %s", got.status, got.body)
		}
		a.seedWith("")
	}
	if got := s.asker(1).seedWith("111111"); got.status != http.StatusOK {
		t.Errorf("after somebody without the badge: %d %s", got.status, got.body)
	}
	for range store.MaxPINTries {
		if got := a.seedWith("999999"); got.code() != codeWrongPIN {
			t.Errorf("a wrong one: %d %s", got.status, got.body)
		}
	}
	s.restart()
	for _, pin := range []string{"999999", "000000"} {
		if got := a.seedWith(pin); got.code() != codeBadgeLocked {
			t.Errorf("locked, with %s: %d %s", pin, got.status, got.body)
		}
	}
	locked := string(s.do(store.RoleGate, "GET", s.path("/register"), nil))
	if strings.Count(locked, `"pin":true,"locked":true`) != 1 || strings.Count(locked, `"pin":true`) != s.deputies {
		t.Errorf("the desk sees %s", locked)
	}
	unlock := fmt.Appendf(nil, `{"number":%q}`, number(0))
	for _, bad := range []string{`{}`, `{"number":"A000","index":0}`} {
		if got := s.send(store.RoleStaff, "POST", s.path("/unlocks"), []byte(bad)); got.code() != codeBadForm {
			t.Errorf("unlock %s: %d %s", bad, got.status, got.body)
		}
	}
	if got := s.send(store.RoleGate, "POST", s.path("/unlocks"), unlock); got.code() != codeForbidden {
		t.Errorf("a gate unlocks: %d %s", got.status, got.body)
	}
	if got := string(s.do(store.RoleScrutineer, "POST", s.path("/unlocks"), unlock)); !strings.Contains(got, `"locked":false`) {
		t.Errorf("unlocked: %s", got)
	}
	if got := a.seedWith("000000"); got.status != http.StatusOK {
		t.Errorf("unlocked: %d %s", got.status, got.body)
	}
}

// TestParallelPINs: of twenty wrong ones at once, five are answered.
func TestParallelPINs(t *testing.T) {
	s := newPINs(t)
	a := s.asker(0)
	codes := make([]code, 20)
	var wg sync.WaitGroup
	for i := range codes {
		wg.Go(func() { codes[i] = a.seedWith(fmt.Sprintf("9%05d", i)).code() })
	}
	wg.Wait()
	count := map[code]int{}
	for _, c := range codes {
		count[c]++
	}
	if count[codeWrongPIN] != store.MaxPINTries || count[codeBadgeLocked] != len(codes)-store.MaxPINTries {
		t.Errorf("answers %v", count)
	}
}

// TestPINWork (S8): who has a badge makes the server hash so many PINs in a minute
// and no more, locked or not; other badges are served.
func TestPINWork(t *testing.T) {
	s := newPINs(t)
	a := s.asker(0)
	count := map[code]int{}
	for range 2*maxPINs + 1 { // a minute may end meanwhile
		count[a.seedWith("999999").code()]++
	}
	if count[codeRateLimited] == 0 || count[codeBadgeLocked] == 0 || count[codeWrongPIN] != store.MaxPINTries {
		t.Errorf("answers %v", count)
	}
	if got := s.asker(1).seedWith("111111"); got.status != http.StatusOK {
		t.Errorf("another badge: %d %s", got.status, got.body)
	}
}

// TestSeedTellsNothing: with the badge alone, before and after its deputy has
// cast, one gets the same answers.
func TestSeedTellsNothing(t *testing.T) {
	s := newPINs(t)
	a := s.asker(0)
	before := a.seedWith("").body
	s.terminalHeader = []string{pinHeader, s.pins[0]}
	s.cast(0, marks(0))
	if after := a.seedWith("").body; !bytes.Equal(before, after) {
		t.Errorf("before %s\nafter %s", before, after)
	}
}

// TestReplacedBadgePIN: a new badge has no PIN, also after a restart; the others
// keep theirs.
func TestReplacedBadgePIN(t *testing.T) {
	s := newPINs(t)
	a := s.asker(0)
	for range store.MaxPINTries {
		a.seedWith("999999")
	}
	a.badge = testKey("a new badge")
	e, err := election.NewEntry(&election.Badge{Chain: s.chain(), Index: a.leaf.Index, Key: public(a.badge)})
	must(t, err)
	s.signScrutineers(e, 1, 2)
	for range 2 {
		if got := a.seedWith(""); got.status != http.StatusOK {
			t.Errorf("the new badge: %d %s", got.status, got.body)
		}
		if got := s.asker(1).seedWith(""); got.code() != codePINNeeded {
			t.Errorf("another badge: %d %s", got.status, got.body)
		}
		s.restart()
	}
}

// TestPINUnlogged: neither the log nor an answer holds a PIN; who unlocked what
// is in the log.
func TestPINUnlogged(t *testing.T) {
	s := newStage(t)
	var log safeBuffer
	s.config.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	s.restart()
	s.pins = map[int]string{0: "271828", 1: "314159", 2: "141421", 3: "173205"}
	s.begin()
	for _, pin := range []string{"271828", "314159", "x271828"} {
		if got := s.asker(0).seedWith(pin); strings.Contains(string(got.body), pin) {
			t.Errorf("the answer repeats the PIN: %s", got.body)
		}
	}
	s.do(store.RoleStaff, "POST", s.path("/unlocks"), []byte(`{"number":"A000"}`))
	text := log.String() + string(s.do(store.RoleAuditor, "GET", "/admin/log", nil))
	for _, pin := range s.pins {
		if strings.Contains(text, pin) {
			t.Errorf("PIN %s is in the log", pin)
		}
	}
	if !strings.Contains(text, `"act":"badge_unlocked","by":"staff"`) || !strings.Contains(text, `"detail":"A000"`) {
		t.Errorf("the administration log does not say who unlocked:\n%s", text)
	}
}

// safeBuffer is a buffer that several goroutines write.
type safeBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}
