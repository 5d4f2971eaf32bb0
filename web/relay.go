package web

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"piaojue/client"
)

const (
	// relayWait is how long another issuer has for its answer.
	relayWait = 10 * time.Second
	// maxRelayed bounds what another issuer may answer.
	maxRelayed = 4096
	// maxRelays bounds the requests to other issuers under way.
	maxRelays = 64
)

// relay hands requests for signatures on to other issuers, which pages may not
// ask themselves: their policy lets them speak to their own server only. It
// carries bytes that the server cannot use: the request is blinded, and so is
// the answer. Ballots never come this way.
type relay struct {
	client *http.Client
	turns  chan struct{}
	watch  issuerWatch
}

// newRelay makes a client that keeps no cookies and follows nobody elsewhere.
func newRelay(c *Config) *relay {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DisableCompression = true
	if c.IssuerRoots != nil {
		transport.TLSClientConfig = &tls.Config{RootCAs: c.IssuerRoots}
	}
	return &relay{
		client: &http.Client{
			Transport:     transport,
			Timeout:       relayWait,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		turns: make(chan struct{}, maxRelays),
	}
}

// relayIssuance serves POST /votes/{vote}/issuances?issuer=n.
func (s *Server) relayIssuance(w http.ResponseWriter, r *http.Request, v *vote, issuer string) error {
	now := v.view.Load()
	number, err := strconv.ParseUint(issuer, 10, 8)
	if err != nil || strconv.FormatUint(number, 10) != issuer || !slices.Contains(now.issuers, uint8(number)) {
		return because(codeNotFound, fmt.Errorf("issuer %q is not in force", issuer))
	}
	body, err := readBody(w, r, maxIssuance)
	if err != nil {
		return err
	}
	i, err := parseIssuance(body, now)
	if err != nil {
		return err
	}
	// What is made up stays here: the issuer's time is for the deputies.
	if err := v.do(r.Context(), func() error { return v.checkIssuance(i) }); err != nil {
		return err
	}
	name := now.manifest.Issuers[number].Name
	address, err := v.issuerURL(r.Context(), int(number))
	if err != nil {
		return err
	}
	answer, err := s.relay.send(r.Context(), address+"/votes/"+url.PathEscape(v.id)+"/issuances", body)
	if err == nil && !client.AnswersFor(answer, uint8(number)) {
		err = errors.New("the answer is not that of the issuer")
	}
	if r.Context().Err() == nil { // who hangs up accuses no issuer
		s.relay.watch.note(v.id, int(number), err, s.config.Now())
	}
	if err != nil {
		return nameIssuer(err, name)
	}
	return writeBytes(w, mediaBinary, answer)
}

// issuerURL returns where another issuer is found.
func (v *vote) issuerURL(ctx context.Context, number int) (string, error) {
	d, err := v.draft(ctx)
	if err != nil {
		return "", err
	}
	if number > len(d.Issuers) {
		return "", because(codeNotFound, errors.New("issuer has no address"))
	}
	return strings.TrimSuffix(d.Issuers[number-1].URL, "/"), nil
}

// nameIssuer says which issuer it was. What it refused itself keeps its code.
func nameIssuer(err error, name string) error {
	refused, ok := errors.AsType[*refusal](err)
	if !ok {
		refused = &refusal{code: codeNoIssuer, cause: err}
	}
	refused.issuer = name
	return refused
}

// send posts the very bytes and nothing else: no header of the request that
// came in goes on.
func (x *relay) send(ctx context.Context, address string, body []byte) ([]byte, error) {
	select {
	case x.turns <- struct{}{}:
		defer func() { <-x.turns }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", mediaBinary)
	req.Header.Set("User-Agent", "piaojued")
	resp, err := x.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxRelayed))
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		return nil, relayedRefusal(resp.StatusCode, answer)
	}
	return answer, nil
}

// relayedRefusal takes the code of an issuer's refusal, and none of its words:
// they would stand on our pages.
func relayedRefusal(status int, body []byte) error {
	var p struct {
		Error struct {
			Code code `json:"code"`
		} `json:"error"`
	}
	cause := fmt.Errorf("the issuer answers with %d", status)
	if json.Unmarshal(body, &p) != nil || statuses[p.Error.Code] == 0 || statuses[p.Error.Code] >= http.StatusInternalServerError {
		return cause
	}
	return because(p.Error.Code, cause)
}
