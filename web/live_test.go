package web

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"piaojue/election"
	"piaojue/store"
)

// watch opens a live screen.
func (s *stage) watch(view string, role store.Role, header http.Header) (*websocket.Conn, *http.Response, error) {
	s.Helper()
	if header == nil {
		header = http.Header{}
	}
	if role != "" {
		header.Set("Authorization", "Bearer "+s.people[role])
	}
	url := "ws" + strings.TrimPrefix(s.base, "http") + s.path("/live?view="+view)
	return websocket.DefaultDialer.Dial(url, header)
}

// next reads one snapshot.
func next(t testing.TB, conn *websocket.Conn) *snapshot {
	t.Helper()
	must(t, conn.SetReadDeadline(time.Now().Add(5*time.Second)))
	_, message, err := conn.ReadMessage()
	must(t, err)
	var x snapshot
	must(t, json.Unmarshal(message, &x))
	return &x
}

func (s *stage) screen(view string, role store.Role) *snapshot {
	s.Helper()
	var x snapshot
	must(s, json.Unmarshal(s.do(role, "GET", s.path("/snapshot?view="+view), nil), &x))
	return &x
}

// TestLive: a screen gets the whole state at once and again when it changes,
// numbered upwards, also when it comes back, and after a restart.
func TestLive(t *testing.T) {
	s := newStage(t)
	s.begin()
	conn, _, err := s.watch("hall", "", nil)
	must(t, err)
	defer conn.Close()
	first := next(t, conn)
	if first.V != 1 || first.Phase != "voting" || first.N != 4 || first.P != 4 || *first.R != 0 || len(first.Trustees) != 3 {
		t.Errorf("first: %+v", first)
	}
	s.cast(0, marks(0))
	last := first
	for *last.R == 0 {
		x := next(t, conn)
		if x.Seq <= last.Seq {
			t.Fatalf("sequence %d after %d", x.Seq, last.Seq)
		}
		last = x
	}
	if *last.R != 1 || last.I != 1 {
		t.Errorf("after a cast: %+v", last)
	}
	again, _, err := s.watch("hall", "", nil)
	must(t, err)
	defer again.Close()
	if x := next(t, again); x.Seq < last.Seq || *x.R != 1 {
		t.Errorf("another screen: %+v", x)
	}
	s.restart()
	if x := s.screen("hall", ""); x.Seq <= last.Seq || *x.R != 1 {
		t.Errorf("after a restart: %+v, before %d", x, last.Seq)
	}
}

// TestLiveEnds: a shutdown says goodbye to the screens and waits for nobody.
func TestLiveEnds(t *testing.T) {
	s := newStage(t)
	s.draft()
	conn, _, err := s.watch("hall", "", nil)
	must(t, err)
	defer conn.Close()
	next(t, conn)
	go s.server.Close()
	must(t, conn.SetReadDeadline(time.Now().Add(5*time.Second)))
	_, _, err = conn.ReadMessage()
	if !websocket.IsCloseError(err, websocket.CloseGoingAway) {
		t.Errorf("got %v", err)
	}
	s.http.CloseClientConnections()
	s.http.Close()
	s.http = nil
	must(t, s.config.DB.Close())
}

// TestOrigin (S9): pages of foreign origins get no screen, and are told why.
func TestOrigin(t *testing.T) {
	s := newStage(t)
	s.config.Origins = []string{"https://hall.example.org"}
	s.restart()
	s.draft()
	for origin, want := range map[string]int{
		"https://example.org":      http.StatusForbidden,
		"null":                     http.StatusForbidden,
		s.base:                     http.StatusSwitchingProtocols,
		"https://hall.example.org": http.StatusSwitchingProtocols,
	} {
		conn, resp, err := s.watch("hall", "", http.Header{"Origin": {origin}})
		if err == nil {
			conn.Close()
		}
		if resp == nil || resp.StatusCode != want {
			t.Errorf("%s: %v %v", origin, resp, err)
			continue
		}
		if body, _ := io.ReadAll(resp.Body); want == http.StatusForbidden && (answer{body: body}).code() != codeForeign {
			t.Errorf("%s: %s", origin, body)
		}
	}
}

// TestScreens: podium and operations are for their people.
func TestScreens(t *testing.T) {
	s := newStage(t)
	s.draft()
	for _, x := range []struct {
		view string
		role store.Role
		want int
	}{
		{"podium", "", 401}, {"podium", store.RoleGate, 403}, {"podium", store.RolePresidium, 101},
		{"operations", "", 401}, {"operations", store.RolePresidium, 403}, {"operations", store.RoleStaff, 101},
		{"hall", "", 101}, {"other", "", 400}, {"", "", 400},
	} {
		conn, resp, err := s.watch(x.view, x.role, nil)
		if err == nil {
			conn.Close()
		}
		if resp == nil || resp.StatusCode != x.want {
			t.Errorf("%s as %q: %v %v", x.view, x.role, resp, err)
		}
	}
}

// TestResultScreens: the podium sees the result as soon as it is counted; the
// hall, and whoever asks for the vote, after the certificate.
func TestResultScreens(t *testing.T) {
	s := newStage(t)
	s.config.Grace = time.Millisecond
	s.restart()
	s.begin()
	s.cast(0, marks(0, 1))
	s.cast(1, marks(0))
	s.order()
	s.collect()
	s.share(1, 2)
	s.await(election.PhaseCounted)
	seen := func() map[string]bool {
		var v voteJSON
		must(t, json.Unmarshal(s.do("", "GET", s.path(""), nil), &v))
		return map[string]bool{
			"podium":     s.screen("podium", store.RolePresidium).Result != nil,
			"hall":       s.screen("hall", "").Result != nil,
			"operations": s.screen("operations", store.RoleStaff).Result != nil,
			"vote":       v.Result != nil || v.Numbers.V != 0,
		}
	}
	for name, got := range seen() {
		if want := name == "podium"; got != want {
			t.Errorf("counted: %s sees the result: %t", name, got)
		}
	}
	s.certify()
	for name, got := range seen() {
		if !got {
			t.Errorf("certified: %s does not see the result", name)
		}
	}
	r := s.screen("hall", "").Result
	if r.Vote != election.VoteValid || r.Lines[0].Name != "项目1" || *r.Lines[0].For != 2 || !r.Lines[0].Adopted {
		t.Errorf("result: %+v", r)
	}
}

// TestDisplay: the rules can hide the turnout until the close, from every
// screen, and the tallies for ever.
func TestDisplay(t *testing.T) {
	s := newStage(t)
	s.config.Grace = time.Millisecond
	s.restart()
	s.rules.Display.Turnout, s.rules.Display.Tallies = "after_close", "none"
	s.begin()
	s.cast(0, marks(0))
	s.cast(1, marks(0))
	if hall, podium := s.screen("hall", ""), s.screen("podium", store.RolePresidium); hall.R != nil || podium.R != nil {
		t.Errorf("turnout: hall %v, podium %v", hall.R, podium.R)
	}
	s.order()
	s.collect()
	if hall := s.screen("hall", ""); *hall.R != 2 {
		t.Errorf("turnout after the close: %v", hall.R)
	}
	s.share(1, 2)
	s.await(election.PhaseCounted)
	s.certify()
	if hall := s.screen("hall", "").Result; hall.Lines[0].For != nil || hall.Lines[0].Share != nil || !hall.Lines[0].Adopted {
		t.Errorf("tallies in the hall: %+v", hall.Lines[0])
	}
	if podium := s.screen("podium", store.RolePresidium).Result; *podium.Lines[0].For != 2 || *podium.Lines[0].Share != 2*10000 / *podium.Lines[0].Base {
		t.Errorf("tallies at the podium: %+v", podium.Lines[0])
	}
}

// TestSnapshotPace (S8): however many ask for snapshots while ballots come in,
// they are made once at each pace, and everybody gets what was there before.
func TestSnapshotPace(t *testing.T) {
	s := newStage(t)
	s.draft()
	s.freeze()
	h := s.server.votes[s.vote].hub
	made := make(map[uint64]bool) // by what they show
	var mu sync.Mutex
	var wg sync.WaitGroup
	start := time.Now()
	for range 20 {
		wg.Go(func() {
			for time.Since(start) < 4*pace {
				h.wake()
				before := h.changes.Load()
				if _, err := h.current(t.Context(), screenHall); err != nil {
					t.Error(err)
				}
				h.mu.Lock()
				shown := h.shown
				h.mu.Unlock()
				if shown < before {
					t.Errorf("a snapshot shows %d changes of %d", shown, before)
				}
				mu.Lock()
				made[shown] = true
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if most := int(time.Since(start)/pace) + 2; len(made) < 2 || len(made) > most {
		t.Errorf("%d snapshots were made, at most %d wanted", len(made), most)
	}
	if got := s.screen("hall", ""); got.N == 0 {
		t.Errorf("snapshot: %+v", got)
	}
}

// TestSlowScreen: who does not read gets the newest only, and keeps nobody
// waiting.
func TestSlowScreen(t *testing.T) {
	s := newStage(t)
	s.draft()
	s.freeze()
	h := s.server.votes[s.vote].hub
	sub, err := h.subscribe(t.Context(), screenHall)
	must(t, err)
	defer h.unsubscribe(sub)
	for i := range 3 {
		s.do(store.RoleGate, "POST", s.path("/checkins"), s.badgeOf(i))
		must(t, h.refresh(t.Context()))
	}
	var x snapshot
	must(t, json.Unmarshal(<-sub.mail, &x))
	if x.P != 3 {
		t.Errorf("P is %d, want 3", x.P)
	}
	select {
	case <-sub.mail:
		t.Error("an older snapshot waits behind the newest")
	default:
	}
}
