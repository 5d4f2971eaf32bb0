package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"sync"

	"github.com/gorilla/websocket"
	"golang.org/x/term"
)

// turnout follows the screen of the hall over the websocket, and draws how many
// ballots are in the box.
type turnout struct {
	conn  *websocket.Conn
	out   io.Writer
	words *phrases
	total int
	live  bool // redraw the line

	mu    sync.Mutex // guards the rest
	r     int
	step  int
	err   error
	moved chan struct{} // closed and renewed at each change
}

func (d *demo) showTurnout(ctx context.Context, total int) (*turnout, error) {
	conn, _, err := websocket.DefaultDialer.DialContext(ctx, d.as("staff").live("hall"), nil)
	if err != nil {
		return nil, err
	}
	f, ok := d.out.(*os.File)
	t := &turnout{
		conn: conn, out: d.out, words: d.words, total: total,
		live: ok && term.IsTerminal(int(f.Fd())), moved: make(chan struct{}),
	}
	go t.read()
	return t, nil
}

// read ends when the connection does: stop closes it.
func (t *turnout) read() {
	for {
		_, message, err := t.conn.ReadMessage()
		var s struct {
			R int `json:"r"`
		}
		if err == nil {
			err = json.Unmarshal(message, &s)
		}
		t.mu.Lock()
		t.r, t.err = max(t.r, s.R), err
		close(t.moved)
		t.moved = make(chan struct{})
		t.draw()
		t.mu.Unlock()
		if err != nil {
			return
		}
	}
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
	t.conn.Close()
	if t.live {
		fmt.Fprintln(t.out)
	}
}
