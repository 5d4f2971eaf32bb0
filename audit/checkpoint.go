package audit

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/transparency-dev/formats/log"
)

// Checkpoint is the head of a log's tree: what a log key signs and witnesses
// cosign (C2SP tlog-checkpoint). Ours have no extension lines.
type Checkpoint struct {
	Origin string // names the log; also the name of its key
	Size   uint64
	Root   [32]byte
}

// maxCheckpoint bounds a signed checkpoint: 100 signature lines with names of
// hundreds of bytes fit.
const maxCheckpoint = 1 << 16

var errCheckpoint = errors.New("audit: malformed checkpoint")

// Marshal returns the text that is signed.
func (c Checkpoint) Marshal() []byte {
	return log.Checkpoint{Origin: c.Origin, Size: c.Size, Hash: c.Root[:]}.Marshal()
}

// parseCheckpoint parses the text of a checkpoint: exactly three lines. The
// library takes other spellings of the numbers, so the text must also be the
// one that Marshal makes.
func parseCheckpoint(text []byte) (Checkpoint, error) {
	var l log.Checkpoint
	rest, err := l.Unmarshal(text)
	if err != nil || len(rest) != 0 || len(l.Hash) != 32 || l.Size > maxTree {
		return Checkpoint{}, errCheckpoint
	}
	c := Checkpoint{Origin: l.Origin, Size: l.Size, Root: [32]byte(l.Hash)}
	if err := checkName(c.Origin); err != nil {
		return Checkpoint{}, err
	}
	if string(c.Marshal()) != string(text) {
		return Checkpoint{}, fmt.Errorf("%w: not canonical", errCheckpoint)
	}
	if c.Size == 0 && c.Root != emptyRoot() {
		return Checkpoint{}, fmt.Errorf("%w: empty tree with another root", errCheckpoint)
	}
	return c, nil
}

// ReadCheckpoint parses a signed checkpoint and verifies nothing: it is for
// the log's own use, and to learn which files a record must have.
func ReadCheckpoint(note []byte) (Checkpoint, error) {
	if len(note) > maxCheckpoint {
		return Checkpoint{}, errCheckpoint
	}
	text, _, ok := strings.Cut(string(note), "\n\n")
	if !ok {
		return Checkpoint{}, errCheckpoint
	}
	return parseCheckpoint([]byte(text + "\n"))
}

// checkName checks the rule of C2SP signed-note for key names; an origin is
// one, too.
func checkName(s string) error {
	bad := func(r rune) bool { return r == '+' || unicode.IsSpace(r) || r < ' ' || r == 0x7f }
	if s == "" || !utf8.ValidString(s) || strings.ContainsFunc(s, bad) {
		return errors.New("audit: bad name of a log or key")
	}
	return nil
}
