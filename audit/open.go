package audit

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/note"

	"piaojue/election"
)

// ErrWitnesses means that a checkpoint is the log's, but that the witnesses
// which cosigned it are too few, or that one cosignature is false.
var ErrWitnesses = errors.New("audit: witness quorum is not reached")

// Signed is a checkpoint with the signatures on it that were verified.
type Signed struct {
	Checkpoint
	Log       *Key
	Witnesses []*Key // those who cosigned
	note      []byte
}

// Marshal returns the note, with verified signatures only.
func (s *Signed) Marshal() []byte { return s.note }

// Open verifies a signed checkpoint: the log's signature and the quorum of
// witnesses. It ignores signatures by unknown keys, as C2SP signed-note asks,
// and refuses the note if a known key's signature is false.
func (p *Policy) Open(signed []byte) (*Signed, error) {
	s, err := p.open(signed)
	if err != nil {
		return nil, err
	}
	if !p.satisfied(s.Witnesses) {
		return nil, fmt.Errorf("%w: %d of %d cosigned", ErrWitnesses, len(s.Witnesses), len(p.witnesses))
	}
	return s, nil
}

// OpenExact is Open for a file of a record: it refuses what Open ignores, so
// that no byte of the file is free.
func (p *Policy) OpenExact(signed []byte) (*Signed, error) {
	s, err := p.Open(signed)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(s.note, signed) {
		return nil, fault(election.CauseExtra, "", fmt.Errorf("%w: repeated or foreign signature", errCheckpoint))
	}
	return s, nil
}

// Merge adds signature lines, as a witness returns them, to a signed
// checkpoint, and drops those by unknown keys. It refuses false ones.
func (p *Policy) Merge(signed, lines []byte) ([]byte, error) {
	s, err := p.open(append(bytes.Clone(signed), lines...))
	if err != nil {
		return nil, err
	}
	return s.note, nil
}

// open verifies everything but the quorum.
func (p *Policy) open(signed []byte) (*Signed, error) {
	if len(signed) > maxCheckpoint {
		return nil, fmt.Errorf("%w: too long", errCheckpoint)
	}
	n, err := note.Open(signed, p.verifiers())
	if err != nil {
		return nil, p.blame(err)
	}
	c, err := parseCheckpoint([]byte(n.Text))
	if err != nil {
		return nil, err
	}
	s := &Signed{Checkpoint: c}
	for _, sig := range n.Sigs {
		if err := s.addSigner(p, sig); err != nil {
			return nil, err
		}
	}
	if s.Log == nil {
		return nil, fault(election.CauseMissing, "", fmt.Errorf("%w: not signed by the log", errCheckpoint))
	}
	s.note, err = note.Sign(&note.Note{Text: n.Text, Sigs: n.Sigs})
	return s, err
}

// blame says whose signature is false.
func (p *Policy) blame(err error) error {
	var bad *note.InvalidSignatureError
	if !errors.As(err, &bad) {
		return fmt.Errorf("%w: %v", errCheckpoint, err)
	}
	for _, k := range p.witnesses {
		if k.name == bad.Name && k.KeyHash() == bad.Hash {
			return fault(election.CauseInvalid, bad.Name, fmt.Errorf("%w: false cosignature by %s", ErrWitnesses, bad.Name))
		}
	}
	return fault(election.CauseInvalid, bad.Name, fmt.Errorf("%w: %v", errCheckpoint, err))
}

// addSigner notes who made a verified signature. The log's key bears the
// origin's name, so that no log of a policy can sign for another.
func (s *Signed) addSigner(p *Policy, sig note.Signature) error {
	if _, err := base64.StdEncoding.Strict().DecodeString(sig.Base64); err != nil {
		return fmt.Errorf("%w: signature is not canonical base64", errCheckpoint)
	}
	for _, k := range p.logs {
		if k.name == sig.Name && k.KeyHash() == sig.Hash && k.name == s.Origin {
			s.Log = k
		}
	}
	for _, k := range p.witnesses {
		if k.name == sig.Name && k.KeyHash() == sig.Hash {
			s.Witnesses = append(s.Witnesses, k)
		}
	}
	return nil
}
