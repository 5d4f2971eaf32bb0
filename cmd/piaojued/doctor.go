package main

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"

	"github.com/spf13/cobra"

	"piaojue/doctor"
	"piaojue/lang"
)

// doctorOptions say what is looked at: the settings of serve, and how to tell.
type doctorOptions struct {
	doctor.Patient
	language string
	json     bool
	roots    []string // files of certificates to trust beside the system's
}

// errUnfit ends a check that has found what must be put right; it has said so.
var errUnfit = errors.New("not fit to open a session (现在还不能开场)")

func doctorCommand() *cobra.Command {
	var o doctorOptions
	var issuers, witnesses string
	c := &cobra.Command{
		Use:   "doctor",
		Short: "Look at everything a session needs, and say what to put right (会前检查)",
		Long: `Look at everything a session needs, and say what to put right (会前检查).

With the settings of serve, from the same file or the same variables, it looks at
clock, memory, disk, how fast ballots can be stored, permissions of keys, backups,
certificate, port, the way of browsers to --site, PostgreSQL, other nodes (--peer),
and the issuers and witnesses of votes. Start the server first: some of it can be
looked at only then. Nothing is changed.

The status is 0 if a session can begin, 1 if something must be put right.`,
		Example: `  piaojued doctor --dir /var/lib/piaojue --site https://vote.example.org
  piaojued doctor --config /etc/piaojue/piaojued.conf --peer https://b.example.org:8443`,
		Args: usage(cobra.NoArgs),
	}
	addHome(c)
	addDatabase(c)
	f := c.Flags()
	f.StringVar(&o.Listen, "listen", "127.0.0.1:8080", "`host:port` on which the server listens")
	f.BoolVar(&o.Plain, "plain-http", false, "it speaks HTTP there without TLS")
	f.StringVar(&o.Cert, "tls-cert", "", "`file` of its certificate (PEM)")
	f.StringVar(&o.Key, "tls-key", "", "`file` of the certificate's key (PEM)")
	f.StringVar(&o.Site, "site", "", "`address` at which people find this server (https://host)")
	f.StringSliceVar(&o.Peers, "peer", nil, "`address` of another node (https://host:port); may be repeated")
	f.IntVar(&o.Deputies, "deputies", 3000, "`number` of deputies, for the room on the disk")
	f.BoolVar(&o.Terminal, "terminal", false, "deputies vote on this machine too: look at its browser")
	f.StringVar(&issuers, "issuer-ca", "", "`file` of certificates (PEM) that vouch for other issuers, if not the system's")
	f.StringVar(&witnesses, "witness-ca", "", "`file` of certificates (PEM) that vouch for witnesses, if not the system's")
	f.StringVar(&o.language, "lang", "zh", "`language`: zh or en")
	f.BoolVar(&o.json, "json", false, "print JSON, in both languages")
	c.RunE = func(c *cobra.Command, _ []string) error {
		h, err := homeOf(c)
		if err != nil {
			return err
		}
		o.roots = []string{issuers, witnesses}
		return o.examine(c, h)
	}
	return c
}

// examine prints what is found.
func (o *doctorOptions) examine(c *cobra.Command, h home) error {
	l, err := lang.Parse(o.language)
	if err != nil {
		return &usageError{err}
	}
	if _, _, err := net.SplitHostPort(o.Listen); err != nil {
		return &usageError{fmt.Errorf("--listen %s: %w", o.Listen, err)}
	}
	if err := o.complete(h); err != nil {
		return err
	}
	report := doctor.Examine(c.Context(), o.Patient)
	if err := o.print(c, report, l); err != nil {
		return err
	}
	if report.Fails() {
		return errUnfit
	}
	return nil
}

func (o *doctorOptions) print(c *cobra.Command, r doctor.Report, l lang.Lang) error {
	if !o.json {
		for _, line := range r.Lines(l) {
			fmt.Fprintln(c.OutOrStdout(), line)
		}
		return nil
	}
	text, err := r.JSON()
	if err == nil {
		fmt.Fprintf(c.OutOrStdout(), "%s\n", text)
	}
	return err
}

// readsFont reads the font whole, as the first form does.
func readsFont() error {
	f, err := findFont()
	if err == nil {
		_, err = f.Typeface()
	}
	return err
}

// complete fills in what the server would find in its folder.
func (o *doctorOptions) complete(h home) error {
	o.Dir, o.Database, o.Files = h.dir, h.url, openable()
	o.Font = readsFont()
	o.Backup, _ = h.lastBackup() // the zero time if there is none
	host, _, _ := net.SplitHostPort(o.Listen)
	ip := net.ParseIP(host)
	local := host == "localhost" || ip != nil && ip.IsLoopback()
	_, noAuthority := os.Stat(h.tls("ca.crt"))
	switch {
	case o.Cert != "":
	case local || o.Plain:
		o.Plain = true
	case noAuthority == nil:
		o.Cert, o.Key, o.CA = h.tls("server.crt"), h.tls("server.key"), h.tls("ca.crt")
	}
	return o.trust()
}

// trust adds to the system's authorities what terminals and this server are told to
// trust.
func (o *doctorOptions) trust() error {
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	for _, path := range append(o.roots, o.CA) {
		if path == "" {
			continue
		}
		pem, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		pool.AppendCertsFromPEM(pem) // a file without one is found by the check of the chain
	}
	o.Roots = pool
	return nil
}
