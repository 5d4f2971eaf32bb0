package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"piaojue/porttest"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The examples of docs/ for reverse proxies and balancers, with the very programs of
// Debian (.ci/proxies). Each is changed only where it names ports, files and folders.

// proxy is one of the examples.
type proxy struct {
	name    string
	example string
	changes func(x *proxied) []string // pairs: what stands there, and what does here
	start   func(x *proxied) []string // the command
	passes  bool                      // it passes bytes on, and ends no TLS
}

var proxies = []proxy{
	{
		name: "nginx", example: "one-hall/nginx.conf",
		changes: func(x *proxied) []string {
			return []string{
				"listen 80;", "listen " + porttest.Address() + ";", "listen 443 ssl;", "listen " + x.outer + " ssl;",
				"/etc/piaojue/tls.crt", x.cert, "/etc/piaojue/tls.key", x.key,
				"http://127.0.0.1:8080;", "http://" + x.inner + ";", "/var/log/nginx", x.folder,
			}
		},
		start: func(x *proxied) []string {
			x.wrap("daemon off;\nuser root;\npid %[1]s/pid;\nevents {}\nhttp {\n"+
				"client_body_temp_path %[1]s/body;\nproxy_temp_path %[1]s/proxy;\nfastcgi_temp_path %[1]s/f;\nuwsgi_temp_path %[1]s/u;\nscgi_temp_path %[1]s/s;\n", "}\n")
			return []string{"nginx", "-e", filepath.Join(x.folder, "start.log"), "-c", x.file}
		},
	},
	{
		name: "caddy", example: "one-hall/Caddyfile",
		changes: func(x *proxied) []string {
			_, port, _ := net.SplitHostPort(x.outer)
			return []string{
				"https://vote.example.org {", "https://vote.example.org:" + port + ", https://127.0.0.1:" + port + " {", // as the demo calls it "\tadmin off", "\tadmin off\n\tauto_https disable_redirects",
				"/etc/piaojue/tls.crt", x.cert, "/etc/piaojue/tls.key", x.key, "127.0.0.1:8080 {", x.inner + " {",
			}
		},
		start: func(x *proxied) []string { return []string{"caddy", "run", "--config", x.unresumed()} },
	},
	{
		name: "haproxy", example: "three-nodes/haproxy.cfg", passes: true,
		changes: func(x *proxied) []string {
			return []string{
				"bind :443", "bind " + x.outer, "/etc/piaojue/ca.crt", x.cert,
				"192.0.2.11:8443", porttest.Address(), "192.0.2.12:8443", x.inner, "192.0.2.13:8443", porttest.Address(), // two nodes are down
			}
		},
		start: func(x *proxied) []string { return []string{"haproxy", "-db", "-f", x.file} },
	},
}

// proxied is an example that runs, with a server behind it.
type proxied struct {
	testing.TB
	proxy
	folder, file string
	outer, inner string // addresses of proxy and server
	cert, key    string
	roots        *x509.CertPool
	cmd          *exec.Cmd
}

func startProxy(t testing.TB, p proxy) *proxied {
	t.Helper()
	x := &proxied{TB: t, proxy: p, folder: t.TempDir(), outer: porttest.Address(), inner: porttest.Address()}
	x.cert, x.key, x.roots = certificate(t)
	x.begin()
	return x
}

func (x *proxied) begin() {
	x.Helper()
	text, err := os.ReadFile(filepath.Join("../../docs/examples", x.example))
	must(x, err)
	pairs := x.changes(x)
	for i := 0; i < len(pairs); i += 2 {
		if !bytes.Contains(text, []byte(pairs[i])) {
			x.Fatalf("%s does not say %q", x.example, pairs[i])
		}
		text = bytes.ReplaceAll(text, []byte(pairs[i]), []byte(pairs[i+1]))
	}
	x.file = filepath.Join(x.folder, filepath.Base(x.example))
	must(x, os.WriteFile(x.file, text, 0o600))
	args := x.start(x)
	said, err := os.Create(filepath.Join(x.folder, "said.log"))
	must(x, err)
	defer said.Close()
	x.cmd = exec.Command(args[0], args[1:]...)
	x.cmd.Env = append(os.Environ(), "PATH="+os.Getenv("PATH")+":/usr/sbin", "HOME="+x.folder)
	if path, err := exec.LookPath("/usr/sbin/" + args[0]); err == nil {
		x.cmd = &exec.Cmd{Path: path, Args: args, Env: x.cmd.Env}
	}
	x.cmd.Stdout, x.cmd.Stderr = said, said
	x.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
	must(x, x.cmd.Start())
	x.Cleanup(func() {
		x.cmd.Process.Signal(syscall.SIGTERM)
		x.cmd.Wait() // says that it was ended
		if x.Failed() {
			text, _ := os.ReadFile(said.Name())
			x.Logf("%s:\n%s", x.name, text)
		}
	})
}

// wrap puts lines around the example.
func (x *proxied) wrap(before, after string) {
	text, err := os.ReadFile(x.file)
	must(x, err)
	must(x, os.WriteFile(x.file, append(append(fmt.Appendf(nil, before, x.folder), text...), after...), 0o600))
}

// unresumed is the file that the head of the example tells to make.
func (x *proxied) unresumed() string {
	out, err := exec.Command("caddy", "adapt", "--config", x.file).Output()
	must(x, err)
	var top map[string]json.RawMessage
	must(x, json.Unmarshal(out, &top))
	var apps map[string]map[string]any
	must(x, json.Unmarshal(top["apps"], &apps))
	apps["tls"]["session_tickets"] = map[string]any{"disabled": true}
	top["apps"], err = json.Marshal(apps)
	must(x, err)
	text, err := json.Marshal(top)
	must(x, err)
	path := filepath.Join(x.folder, "caddy.json")
	must(x, os.WriteFile(path, text, 0o600))
	return path
}

// tls are the settings of a client that knows the certificate.
func (x *proxied) tls() *tls.Config {
	return &tls.Config{RootCAs: x.roots, ServerName: "vote.example.org"}
}

func (x *proxied) client() *http.Client {
	dial := &net.Dialer{}
	transport := &http.Transport{TLSClientConfig: x.tls(), ForceAttemptHTTP2: true}
	transport.DialContext = dial.DialContext
	x.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, Timeout: time.Minute}
}

// awaitOpen waits until the proxy answers with what the server says.
func (x *proxied) awaitOpen(c *http.Client) {
	x.Helper()
	for end := time.Now().Add(3 * time.Minute); ; time.Sleep(100 * time.Millisecond) {
		req, err := http.NewRequest("GET", "https://"+x.outer+"/healthz", nil)
		must(x, err)
		req.Host = "vote.example.org"
		resp, err := c.Do(req)
		if err == nil {
			resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return
			}
		}
		if time.Now().After(end) {
			x.Fatalf("%s does not answer: %v %v", x.name, resp, err)
		}
	}
}

// TestProxyExamples: what the examples promise of a request on its way.
func TestProxyExamples(t *testing.T) {
	if !every {
		t.Skip("starts proxies of Debian; part of make soak, and TestExampleProxies reads the files")
	}
	for _, p := range proxies {
		t.Run(p.name, func(t *testing.T) {
			x := startProxy(t, p)
			seen := make(chan *http.Request, 1)
			x.serveEcho(seen)
			x.awaitOpen(x.client())
			<-seen
			x.checkTLS()
			x.checkRequests(seen)
			x.checkSilence()
		})
	}
}

// serveEcho is a server that shows what came to it. It knows the health of a node.
func (x *proxied) serveEcho(seen chan *http.Request) {
	ln, err := net.Listen("tcp", x.inner)
	must(x, err)
	if x.passes {
		pair, err := tls.LoadX509KeyPair(x.cert, x.key)
		must(x, err)
		ln = tls.NewListener(ln, &tls.Config{Certificates: []tls.Certificate{pair}, SessionTicketsDisabled: true, MinVersion: tls.VersionTLS12})
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			return
		}
		if x.passes && strings.HasPrefix(r.URL.Path, "/box/") {
			w.Header().Set("Connection", "close")
		}
		if x.passes && r.URL.Path == "/healthz" && r.Header.Get("User-Agent") == "" {
			return // the balancer asks
		}
		select {
		case <-seen: // of a client that gave up
		default:
		}
		seen <- r
	})}
	go server.Serve(ln)
	x.Cleanup(func() { server.Close() })
}

// checkTLS: nobody is offered HTTP/2 or recognised by a session.
func (x *proxied) checkTLS() {
	x.Helper()
	config := x.tls()
	config.ClientSessionCache = tls.NewLRUClientSessionCache(4)
	for range 3 {
		config.NextProtos = []string{"h2", "http/1.1"}
		conn, err := tls.Dial("tcp", x.outer, config)
		must(x, err)
		fmt.Fprintf(conn, "GET /healthz HTTP/1.1\r\nHost: vote.example.org\r\nUser-Agent: test\r\nConnection: close\r\n\r\n")
		_, err = io.ReadAll(conn) // tickets come with the answer
		must(x, err)
		state := conn.ConnectionState()
		if state.DidResume || state.NegotiatedProtocol == "h2" || state.Version != tls.VersionTLS13 {
			x.Errorf("%s: resumed %t, protocol %q, version %x", x.name, state.DidResume, state.NegotiatedProtocol, state.Version)
		}
		conn.Close()
	}
	config.MaxVersion, config.MinVersion = tls.VersionTLS11, tls.VersionTLS10
	if conn, err := tls.Dial("tcp", x.outer, config); err == nil {
		conn.Close()
		x.Errorf("%s takes TLS 1.1", x.name)
	}
}

// checkRequests: what becomes of addresses, connections and bodies.
func (x *proxied) checkRequests(seen chan *http.Request) {
	x.Helper()
	c := x.client()
	for _, r := range []struct {
		path   string
		size   int
		status int
		ends   bool
		from   string
	}{
		{"/projects/entries", 20 << 20, 200, false, "127.0.0.1"},
		{"/projects/entries", 66 << 20, 413, false, "-"},
		{"/box/demo/ballots", 65_000, 200, true, ""},
		{"/box/demo/ballots", 200_000, 413, false, "-"},
		{"/votes/demo/issuances", 100, 200, true, "127.0.0.1"},
		{"/votes/demo/seeds/7", 100, 200, true, "127.0.0.1"},
		{"/terminals/beat", 100, 200, true, "127.0.0.1"},
		{"/session", 100, 200, false, "127.0.0.1"},
	} {
		for len(seen) > 0 {
			<-seen
		}
		req, err := http.NewRequest("POST", "https://"+x.outer+r.path, bytes.NewReader(make([]byte, r.size)))
		must(x, err)
		req.Host = "vote.example.org"
		req.Header.Set("X-Forwarded-For", "6.6.6.6")
		resp, err := c.Do(req)
		if x.passes {
			must(x, err)
			resp.Body.Close()
			<-seen
			continue // the rest is between client and node
		}
		if err != nil && r.status != 413 {
			x.Errorf("%s: %s: %v", x.name, r.path, err)
		}
		if err != nil {
			continue // it was cut off while it still sent
		}
		resp.Body.Close()
		if refused := resp.StatusCode != 200; refused && r.status != 200 {
			continue // with 413, or by Caddy with 502
		}
		if resp.StatusCode != r.status || r.ends && !resp.Close || !r.ends && resp.Close {
			x.Errorf("%s: %s of %d bytes: status %d, the connection ends: %t; want %d, %t", x.name, r.path, r.size, resp.StatusCode, resp.Close, r.status, r.ends)
		}
		got := <-seen
		if from := strings.Join(got.Header.Values("X-Forwarded-For"), ","); from != r.from || got.Host != "vote.example.org" {
			x.Errorf("%s: %s comes from %q for %q, want %q", x.name, r.path, from, got.Host, r.from)
		}
	}
}

// checkSilence: no file tells who cast when.
func (x *proxied) checkSilence() {
	x.Helper()
	must(x, filepath.WalkDir(x.folder, func(path string, d os.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || path == x.file || strings.HasSuffix(path, ".json") {
			return err
		}
		text, err := os.ReadFile(path)
		if bytes.Contains(text, []byte("/box/")) || bytes.Contains(text, []byte("client")) && bytes.Contains(text, []byte("127.0.0.1")) {
			x.Errorf("%s: %s says\n%s", x.name, path, text)
		}
		return err
	}))
}
