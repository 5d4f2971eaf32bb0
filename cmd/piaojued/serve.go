package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/spf13/cobra"

	"piaojue/form"
	"piaojue/store"
	"piaojue/web"
)

// listenOptions say where a daemon listens, and how.
type listenOptions struct {
	address   string
	cert, key string
	plain     bool
	log       logOptions
	metrics   string // where numbers are served; empty: nowhere
	trusted   web.Proxies
	files     int      // that a connection takes; 0: one
	hosts     []string // further names of the server in a certificate of its own
}

func addListen(c *cobra.Command, o *listenOptions, address string) {
	f := c.Flags()
	f.StringVar(&o.address, "listen", address, "`host:port` to listen on")
	f.StringVar(&o.cert, "tls-cert", "", "`file` of the certificate (PEM)")
	f.StringVar(&o.key, "tls-key", "", "`file` of the certificate's key (PEM)")
	f.BoolVar(&o.plain, "plain-http", false, "serve HTTP without TLS to others: only behind a proxy on this machine's network that has it")
	f.Var(&o.trusted, "trusted-proxy", "`address` or network (CIDR) of a reverse proxy or balancer that says in X-Forwarded-For who its clients are; may be repeated")
	o.log.add(c)
}

// maxGrace is how long terminals may hand in unused credentials after the close
// order, at the most: the hall waits.
const maxGrace = 30 * time.Second

func serveCommand() *cobra.Command {
	var o listenOptions
	var s web.Config
	var several nodeOptions
	var messages messageOptions
	var issuers, witnesses string
	c := &cobra.Command{
		Use:   "serve",
		Short: "Serve votes until interrupted",
		Long: `Serve votes until interrupted.

A server that others can reach speaks HTTPS only. Without --tls-cert it makes a
certificate authority and a certificate of its own in DIR/tls and prints the
authority's fingerprint; browsers get it at /ca.crt.

With --db several servers share one PostgreSQL database: one leads, the others
hand requests on to it and take over when it fails. See piaojued node.`,
		Example: `  piaojued serve --dir d --listen :8443 --host vote.example.org
  piaojued serve --dir /var/lib/piaojue
  piaojued serve --dir d --listen :8443 --tls-cert cert.pem --tls-key key.pem
  piaojued serve --dir d --listen :8443 --db 'postgres://piaojue@db1,db2/piaojue?sslmode=verify-full' --node-name a`,
		Args: usage(cobra.NoArgs),
	}
	addHome(c)
	addDatabase(c)
	several.add(c)
	addListen(c, &o, "127.0.0.1:8080")
	addMessages(c, &messages)
	f := c.Flags()
	f.DurationVar(&s.Grace, "grace", 30*time.Second, "time for unused credentials after the close order")
	f.StringVar(&o.metrics, metricsFlag, "", "`host:port` on this machine at which numbers for Prometheus are served; by default nowhere")
	f.StringVar(&s.Issuer, "issuer-name", "", "name of the server's own issuer in new manifests")
	f.StringVar(&s.DataLicence, "data-licence", "", "terms of the open data about projects, in a `sentence`")
	f.StringVar(&s.ReportPhone, "report-phone", "", "telephone `number` on the notice boards of projects")
	f.StringSliceVar(&o.hosts, "host", nil, "further `name` or address of the server in the certificate that it makes itself")
	f.StringSliceVar(&s.Origins, "origin", nil, "further `origin` (https://host) whose pages may use the server")
	f.StringSliceVar(&s.IgnoreWitnesses, "ignore-witness", nil, "`name` of a witness not to ask: only of one that is proved to be wrong")
	f.StringVar(&issuers, "issuer-ca", "", "`file` of certificates (PEM) that vouch for other issuers, if not the system's")
	f.StringToStringVar(&s.Witnesses, "witness", nil, "`name=address` of a witness that has none in the policy, or another from here")
	f.StringVar(&witnesses, "witness-ca", "", "`file` of certificates (PEM) that vouch for witnesses, if not the system's")
	c.RunE = func(c *cobra.Command, _ []string) error {
		h, err := homeOf(c)
		if err != nil {
			return err
		}
		for _, address := range s.Witnesses {
			if err := web.CheckWitnessURL(address); err != nil {
				return &usageError{fmt.Errorf("--witness: %w", err)}
			}
		}
		if s.WitnessRoots, err = readRoots(witnesses); err != nil {
			return err
		}
		if s.IssuerRoots, err = readRoots(issuers); err != nil {
			return err
		}
		if s.Grace < 0 || s.Grace > maxGrace {
			return &usageError{fmt.Errorf("--grace %v is not between 0s and %v", s.Grace, maxGrace)}
		}
		if err := messages.apply(&s); err != nil {
			return err
		}
		s.Log = o.log.logger(c)
		return h.serve(c, o, s, several)
	}
	return c
}

// serve serves alone or as one of several.
func (h home) serve(c *cobra.Command, o listenOptions, s web.Config, several nodeOptions) error {
	if h.url != "" {
		if err := os.MkdirAll(h.keys(), 0o700); err != nil {
			return err
		}
	}
	unlock, err := lock(h.dir)
	if err != nil {
		return err
	}
	defer unlock()
	defer tendCollector()()
	defer h.tendCopies(s.Log)()
	if err := o.secure(c, h, &s); err != nil {
		return err
	}
	ln, err := openMetrics(o.metrics)
	if err != nil {
		return err
	}
	if ln != nil {
		s.Metrics = h.metrics(&o)
		defer serveMetrics(ln, s.Metrics)()
	}
	if h.url != "" {
		return h.serveNode(c, o, s, several)
	}
	return h.serveAlone(c, o, s)
}

// serveAlone runs until the context ends or the database stops itself.
func (h home) serveAlone(c *cobra.Command, o listenOptions, s web.Config) error {
	db, err := h.open(c.Context())
	if err != nil {
		return explain(err)
	}
	defer db.Close()
	if s.Projects, s.ProjectsDown = store.OpenProjects(c.Context(), h.db()); s.ProjectsDown == nil {
		defer s.Projects.Close()
	} else {
		fmt.Fprintf(c.ErrOrStderr(), "piaojued: the projects are not served, votes are: %v\n", s.ProjectsDown)
	}
	s.DB, s.Keys = db, h.keys()
	s.Font = font(s.Log)
	server, err := web.Open(c.Context(), s)
	if err == nil {
		err = o.run(c, server.Handler(), db)
	}
	switch {
	case db.Cause() != nil: // nothing that follows could be stored
		return hint(fmt.Errorf("the database has stopped: %w", db.Cause()), "check the disk, then start again; nothing that was acknowledged is lost")
	case server == nil:
		return explain(err)
	}
	server.Close()
	return err
}

// font finds that of the official forms, where make fonts puts it. A server
// without one serves votes all the same.
func font(log *slog.Logger) *form.Font {
	f, err := findFont()
	if err != nil && log != nil {
		log.Warn("no font for the official forms as PDF: run make fonts", "error", err)
	}
	return f
}

func findFont() (*form.Font, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return form.FindFont(form.FontPlaces(program)...)
}

// secure makes a certificate for a server that others can reach and that was
// given none. Where nobody else can, browsers send the session without TLS.
func (o *listenOptions) secure(c *cobra.Command, h home, s *web.Config) error {
	if o.cert != "" || o.key != "" || o.plain {
		return nil
	}
	host, _, err := net.SplitHostPort(o.address)
	if err != nil {
		return &usageError{fmt.Errorf("--listen %s: %w", o.address, err)}
	}
	ip := net.ParseIP(host)
	if host == "localhost" || ip != nil && ip.IsLoopback() {
		s.PlainCookies = true
		return nil
	}
	wanted := o.hosts
	if host != "" && (ip == nil || !ip.IsUnspecified()) {
		wanted = append([]string{host}, wanted...)
	}
	for _, name := range wanted {
		if net.ParseIP(name) == nil && !validName(name) {
			return &usageError{fmt.Errorf("%q is no name of a server", name)}
		}
	}
	own, err := h.certificate(wanted, time.Now())
	if err != nil {
		return err
	}
	o.cert, o.key, s.CA = own.cert, own.key, own.ca
	fmt.Fprintf(c.ErrOrStderr(), "piaojued: browsers have to trust %s once; it is at /ca.crt too\n", h.tls("ca.crt"))
	fmt.Fprintf(c.ErrOrStderr(), "piaojued: compare its SHA-256 fingerprint: %s\n", own.fingerprint())
	return nil
}

// explain adds what to do about a database that must not be used.
func explain(err error) error {
	switch {
	case errors.Is(err, web.ErrStale):
		return hint(err, "the checkpoint that is kept beside the keys is newer: restore the newest backup (piaojued restore), or hold a new vote")
	case errors.Is(err, web.ErrKeys):
		return hint(err, "take this file from the newest backup: it was made before the vote and has not changed since; a file that ends in .head has")
	case errors.Is(err, store.ErrNewer):
		return hint(err, "nothing was changed; start the newer program again (piaojued version says which schemas one knows); the way back to this one is a backup from before the upgrade")
	case errors.Is(err, store.ErrGrant):
		return hint(err, "nothing was changed; piaojued grant ACCOUNT --db postgres://OWNER@host/name makes the tables ready for this account")
	case errors.Is(err, store.ErrOwner):
		return hint(err, "nothing was changed; give the address with the account that owns the tables")
	case errors.Is(err, store.ErrDisk):
		return hint(err, "make room on the disk, or copy the folder to another one, and start again; a backup is older and would lose what was acknowledged since")
	case errors.Is(err, store.ErrDamaged):
		return hint(err, "do not go on with these files; restore the newest backup (piaojued restore), which has both, the database and the box")
	}
	return err
}

// listen opens the socket. It refuses to send API keys over a network that
// anybody can read.
func (o *listenOptions) listen(talk io.Writer) (net.Listener, error) {
	if (o.cert == "") != (o.key == "") {
		return nil, &usageError{errors.New("--tls-cert and --tls-key go together")}
	}
	ln, err := net.Listen("tcp", o.address)
	if err != nil {
		return nil, err
	}
	if o.cert == "" && !o.plain && !loopback(ln.Addr()) {
		ln.Close()
		err := fmt.Errorf("%s can be reached by others, and there is no certificate", o.address)
		return nil, hint(err, "give --tls-cert and --tls-key, or listen on 127.0.0.1")
	}
	return web.NewDoor(ln, room(talk, max(o.files, 1)), o.trusted), nil
}

func loopback(a net.Addr) bool {
	tcp, ok := a.(*net.TCPAddr)
	return ok && tcp.IP.IsLoopback()
}

// shutdownWait is how long requests under way may take at the end.
const shutdownWait = 20 * time.Second

// run serves until the context ends, the database, if there is one, stops, or
// the socket fails.
func (o *listenOptions) run(c *cobra.Command, h http.Handler, db *store.DB) error {
	var stopped <-chan struct{}
	if db != nil {
		stopped = db.Stopped()
	}
	ln, err := o.listen(c.ErrOrStderr())
	if err != nil {
		return err
	}
	server := web.HTTPServer(o.trusted.Handler(h))
	failed := make(chan error, 1)
	go func() { failed <- o.serve(server, ln) }()
	scheme := "http"
	if o.cert != "" {
		scheme = "https"
	}
	fmt.Fprintf(c.ErrOrStderr(), "piaojued: listening on %s://%s\n", scheme, ln.Addr())
	notify("READY=1")
	select {
	case <-c.Context().Done():
		notify("STOPPING=1")
	case <-stopped:
		return errors.Join(server.Close(), <-failed)
	case err := <-failed:
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), shutdownWait)
	defer cancel()
	return errors.Join(server.Shutdown(ctx), <-failed)
}

// suites are those of TLS 1.2: with forward secrecy, and authenticated. TLS 1.3 has
// no others.
var suites = []uint16{
	tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
	tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
	tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
}

// serve uses no session tickets: a resumed session would tell the box which
// terminal has come back.
func (o *listenOptions) serve(server *http.Server, ln net.Listener) (err error) {
	if o.cert == "" {
		err = server.Serve(ln)
	} else {
		server.TLSConfig = &tls.Config{MinVersion: tls.VersionTLS12, CipherSuites: suites, SessionTicketsDisabled: true}
		err = server.ServeTLS(ln, o.cert, o.key)
	}
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}
