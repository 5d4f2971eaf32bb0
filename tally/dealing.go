package tally

import (
	"encoding/binary"
	"errors"
	"fmt"

	"golang.org/x/crypto/cryptobyte"

	"piaojue/group"
)

// Dealing is a trustee's msg1, parsed and with its public parts verified. It is
// immutable and safe for concurrent use.
type Dealing struct {
	index       int
	context     [64]byte        // of the Setup it was verified against
	commitments []group.Element // C_0 ... C_{t-1}
	pop         [signatureSize]byte
	ephemeral   group.Element // E
	ciphertexts [][]byte      // for trustees 1 ... n
}

var (
	errDealingLength = errors.New("dealing has the wrong length")
	errFrame         = errors.New("encrypted share has the wrong length")
	errPossession    = errors.New("proof of possession does not verify")
)

// ParseDealing parses msg1 of trustee i and verifies all of it that is public.
// An error that is the sender's fault is a *BlameError.
func ParseDealing(s *Setup, i int, msg1 []byte) (*Dealing, error) {
	return parseDealing(s, i, msg1, sealedSize)
}

// parseDealing takes the size of ciphertexts, because vectors have payloads.
func parseDealing(s *Setup, i int, msg1 []byte, size int) (*Dealing, error) {
	if err := s.trustee(i); err != nil {
		return nil, err
	}
	d := &Dealing{index: i, context: s.Context()}
	if err := d.parse(s, msg1, size); err != nil {
		return nil, blame(i, err)
	}
	if err := verify(&d.commitments[0], d.possession(), d.pop[:]); err != nil {
		return nil, blame(i, errPossession) // a rogue key (attack G6, K1)
	}
	return d, nil
}

// parse checks the length first: t+1 commitments, with which a later threshold
// would be higher than t, leave too many bytes.
func (d *Dealing) parse(s *Setup, msg1 []byte, size int) error {
	t, n := s.Threshold, len(s.StaticKeys)
	if len(msg1) != t*elementSize+signatureSize+elementSize+n*(8+size) {
		return errDealingLength
	}
	r := cryptobyte.String(msg1)
	d.commitments = make([]group.Element, t)
	for k := range d.commitments {
		if err := readNonIdentity(&r, &d.commitments[k]); err != nil {
			return fmt.Errorf("commitment %d: %w", k, err)
		}
	}
	r.CopyBytes(d.pop[:])
	if err := readNonIdentity(&r, &d.ephemeral); err != nil {
		return fmt.Errorf("ephemeral key: %w", err)
	}
	return d.parseCiphertexts(&r, n, size)
}

func (d *Dealing) parseCiphertexts(r *cryptobyte.String, n, size int) error {
	d.ciphertexts = make([][]byte, n)
	for j := range d.ciphertexts {
		var length uint64
		ciphertext := make([]byte, size)
		if !r.ReadUint64(&length) || length != uint64(size) || !r.CopyBytes(ciphertext) {
			return fmt.Errorf("for trustee %d: %w", j+1, errFrame)
		}
		d.ciphertexts[j] = ciphertext
	}
	return nil
}

var errIdentity = errors.New("element is the identity")

// readNonIdentity reads an element where the identity would be an attack (G5).
func readNonIdentity(r *cryptobyte.String, e *group.Element) error {
	if err := readElement(r, e); err != nil {
		return err
	}
	if e.IsIdentity() {
		return errIdentity
	}
	return nil
}

func readElement(r *cryptobyte.String, e *group.Element) error {
	var b []byte
	if !r.ReadBytes(&b, elementSize) {
		return errTruncated
	}
	_, err := e.SetBytes(b)
	return err
}

var errTruncated = errors.New("message ends too early")

// Index returns the trustee who sent the dealing.
func (d *Dealing) Index() int {
	return d.index
}

// Marshal returns msg1.
func (d *Dealing) Marshal() []byte {
	b := appendElements(nil, d.commitments)
	b = append(b, d.pop[:]...)
	b = d.ephemeral.AppendBytes(b)
	return d.appendFrames(b)
}

// appendFrames appends each ciphertext after its length.
func (d *Dealing) appendFrames(b []byte) []byte {
	for _, c := range d.ciphertexts {
		b = binary.BigEndian.AppendUint64(b, uint64(len(c)))
		b = append(b, c...)
	}
	return b
}

func appendElements(b []byte, elements []group.Element) []byte {
	for k := range elements {
		b = elements[k].AppendBytes(b)
	}
	return b
}

// possession is the message of the PoP: context ‖ C ‖ E.
func (d *Dealing) possession() []byte {
	b := appendElements(d.context[:], d.commitments)
	return d.ephemeral.AppendBytes(b)
}

var (
	errPlaintext = errors.New("decrypted share is not a scalar")
	errShare     = errors.New("decrypted share does not fit the commitments")
)

// share decrypts the share for trustee i and checks it against the commitments
// (attack K9). An error is the dealer's fault if c is the channel from him to i.
func (d *Dealing) share(s *Setup, i int, c channel) (*group.Scalar, error) {
	key, nonce := c.h6(&d.ephemeral, s.key(d.index), s.key(i), d.context)
	plaintext, err := open(key, nonce, d.ciphertexts[i-1])
	if err != nil {
		return nil, err
	}
	share, err := group.ParseScalar(plaintext[:scalarSize]) // the rest is a payload
	if err != nil {
		return nil, errPlaintext
	}
	if !publicKey(share).Equal(evaluateCommitments(d.commitments, i)) {
		return nil, errShare
	}
	return share, nil
}

// evaluateCommitments returns Σ i^k·C_k, which is f(i)·G.
func evaluateCommitments(c []group.Element, i int) *group.Element {
	powers := make([]group.Scalar, len(c))
	x := new(group.Scalar).SetUint64(uint64(i))
	powers[0].SetUint64(1)
	for k := range powers[1:] {
		powers[k+1].Multiply(&powers[k], x)
	}
	return new(group.Element).VarTimeMultiScalarMult(powers, c)
}

// checkDealings checks that these are the n dealings of s, in order.
func (s *Setup) checkDealings(dealings []*Dealing) error {
	if err := s.Check(); err != nil {
		return err
	}
	if len(dealings) != len(s.StaticKeys) {
		return fmt.Errorf("tally: %d dealings of %d trustees", len(dealings), len(s.StaticKeys))
	}
	context := s.Context()
	for j, d := range dealings {
		if !s.fits(d, j+1, context) {
			return errDealing
		}
	}
	return nil
}

var errDealing = errors.New("tally: dealing is missing, misplaced or of another setup")

// fits reports whether d is trustee i's dealing in s. The context does not bind
// the threshold; the number of commitments does.
func (s *Setup) fits(d *Dealing, i int, context [64]byte) bool {
	return d != nil && d.index == i && d.context == context && len(d.commitments) == s.Threshold
}
