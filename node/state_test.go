package node

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"piaojue/store"
)

// TestPeers: a node that is well is told from one that is not, for each reason.
func TestPeers(t *testing.T) {
	now := time.Now()
	ago := func(d time.Duration) time.Time { return now.Add(-d) }
	well := report{tag: "x", at: ago(time.Second), since: ago(time.Minute)}
	unable, behind, caught, silent := well, well, well, well
	unable.trouble = TroubleDatabase
	behind.behind = ago(time.Minute)
	caught.behind = ago(time.Second)
	silent.at = ago(time.Minute)
	s := newSpread()
	s.reports = map[string]report{"a": well, "b": unable, "c": behind, "d": caught, "e": silent}
	all := []string{"a", "f"}
	want := []Peer{
		{"a", Well, "", well.since}, {"b", Unable, TroubleDatabase, well.since}, {"c", Behind, "", behind.behind},
		{"d", Well, "", well.since}, {"e", Silent, "", silent.at}, {Name: "f", Condition: Silent},
	}
	if got := s.peers(all, ago(time.Hour), now); !slices.Equal(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	want[5].Condition = Awaited
	if got := s.peers(all, ago(time.Second), now); !slices.Equal(got, want) {
		t.Errorf("of a new leader: got %+v, want %+v", got, want)
	}
}

// TestCompare: since when a follower lacks keys is kept until it has them.
func TestCompare(t *testing.T) {
	s := newSpread()
	s.compare("a", false) // of whom nothing was heard
	s.hear("a", "x", "")
	s.compare("a", false)
	first := s.reports["a"]
	s.hear("a", "y", TroubleKeys)
	s.compare("a", false)
	if got := s.reports["a"]; first.behind.IsZero() || got.behind != first.behind || got.since != first.since || got.trouble != TroubleKeys {
		t.Errorf("got %+v after %+v", got, first)
	}
	s.compare("a", true)
	if got := s.reports["a"]; !got.behind.IsZero() {
		t.Errorf("it has all, and is behind since %v", got.behind)
	}
	for i := range 2 * maxReports {
		s.hear(fmt.Sprint(i), "x", "")
	}
	if len(s.reports) != maxReports {
		t.Errorf("%d nodes are known", len(s.reports))
	}
}

// health asks a node how it is.
func (m *machine) health() (h health, header http.Header) {
	m.Helper()
	resp, err := http.Get(m.front.URL + "/healthz")
	must(m, err)
	defer resp.Body.Close()
	json.NewDecoder(resp.Body).Decode(&h) // that of the tests' leader is another one
	return h, resp.Header
}

// TestCannotLead: a node that cannot lead for want of a key says so in /healthz and
// to the leader, until it has got the key; one that knows nothing wrong says nothing.
func TestCannotLead(t *testing.T) {
	c := newCluster(t)
	b := c.machine("b")
	b.needs = "v.box.key"
	b.run()
	b.until("it does not say why it cannot lead", func() bool {
		h, _ := b.health()
		return h.Role == "follower" && h.Status == "waiting" && h.Trouble == TroubleKeys
	})
	a := c.machine("a")
	a.run()
	a.await()
	a.until("the leader does not hear of it", func() bool { return a.conditionOf("b") == Unable+" "+TroubleKeys })
	a.put("v.box.key", "of the box")
	a.spread.poke()
	a.until("a node that has all keys is not well", func() bool { return a.conditionOf("b") == Well+" " })
	if h, _ := b.health(); h.Trouble != "" {
		t.Errorf("it still says %q", h.Trouble)
	}
	if b.State(nil) != nil {
		t.Error("a follower speaks for all")
	}
	if got := a.State([]string{"a", "gone"}).Peers; len(got) != 2 || got[1].Name != "gone" {
		t.Errorf("with one that is away: %+v", got)
	}
}

// conditionOf is what a leader says of another node.
func (m *machine) conditionOf(name string) string {
	if s := m.State(nil); s != nil {
		for _, p := range s.Peers {
			if p.Name == name {
				return p.Condition + " " + p.Trouble
			}
		}
	}
	return ""
}

// TestApart: a node that does not reach the database could not take over.
func TestApart(t *testing.T) {
	n := New(Config{Keys: t.TempDir(), Key: newKey(t)})
	if got := n.trouble(); got != "" {
		t.Errorf("at first: %q", got)
	}
	n.complain()(fmt.Errorf("connection refused"))
	if got := n.trouble(); got != TroubleDatabase {
		t.Errorf("got %q, want %q", got, TroubleDatabase)
	}
	n.saw(store.Leader{Epoch: 1})
	if got := n.trouble(); got != "" {
		t.Errorf("after it was reached: %q", got)
	}
}
