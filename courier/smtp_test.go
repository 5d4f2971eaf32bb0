package courier

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"net"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// post is a mail server on this machine, with faults on demand.
type post struct {
	*testing.T
	address  string
	roots    *x509.CertPool
	config   *tls.Config
	atOnce   bool              // TLS from the first byte
	noTLS    bool              // offers no STARTTLS
	user     string            // user and password, with a zero before each; empty: asks for none
	answers  map[string]string // by command, instead of yes
	silent   bool              // says nothing
	rude     bool              // hangs up once a letter is taken
	listener net.Listener

	mu      sync.Mutex // guards the rest
	letters []string   // with all headers
	lines   []string   // what came, without letters
}

func newPost(t *testing.T, fault func(*post)) *post {
	t.Helper()
	web := httptest.NewTLSServer(nil) // for its certificate
	defer web.Close()
	p := &post{T: t, roots: x509.NewCertPool(), answers: map[string]string{}}
	p.roots.AddCert(web.Certificate())
	p.config = &tls.Config{Certificates: web.TLS.Certificates}
	if fault != nil {
		fault(p)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p.address, p.listener = ln.Addr().String(), ln
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			serving.Go(func() { p.serve(conn) })
		}
	})
	t.Cleanup(func() { ln.Close(); serving.Wait() })
	return p
}

func (p *post) serve(conn net.Conn) {
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(5 * time.Second))
	if p.silent {
		bufio.NewReader(conn).ReadString('\n')
		return
	}
	if p.atOnce {
		conn = tls.Server(conn, p.config)
	}
	say := func(text string) { fmt.Fprintf(conn, "%s\r\n", text) }
	say("220 post ESMTP")
	in, safe := bufio.NewReader(conn), p.atOnce
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimRight(line, "\r\n")
		verb := strings.ToUpper(strings.Split(line, " ")[0])
		p.mu.Lock()
		p.lines = append(p.lines, line)
		p.mu.Unlock()
		if answer := p.answers[verb]; answer != "" {
			say(answer)
			continue
		}
		switch verb {
		case "EHLO":
			say("250-post")
			if !safe && !p.noTLS {
				say("250-STARTTLS")
			}
			if p.user != "" {
				say("250-AUTH LOGIN PLAIN")
			}
			say("250 8BITMIME")
		case "STARTTLS":
			say("220 go on")
			conn = tls.Server(conn, p.config)
			in, safe = bufio.NewReader(conn), true
		case "AUTH":
			given, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(line, "AUTH PLAIN "))
			if string(given) != p.user {
				say("535 5.7.8 no")
				continue
			}
			say("235 welcome")
		case "DATA":
			say("354 go on")
			p.take(in)
			say("250 taken")
			if p.rude {
				return
			}
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 yes")
		}
	}
}

func (p *post) take(in *bufio.Reader) {
	var letter strings.Builder
	for {
		line, err := in.ReadString('\n')
		if err != nil || line == ".\r\n" {
			break
		}
		letter.WriteString(line)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.letters = append(p.letters, letter.String())
}

func (p *post) got() (letters, lines []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.letters, p.lines
}
