package courier

import (
	"context"
	"errors"
	"io"
	"mime"
	"net/mail"
	"strings"
	"testing"
	"time"

	"encoding/base64"
)

const testSecret = "correct horse"

func testLetter() Letter {
	return Letter{ID: [16]byte{7}, To: "li@example.org", Subject: "民生实事：等您办理 3 件，其中超期 1 件", Text: "市交通委：\n\n1. 报告进度\n.\nhttps://vote.example.org/projects/desk\n"}
}

// mailTo returns what sends to the test's server. change is for settings that are
// wrong.
func (p *post) mailTo(change func(*MailConfig)) *Mail {
	p.Helper()
	c := MailConfig{Server: "smtp://" + p.address, From: "票决 <vote@example.org>", Password: testSecret, Domain: "vote.example.org", Roots: p.roots}
	if p.atOnce {
		c.Server = "smtps://" + p.address
	}
	if change != nil {
		change(&c)
	}
	m, err := NewMail(c)
	if err != nil {
		p.Fatal(err)
	}
	return m
}

// A letter arrives whole, on both kinds of connection, and nothing is said before
// TLS but that TLS is wanted.
func TestMail(t *testing.T) {
	for name, atOnce := range map[string]bool{"STARTTLS": false, "TLS": true} {
		p := newPost(t, func(p *post) { p.atOnce, p.user = atOnce, "\x00vote@example.org\x00"+testSecret })
		if err := p.mailTo(nil).Send(t.Context(), testLetter()); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		letters, lines := p.got()
		if len(letters) != 1 {
			t.Fatalf("%s: %d letters", name, len(letters))
		}
		m, err := mail.ReadMessage(strings.NewReader(letters[0]))
		if err != nil {
			t.Fatal(err)
		}
		subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
		if err != nil || subject != testLetter().Subject {
			t.Errorf("%s: subject %q, %v", name, subject, err)
		}
		text, err := io.ReadAll(base64.NewDecoder(base64.StdEncoding, m.Body))
		if got := strings.ReplaceAll(string(text), "\r\n", "\n"); err != nil || got != testLetter().Text {
			t.Errorf("%s: text %q, %v", name, got, err)
		}
		for header, want := range map[string]string{
			"To": "<li@example.org>", "Message-Id": "<07000000000000000000000000000000@vote.example.org>", "Auto-Submitted": "auto-generated",
			"Content-Type": "text/plain; charset=UTF-8", "User-Agent": "", "X-Mailer": "",
		} {
			if got := m.Header.Get(header); got != want {
				t.Errorf("%s: %s is %q, want %q", name, header, got, want)
			}
		}
		if from, err := m.Header.AddressList("From"); err != nil || from[0].Name != "票决" || from[0].Address != "vote@example.org" {
			t.Errorf("%s: from %v, %v", name, from, err)
		}
		if !atOnce && strings.Join(lines[:2], ",") != "EHLO vote.example.org,STARTTLS" {
			t.Errorf("before TLS: %q", lines[:2])
		}
	}
}

// trouble returns what a Send answered.
func trouble(t *testing.T, name string, err error) *Trouble {
	t.Helper()
	x, ok := errors.AsType[*Trouble](err)
	if !ok {
		t.Fatalf("%s: %v is no Trouble", name, err)
	}
	for _, secret := range []string{testSecret, "li@example.org", "zhang"} {
		if strings.Contains(x.Error(), secret) {
			t.Errorf("%s: %q says %s", name, x.Error(), secret)
		}
	}
	return x
}

// Each fault has its reason, and says whether it lasts, and whether it is the
// letter's own.
func TestMailTrouble(t *testing.T) {
	for name, x := range map[string]struct {
		fault  func(*post)
		change func(*MailConfig)
		want   Trouble
	}{
		"no such receiver":    {func(p *post) { p.answers["RCPT"] = "550 5.1.1 no li@example.org here" }, nil, Trouble{Reason: Receiver, Code: 550, Lasting: true, Alone: true}},
		"receiver is busy":    {func(p *post) { p.answers["RCPT"] = "450 4.2.1 later" }, nil, Trouble{Reason: Receiver, Code: 450, Alone: true}},
		"letter refused":      {func(p *post) { p.answers["DATA"] = "554 5.7.1 spam" }, nil, Trouble{Reason: Refused, Code: 554, Lasting: true, Alone: true}},
		"account refused":     {func(p *post) { p.answers["MAIL"] = "550 5.7.1 not you" }, nil, Trouble{Reason: Refused, Code: 550}},
		"wrong password":      {func(p *post) { p.user = "\x00zhang\x00other" }, nil, Trouble{Reason: SignIn, Code: 535}},
		"no way to sign in":   {func(p *post) { p.user = "" }, nil, Trouble{Reason: SignIn}},
		"no STARTTLS":         {func(p *post) { p.noTLS = true }, nil, Trouble{Reason: Untrusted}},
		"plain behind smtps":  {nil, func(c *MailConfig) { c.Server = strings.Replace(c.Server, "smtp:", "smtps:", 1) }, Trouble{Reason: Untrusted}},
		"unknown authority":   {nil, func(c *MailConfig) { c.Roots = nil }, Trouble{Reason: Untrusted}},
		"another's name":      {nil, func(c *MailConfig) { c.Server = strings.Replace(c.Server, "127.0.0.1", "localhost", 1) }, Trouble{Reason: Untrusted}},
		"nobody there":        {func(p *post) {}, func(c *MailConfig) { c.Server = "smtp://127.0.0.1:1" }, Trouble{Reason: Unreachable}},
		"closed for the day":  {func(p *post) { p.answers["EHLO"] = "421 4.3.2 closed"; p.answers["HELO"] = "421 4.3.2 closed" }, nil, Trouble{Reason: Refused, Code: 421}},
		"hangs up afterwards": {func(p *post) { p.rude = true }, nil, Trouble{}},
	} {
		p := newPost(t, func(p *post) {
			p.user = "\x00vote@example.org\x00" + testSecret
			if x.fault != nil {
				x.fault(p)
			}
		})
		err := p.mailTo(x.change).Send(t.Context(), testLetter())
		if (x.want == Trouble{}) {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		got := *trouble(t, name, err)
		got.detail = ""
		if got != x.want {
			t.Errorf("%s: %+v, want %+v", name, got, x.want)
		}
		if letters, lines := p.got(); len(letters) != 0 || strings.Contains(strings.Join(lines, " "), "AUTH") != strings.Contains("wrong password, account refused, letter refused, receiver is busy, no such receiver", name) {
			t.Errorf("%s: the server heard %q", name, lines)
		}
	}
}

// A password never goes without TLS, not even on this machine; without one, mail
// may.
func TestMailPlain(t *testing.T) {
	p := newPost(t, func(p *post) { p.noTLS = true })
	if err := p.mailTo(func(c *MailConfig) { c.Password = "" }).Send(t.Context(), testLetter()); err != nil {
		t.Errorf("on this machine, without a password: %v", err)
	}
	x := trouble(t, "with a password", p.mailTo(nil).Send(t.Context(), testLetter()))
	if x.Reason != Untrusted {
		t.Errorf("with a password: %v", x)
	}
	m, err := NewMail(MailConfig{Server: "smtp://mail.example.org", From: "vote@example.org"})
	if err != nil || m.plain {
		t.Errorf("another machine without TLS: %v, %v", m, err)
	}
}

// A server that says nothing holds nobody up who stops.
func TestMailStops(t *testing.T) {
	p := newPost(t, func(p *post) { p.silent = true })
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	begin := time.Now()
	trouble(t, "silent", p.mailTo(nil).Send(ctx, testLetter()))
	if took := time.Since(begin); took > 2*time.Second {
		t.Errorf("it took %v", took)
	}
}

// Nothing in a letter becomes a header or a second receiver.
func TestMailInjection(t *testing.T) {
	p := newPost(t, func(p *post) { p.user = "\x00vote@example.org\x00" + testSecret })
	m := p.mailTo(nil)
	for _, bad := range []string{"a\r\nBcc: x@example.org", "a\nb", "a\rb", "a\x00b", "a\u2028b", "\xff"} {
		l := testLetter()
		l.Subject = bad
		if x := trouble(t, bad, m.Send(t.Context(), l)); !x.Lasting {
			t.Errorf("%q: %v", bad, x)
		}
		l = testLetter()
		l.To = bad + "@example.org"
		trouble(t, bad, m.Send(t.Context(), l))
		if _, err := NewMail(MailConfig{Server: "smtps://mail.example.org", From: bad + " <vote@example.org>"}); err == nil {
			t.Errorf("a sender %q", bad)
		}
	}
	if letters, _ := p.got(); len(letters) != 0 {
		t.Errorf("letters: %q", letters)
	}
}

func TestCheckAddress(t *testing.T) {
	for _, good := range []string{"li@example.org", "li.ming+1@mail.lz.gov.cn", "root@localhost"} {
		if err := CheckAddress(good); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	for _, bad := range []string{
		"", "li", "@example.org", "li@", "li@example", "李 <li@example.org>", "<li@example.org>", "li@example.org ", " li@example.org", "li@a.org,wang@a.org",
		"李明@example.org", "li@例子.org", `"a b"@example.org`, "li@example.org\n", "li\r\n@example.org", "li@[127.0.0.1]", "a@b@example.org", "li@example.org (x)",
		strings.Repeat("a", 65) + "@example.org", "a@" + strings.Repeat("b.", 130) + "org",
	} {
		if CheckAddress(bad) == nil {
			t.Errorf("%q is an address", bad)
		}
	}
}

func TestNewMail(t *testing.T) {
	for server, ok := range map[string]bool{
		"smtps://mail.example.org": true, "smtp://vote@mail.example.org:2525": true, "smtps://vote%40example.org@mail.example.org": true,
		"": false, "mail.example.org": false, "http://mail.example.org": false, "smtps://u:secret@mail.example.org": false, "smtps://": false,
		"smtps://mail.example.org/x": false, "smtps://mail.example.org:0": false, "smtps://mail.example.org:99999": false, "smtps://mail.example.org?a=b": false,
	} {
		_, err := NewMail(MailConfig{Server: server, From: "vote@example.org"})
		if (err == nil) != ok {
			t.Errorf("%q: %v", server, err)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("the error says the password: %v", err)
		}
	}
}

// FuzzCheckAddress: what passes is one receiver, the same when it is read again.
func FuzzCheckAddress(f *testing.F) {
	for _, seed := range []string{"li@example.org", "李 <li@example.org>", "a@b.c\r\nBcc: x@y.z", `"a"@b.c`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if CheckAddress(text) != nil {
			return
		}
		a, err := mail.ParseAddress(text)
		if err != nil || a.Address != text || strings.ContainsAny(text, "\r\n <>,;\x00") || strings.Count(text, "@") != 1 {
			t.Errorf("%q", text)
		}
	})
}
