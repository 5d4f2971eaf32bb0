package courier

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Format says what a webhook takes.
type Format string

// The formats.
const (
	Standard Format = "standard" // JSON, signed as Standard Webhooks 1.0.0 says
	WeCom    Format = "wecom"    // a text, as a robot of 企业微信 says it in a group
	DingTalk Format = "dingtalk" // a text, as a robot of 钉钉 says it in a group
)

// WebhookConfig says where events go.
type WebhookConfig struct {
	// URL is https:// without a query; http:// only on this machine itself.
	URL string

	// Format is what it takes. Empty: Standard.
	Format Format

	// Secret is the content of a file. Standard: whsec_ and base64 of 24 to 64
	// bytes. WeCom: the key of the robot. DingTalk: its access_token, and in a
	// second line SEC… if it checks signatures (加签).
	Secret string

	// Roots are the certificates that vouch for the receiver. Nil: those of the
	// system.
	Roots *x509.CertPool
}

// Webhook posts events to one address.
type Webhook struct {
	url    string
	format Format
	key    []byte // Standard: of HMAC
	token  string // of a robot
	sign   string // of a robot; empty: it checks no signatures
	client *http.Client
}

// NewWebhook checks the configuration. It connects to nothing.
func NewWebhook(c WebhookConfig) (*Webhook, error) {
	u, err := url.Parse(c.URL)
	if err != nil || CheckURL(c.URL) != nil {
		return nil, errors.New("the webhook is not https://host/…")
	}
	if u.RawQuery != "" || u.User != nil || u.Fragment != "" {
		return nil, errors.New("the address of the webhook holds more than host and path; keys belong into the file of its secret")
	}
	w := &Webhook{url: c.URL, format: c.Format, client: newClient(c.Roots)}
	return w, w.readSecret(strings.Fields(c.Secret))
}

func (w *Webhook) readSecret(words []string) error {
	if len(words) == 0 {
		return errors.New("the file of the webhook's secret is empty")
	}
	switch w.format {
	case "", Standard:
		encoded, ok := strings.CutPrefix(words[0], "whsec_")
		key, err := base64.StdEncoding.DecodeString(encoded)
		if !ok || err != nil || len(key) < 24 || len(key) > 64 || len(words) > 1 {
			return errors.New("the webhook's secret is not whsec_ and base64 of 24 to 64 bytes")
		}
		w.key = key
		return nil
	case WeCom:
		w.token = words[0]
	case DingTalk:
		if w.token = words[0]; len(words) == 2 && strings.HasPrefix(words[1], "SEC") {
			w.sign, words = words[1], words[:1]
		}
	default:
		return fmt.Errorf("%q is no format of webhooks: %s, %s or %s", w.format, Standard, WeCom, DingTalk)
	}
	if len(words) > 1 || len(w.token) < 16 || strings.ContainsAny(w.token, "=&/?:") {
		return errors.New("the webhook's secret is not the key of a robot alone")
	}
	return nil
}

// newClient makes one that goes where it is sent, and nowhere else.
func newClient(roots *x509.CertPool) *http.Client {
	return &http.Client{
		Timeout:       patience,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			Proxy:                  http.ProxyFromEnvironment,
			TLSClientConfig:        &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
			DisableKeepAlives:      true, // one message a day
			MaxResponseHeaderBytes: 16 << 10,
		},
	}
}

// Event is what a webhook is told.
type Event struct {
	ID   [16]byte
	Body []byte // JSON, for Standard
	Text string // for robots
}

// maxAnswer bounds what is read of an answer.
const maxAnswer = 16 << 10

// Send posts an event. It returns a *Trouble if it was not taken.
func (w *Webhook) Send(ctx context.Context, e Event, now time.Time) error {
	r, err := w.request(ctx, e, now)
	if err != nil {
		return &Trouble{Reason: Refused, Lasting: true, detail: "it is no request"}
	}
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	r.Header.Set("User-Agent", "piaojued")
	resp, err := w.client.Do(r)
	if err != nil {
		if outer, ok := errors.AsType[*url.Error](err); ok {
			err = outer.Err // the outer one names the address, which is a robot's password
		}
		return networkTrouble(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return networkTrouble(err)
	}
	return w.judge(resp.StatusCode, answer)
}

// judge reads the answer. A robot says 200 to everything, and in the body what is
// wrong.
func (w *Webhook) judge(status int, answer []byte) error {
	t := &Trouble{Reason: Refused, Code: status}
	switch {
	case status/100 == 2 && w.token == "":
		return nil
	case status/100 == 2:
		return judgeRobot(answer)
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		t.Reason, t.Lasting = SignIn, true
	case status/100 == 5 || status == http.StatusRequestTimeout || status == http.StatusTooManyRequests:
		t.Reason = Slow
	default:
		t.Lasting = true // a redirect, too: who moves it must tell us
	}
	return t
}

func (w *Webhook) request(ctx context.Context, e Event, now time.Time) (*http.Request, error) {
	if w.token != "" {
		return w.robotRequest(ctx, e, now)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, w.url, bytes.NewReader(e.Body))
	if err != nil {
		return nil, err
	}
	id, stamp := "msg_"+hex.EncodeToString(e.ID[:]), strconv.FormatInt(now.Unix(), 10)
	r.Header.Set("webhook-id", id)
	r.Header.Set("webhook-timestamp", stamp)
	r.Header.Set("webhook-signature", "v1,"+w.signature(id, stamp, e.Body))
	return r, nil
}

// signature is that of Standard Webhooks: HMAC-SHA256 of id, time and body.
func (w *Webhook) signature(id, stamp string, body []byte) string {
	mac := hmac.New(sha256.New, w.key)
	fmt.Fprintf(mac, "%s.%s.%s", id, stamp, body)
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}
