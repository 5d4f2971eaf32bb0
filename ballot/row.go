package ballot

import (
	"bytes"
	"fmt"

	"golang.org/x/crypto/cryptobyte"

	"piaojue/group"
)

// row is what ballots of both channels hold: a ciphertext for each position of
// the grid, and the proofs that they keep the rules. The context ties the
// proofs to whatever else the ballot says.
type row struct {
	params      *Params
	body        []byte
	ciphertexts []Ciphertext
	proofs      []proof // one per position, then one per limit
	context     group.Context
}

func (r *row) read(s *cryptobyte.String) error {
	r.ciphertexts = make([]Ciphertext, len(r.params.grid.Positions))
	for i := range r.ciphertexts {
		if !r.ciphertexts[i].read(s) {
			return fmt.Errorf("%w: ciphertext %d", ErrForm, i)
		}
	}
	r.proofs = make([]proof, len(r.params.limits))
	for i, l := range r.params.limits {
		if !r.proofs[i].read(s, l.Low, l.High) {
			return fmt.Errorf("%w: proof of %s", ErrForm, r.params.place(i))
		}
	}
	return nil
}

// Marshal returns the body of the entry.
func (r *row) Marshal() []byte {
	return bytes.Clone(r.body)
}

// Ciphertexts returns one ciphertext per position, not to be changed.
func (r *row) Ciphertexts() []Ciphertext {
	return r.ciphertexts
}

// SealCode returns the code that the device showed before the ballot was cast.
func (r *row) SealCode() [32]byte {
	return r.params.sealCode(r.ciphertexts)
}

// FirstCommitment returns the first commitment of the first proof. Two ballots
// that share it were made with the same nonces, which reveals both (attack F15).
func (r *row) FirstCommitment() [32]byte {
	return [32]byte(r.proofs[0].commitments[0].A.Bytes())
}

func appendRow(body []byte, cs []Ciphertext, proofs []*proof) []byte {
	for i := range cs {
		body = cs[i].appendTo(body)
	}
	for _, pr := range proofs {
		body = pr.appendTo(body)
	}
	return body
}
