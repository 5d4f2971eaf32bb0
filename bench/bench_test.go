package main

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestStop: a run that is stopped goes on with the chunk that it was at, and with
// the step; what it took adds up.
func TestStop(t *testing.T) {
	const n = 3*chunk + 7
	o := options{dir: t.TempDir(), candidates: 3}
	v, err := openVote(o, n)
	if err != nil {
		t.Fatal(err)
	}
	stop := errors.New("stopped")
	err = v.inChunks(t.Context(), "cast", nil, func(_ context.Context, i int) error {
		if i == 2*chunk+1 {
			return stop
		}
		return nil
	}, nil)
	if !errors.Is(err, stop) {
		t.Fatalf("got %v, want %v", err, stop)
	}
	if err := v.journal.took("cast", 2*time.Second, 5, usage{"piaojue", 7}, false); err != nil {
		t.Fatal(err)
	}

	again, err := openVote(o, n)
	if err != nil {
		t.Fatal(err)
	}
	if again.seed != v.seed {
		t.Error("the second run has other badges")
	}
	var mu sync.Mutex
	seen := map[int]int{}
	err = again.inChunks(t.Context(), "cast", nil, func(_ context.Context, i int) error {
		mu.Lock()
		defer mu.Unlock()
		seen[i]++
		return nil
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		if want := min(max(i-2*chunk+1, 0), 1); seen[i] != want {
			t.Fatalf("deputy %d was asked %d times, want %d", i, seen[i], want)
		}
	}
	if err := again.journal.took("cast", time.Second, 3, usage{}, true); err != nil {
		t.Fatal(err)
	}
	if got, want := *again.journal.step("cast"), (measure{"cast", 3, 5, 7, "piaojue", true}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if _, err := openVote(options{dir: o.dir, candidates: 4}, n); err == nil {
		t.Error("the folder of another vote is taken")
	}
}

// TestAnew: of what has to begin anew after a stop nothing is added up.
func TestAnew(t *testing.T) {
	v, err := openVote(options{dir: t.TempDir(), candidates: 3}, 10)
	if err != nil {
		t.Fatal(err)
	}
	v.server = &server{cmd: exec.Command("true"), done: make(chan struct{})}
	v.server.cmd.Process = &os.Process{Pid: os.Getpid()}
	for _, anew := range []bool{false, true} {
		if err := v.journal.took("cast", time.Hour, 1<<40, usage{"piaojue", 1 << 40}, false); err != nil {
			t.Fatal(err)
		}
		if err := v.take(t.Context(), step{name: "cast", run: func(context.Context) error { return nil }, anew: anew}); err != nil {
			t.Fatal(err)
		}
		m := v.journal.step("cast")
		if old := m.Seconds >= 3600 || m.Server == 1<<40 || m.Name != ""; old == anew || !m.Done {
			t.Errorf("anew %v: got %+v", anew, *m)
		}
	}
}

// TestTable: what takes a hundred times as long for ten times as many grows as
// their square, and the table says so.
func TestTable(t *testing.T) {
	a := &journal{Ballots: 100, Steps: []measure{{Step: "close", Seconds: 2, Server: 1000}, {Step: "cast", Seconds: 3}}}
	b := &journal{Ballots: 1000, Steps: []measure{{Step: "close", Seconds: 200, Server: 2000}, {Step: "cast", Seconds: 30}}}
	var s strings.Builder
	printTable(&s, []*journal{a, b})
	for _, want := range []string{"| close | 2.0 | 2 |  | 200.0 | 3 |  | 2.00 |\n", "| cast | 3.0 |  |  | 30.0 |  |  | 1.00 |\n"} {
		if !strings.Contains(s.String(), want) {
			t.Errorf("no %q in\n%s", want, s.String())
		}
	}
	printTable(io.Discard, nil)
}

func TestParse(t *testing.T) {
	if o, err := parse([]string{"-dir", "d", "-sizes", "10,1000000"}); err != nil || len(o.sizes) != 2 {
		t.Errorf("got %v, %v", o.sizes, err)
	}
	for _, args := range [][]string{{}, {"-dir", "d", "more"}, {"-dir", "d", "-sizes", "9"}, {"-dir", "d", "-sizes", "10,,20"}, {"-dir", "d", "-sizes", "1000001"}} {
		if _, err := parse(args); err == nil {
			t.Errorf("%q is taken", args)
		}
	}
}
