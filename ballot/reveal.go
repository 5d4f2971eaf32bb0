package ballot

import (
	"fmt"

	"golang.org/x/crypto/cryptobyte"

	"piaojue/group"
)

// Revealed is an opened sealed ballot: marks and randomness. The ciphertexts
// follow from them, so that the whole fits into a QR code. It holds no key,
// credential or proof, so that nobody can cast it.
type Revealed struct {
	bits       []bool
	randomness []group.Scalar
}

const revealedSize = 1 + 32

// Marshal encodes r as list16 of {mark u8 ‖ r[32]}.
func (r *Revealed) Marshal() []byte {
	n := len(r.bits)
	b := append(make([]byte, 0, 2+n*revealedSize), byte(n>>8), byte(n))
	for i := range r.bits {
		b = append(b, byte(bit(r.bits[i])))
		b = r.randomness[i].AppendBytes(b)
	}
	return b
}

// ParseRevealed reads what Marshal wrote. The error is ErrForm.
func ParseRevealed(b []byte) (*Revealed, error) {
	s := cryptobyte.String(b)
	var n uint16
	if !s.ReadUint16(&n) || len(s) != int(n)*revealedSize {
		return nil, fmt.Errorf("%w: revealed ballot of %d bytes", ErrForm, len(b))
	}
	r := &Revealed{bits: make([]bool, n), randomness: make([]group.Scalar, n)}
	for i := range r.bits {
		var mark uint8
		if !s.ReadUint8(&mark) || mark > 1 || !readScalar(&s, &r.randomness[i]) {
			return nil, fmt.Errorf("%w: revealed position %d", ErrForm, i)
		}
		r.bits[i] = mark == 1
	}
	return r, nil
}

// CheckRevealed is what the second device does with the seal code that it
// captured: it encrypts anew and returns the bits that were sealed.
func (p *Params) CheckRevealed(r *Revealed, seal [32]byte) ([]bool, error) {
	if len(r.bits) != len(p.grid.Positions) {
		return nil, fmt.Errorf("%w: revealed ballot of %d positions", ErrForm, len(r.bits))
	}
	ciphertexts := make([]Ciphertext, len(r.bits))
	for i := range r.bits {
		p.encrypt(&ciphertexts[i], &r.randomness[i], new(group.Scalar).SetUint64(bit(r.bits[i])))
	}
	if p.sealCode(ciphertexts) != seal {
		return nil, fmt.Errorf("%w: revealed ballot has another seal code", ErrProof)
	}
	// A dishonest device may seal what could never be proven, and let the
	// screen of the second device show only the harmless half of it.
	if err := p.grid.checkBits(r.bits); err != nil {
		return nil, fmt.Errorf("%w: revealed marks: %v", ErrProof, err)
	}
	return append([]bool(nil), r.bits...), nil
}
