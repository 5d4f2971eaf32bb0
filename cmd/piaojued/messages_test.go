package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"piaojue/web"
)

// TestMessageFlags: messages need an address of the server, TLS, and secrets in
// files that nobody else reads; and no error says a secret.
func TestMessageFlags(t *testing.T) {
	file := func(name, text string, mode os.FileMode) string {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	const robot = "693a91f6-7abc-4bc4-97a0-0ec2sifa5aaa"
	good := messageOptions{
		site: "https://vote.example.org/", server: "smtps://mail.example.org", from: "票决 <vote@example.org>", password: file("p", "correct horse\n", 0o600),
		webhook: "https://qyapi.example.org/send", secret: file("s", robot+"\n", 0o600), format: "wecom",
	}
	for name, x := range map[string]struct {
		change func(*messageOptions)
		mail   bool
		hook   bool
	}{
		"both":                {func(*messageOptions) {}, true, true},
		"mail alone":          {func(o *messageOptions) { o.webhook = "" }, true, false},
		"webhook alone":       {func(o *messageOptions) { o.server = "" }, false, true},
		"neither":             {func(o *messageOptions) { *o = messageOptions{format: "standard"} }, false, false},
		"no site":             {func(o *messageOptions) { o.site = "" }, false, false},
		"a site without TLS":  {func(o *messageOptions) { o.site = "http://vote.example.org" }, false, false},
		"a page as site":      {func(o *messageOptions) { o.site += "projects" }, false, false},
		"no sender":           {func(o *messageOptions) { o.from = "" }, false, false},
		"sender without mail": {func(o *messageOptions) { o.server, o.webhook = "", "" }, false, false},
		"an open file":        {func(o *messageOptions) { o.password = file("p", "correct horse", 0o644) }, false, false},
		"no file":             {func(o *messageOptions) { o.secret = "/nowhere" }, false, false},
		"another format":      {func(o *messageOptions) { o.format = "fax" }, false, false},
		"a robot as standard": {func(o *messageOptions) { o.format = "standard" }, false, false},
		"a password inside":   {func(o *messageOptions) { o.server = "smtps://u:correct horse@mail.example.org" }, false, false},
	} {
		o, s := good, web.Config{}
		x.change(&o)
		err := o.apply(&s)
		if want := x.mail || x.hook || name == "neither"; (err == nil) != want || want && ((s.Mail != nil) != x.mail || (s.Webhook != nil) != x.hook) {
			t.Errorf("%s: %v, mail %t, webhook %t", name, err, s.Mail != nil, s.Webhook != nil)
		}
		if err != nil && (strings.Contains(err.Error(), robot) || strings.Contains(err.Error(), "horse")) {
			t.Errorf("%s: %v", name, err)
		}
		if err == nil && name != "neither" && s.Site != "https://vote.example.org" {
			t.Errorf("%s: site %s", name, s.Site)
		}
	}
}
