// Package courier hands short messages to the servers of others: [Mail] to a mail
// server, [Webhook] to an address that takes JSON, such as the robot of a group in
// 企业微信 or 钉钉. Each Send tries once; who calls it keeps the message, tries
// again, and stops.
//
// It knows nothing of what messages say. It guards the way: no secret and nothing
// else leaves without TLS, but to this machine itself; nothing in a message can
// become a header; no redirect is followed; and no error names a receiver, a
// password or an address of a robot, which is a password, too.
//
// A message can arrive twice: if a server takes it and its answer is lost, nobody
// knows. Both times it bears the same Message-ID, or webhook-id.
package courier

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"time"
)

// patience is how long a server may take for each step.
const patience = 10 * time.Second

// Reason says in a word why a message did not leave.
type Reason string

// The reasons.
const (
	Unreachable Reason = "unreachable" // nobody answers there
	Slow        Reason = "slow"        // the answer takes too long, or is that it is busy
	Untrusted   Reason = "untrusted"   // no TLS, or no certificate that we trust
	SignIn      Reason = "signin"      // user, password or key are wrong
	Receiver    Reason = "receiver"    // the server knows no such receiver
	Refused     Reason = "refused"     // the server does not want it
)

// Trouble is why a message did not leave.
type Trouble struct {
	Reason  Reason
	Code    int    // of the server's answer; 0: it gave none
	Lasting bool   // the same message will not leave later either
	Alone   bool   // other messages may leave all the same
	detail  string // for the log; no receiver, no secret
}

func (t *Trouble) Error() string {
	text := "courier: " + string(t.Reason)
	if t.Code != 0 {
		text += fmt.Sprintf(" (%d)", t.Code)
	}
	if t.detail != "" {
		text += ": " + t.detail
	}
	return text
}

// networkTrouble says what is wrong with a connection. Errors of the network name
// the server that we were told to use, and nobody else.
func networkTrouble(err error) *Trouble {
	t := &Trouble{Reason: Unreachable, detail: err.Error()}
	var certificate *tls.CertificateVerificationError
	var noTLS tls.RecordHeaderError
	var alert tls.AlertError
	var slow net.Error
	switch {
	case errors.As(err, &certificate), errors.As(err, &noTLS), errors.As(err, &alert):
		t.Reason = Untrusted
	case errors.As(err, &slow) && slow.Timeout():
		t.Reason = Slow
	}
	return t
}

// CheckURL refuses an address at which somebody on the way could read along: it is
// to be one of https, or of http on this machine.
func CheckURL(address string) error {
	u, err := url.Parse(address)
	if err == nil && u.Hostname() != "" && (u.Scheme == "https" || u.Scheme == "http" && loopback(u.Hostname())) {
		return nil
	}
	return fmt.Errorf("%q is no address of https, nor of http on this machine", address)
}

// loopback reports whether a name or address is this machine itself.
func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
