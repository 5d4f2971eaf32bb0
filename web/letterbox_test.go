package web

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/http/httptest"
	"net/mail"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"piaojue/courier"
	"piaojue/store"
)

// posted is a letter that arrived.
type posted struct{ to, id, subject, text string }

// letterBox is a mail server on this machine. refuse is what it says to RCPT.
type letterBox struct {
	*testing.T
	address string

	mu     sync.Mutex // guards the rest
	refuse string
	got    []posted
}

func newLetterBox(t *testing.T) *letterBox {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	b := &letterBox{T: t, address: ln.Addr().String()}
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			b.serve(conn)
		}
	})
	t.Cleanup(func() { ln.Close(); serving.Wait() })
	return b
}

func (b *letterBox) serve(conn net.Conn) {
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(5 * time.Second))
	in := bufio.NewReader(conn)
	say := "220 box"
	for say != "" {
		fmt.Fprintf(conn, "%s\r\n", say)
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		say = "250 yes"
		switch verb, _, _ := strings.Cut(strings.TrimSpace(line), " "); verb {
		case "RCPT":
			if no := b.refusal(); no != "" {
				say = no
			}
		case "DATA":
			fmt.Fprint(conn, "354 go on\r\n")
			b.take(in)
		case "QUIT":
			say = ""
		}
	}
}

func (b *letterBox) refusal() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.refuse
}

func (b *letterBox) take(in *bufio.Reader) {
	var raw strings.Builder
	for line := ""; line != ".\r\n"; {
		line, _ = in.ReadString('\n')
		raw.WriteString(line)
	}
	m, err := mail.ReadMessage(strings.NewReader(strings.TrimSuffix(raw.String(), ".\r\n")))
	if err != nil {
		b.Error(err)
		return
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil {
		b.Error(err)
	}
	text, err := io.ReadAll(base64.NewDecoder(base64.StdEncoding, m.Body))
	if err != nil {
		b.Error(err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.got = append(b.got, posted{m.Header.Get("To"), m.Header.Get("Message-Id"), subject, strings.ReplaceAll(string(text), "\r\n", "\n")})
}

// empty returns the letters that arrived, and takes them out.
func (b *letterBox) empty() []posted {
	b.mu.Lock()
	defer b.mu.Unlock()
	got := b.got
	b.got = nil
	return got
}

// postRoom is a stage whose server sends messages, when a test lets it.
type postRoom struct {
	*stage
	box     *letterBox
	postman *postman
	clock   atomic.Int64
	hook    *httptest.Server
	hooked  []*http.Request
	bodies  []string
	status  int // what the webhook answers
}

const day = 24 * time.Hour

func (o *postRoom) now() time.Time       { return time.Unix(o.clock.Load(), 0) }
func (o *postRoom) pass(d time.Duration) { o.clock.Add(int64(d / time.Second)) }

const hookSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

func newPostRoom(t *testing.T) *postRoom {
	t.Helper()
	o := &postRoom{stage: newStage(t), box: newLetterBox(t), status: 204}
	o.clock.Store(time.Date(2026, 11, 22, 0, 30, 0, 0, time.UTC).Unix())
	o.config.Now = o.now
	o.hook = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		o.hooked, o.bodies = append(o.hooked, r), append(o.bodies, string(body))
		w.WriteHeader(o.status)
	}))
	t.Cleanup(o.hook.Close)
	return o
}

// opens lets messages leave. Its postman runs when the test says so.
func (o *postRoom) opens() {
	o.Helper()
	c := &o.server.config
	var err error
	c.Site = "https://vote.example.org"
	c.Mail, err = courier.NewMail(courier.MailConfig{Server: "smtp://" + o.box.address, From: "票决 <vote@example.org>", Domain: "vote.example.org"})
	must(o, err)
	c.Webhook, err = courier.NewWebhook(courier.WebhookConfig{URL: o.hook.URL, Secret: hookSecret})
	must(o, err)
	o.postman = newPostman(o.server)
	o.Cleanup(o.postman.close)
}

// tells runs the postman and returns the letters that arrived.
func (o *postRoom) tells() []posted {
	o.Helper()
	must(o, o.postman.round())
	return o.box.empty()
}

// lives sets the address of a role's account, which acts as an actor.
func (o *postRoom) lives(role store.Role, actor uint32, email, language string) {
	o.Helper()
	o.actAs(role, actor)
	o.mustPost(role, "/projects/messages", "email", email, "language", language)
}
