package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"piaojue/client"
	"piaojue/lang"
)

const (
	// maxAnswer admits a bundle of 256 of the longest entries, and an issuer's
	// register of a million rows.
	maxAnswer = 64 << 20

	mediaJSON   = "application/json"
	mediaCSV    = "text/csv"
	mediaText   = "text/plain"
	mediaBinary = "application/octet-stream"
)

// server speaks to a piaojued about one vote, and to the vote's issuers. Its
// methods in api.go are the JSON routes; transport is for package client.
type server struct {
	base    *url.URL
	vote    string
	key     string           // API key of the person, or empty
	issuers map[int]*url.URL // by number in the manifest; the server is asked for the others
	roots   *x509.CertPool   // nil: those of the system
	lang    lang.Lang
	relay   string // host:port that is dialled in place of the server; empty: none
	shared  *http.Client

	terminal string // key of the registered terminal that this is, or empty
	pin      string // of the badge that the terminal has read, or empty

	pace    pace
	waiting func(host string, waited time.Duration) // says that an answer takes long; nil: nobody to tell
}

// newServer takes addresses of the form http://host:port or https://host.
func newServer(address, vote, key string, roots *x509.CertPool, l lang.Lang) (*server, error) {
	base, err := parseAddress(address)
	if err != nil {
		return nil, err
	}
	s := &server{base: base, vote: vote, key: key, issuers: make(map[int]*url.URL), roots: roots, lang: l, pace: usualPace}
	s.shared = s.client(false)
	return s, nil
}

// tells sets how long requests may take, and who is told of those that do.
func (s *server) tells(p pace, waiting func(host string, waited time.Duration)) {
	s.pace, s.waiting = p, waiting
	s.shared = s.client(false)
}

// during says that an answer takes long, until stop is called.
func (s *server) during(host string) (stop func()) {
	if s.waiting == nil {
		return func() {}
	}
	return s.pace.during(func(waited time.Duration) { s.waiting(host, waited) })
}

func parseAddress(address string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSuffix(address, "/"))
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, misuse("address", address)
	}
	return u, nil
}

// client returns an HTTP client. One that is fresh makes a connection for one
// request and resumes no TLS session: what goes to the ballot box must not be
// recognised as coming from where the badge was shown (PROTOCOL.md,
// Section 1). No client keeps cookies or follows a redirection,
// which could carry a badge's request elsewhere.
func (s *server) client(fresh bool) *http.Client {
	transport := &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         s.dial(&net.Dialer{Timeout: 10 * time.Second}),
		TLSHandshakeTimeout: 10 * time.Second,
		TLSClientConfig:     &tls.Config{RootCAs: s.roots, SessionTicketsDisabled: true},
		DisableKeepAlives:   fresh,
		DisableCompression:  true,
	}
	if s.relay != "" {
		transport.Proxy = nil // one stands between already
	}
	return &http.Client{
		Transport:     transport,
		Timeout:       s.pace.limit,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// transport returns how package client reaches the server and the issuers. It
// never sends the person's API key: deputies have none, and a trustee's board
// must be the one that everybody sees.
func (s *server) transport(ctx context.Context) client.Transport {
	return func(r client.Request) ([]byte, error) {
		base := s.base
		if r.Issuer != client.Server {
			var err error
			if base, err = s.issuer(ctx, r.Issuer); err != nil {
				return nil, err
			}
		}
		c := s.shared
		if r.Box {
			c = s.client(true)
		}
		q := request{method: r.Method, address: base.String() + r.Path, body: r.Body, media: mediaBinary}
		if s.issuing(r) {
			q.header = s.badgeHeader()
		}
		return s.send(ctx, c, q)
	}
}

// issuing reports whether a request is on the side that knows who asks. No
// other, above all none to the ballot box, names the terminal.
func (s *server) issuing(r client.Request) bool {
	below, ok := strings.CutPrefix(r.Path, s.path("/"))
	return ok && r.Issuer == client.Server && !r.Box && (strings.HasPrefix(below, "seeds/") || below == "issuances")
}

// issuer finds the address of an issuer. It comes from the server and need not
// be trusted: the key is in the manifest.
func (s *server) issuer(ctx context.Context, number int) (*url.URL, error) {
	if u := s.issuers[number]; u != nil {
		return u, nil
	}
	v, err := s.view(ctx)
	if err != nil {
		return nil, err
	}
	for _, i := range v.Issuers {
		if i.Number == number && i.URL != "" {
			u, err := parseAddress(i.URL)
			if err != nil {
				return nil, err
			}
			s.issuers[number] = u
			return u, nil
		}
	}
	return nil, wrong("issuer_address", number)
}

// request is one HTTP request.
type request struct {
	method  string
	address string
	body    []byte
	media   string
	key     string
	header  map[string]string
}

// call sends a request to the vote's server, with the person's key.
func (s *server) call(ctx context.Context, method, path, media string, body []byte) ([]byte, error) {
	return s.send(ctx, s.shared, request{method: method, address: s.base.String() + path, body: body, media: media, key: s.key})
}

// send sends a request and returns the body of the answer. A refusal by the
// server is a *client.Refusal; any other error means that nobody knows whether
// the request arrived, and so does a Refusal that is not Decided.
func (s *server) send(ctx context.Context, c *http.Client, r request) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, r.method, r.address, bytes.NewReader(r.body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", "piaojue")
	if len(r.body) > 0 {
		req.Header.Set("Content-Type", r.media)
	}
	if r.key != "" {
		req.Header.Set("Authorization", "Bearer "+r.key)
	}
	for name, value := range r.header {
		req.Header.Set(name, value)
	}
	defer s.during(req.URL.Host)()
	answer, err := c.Do(req)
	if err != nil {
		return nil, because(shorten(err), "no_answer", req.URL.Host)
	}
	defer answer.Body.Close()
	body, err := readAnswer(answer)
	if err != nil {
		return nil, because(err, "no_answer", req.URL.Host)
	}
	if answer.StatusCode/100 != 2 {
		return nil, s.refusal(answer.StatusCode, body)
	}
	return body, nil
}

// readAnswer makes room for what the server announces: what grows while it is
// read leaves several times its length to the collector, for each of thousands of
// bundles.
func readAnswer(answer *http.Response) ([]byte, error) {
	var b bytes.Buffer
	if n := answer.ContentLength; n > 0 {
		b.Grow(int(min(n, maxAnswer)) + bytes.MinRead)
	}
	if _, err := b.ReadFrom(io.LimitReader(answer.Body, maxAnswer+1)); err != nil {
		return nil, err
	}
	if b.Len() > maxAnswer {
		return nil, errors.New("the answer is too long")
	}
	return b.Bytes(), nil
}

// shorten drops the address from an error of package http: the fault names the
// host, and a path may hold a badge's key.
func shorten(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}

// problem is the server's way to say no.
type problem struct {
	Error struct {
		Code   string `json:"code"`
		ZH     string `json:"zh"`
		EN     string `json:"en"`
		Check  string `json:"check"`
		Rows   []flaw `json:"rows"`
		Fields []flaw `json:"fields"`
	} `json:"error"`
}

// flaw is what is wrong with a row of a table or a field of a document.
type flaw struct {
	Row    int    `json:"row"`
	Column string `json:"column"`
	Field  string `json:"field"`
	Reason string `json:"reason"`
	ZH     string `json:"zh"`
	EN     string `json:"en"`
}

// refusal reads why the server said no. What is no answer of piaojued, such as
// that of a proxy, is a refusal without a sentence.
func (s *server) refusal(status int, body []byte) error {
	r := &client.Refusal{Status: status}
	var p problem
	if json.Unmarshal(body, &p) != nil || p.Error.Code == "" {
		r.Text = "HTTP " + strconv.Itoa(status) + " " + http.StatusText(status)
		return r
	}
	r.Code, r.Text = p.Error.Code, s.pick(p.Error.ZH, p.Error.EN)
	if p.Error.Check != "" {
		r.Text += " [" + p.Error.Check + "]"
	}
	for _, f := range append(p.Error.Rows, p.Error.Fields...) {
		r.Text += "\n" + s.flaw(f)
	}
	return r
}

func (s *server) pick(zh, en string) string {
	if s.lang == lang.EN {
		return en
	}
	return zh
}

func (s *server) flaw(f flaw) string {
	cause := s.pick(f.ZH, f.EN)
	if cause == "" {
		cause = f.Reason
	}
	switch {
	case f.Row > 0 && f.Column != "":
		return s.lang.Text("row.at_cell", f.Row, f.Column, cause)
	case f.Row > 0:
		return s.lang.Text("row.at_row", f.Row, cause)
	case f.Column != "":
		return s.lang.Text("row.at_column", f.Column, cause)
	case f.Field == "":
		return cause
	case cause == "":
		return f.Field
	}
	return s.lang.Text("json.at_field", f.Field, cause)
}
