package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/gorilla/websocket"
	"golang.org/x/term"
)

// turnout follows the screen of the hall over the websocket, and draws how many
// ballots are in the box. It connects again to a server that is started again.
type turnout struct {
	address  string
	out      io.Writer
	words    *phrases
	total    int
	live     bool          // redraw the line
	patience time.Duration // with a server that stays away
	cancel   context.CancelFunc
	done     chan struct{} // closed when the reader has ended

	mu    sync.Mutex // guards the rest
	r     int
	step  int
	err   error
	moved chan struct{} // closed and renewed at each change
}

func (d *demo) showTurnout(ctx context.Context, total int) *turnout {
	f, ok := d.out.(*os.File)
	ctx, cancel := context.WithCancel(ctx)
	t := &turnout{
		address: d.as("staff").live("hall"), out: d.out, words: d.words, total: total,
		live:     ok && term.IsTerminal(int(f.Fd())),
		patience: d.patience(), cancel: cancel, done: make(chan struct{}), moved: make(chan struct{}),
	}
	go t.follow(ctx)
	return t
}

// follow ends with the context, or when the server stays away.
func (t *turnout) follow(ctx context.Context) {
	defer close(t.done)
	for lost := time.Now(); ctx.Err() == nil; {
		conn, _, err := websocket.DefaultDialer.DialContext(ctx, t.address, nil)
		if err == nil {
			t.read(ctx, conn)
			lost = time.Now()
		} else if time.Since(lost) > t.patience {
			t.show(0, err)
			return
		}
		sleep(ctx, 200*time.Millisecond)
	}
}

// read shows what comes over a connection until it ends.
func (t *turnout) read(ctx context.Context, conn *websocket.Conn) {
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	defer conn.Close()
	for {
		_, message, err := conn.ReadMessage()
		var s struct {
			R int `json:"r"`
		}
		if err != nil || json.Unmarshal(message, &s) != nil {
			return
		}
		t.show(s.R, nil)
	}
}

func (t *turnout) show(r int, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.r, t.err = max(t.r, r), err
	close(t.moved)
	t.moved = make(chan struct{})
	t.draw()
}

// draw shows a line that changes on a terminal, and one line each tenth
// elsewhere. The caller holds mu.
func (t *turnout) draw() {
	line := t.words.say("demo.turnout", bar(t.r, t.total, 30), t.r, t.total)
	switch step := t.r * 10 / max(t.total, 1); {
	case t.live:
		fmt.Fprintf(t.out, "\r%s", line)
	case step > t.step:
		t.step = step
		fmt.Fprintln(t.out, line)
	}
}

// repeat says the turnout again, for who waits.
func (t *turnout) repeat() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.step = -1
	t.draw()
}

// await waits until the screen shows so many ballots.
func (t *turnout) await(ctx context.Context, want int) error {
	for {
		t.mu.Lock()
		r, err, moved := t.r, t.err, t.moved
		t.mu.Unlock()
		if r >= want || err != nil {
			return err
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (t *turnout) stop() {
	t.cancel()
	<-t.done
	if t.live {
		fmt.Fprintln(t.out)
	}
}
