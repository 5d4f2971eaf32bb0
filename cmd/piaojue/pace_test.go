package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"piaojue/keyfile"
	"piaojue/lang"
)

// screen is what a person sees. It can be read while commands write.
type screen struct {
	mu    sync.Mutex
	text  bytes.Buffer
	wrote chan struct{} // has something as soon as there is something new
}

func newScreen() *screen { return &screen{wrote: make(chan struct{}, 1)} }

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case s.wrote <- struct{}{}:
	default:
	}
	return s.text.Write(p)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// await waits until the screen shows a text.
func (s *screen) await(t *testing.T, want string) {
	t.Helper()
	give := time.After(20 * time.Second)
	for !strings.Contains(s.String(), want) {
		select {
		case <-s.wrote:
		case <-give:
			t.Fatalf("waited in vain for %q, got %q", want, s)
		}
	}
}

// hang starts a server that takes connections and says nothing; with die it
// ends them at once.
func hang(t *testing.T, die bool) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { conn.Close() })
			if die {
				conn.Close()
			}
		}
	}()
	return l.Addr().String()
}

// quick is the usual pace, two hundred times faster.
var quick = pace{
	first: usualPace.first / 200, again: usualPace.again / 200, limit: usualPace.limit / 200, quiet: usualPace.quiet / 200,
}

// newTool is a tool of somebody who speaks to the server at that address, with
// the manifest hash from paper.
func newTool(t *testing.T, address string) (*tool, *screen) {
	t.Helper()
	env := map[string]string{
		"PIAOJUE_LANG": "en", "PIAOJUE_SERVER": "http://" + address, "PIAOJUE_VOTE": "v1",
		"PIAOJUE_MANIFEST": strings.Repeat("ab", 32), "PIAOJUE_PASSPHRASE": "correct horse battery",
	}
	shown := newScreen()
	tool := &tool{in: strings.NewReader(""), out: io.Discard, err: io.Discard, env: func(name string) string { return env[name] }, now: time.Now, pace: quick}
	tool.out, tool.err = shown, shown
	return tool, shown
}

// S13: where the server hangs, each command says within two seconds what it
// waits for, and at last that there was no answer; where the server dies, that
// it did.
func TestServerHangs(t *testing.T) {
	if usualPace.first > 2*time.Second || stepPace.first > 2*time.Second {
		t.Error("people wait for more than 2 s without news")
	}
	if (&tool{}).timing() != usualPace {
		t.Error("commands do not keep the usual pace")
	}
	key := filepath.Join(t.TempDir(), "s.age")
	keyfile.TestOnlyWorkFactor(4)
	maker, _ := newTool(t, "")
	if maker.run(t.Context(), []string{"keys", "scrutineer", "-o", key, "--name", "甲"}) != exitDone {
		t.Fatal("no key")
	}
	for name, args := range map[string][]string{
		"watch":   {"watch", "--once"},
		"deputy":  {"deputy", "vote", "1", "--badge", "badge.txt"},
		"trustee": {"trustee", "ceremony", "--key", key, "--yes"},
		"opening": {"trustee", "open", "--key", key, "--yes"},
		"board":   {"board", "show"},
		"record":  {"record", "download", filepath.Join(t.TempDir(), "never.zip")},
		"gate":    {"organizer", "checkin", "001"},
	} {
		t.Run(name, func(t *testing.T) {
			address := hang(t, false)
			tool, shown := newTool(t, address)
			got := tool.run(t.Context(), args)
			if got != exitFailed {
				t.Errorf("exit status %d", got)
			}
			waits, fails := strings.Index(shown.String(), "no answer from "+address+" yet"), strings.Index(shown.String(), "no answer from "+address+": the time to wait is over")
			if waits < 0 || fails < waits {
				t.Errorf("got %q", shown)
			}
		})
		t.Run(name+" dies", func(t *testing.T) {
			address := hang(t, true)
			tool, shown := newTool(t, address)
			if got := tool.run(t.Context(), args); got != exitFailed || !strings.Contains(shown.String(), "no answer from "+address+": ") {
				t.Errorf("exit status %d, %q", got, shown)
			}
		})
	}
}

// S13: the live screen says that it waits, then that there was no answer, and
// tries again until the person has seen enough.
func TestWatchHangs(t *testing.T) {
	for _, die := range []bool{false, true} {
		address := hang(t, die)
		tool, shown := newTool(t, address)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan int)
		go func() { ended <- tool.run(ctx, []string{"watch"}) }()
		if !die {
			shown.await(t, "no answer from "+address+" yet")
		}
		shown.await(t, "piaojue: no answer from "+address+": ")
		cancel()
		if got := <-ended; got != exitDone {
			t.Errorf("exit status %d", got)
		}
	}
}

// S13: the demo says that the server does not answer, once for all terminals,
// and ends with an error; a long step says what it is at.
func TestDemoHangs(t *testing.T) {
	address := hang(t, false)
	tool, shown := newTool(t, address)
	tool.speak(lang.EN)
	d := &demo{tool: tool, people: map[string]*server{}}
	s, err := newServer("http://"+address, demoVote.id, "", nil, lang.EN)
	if err != nil {
		t.Fatal(err)
	}
	s.tells(quick, d.sayWaiting)
	d.people["staff"] = s
	var wg sync.WaitGroup
	for range terminals {
		wg.Go(func() {
			if err := d.newBoard(t.Context()).Update(); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("got %v", err)
			}
		})
	}
	wg.Wait()
	if got := strings.Count(shown.String(), tool.words.say("demo.waiting")); got != 1 {
		t.Errorf("said %d times, in %q", got, shown)
	}
}

func TestDemoStep(t *testing.T) {
	tool, shown := newTool(t, "127.0.0.1:1")
	tool.speak(lang.EN)
	d := &demo{tool: tool}
	err := d.take(t.Context(), func(context.Context) error {
		d.at("demo.doing.verify", 2)
		shown.await(t, "still at it: scrutineer 2 verifies the whole record (1 s)")
		return io.ErrUnexpectedEOF
	})
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("got %v", err)
	}
}

// TestDuring: once stopped, nothing more is said; what is quick says nothing.
func TestDuring(t *testing.T) {
	said := make(chan time.Duration, 100)
	p := pace{first: time.Millisecond, again: time.Millisecond}
	stop := p.during(func(waited time.Duration) { said <- waited })
	first, second := <-said, <-said
	stop()
	if first < p.first || second < first {
		t.Errorf("said after %v and %v", first, second)
	}
	for len(said) > 0 {
		<-said
	}
	time.Sleep(10 * time.Millisecond)
	if len(said) > 0 {
		t.Error("said something after the end")
	}
	usualPace.during(func(time.Duration) { t.Error("said something at once") })()
}
