package courier

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// A receiver notes what came and answers as it is told.
type receiver struct {
	*httptest.Server
	status int
	answer string
	seen   []*http.Request
	bodies []string
}

func newReceiver(t *testing.T, status int, answer string) *receiver {
	t.Helper()
	x := &receiver{status: status, answer: answer}
	x.Server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		x.seen, x.bodies = append(x.seen, r), append(x.bodies, string(body))
		w.Header().Set("Location", "https://other.example.org/")
		w.WriteHeader(x.status)
		io.WriteString(w, x.answer)
	}))
	t.Cleanup(x.Close)
	return x
}

func (x *receiver) hook(t *testing.T, f Format, secret string) *Webhook {
	t.Helper()
	roots := x509.NewCertPool()
	roots.AddCert(x.Certificate())
	w, err := NewWebhook(WebhookConfig{URL: x.URL + "/hook", Format: f, Secret: secret, Roots: roots})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

const (
	testWhsec = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	testRobot = "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"
)

// TestSignature: the vector of the reference implementation of Standard Webhooks.
func TestSignature(t *testing.T) {
	w, err := NewWebhook(WebhookConfig{URL: "https://example.org/", Secret: testWhsec})
	if err != nil {
		t.Fatal(err)
	}
	const want = "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
	if got := w.signature("msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", []byte(`{"test": 2432232314}`)); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestWebhook(t *testing.T) {
	x := newReceiver(t, http.StatusNoContent, "")
	w := x.hook(t, Standard, testWhsec+"\n")
	now := time.Unix(1795000000, 0)
	e := Event{ID: [16]byte{1, 2}, Body: []byte(`{"type":"projects.due"}`), Text: "等待办理"}
	if err := w.Send(t.Context(), e, now); err != nil {
		t.Fatal(err)
	}
	r := x.seen[0]
	if r.Method != "POST" || r.URL.String() != "/hook" || x.bodies[0] != string(e.Body) || !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		t.Errorf("%s %s %v %s", r.Method, r.URL, r.Header, x.bodies[0])
	}
	id, stamp := r.Header.Get("webhook-id"), r.Header.Get("webhook-timestamp")
	if id != "msg_01020000000000000000000000000000" || stamp != "1795000000" || r.Header.Get("webhook-signature") != "v1,"+w.signature(id, stamp, e.Body) {
		t.Errorf("headers %v", r.Header)
	}
}

// Each answer has its meaning; a redirect is not followed, and no error says the
// robot's key.
func TestWebhookTrouble(t *testing.T) {
	for name, x := range map[string]struct {
		format Format
		status int
		answer string
		want   *Trouble
	}{
		"taken":           {Standard, 202, "", nil},
		"overloaded":      {Standard, 503, "", &Trouble{Reason: Slow, Code: 503}},
		"too often":       {Standard, 429, "", &Trouble{Reason: Slow, Code: 429}},
		"gone":            {Standard, 410, "", &Trouble{Reason: Refused, Code: 410, Lasting: true}},
		"moved":           {Standard, 307, "", &Trouble{Reason: Refused, Code: 307, Lasting: true}},
		"unknown":         {Standard, 401, "", &Trouble{Reason: SignIn, Code: 401, Lasting: true}},
		"in the group":    {WeCom, 200, `{"errcode":0,"errmsg":"ok"}`, nil},
		"robot too often": {WeCom, 200, `{"errcode":45009,"errmsg":"` + testRobot + `"}`, &Trouble{Reason: Refused, Code: 45009}},
		"no robot":        {DingTalk, 200, `<html>`, &Trouble{Reason: Refused}},
		"no code":         {DingTalk, 200, `{}`, &Trouble{Reason: Refused}},
		"robot is down":   {DingTalk, 500, `{"errcode":0}`, &Trouble{Reason: Slow, Code: 500}},
	} {
		hook, secret := newReceiver(t, x.status, x.answer), testRobot
		if x.format == Standard {
			secret = testWhsec
		}
		err := hook.hook(t, x.format, secret).Send(t.Context(), Event{Text: "a"}, time.Now())
		if len(hook.seen) != 1 {
			t.Errorf("%s: %d requests", name, len(hook.seen))
		}
		if x.want == nil {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		got := *trouble(t, name, err)
		if got.detail = ""; got != *x.want || strings.Contains(err.Error(), testRobot) {
			t.Errorf("%s: %v, want %v", name, err, x.want)
		}
	}
}

// A receiver that is not there, that is slow, or that we do not trust.
func TestWebhookNetwork(t *testing.T) {
	x := newReceiver(t, 200, "")
	down := x.hook(t, WeCom, testRobot)
	stranger, err := NewWebhook(WebhookConfig{URL: x.URL, Format: WeCom, Secret: testRobot})
	if err != nil {
		t.Fatal(err)
	}
	if got := trouble(t, "stranger", stranger.Send(t.Context(), Event{}, time.Now())); got.Reason != Untrusted {
		t.Error(got)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Nanosecond)
	defer cancel()
	if got := trouble(t, "slow", down.Send(ctx, Event{}, time.Now())); got.Reason != Slow {
		t.Error(got)
	}
	x.Close()
	err = down.Send(t.Context(), Event{}, time.Now())
	if got := trouble(t, "down", err); got.Reason != Unreachable || got.Lasting || strings.Contains(err.Error(), testRobot) {
		t.Error(err)
	}
}

// Robots get a text, no longer than they take, under their key, signed if they
// check that.
func TestRobots(t *testing.T) {
	long := strings.Repeat("民生实事", 400)
	for name, c := range map[string]struct {
		format Format
		secret string
		query  []string
	}{
		"wecom":           {WeCom, testRobot, []string{"key"}},
		"dingtalk":        {DingTalk, strings.Repeat("0a", 32), []string{"access_token"}},
		"dingtalk signed": {DingTalk, strings.Repeat("0a", 32) + "\nSECdeadbeef\n", []string{"access_token", "timestamp", "sign"}},
	} {
		x := newReceiver(t, 200, `{"errcode":0}`)
		if err := x.hook(t, c.format, c.secret).Send(t.Context(), Event{Text: long, Body: []byte("{}")}, time.UnixMilli(1577262236757)); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var got robotText
		if err := json.Unmarshal([]byte(x.bodies[0]), &got); err != nil || got.Kind != "text" || len(got.Text.Content) > maxRobot || !utf8.ValidString(got.Text.Content) || !strings.HasSuffix(got.Text.Content, "…") {
			t.Errorf("%s: %v %q", name, err, x.bodies[0])
		}
		q := x.seen[0].URL.Query()
		for _, key := range c.query {
			if q.Get(key) == "" {
				t.Errorf("%s: no %s in %v", name, key, q)
			}
		}
		if len(q) != len(c.query) || x.seen[0].Header.Get("webhook-signature") != "" {
			t.Errorf("%s: %v", name, q)
		}
		if stamp := q.Get("timestamp"); stamp != "" && (stamp != "1577262236757" || q.Get("sign") != "o/Ga52tRjmNgJ+2eP5nOJrqFCXUwGv8RsXyNG+6FCaI=") {
			t.Errorf("%s: %v", name, q)
		}
	}
}

func TestNewWebhook(t *testing.T) {
	good := WebhookConfig{URL: "https://example.org/hook", Secret: testWhsec}
	if _, err := NewWebhook(good); err != nil {
		t.Error(err)
	}
	if _, err := NewWebhook(WebhookConfig{URL: "http://127.0.0.1:8/hook", Secret: testWhsec}); err != nil {
		t.Error(err)
	}
	for name, change := range map[string]func(*WebhookConfig){
		"plain HTTP":           func(c *WebhookConfig) { c.URL = "http://example.org/hook" },
		"a key in the address": func(c *WebhookConfig) { c.URL += "?key=" + url.QueryEscape(testRobot) },
		"a user":               func(c *WebhookConfig) { c.URL = "https://u:p@example.org/" },
		"no host":              func(c *WebhookConfig) { c.URL = "https:///hook" },
		"no secret":            func(c *WebhookConfig) { c.Secret = " \n" },
		"a short secret":       func(c *WebhookConfig) { c.Secret = "whsec_AAAA" },
		"another secret":       func(c *WebhookConfig) { c.Secret = testRobot },
		"two secrets":          func(c *WebhookConfig) { c.Secret = testWhsec + "\n" + testWhsec },
		"another format":       func(c *WebhookConfig) { c.Format = "feishu" },
		"a robot's address":    func(c *WebhookConfig) { c.Format, c.Secret = WeCom, "https://qyapi.example.org/?key="+testRobot },
	} {
		c := good
		change(&c)
		_, err := NewWebhook(c)
		if err == nil || strings.Contains(err.Error(), testRobot) || strings.Contains(err.Error(), testWhsec) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzSettings: whatever stands in the settings, no error says the secret.
func FuzzSettings(f *testing.F) {
	f.Add("smtps://me@mail.example.org:465", "票决 <vote@example.org>", "whsec_"+strings.Repeat("AAAA", 8))
	f.Add("https://hook.example.org/x", "vote@example.org", "token\nSECtoken")
	f.Add("smtp://[::1]:99999", "<", "whsec_=")
	f.Fuzz(func(t *testing.T, address, from, secret string) {
		errs := make([]error, 0, 4)
		_, err := NewMail(MailConfig{Server: address, From: from, Password: secret, Domain: "example.org"})
		errs = append(errs, err)
		for _, format := range []Format{Standard, WeCom, DingTalk} {
			_, err := NewWebhook(WebhookConfig{URL: address, Format: format, Secret: secret})
			errs = append(errs, err)
		}
		for _, err := range errs {
			known := strings.Contains(address+from, secret) || len(secret) < 24
			if err != nil && !known && strings.Contains(err.Error(), secret) {
				t.Errorf("the error says the secret: %v", err)
			}
		}
	})
}
