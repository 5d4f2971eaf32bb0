// Package client is what the device of a deputy, a trustee or another signer
// does: it verifies before it believes, and keeps secrets to itself.
//
// [Board] follows the log of one vote from the hash of its manifest, which
// people read from paper, and refuses everything that does not follow from it.
// [Outline] looks at the log from its hashes alone, to find a ballot in it.
// On a Board stand [Voter], which takes a deputy from the badge to the receipt,
// and [Trustee], which takes a scrutineer from the key ceremony to the
// decryption share. The command line drives them over HTTP, a page by fetch:
// both give them a [Transport], and they give back bytes.
//
// Each step is idempotent. A device that lost power, its network or an answer
// makes a new Voter and takes the same steps again: what the server has
// recorded is found, nothing is done twice (PROTOCOL.md, "Roll, check-in,
// issuing").
//
// The threats are a server that lies (about the log, the key, the issuers, a
// promise) and a network that loses answers. A device that lies to its owner is
// outside what code on that device can answer; the challenge is for that.
package client

import "fmt"

// A Transport carries one request and returns the body of the answer. If the
// server refused, the error is or wraps a *[Refusal]; any other error means
// that nobody knows whether the request arrived, and the step may be taken
// again. So does a Refusal that is not [Refusal.Decided].
type Transport func(Request) ([]byte, error)

// Request is what a device sends.
type Request struct {
	Method string
	Path   string // below the address of the server or issuer, begins with a slash
	Body   []byte

	// Issuer is the number in the manifest of the issuer that the request goes
	// to, or Server.
	Issuer int

	// Box marks a request to the ballot box. It must travel on a connection of
	// its own, without cookie, credentials or TLS resumption: on a connection
	// that carried the deputy's badge it would tell whose ballot it is.
	Box bool
}

// Server is the Issuer of a request that goes to the vote's server.
const Server = -1

// Refusal is an answer that says no.
type Refusal struct {
	Status int    // HTTP status
	Code   string // of the server's list of errors, or empty
	Text   string // a sentence for the person at the device
}

// Decided reports whether the server has looked at what it refuses. After a fault of
// the server, or an answer of something that stands before it, nobody knows what
// became of a request.
func (r *Refusal) Decided() bool {
	return r.Status/100 == 4 && r.Code != "" && r.Code != "slow" && r.Code != "rate_limited"
}

func (r *Refusal) Error() string {
	return fmt.Sprintf("client: refused with %d %s: %s", r.Status, r.Code, r.Text)
}
