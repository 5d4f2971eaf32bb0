package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

const (
	healthWait   = 5 * time.Second
	healthAnswer = 64 << 10
)

// healthOptions say whom to ask: by the settings of serve, the server of this
// machine.
type healthOptions struct {
	listen, cert, url, roots string
	plain                    bool
}

func healthCommand() *cobra.Command {
	var o healthOptions
	c := &cobra.Command{
		Use:   "health",
		Short: "Ask a server, an issuer or a witness whether it serves",
		Long: `Ask a server, an issuer or a witness whether it serves.

With the settings of serve (--listen, --tls-cert, --plain-http, or their variables)
it asks the one of this machine; with --url any other. The status is 0 if it
serves. Votes for which a server signs nothing any more are named and change
nothing in that: to start it again would not help them.

Of the server of this machine the certificate is not looked at: nothing secret is
sent, and it is about whether somebody is there.`,
		Example: `  piaojued health --listen :8443
  piaojued health --url https://vote.example.org`,
		Args: usage(cobra.NoArgs),
	}
	f := c.Flags()
	f.StringVar(&o.listen, "listen", "127.0.0.1:8080", "`host:port` on which the server of this machine listens")
	f.StringVar(&o.cert, "tls-cert", "", "`file` of its certificate: it speaks HTTPS on loopback as well")
	f.BoolVar(&o.plain, "plain-http", false, "it speaks HTTP without TLS")
	f.StringVar(&o.url, "url", "", "`address` of a server elsewhere (https://host)")
	f.StringVar(&o.roots, "ca", "", "`file` of certificates (PEM) to trust, if not the system's; with --url")
	c.RunE = func(c *cobra.Command, _ []string) error { return o.ask(c.Context(), c.OutOrStdout()) }
	return c
}

// ask prints what the server says of itself, a line for each thing.
func (o *healthOptions) ask(ctx context.Context, out io.Writer) error {
	client, address, err := o.client()
	if err != nil {
		return err
	}
	defer client.CloseIdleConnections()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address+"/healthz", nil)
	if err != nil {
		return &usageError{err}
	}
	resp, err := client.Do(req)
	if err != nil {
		return hint(fmt.Errorf("%s does not answer: %w", address, errors.Unwrap(err)), "is it running, and is this its address?")
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, healthAnswer))
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s does not serve: %s", address, resp.Status)
	}
	for _, line := range healthLines(body) {
		fmt.Fprintln(out, line)
	}
	return nil
}

// client is how to ask whom.
func (o *healthOptions) client() (c *http.Client, address string, err error) {
	c = &http.Client{
		Timeout:       healthWait,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	if o.url != "" {
		roots, err := readRoots(o.roots)
		c.Transport = &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, DisableKeepAlives: true}
		return c, strings.TrimSuffix(o.url, "/"), err
	}
	host, port, err := net.SplitHostPort(o.listen)
	if err != nil {
		return nil, "", &usageError{fmt.Errorf("--listen %s: %w", o.listen, err)}
	}
	ip := net.ParseIP(host)
	scheme := "https" // which a server speaks that others reach
	if local := host == "localhost" || ip != nil && ip.IsLoopback(); o.cert == "" && (o.plain || local) {
		scheme = "http"
	}
	if host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	// Whoever else stood at this machine's own address would learn nothing.
	c.Transport = &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, DisableKeepAlives: true}
	return c, scheme + "://" + net.JoinHostPort(host, port), nil
}

// healthLines says in words what a server answers; issuers and witnesses say "ok".
func healthLines(body []byte) []string {
	var said struct {
		Status   string
		Projects string
		Votes    []struct{ Vote, ZH string }
	}
	if json.Unmarshal(body, &said) != nil {
		return []string{strings.TrimSpace(string(body))}
	}
	lines := []string{said.Status}
	for _, v := range said.Votes {
		lines = append(lines, v.Vote+": "+v.ZH)
	}
	if said.Projects != "" {
		lines = append(lines, "projects: "+said.Projects)
	}
	return lines
}
