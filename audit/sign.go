package audit

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/note"
)

// Sign signs a checkpoint with the log key. It has no memory: a server signs
// through a Log, which refuses to go back.
func Sign(c Checkpoint, private ed25519.PrivateKey) ([]byte, error) {
	s, err := newSigner(c.Origin, typeEd25519, private)
	if err != nil {
		return nil, err
	}
	return note.Sign(&note.Note{Text: string(c.Marshal())}, s)
}

// Cosign returns the signature line of a witness for a signed checkpoint, at a
// time in Unix seconds. It has no memory either: a witness decides with
// AddCheckpoint.Check before.
func Cosign(signed []byte, name string, private ed25519.PrivateKey, time uint64) ([]byte, error) {
	if _, err := readHead(signed); err != nil {
		return nil, err
	}
	if time == 0 || time > maxTime {
		return nil, errors.New("audit: cosignature without a time")
	}
	s, err := newSigner(name, typeCosignature, private)
	if err != nil {
		return nil, err
	}
	s.time = time
	text, _ := splitNote(signed)
	sig, err := s.Sign(text)
	if err != nil {
		return nil, err
	}
	return signatureLine(s.Name(), s.KeyHash(), sig), nil
}

// splitNote cuts a signed checkpoint, whose text has no empty line.
func splitNote(signed []byte) (text, lines []byte) {
	text, lines, _ = bytes.Cut(signed, []byte("\n\n"))
	return append(bytes.Clone(text), '\n'), lines
}

func signatureLine(name string, id uint32, sig []byte) []byte {
	raw := append([]byte{byte(id >> 24), byte(id >> 16), byte(id >> 8), byte(id)}, sig...)
	return fmt.Appendf(nil, "— %s %s\n", name, base64.StdEncoding.EncodeToString(raw))
}
