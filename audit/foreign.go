package audit

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"github.com/transparency-dev/formats/log"
	"golang.org/x/mod/sumdb/note"
)

// A witness also sees checkpoints of logs that are none of ours: with extension
// lines, which it cosigns without a word about them, and with any origin.

// parseHead parses the text of any C2SP tlog-checkpoint.
func parseHead(text []byte) (Checkpoint, error) {
	var l log.Checkpoint
	rest, err := l.Unmarshal(text)
	if err != nil || len(l.Hash) != 32 || l.Size > maxTree {
		return Checkpoint{}, errCheckpoint
	}
	c := Checkpoint{Origin: l.Origin, Size: l.Size, Root: [32]byte(l.Hash)}
	if !bytes.Equal(append(c.Marshal(), rest...), text) {
		return Checkpoint{}, fmt.Errorf("%w: not canonical", errCheckpoint)
	}
	if len(rest) > 0 && (rest[0] == '\n' || bytes.Contains(rest, []byte("\n\n")) || rest[len(rest)-1] != '\n') {
		return Checkpoint{}, fmt.Errorf("%w: empty extension line", errCheckpoint)
	}
	return c, nil
}

// readHead parses a signed checkpoint of any log, and verifies nothing.
func readHead(signed []byte) (Checkpoint, error) {
	if len(signed) > MaxAddCheckpoint {
		return Checkpoint{}, errCheckpoint
	}
	text, lines := splitNote(signed)
	if len(lines) == 0 {
		return Checkpoint{}, errCheckpoint
	}
	return parseHead(text)
}

// openHead verifies that the log of a checkpoint signed it, with one of the keys
// that bear its origin as their name, and ignores who else did. A false
// signature by such a key spoils it, even beside a good one.
func openHead(signed []byte, logs []*Key) (*Signed, error) {
	c, err := readHead(signed)
	if err != nil {
		return nil, err
	}
	own := named(logs, c.Origin)
	if len(own) == 0 {
		return nil, ErrUnknownLog
	}
	var all []note.Verifier
	for _, k := range own {
		all = append(all, k)
	}
	n, err := note.Open(signed, note.VerifierList(all...))
	if err != nil {
		return nil, headError(err)
	}
	// A note is cut at its last empty line, and a checkpoint has no other.
	if text, _ := splitNote(signed); n.Text != string(text) {
		return nil, fmt.Errorf("%w: empty line", errCheckpoint)
	}
	if err := checkLines(signed, own); err != nil {
		return nil, err
	}
	s := &Signed{Checkpoint: c}
	for _, k := range own {
		if k.name == n.Sigs[0].Name && k.KeyHash() == n.Sigs[0].Hash {
			s.Log = k
		}
	}
	s.note, err = note.Sign(&note.Note{Text: n.Text, Sigs: n.Sigs})
	return s, err
}

func named(keys []*Key, origin string) []*Key {
	var own []*Key
	for _, k := range keys {
		if k.name == origin && k.kind == typeEd25519 {
			own = append(own, k)
		}
	}
	return own
}

// headError tells a note that the log did not sign from one that is malformed.
func headError(err error) error {
	_, invalid := errors.AsType[*note.InvalidSignatureError](err)
	_, unsigned := errors.AsType[*note.UnverifiedNoteError](err)
	if invalid || unsigned {
		return fmt.Errorf("%w: %v", ErrLogSignature, err)
	}
	return fmt.Errorf("%w: %v", errCheckpoint, err)
}

// checkLines verifies every line by a known key: package note looks at the first
// one of each key only, and is lax about base64.
func checkLines(signed []byte, keys []*Key) error {
	text, lines := splitNote(signed)
	for line := range strings.Lines(string(lines)) {
		name, b64, _ := strings.Cut(strings.TrimSuffix(strings.TrimPrefix(line, "— "), "\n"), " ")
		sig, err := base64.StdEncoding.Strict().DecodeString(b64)
		for _, k := range keys {
			switch {
			case k.name != name:
			case err != nil || len(sig) < 4:
				return fmt.Errorf("%w: signature is not canonical base64", errCheckpoint)
			case k.KeyHash() == binary.BigEndian.Uint32(sig) && !k.Verify(text, sig[4:]):
				return fmt.Errorf("%w: false signature by %s", ErrLogSignature, name)
			}
		}
	}
	return nil
}

// OpenCosigned verifies a checkpoint that a witness has kept: signed by its log
// and by the witness itself, and returns when it did so, in Unix seconds.
func OpenCosigned(kept []byte, logs []*Key, witness *Key) (s *Signed, time uint64, err error) {
	if s, err = openHead(kept, logs); err != nil {
		return nil, 0, err
	}
	n, err := note.Open(kept, note.VerifierList(witness))
	if err != nil {
		return nil, 0, fmt.Errorf("%w: %v", errCheckpoint, err)
	}
	sig, err := base64.StdEncoding.DecodeString(n.Sigs[0].Base64)
	if err != nil || witness.kind != typeCosignature {
		return nil, 0, errCheckpoint
	}
	s.Witnesses, s.note = []*Key{witness}, kept
	return s, binary.BigEndian.Uint64(sig[4:]), nil
}
