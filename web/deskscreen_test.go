package web

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"piaojue/election"
	"piaojue/pgtest"
	"piaojue/store"
)

// desk opens a screen that belongs to a role.
func (s *stage) desk(b *browser, view string, role store.Role) *tab {
	s.Helper()
	url, _ := s.front(role)
	b.host = url[len("http://"):]
	return b.tab(url, 1440, 900).open("/" + view + "/" + s.vote)
}

// TestPodiumScreen: the chair's words follow the phases with the numbers filled
// in, other steps can be looked up, and the result with what is missing and who
// has signed is there before the hall has it.
func TestPodiumScreen(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.config.Grace = time.Millisecond
	s.restart()
	s.draft()
	b := newBrowser(t, s.base)
	p := s.desk(b, "podium", store.RolePresidium)
	p.wait(`document.querySelector("#lines .notice")`)
	s.freeze() // the page fetches itself again
	p.wait(`document.querySelector("#lines")?.innerText.includes("应到代表 4 名，实到代表 0 名")`)
	s.approve()
	s.ceremony()
	s.checkIn(0, 1, 2)
	s.opening(1, 0)
	s.cast(0, marks(0, 1))
	s.cast(1, marks(0))
	p.wait(`document.querySelector("#lines").innerText.includes("现在发出 2 张，收回 2 张，未投 0 张")`)
	for i := range 7 {
		p.click(fmt.Sprintf("#steps [role=tab]:nth-child(%d)", i+1))
		if words := p.text("#lines"); words == "" || strings.ContainsAny(words, "%_") {
			t.Errorf("step %d: %q", i, words)
		}
	}
	p.click("#back-to-now")
	s.order()
	s.collect()
	s.share(1, 2)
	s.await(election.PhaseCounted)
	s.signResult(2)
	p.wait(`document.querySelector("#signing").innerText.includes("已签：监票人2")`)
	p.wait(`document.querySelector("#table").innerText.includes("差 1 票")`)
	p.shot("podium-counted")
	if words := p.text("#lines"); !strings.Contains(words, "项目1 2 票") || !strings.Contains(words, "先不要宣布") {
		t.Errorf("before the signatures: %q", words)
	}
	s.signResult(1)
	p.wait(`!document.querySelector("#lines").innerText.includes("先不要宣布")`)
}

// TestOperationsScreen: the staff sees how many have not cast, and each
// terminal, of which one that is silent needs somebody; and where there are several
// servers, how each of them is.
func TestOperationsScreen(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	var nodes atomic.Pointer[Nodes]
	s.config.Nodes = func([]string) *Nodes { return nodes.Load() }
	s.restart()
	s.begin()
	s.voter(0)
	s.cast(1, marks(0))
	b := newBrowser(t, s.base)
	o := s.desk(b, "operations", store.RoleStaff)
	o.wait(`document.querySelector("#not-cast").textContent === "1"`)
	o.shown("#no-terminals")
	_, key := s.terminal("seat", "1排1座")
	state := `document.querySelector(".tile")?.dataset.state`
	alerts := `document.querySelector("#alert-list").innerText`
	s.beat(false, key...)
	o.wait(state + ` === "ready"`)
	o.wait(alerts + `.includes("没有求助")`)
	s.beat(true, key...)
	o.wait(state + ` === "help"`)
	o.wait(alerts + `.includes("一区 1排1座 请求帮助")`)
	o.shot("operations")
	o.wait(`document.querySelector("#nodes").hidden`)
	now := time.Now()
	several := func(states ...string) {
		x := &Nodes{Nodes: []NodeState{{Name: "hall-a", State: "leads", Since: &now}}}
		for i, state := range states {
			state, trouble, _ := strings.Cut(state, " ")
			x.Nodes = append(x.Nodes, NodeState{Name: fmt.Sprint("hall-", i), State: state, Trouble: trouble, Since: &now})
		}
		nodes.Store(x)
	}
	says := func(words string, alerts bool) {
		t.Helper()
		o.wait(fmt.Sprintf(`document.querySelector("#nodes-sum").innerText.includes("%s") && document.querySelector("#nodes-sum").classList.contains("bad") === %t`, words, alerts))
	}
	several("well", "well")
	says("备用服务器正常，共 3 台", false)
	o.wait(`document.querySelector("#node-list").innerText.includes("hall-a：正在服务")`)
	several("well", "silent")
	says("票决不受影响", true)
	o.wait(alerts + `.includes("服务器 hall-1 失去联系")`)
	o.shot("operations-nodes")
	several("unable keys", "behind")
	says("现在没有能接管的备用服务器", true)
	o.wait(`document.querySelector("#node-list").innerText.includes("缺少密钥")`)
	several("awaited", "awaited")
	says("正在联系其余各台", false)
}

// TestNodesShown: staff sees how the servers are only where there are several, and of
// a server that lacks keys which votes it does not serve.
func TestNodesShown(t *testing.T) {
	s := newStage(t)
	s.draft()
	if got := s.do(store.RoleGate, "GET", s.path("/terminals"), nil); strings.Contains(string(got), "nodes") {
		t.Errorf("alone: %s", got)
	}
	var heard []string
	s.config.Nodes = func(all []string) *Nodes {
		heard = all
		return &Nodes{Nodes: []NodeState{{Name: "a", State: "leads"}}, Lacking: []string{"v2"}}
	}
	s.restart()
	standby := store.StandbyUnknown // of a file
	if pgtest.Used() {
		standby = store.StandbyNone
	}
	want := fmt.Sprintf(`"nodes":{"nodes":[{"name":"a","state":"leads"}],"standby":%q,"lacking":["v2"]}`, standby)
	if got := s.do(store.RoleGate, "GET", s.path("/terminals"), nil); !strings.Contains(string(got), want) || heard != nil {
		t.Errorf("one of several: %s of %q", got, heard)
	}
}

// signResult signs the result as one scrutineer.
func (s *stage) signResult(number int) {
	s.Helper()
	e, err := election.NewEntry(&election.Certificate{Chain: s.chain(), Result: s.update().ResultHash()})
	must(s, err)
	s.signScrutineers(e, number)
}
