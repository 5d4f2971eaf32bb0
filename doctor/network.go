package doctor

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/gorilla/websocket"
)

const (
	askTime   = 8 * time.Second
	maxAnswer = 8 << 20 // the programs of terminals, unpacked
)

// network looks at the server from this machine, at the way to it that browsers
// take, and at whom the server needs.
func (p Patient) network(ctx context.Context) (all []Finding) {
	var votes string // address at which the votes are looked for
	if p.Listen != "" {
		here := p.checkListen(ctx)
		all = append(all, here...)
		if here[0].Case == "serves" {
			votes = p.local()
		}
	}
	if p.Site != "" {
		site := strings.TrimSuffix(p.Site, "/")
		w := p.way(site, false)
		entry, leaf := w.checkSite(ctx)
		all = append(all, entry)
		if leaf != nil && p.Cert == "" { // a proxy's, or one that the service alone may read
			all = append(all, checkTime(leaf, time.Now()))
		}
		if entry.Verdict != Wrong {
			all = append(all, w.checkPage(ctx), w.checkProgram(ctx))
			votes = site
		}
	}
	for _, peer := range p.Peers {
		all = append(all, p.way(strings.TrimSuffix(peer, "/"), false).checkPeer(ctx))
	}
	if votes != "" {
		w := p.way(votes, votes == p.local())
		all = append(all, w.votes(ctx)...)
	}
	return all
}

// way is how one address is asked.
type way struct {
	address string
	client  *http.Client
	tls     *tls.Config
}

// way asks as a browser does, with the system's authorities and the server's own. Of
// the server of this machine, at its own port, the certificate was looked at already.
func (p Patient) way(address string, here bool) *way {
	c := &tls.Config{RootCAs: p.Roots, InsecureSkipVerify: here}
	return &way{address, &http.Client{
		Timeout:       askTime,
		Transport:     &http.Transport{TLSClientConfig: c, DisableKeepAlives: true, DisableCompression: true, Proxy: nil},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}, c}
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   []byte
	leaf   *x509.Certificate // that it has shown; nil without TLS
}

func (w *way) get(ctx context.Context, path string) (a answer, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, w.address+path, nil)
	if err != nil {
		return a, err
	}
	req.Header.Set("Accept", "text/html,application/json,*/*")
	resp, err := w.client.Do(req)
	if err != nil {
		return a, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	a = answer{status: resp.StatusCode, header: resp.Header, body: body}
	if resp.TLS != nil {
		a.leaf = resp.TLS.PeerCertificates[0]
	}
	return a, err
}

// local is the address of the server on this machine.
func (p Patient) local() string {
	host, port, err := net.SplitHostPort(p.Listen)
	if err != nil {
		return ""
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	u := url.URL{Scheme: "https", Host: net.JoinHostPort(host, port)}
	if p.Plain {
		u.Scheme = "http"
	}
	return u.String()
}

// checkListen: the server's port is free for it, or the server is there and says of
// itself that a session may be opened.
func (p Patient) checkListen(ctx context.Context) []Finding {
	ln, err := net.Listen("tcp", p.Listen)
	switch {
	case err == nil:
		ln.Close()
		return []Finding{found(Careful, "listen", "free", p.Listen)}
	case errors.Is(err, syscall.EACCES):
		return []Finding{found(Wrong, "listen", "forbidden", p.Listen)}
	case !errors.Is(err, syscall.EADDRINUSE):
		return []Finding{found(Wrong, "listen", "nowhere", p.Listen)}
	}
	w := p.way(p.local(), true)
	if a, err := w.get(ctx, "/healthz"); err != nil || !ours(a) {
		return []Finding{found(Wrong, "listen", "taken", p.Listen)}
	}
	return []Finding{found(Well, "listen", "serves", p.Listen), w.checkReady(ctx)}
}

// ours reports whether an answer to /healthz is of this program.
func ours(a answer) bool {
	var said struct{ Status string }
	return json.Unmarshal(a.body, &said) == nil && slices.Contains([]string{"ok", "waiting", "stopped"}, said.Status) ||
		strings.Contains(string(a.body), `"code":"storage"`)
}

// checkReady repeats what the server says is in the way of a session.
func (w *way) checkReady(ctx context.Context) Finding {
	a, err := w.get(ctx, "/readyz")
	if err != nil {
		return found(Wrong, "ready", "silent")
	}
	if a.status == http.StatusOK {
		return found(Well, "ready", "yes")
	}
	var said struct {
		Error struct {
			Fields []struct{ Field string }
		}
	}
	if json.Unmarshal(a.body, &said) != nil || len(said.Error.Fields) == 0 {
		return found(Wrong, "ready", "waiting")
	}
	what := said.Error.Fields[0].Field
	if vote, ok := strings.CutPrefix(what, "votes/"); ok {
		return found(Wrong, "ready", "vote", vote)
	}
	if !slices.Contains([]string{"disk", "projects", "storage"}, what) {
		return found(Wrong, "ready", "waiting")
	}
	return found(Wrong, "ready", what)
}

// checkSite: people's browsers come from the address to this very program, over TLS
// that they trust. It returns the certificate that they are shown.
func (w *way) checkSite(ctx context.Context) (Finding, *x509.Certificate) {
	a, err := w.get(ctx, "/healthz")
	switch {
	case err != nil:
		return found(Wrong, "site", reason(err), w.address), nil
	case !ours(a):
		return found(Wrong, "site", "other", w.address, a.status), a.leaf
	case a.leaf == nil:
		return found(Careful, "site", "plain", w.address), nil
	}
	return found(Well, "site", "serves", w.address), a.leaf
}

// guards are the headers without which browsers protect people less; a proxy that
// drops or doubles them is to be set right.
var guards = []string{"Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "X-Frame-Options", "Strict-Transport-Security"}

// checkPage: the page of terminals comes as it was sent.
func (w *way) checkPage(ctx context.Context) Finding {
	a, err := w.get(ctx, "/terminal")
	if err != nil || a.status != http.StatusOK || !strings.HasPrefix(a.header.Get("Content-Type"), "text/html") {
		return found(Wrong, "page", "missing", a.status)
	}
	for _, name := range guards {
		if len(a.header.Values(name)) != 1 {
			return found(Wrong, "page", "bare", name)
		}
	}
	if policy := a.header.Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'none'") || strings.Contains(policy, "unsafe-inline") {
		return found(Wrong, "page", "bare", guards[0])
	}
	return found(Well, "page", "whole")
}

// checkProgram: the program of terminals comes with the type that browsers demand,
// and whole.
func (w *way) checkProgram(ctx context.Context) Finding {
	a, err := w.get(ctx, "/static/wasm/terminal.wasm")
	media := a.header.Get("Content-Type")
	switch {
	case err != nil || a.status != http.StatusOK:
		return found(Wrong, "program", "missing", a.status)
	case media != "application/wasm":
		return found(Wrong, "program", "type", media)
	case a.header.Get("Content-Encoding") == "" && !bytes.HasPrefix(a.body, []byte("\x00asm")):
		return found(Wrong, "program", "altered")
	}
	return found(Well, "program", "whole")
}

// checkPeer: another node takes requests.
func (w *way) checkPeer(ctx context.Context) Finding {
	a, err := w.get(ctx, "/healthz")
	switch {
	case err != nil:
		return found(Wrong, "peer", reason(err), w.address)
	case !ours(a) || a.status != http.StatusOK:
		return found(Wrong, "peer", "waiting", w.address)
	}
	return found(Well, "peer", "serves", w.address)
}

// checkLive opens the live screen of a vote, as the hall does: proxies that know
// nothing of websockets fail here, and so does every screen behind them.
func (w *way) checkLive(ctx context.Context, vote string) Finding {
	d := websocket.Dialer{TLSClientConfig: w.tls, HandshakeTimeout: askTime}
	conn, resp, err := d.DialContext(ctx, "ws"+strings.TrimPrefix(w.address, "http")+"/votes/"+vote+"/live?view=hall", http.Header{"Origin": {w.address}})
	if err != nil {
		status := 0
		if resp != nil {
			status = resp.StatusCode
		}
		if status == http.StatusForbidden {
			return found(Wrong, "live", "origin")
		}
		return found(Wrong, "live", "refused", status)
	}
	defer conn.Close()
	conn.SetReadDeadline(time.Now().Add(askTime))
	_, message, err := conn.ReadMessage()
	var said struct{ Phase string }
	if err != nil || json.Unmarshal(message, &said) != nil || said.Phase == "" {
		return found(Wrong, "live", "mute")
	}
	return found(Well, "live", "speaks")
}

// serverTime is when a server says it answered; the zero time if it does not.
func serverTime(h http.Header) time.Time {
	at, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return time.Time{}
	}
	return at
}

// apart is how far two clocks are apart, as far as an answer of whole seconds that
// took a while can show.
func apart(theirs, asked, answered time.Time) time.Duration {
	switch {
	case theirs.IsZero():
		return 0
	case theirs.Before(asked.Add(-time.Second)):
		return asked.Sub(theirs)
	case theirs.After(answered.Add(time.Second)):
		return theirs.Sub(answered)
	}
	return 0
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.0f", d.Seconds()) }
