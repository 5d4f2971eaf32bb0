package web

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Acknowledged is what people outside hold of the votes of a server: what it
// has answered them with, and so may never lose. As a file it has one line for
// each:
//
//	entry VOTE HASH
//	checkpoint VOTE NOTE
//
// HASH is in hexadecimal: a tracking code, or the hash of any other entry. NOTE
// is a signed checkpoint in base64. Empty lines and what follows a # say nothing.
type Acknowledged struct {
	votes map[string]bool
	kept  map[string][][32]byte // entries, by vote
	seen  map[string][][]byte   // checkpoints, by vote
}

func newAcknowledged() *Acknowledged {
	return &Acknowledged{map[string]bool{}, map[string][][32]byte{}, map[string][][]byte{}}
}

var errAcknowledged = errors.New("neither 'entry VOTE HASH' nor 'checkpoint VOTE NOTE'")

// maxAcknowledged bounds a line: a checkpoint with all its cosignatures fits.
const maxAcknowledged = 1 << 17

// ParseAcknowledged parses such a file.
func ParseAcknowledged(file []byte) (*Acknowledged, error) {
	a := newAcknowledged()
	lines := bufio.NewScanner(bytes.NewReader(file))
	lines.Buffer(nil, maxAcknowledged)
	n := 0
	for lines.Scan() {
		n++
		text, _, _ := strings.Cut(lines.Text(), "#")
		if err := a.add(strings.Fields(text)); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
	}
	return a, lines.Err()
}

func (a *Acknowledged) add(fields []string) error {
	if len(fields) == 0 {
		return nil
	}
	if len(fields) != 3 {
		return errAcknowledged
	}
	vote := fields[1]
	switch fields[0] {
	case "entry":
		hash, err := parseHex32(fields[2])
		if err != nil {
			return err
		}
		a.kept[vote] = append(a.kept[vote], hash)
	case "checkpoint":
		note, err := base64.StdEncoding.Strict().DecodeString(fields[2])
		if err != nil {
			return err
		}
		a.seen[vote] = append(a.seen[vote], note)
	default:
		return errAcknowledged
	}
	a.votes[vote] = true
	return nil
}

// Marshal returns the file, by vote.
func (a *Acknowledged) Marshal() []byte {
	var out bytes.Buffer
	for _, vote := range slices.Sorted(maps.Keys(a.votes)) {
		for _, hash := range a.kept[vote] {
			fmt.Fprintf(&out, "entry %s %s\n", vote, hex.EncodeToString(hash[:]))
		}
		for _, note := range a.seen[vote] {
			fmt.Fprintf(&out, "checkpoint %s %s\n", vote, base64.StdEncoding.EncodeToString(note))
		}
	}
	return out.Bytes()
}

// Len counts entries and checkpoints.
func (a *Acknowledged) Len() (entries, checkpoints int) {
	for vote := range a.votes {
		entries += len(a.kept[vote])
		checkpoints += len(a.seen[vote])
	}
	return entries, checkpoints
}
