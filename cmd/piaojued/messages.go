package main

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"piaojue/courier"
	"piaojue/keyfile"
	"piaojue/web"
)

// messageOptions say how members are told what waits for them. What is secret of
// it is in files: other users of the machine can read arguments.
type messageOptions struct {
	site                    string
	server, from, password  string
	webhook, secret, format string
	certificates            string
}

func addMessages(c *cobra.Command, o *messageOptions) {
	f := c.Flags()
	f.StringVar(&o.site, "site", "", "`address` at which people find this server (https://host), for links in messages")
	f.StringVar(&o.server, "smtp", "", "`server` that sends mail: smtps://[user@]host[:465], or smtp://[user@]host[:587] with STARTTLS")
	f.StringVar(&o.from, "smtp-from", "", "`sender` of mail: vote@example.org, or 票决 <vote@example.org>")
	f.StringVar(&o.password, "smtp-password-file", "", "`file` of the password of that account")
	f.StringVar(&o.webhook, "webhook", "", "`address` that is told once a day how much waits for whom")
	f.StringVar(&o.secret, "webhook-secret-file", "", "`file` of its secret (whsec_…), or of the key of the robot, and in a second line what it signs with (SEC…)")
	f.StringVar(&o.format, "webhook-format", string(courier.Standard), "`format` of the webhook: standard, wecom (企业微信) or dingtalk (钉钉)")
	f.StringVar(&o.certificates, "message-ca", "", "`file` of certificates (PEM) that vouch for mail server and webhook, if not the system's")
}

// apply puts what the flags say into the settings of the server.
func (o *messageOptions) apply(s *web.Config) error {
	if o.server == "" && o.webhook == "" {
		if o.from != "" || o.password != "" || o.secret != "" {
			return &usageError{errors.New("settings of messages without --smtp or --webhook")}
		}
		return nil
	}
	site, err := parseSite(o.site)
	if err != nil {
		return &usageError{err}
	}
	s.Site = site.Scheme + "://" + site.Host
	roots, err := readRoots(o.certificates)
	if err != nil {
		return err
	}
	password, err := readSecret(o.password)
	if err != nil {
		return err
	}
	secret, err := readSecret(o.secret)
	if err != nil {
		return err
	}
	if o.server != "" {
		s.Mail, err = courier.NewMail(courier.MailConfig{Server: o.server, From: o.from, Password: password, Domain: site.Hostname(), Roots: roots})
		if err != nil {
			return &usageError{fmt.Errorf("--smtp: %w", err)}
		}
	}
	if o.webhook != "" {
		s.Webhook, err = courier.NewWebhook(courier.WebhookConfig{URL: o.webhook, Format: courier.Format(o.format), Secret: secret, Roots: roots})
		if err != nil {
			return &usageError{fmt.Errorf("--webhook: %w", err)}
		}
	}
	return nil
}

// parseSite reads the address of the server. Who gets a link without TLS, and
// signs in there, gives the password away.
func parseSite(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return nil, errors.New("messages need --site https://host, where people find this server")
	}
	if courier.CheckURL(text) != nil {
		return nil, fmt.Errorf("--site %s is not https", text)
	}
	return u, nil
}

// readSecret reads a file that nobody else may read; empty: none.
func readSecret(path string) (string, error) {
	if path == "" {
		return "", nil
	}
	text, err := keyfile.Read(path)
	return strings.TrimSpace(string(text)), err
}
