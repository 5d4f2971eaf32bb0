package store

import (
	"encoding/hex"
	"errors"
	"fmt"
)

// Reign is the time of one leader: an epoch, and the token that the leader has drawn
// for it. Each database that took part in it, or came after it, knows it.
type Reign struct {
	Epoch uint64
	Token [tokenSize]byte
}

const tokenSize = 16

// Past is what a node keeps about leaders on a disk of its own: a database that
// knows less was left behind, and whoever led there would lead beside another one.
type Past interface {
	// Reign returns the newest one that is kept; the zero Reign if there is none.
	Reign() (Reign, error)

	// Keep makes a reign durable, unless a newer one is kept.
	Keep(Reign) error
}

// ErrPast means that a database knows less about leaders than this node: a primary
// that was replaced has come back as one, or an older copy was put in its place.
var ErrPast = errors.New("store: this database was left behind: there was a newer leader in another one")

// After reports whether a database of this reign may be one in which the other
// reign was. Two of one epoch are of two databases.
func (r Reign) After(other Reign) bool {
	return other.Epoch == 0 || r.Epoch > other.Epoch || r == other
}

// Marshal is one line of text.
func (r Reign) Marshal() []byte { return fmt.Appendf(nil, "%d %x\n", r.Epoch, r.Token) }

var errReign = errors.New("store: malformed reign")

// ParseReign reads what Marshal wrote, and nothing else.
func ParseReign(text []byte) (r Reign, err error) {
	var token string
	if _, err := fmt.Sscanf(string(text), "%d %32s", &r.Epoch, &token); err != nil {
		return Reign{}, errReign
	}
	raw, err := hex.DecodeString(token)
	if err != nil || copy(r.Token[:], raw) != tokenSize || string(r.Marshal()) != string(text) {
		return Reign{}, errReign
	}
	return r, nil
}
