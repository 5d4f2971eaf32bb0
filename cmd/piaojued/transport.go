package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"piaojue/client"
	"piaojue/courier"
)

// maxAnswer admits a bundle of 256 of the longest entries.
const maxAnswer = 32 << 20

// voteBoard says where the log of a vote of another server is, and which vote it
// is, by the hash from paper.
type voteBoard struct{ server, vote, manifest, roots string }

func (b *voteBoard) add(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&b.server, "server", "", "`address` of the vote's server")
	f.StringVar(&b.vote, "vote", "", "the server's `name` for the vote")
	f.StringVar(&b.manifest, "manifest", "", "`hash` of the manifest, from paper")
	f.StringVar(&b.roots, "ca", "", "`file` of certificates (PEM) to trust, if not the system's")
}

// open demands the flags, and returns how the board is read and the hash.
func (b *voteBoard) open(c *cobra.Command) (send client.Transport, manifest [32]byte, err error) {
	for _, name := range []string{"dir", "server", "vote", "manifest"} {
		if _, err := required(c, name); err != nil {
			return nil, manifest, err
		}
	}
	if manifest, err = parseHash(b.manifest); err != nil {
		return nil, manifest, err
	}
	send, err = newTransport(b.server, b.roots)
	return send, manifest, err
}

// newTransport returns how an issuer reads the board of a server.
func newTransport(address, roots string) (client.Transport, error) {
	if err := courier.CheckURL(address); err != nil {
		return nil, &usageError{err}
	}
	pool, err := readRoots(roots)
	if err != nil {
		return nil, err
	}
	config := &tls.Config{RootCAs: pool}
	c := &http.Client{
		Timeout:       20 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport:     &http.Transport{Proxy: http.ProxyFromEnvironment, TLSClientConfig: config, IdleConnTimeout: time.Minute},
	}
	return func(r client.Request) ([]byte, error) { return send(c, strings.TrimSuffix(address, "/"), r) }, nil
}

// readRoots reads certificates to trust; nil without a file, which is those of
// the system.
func readRoots(path string) (*x509.CertPool, error) {
	if path == "" {
		return nil, nil
	}
	pem, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("%s holds no certificate", path)
	}
	return roots, nil
}

func send(c *http.Client, base string, r client.Request) ([]byte, error) {
	req, err := http.NewRequest(r.Method, base+r.Path, bytes.NewReader(r.Body))
	if err != nil {
		return nil, err
	}
	resp, err := c.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	switch {
	case err != nil:
		return nil, err
	case len(body) > maxAnswer:
		return nil, errors.New("answer is too long")
	case resp.StatusCode != http.StatusOK:
		return nil, &client.Refusal{Status: resp.StatusCode, Text: http.StatusText(resp.StatusCode)}
	}
	return body, nil
}
