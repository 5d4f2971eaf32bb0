package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/gorilla/websocket"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"piaojue/client"
	"piaojue/lang"
)

// watchCommand is a live screen in a terminal. It shows counts only, as the
// server tells them; what is certain is in the log.
func (t *tool) watchCommand() *cobra.Command {
	var view string
	var once bool
	c := exactly(0, t.command("watch", "", `piaojue watch --server https://hall:8443 --vote lz2026
piaojue watch --view podium --api-key presidium.key
piaojue watch --once`, func(ctx context.Context, _ []string) error {
		if !slices.Contains([]string{"hall", "podium", "operations"}, view) {
			return misuse("view", view)
		}
		s, err := t.connect()
		if err != nil {
			return err
		}
		w := &watcher{tool: t, server: s, view: view}
		if once {
			return w.poll(ctx)
		}
		return w.follow(ctx)
	}))
	c.Flags().StringVar(&view, "view", "hall", "")
	c.Flags().BoolVar(&once, "once", false, "")
	return t.personal(c)
}

// snapshot is the whole state of a screen.
type snapshot struct {
	V        int      `json:"v"`
	Seq      int64    `json:"seq"`
	Phase    string   `json:"phase"`
	N        uint32   `json:"n"`
	P        uint32   `json:"p"`
	I        uint32   `json:"i"`
	R        *uint32  `json:"r"`
	Trustees []member `json:"trustees"`
	Result   *shown   `json:"result"`
}

// member is where a trustee stands.
type member struct {
	Index  int    `json:"index"`
	Name   string `json:"name"`
	Ready  bool   `json:"ready"`
	Shared bool   `json:"shared"`
}

// shown is a result as a screen may show it.
type shown struct {
	V     uint32      `json:"v"`
	X     uint32      `json:"x"`
	Vote  string      `json:"vote"`
	Next  string      `json:"next"`
	Lines []shownLine `json:"lines"`
}

// shownLine lacks the numbers that the rules hide.
type shownLine struct {
	ID      string  `json:"id"`
	Name    string  `json:"name"`
	For     *uint32 `json:"for"`
	Against *uint32 `json:"against"`
	Abstain *uint32 `json:"abstain"`

	Grades  *[3]uint32 `json:"grades"`
	Grade   *int       `json:"grade"`
	Needed  uint32     `json:"needed"`
	Rank    int        `json:"rank"`
	Reason  string     `json:"reason"` // empty: the tallies are hidden
	Adopted bool       `json:"adopted"`
}

// watcher follows one screen.
type watcher struct {
	*tool
	server *server
	view   string
	last   string
}

// pollPause is between two looks where no websocket gets through.
const pollPause = 2 * time.Second

// follow prefers the websocket and polls while there is none, until the vote is
// over or the person has seen enough.
func (w *watcher) follow(ctx context.Context) error {
	for {
		err := w.listen(ctx)
		if err == nil || ctx.Err() != nil {
			return nil
		}
		if _, refused := errors.AsType[*websocket.CloseError](err); !refused {
			err = w.poll(ctx)
		}
		if refused, ok := errors.AsType[*client.Refusal](err); ok && refused.Status/100 == 4 {
			return err // asking again will not help
		}
		if err != nil && ctx.Err() == nil {
			w.finish(err)
		}
		if sleep(ctx, pollPause) != nil {
			return nil
		}
	}
}

// listen shows every message until the connection ends.
func (w *watcher) listen(ctx context.Context) error {
	dialer := &websocket.Dialer{
		Proxy:            http.ProxyFromEnvironment,
		HandshakeTimeout: min(10*time.Second, w.timing().limit),
		TLSClientConfig:  &tls.Config{RootCAs: w.server.roots},
	}
	head := http.Header{}
	if w.server.key != "" {
		head.Set("Authorization", "Bearer "+w.server.key)
	}
	heard := w.server.during(w.server.base.Host) // until the first message
	defer func() { heard() }()
	conn, _, err := dialer.DialContext(ctx, w.server.live(w.view), head)
	if err != nil {
		return err
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	conn.SetReadLimit(1 << 20)
	for {
		conn.SetReadDeadline(time.Now().Add(w.timing().limit))
		_, message, err := conn.ReadMessage()
		heard()
		if err != nil {
			return err
		}
		if err := w.draw(message); err != nil {
			return err
		}
		heard = w.silence()
	}
}

// silence says that a screen may be out of date: the server repeats it, even if
// nothing has changed.
func (w *watcher) silence() (stop func()) {
	p := w.timing()
	p.first = p.quiet
	return p.during(func(waited time.Duration) { w.sayWaiting(w.server.base.Host, waited) })
}

// poll shows the newest snapshot once.
func (w *watcher) poll(ctx context.Context) error {
	message, err := w.server.snapshot(ctx, w.view)
	if err != nil {
		return err
	}
	return w.draw(message)
}

// draw shows a snapshot, if it says anything new. A terminal is drawn over;
// elsewhere each state follows the last.
func (w *watcher) draw(message []byte) error {
	var s snapshot
	if err := json.Unmarshal(message, &s); err != nil {
		return because(err, "bad_answer")
	}
	text := strings.Join(w.screen(s), "\n") + "\n"
	if text == w.last {
		return nil
	}
	w.last = text
	if f, ok := w.out.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		text = "\033[H\033[2J" + text
	}
	_, err := fmt.Fprint(w.out, text)
	return err
}

// screen is what a snapshot says, in lines.
func (w *watcher) screen(s snapshot) []string {
	text := w.lang.Text
	lines := []string{w.known("phase.", s.Phase), text("live.present", s.N, s.P)}
	switch {
	case s.R != nil && s.I > 0:
		lines = append(lines, text("live.cast", *s.R, s.I)+"  "+gauge(*s.R, s.I))
	case s.I > 0:
		lines = append(lines, text("live.issued", s.I))
	}
	if len(s.Trustees) > 0 {
		lines = append(lines, w.members(s)...)
	}
	if s.Result != nil {
		lines = append(lines, w.result(s.Result)...)
	}
	return lines
}

func gauge(part, whole uint32) string {
	const width = 40
	full := int(uint64(min(part, whole)) * width / uint64(max(whole, 1)))
	return strings.Repeat("#", full) + strings.Repeat(".", width-full)
}

// members shows who is ready, and after the close who has opened.
func (w *watcher) members(s snapshot) []string {
	table := &lang.Table{}
	table.Add(w.lang.Text("role.scrutineer"), w.lang.Text("kind.ready"), w.lang.Text("kind.share"))
	for _, m := range s.Trustees {
		table.Add(lang.Plain(fmt.Sprintf("%d %s", m.Index, m.Name)), tick(m.Ready), tick(m.Shared))
	}
	return table.Lines()
}

func tick(done bool) string {
	if done {
		return "✓"
	}
	return "·"
}

// result is the table of a result; without tallies where the rules hide them.
func (w *watcher) result(r *shown) []string {
	table := &lang.Table{}
	for i, l := range r.Lines {
		titles, row := w.line(l)
		if i == 0 {
			table.Add(titles...)
		}
		table.Add(row...)
	}
	text := w.lang.Text
	return append(table.Lines(),
		fmt.Sprintf("%s %d  %s %d", text("number.v"), r.V, text("number.x"), r.X),
		w.known("vote.", r.Vote)+"; "+w.known("next.", r.Next))
}

// line returns the row of an option with the titles of its columns: which
// figures there are depends on how people vote.
func (w *watcher) line(l shownLine) (titles, row []string) {
	text := w.lang.Text
	titles = []string{text("column.id"), text("column.title")}
	row = []string{lang.Plain(l.ID), lang.Plain(l.Name)}
	switch {
	case l.Reason == "" && l.Grade != nil:
		return append(titles, text("result.grade")), append(row, w.grade(l))
	case l.Reason == "":
		return append(titles, text("result.adopted")), append(row, tick(l.Adopted))
	case l.Reason == "graded":
		titles = append(titles, text("grade.satisfied"), text("grade.fairly"), text("grade.unsatisfied"), text("result.grade"))
		return titles, append(row, w.grades(l)...)
	}
	titles, row = append(titles, text("mark.votes")), append(row, orDash(l.For))
	if l.Against != nil {
		titles = append(titles, text("mark.against"), text("mark.abstain"))
		row = append(row, orDash(l.Against), orDash(l.Abstain))
	}
	titles = append(titles, text("number.needed"), text("result.rank"), text("result.adopted"))
	return titles, append(row, number(l.Needed), orDash(rankOf(l.Rank)), w.known("reason.", l.Reason))
}

func (w *watcher) grades(l shownLine) []string {
	var row []string
	for i := range 3 {
		if l.Grades == nil {
			row = append(row, "-")
			continue
		}
		row = append(row, number(l.Grades[i]))
	}
	return append(row, w.grade(l))
}

func (w *watcher) grade(l shownLine) string {
	if l.Grade == nil {
		return "-"
	}
	grades := []string{"grade.satisfied", "grade.fairly", "grade.unsatisfied"}
	return w.lang.Text(grades[min(max(*l.Grade, 0), 2)])
}

// known gives the message for a word of the server's, or the word.
func (w *watcher) known(prefix, word string) string {
	if w.lang.Has(prefix + word) {
		return w.lang.Text(prefix + word)
	}
	return lang.Plain(word)
}

func rankOf(rank int) *uint32 {
	if rank <= 0 {
		return nil
	}
	r := uint32(rank)
	return &r
}

func orDash(n *uint32) string {
	if n == nil {
		return "-"
	}
	return number(*n)
}
