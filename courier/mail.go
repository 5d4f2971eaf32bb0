package courier

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/textproto"
	"net/url"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	gomail "github.com/wneessen/go-mail"
)

// MailConfig says which account at which server sends mail.
type MailConfig struct {
	// Server is smtps://[user@]host[:465], or smtp://[user@]host[:587], where the
	// connection turns to TLS before anything else (STARTTLS). A server on this
	// machine itself may do without TLS if it asks for no password.
	Server string

	// From is whom messages are from: vote@example.org, or 票决 <vote@example.org>.
	From string

	// Password is that of the account. Empty: the server asks for none.
	Password string

	// Domain is how we call ourselves to the server and in Message-ID.
	Domain string

	// Roots are the certificates that vouch for the server. Nil: those of the
	// system.
	Roots *x509.CertPool
}

// Mail sends messages through the account of one mail server (SMTP).
type Mail struct {
	host     string
	port     int
	user     string
	password string
	from     *mail.Address
	domain   string
	atOnce   bool // TLS from the first byte
	plain    bool // no TLS: the server is this machine, and asks for no password
	roots    *x509.CertPool
}

// NewMail checks the configuration. It connects to nothing.
func NewMail(c MailConfig) (*Mail, error) {
	from, err := parseAddress(c.From)
	if err != nil {
		return nil, fmt.Errorf("sender %q: %w", c.From, err)
	}
	u, err := url.Parse(c.Server)
	if err != nil || u.Hostname() == "" || u.Path != "" || u.RawQuery != "" || u.Fragment != "" || u.Scheme != "smtp" && u.Scheme != "smtps" {
		return nil, errors.New("the mail server is not smtps://host or smtp://host")
	}
	if _, has := u.User.Password(); has {
		return nil, errors.New("the address of the mail server holds a password")
	}
	m := &Mail{host: u.Hostname(), user: u.User.Username(), password: c.Password, from: from, domain: c.Domain, roots: c.Roots, atOnce: u.Scheme == "smtps", port: 587}
	if m.atOnce {
		m.port = 465
	}
	if u.Port() != "" {
		if m.port, err = strconv.Atoi(u.Port()); err != nil || m.port < 1 || m.port > 65535 {
			return nil, errors.New("the port of the mail server is none")
		}
	}
	if m.user == "" {
		m.user = from.Address
	}
	m.plain = !m.atOnce && m.password == "" && loopback(m.host)
	return m, nil
}

var errAddress = errors.New("no e-mail address")

// CheckAddress says whether something is the bare address of one receiver, in
// ASCII: what mail servers everywhere take.
func CheckAddress(address string) error {
	a, err := parseAddress(address)
	if err != nil || a.Address != address || len(address) > 254 {
		return errAddress
	}
	return nil
}

// parseAddress reads an address with or without a name. What could end a line of
// a header is in neither.
func parseAddress(text string) (*mail.Address, error) {
	a, err := mail.ParseAddress(text)
	if err != nil || !isLine(text) {
		return nil, errAddress
	}
	local, domain, _ := strings.Cut(a.Address, "@")
	for _, r := range a.Address {
		if r <= ' ' || r >= 0x7f || strings.ContainsRune(`"<>()[],:;\`, r) {
			return nil, errAddress
		}
	}
	if local == "" || len(local) > 64 || !strings.Contains(domain, ".") && domain != "localhost" || strings.Contains(domain, "@") {
		return nil, errAddress
	}
	return a, nil
}

// isLine reports whether a text can stand in a header: nothing in it ends one, and
// nothing is unseen.
func isLine(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) || r == 0x2028 || r == 0x2029 })
}

// Letter is a message to one receiver.
type Letter struct {
	ID      [16]byte
	To      string
	Subject string
	Text    string
}

// Send hands a letter to the server. It returns a *Trouble if the server did not
// take it.
func (m *Mail) Send(ctx context.Context, l Letter) error {
	letter, err := m.compose(l)
	if err != nil {
		return &Trouble{Reason: Refused, Lasting: true, Alone: true, detail: "it is no letter"}
	}
	line := &wire{ctx: ctx}
	defer line.hangUp()
	c, err := m.client(line)
	if err != nil {
		return &Trouble{Reason: Unreachable, detail: "the settings are refused"}
	}
	server, err := c.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return dialTrouble(err)
	}
	err = c.SendWithSMTPClient(server, letter)
	c.CloseWithSMTPClient(server) // if the letter was taken, a server that is rude at the end changes nothing
	if letter.IsDelivered() {
		return nil
	}
	return sendTrouble(err)
}

// wire is a connection that ends with its context, or when nobody needs it any
// more: go-mail leaves it open where something fails.
type wire struct {
	ctx  context.Context
	tls  *tls.Config // nil: not from the first byte
	conn net.Conn
	stop func() bool
}

func (w *wire) dial(ctx context.Context, network, address string) (net.Conn, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	w.conn, w.stop = conn, context.AfterFunc(w.ctx, func() { conn.Close() })
	if w.tls == nil {
		return conn, nil
	}
	safe := tls.Client(conn, w.tls)
	return safe, safe.HandshakeContext(ctx)
}

func (w *wire) hangUp() {
	if w.conn != nil {
		w.stop()
		w.conn.Close()
	}
}

func (m *Mail) client(w *wire) (*gomail.Client, error) {
	settings := &tls.Config{ServerName: m.host, RootCAs: m.roots, MinVersion: tls.VersionTLS12}
	policy := gomail.TLSMandatory // STARTTLS
	switch {
	case m.atOnce: // wire sees to it
		w.tls, policy = settings, gomail.TLSOpportunistic
	case m.plain:
		policy = gomail.NoTLS
	}
	options := []gomail.Option{
		gomail.WithPort(m.port), gomail.WithTimeout(patience), gomail.WithHELO(m.domain), gomail.WithoutSMTPUTF8(),
		gomail.WithTLSConfig(settings), gomail.WithTLSPolicy(policy), gomail.WithDialContextFunc(w.dial),
	}
	if m.password != "" {
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(m.user), gomail.WithPassword(m.password))
	}
	return gomail.NewClient(m.host, options...)
}

// compose makes the letter, in plain text.
func (m *Mail) compose(l Letter) (*gomail.Msg, error) {
	if !isLine(l.Subject) || CheckAddress(l.To) != nil || !utf8.ValidString(l.Text) {
		return nil, errAddress
	}
	msg := gomail.NewMsg(gomail.WithEncoding(gomail.EncodingB64), gomail.WithNoDefaultUserAgent())
	msg.Subject(l.Subject)
	msg.SetDate()
	msg.SetMessageIDWithValue(hex.EncodeToString(l.ID[:]) + "@" + m.domain)
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no machine should answer
	msg.SetBodyString(gomail.TypeTextPlain, l.Text)
	if m.from.Name == "" {
		return msg, errors.Join(msg.From(m.from.Address), msg.To(l.To))
	}
	return msg, errors.Join(msg.FromFormat(m.from.Name, m.from.Address), msg.To(l.To))
}

// dialTrouble says why there was no connection on which letters can go. All
// letters share it.
func dialTrouble(err error) *Trouble {
	var said *textproto.Error
	switch {
	case errors.As(err, &said) && said.Code/10 == 53: // RFC 4954: 530, 534, 535, 538
		return &Trouble{Reason: SignIn, Code: said.Code}
	case errors.As(err, &said):
		return &Trouble{Reason: Refused, Code: said.Code}
	case strings.Contains(err.Error(), "STARTTLS"): // go-mail has no other way to tell
		return &Trouble{Reason: Untrusted, detail: "the server offers no STARTTLS"}
	case errors.Is(err, gomail.ErrNoSupportedAuthDiscovered), strings.Contains(err.Error(), "SMTP AUTH"):
		return &Trouble{Reason: SignIn, detail: "the server offers no way to sign in that we know"}
	}
	return networkTrouble(err)
}

// sendTrouble says why the server did not take the letter. What it said may name
// the receiver, and is left out.
func sendTrouble(err error) *Trouble {
	var failed *gomail.SendError
	if !errors.As(err, &failed) || failed.ErrorCode() == 0 {
		return &Trouble{Reason: Slow}
	}
	t := &Trouble{Reason: Refused, Code: failed.ErrorCode(), Lasting: failed.ErrorCode()/100 == 5, Alone: true}
	switch {
	case failed.Reason == gomail.ErrSMTPRcptTo:
		t.Reason = Receiver
	case failed.Reason == gomail.ErrSMTPMailFrom: // it is the account, not the letter
		t.Lasting, t.Alone = false, false
	}
	return t
}
