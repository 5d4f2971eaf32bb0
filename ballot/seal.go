package ballot

import (
	"crypto/ed25519"
	"errors"
	"slices"
	"sync/atomic"

	"piaojue/group"
)

var (
	// ErrSpent means that a sealed ballot has been finished or revealed
	// already: it can be one of them, once.
	ErrSpent = errors.New("ballot: sealed ballot is spent")

	errKey = errors.New("ballot: one-time key does not belong to the sealed ballot")
)

// Sealed is an encrypted choice, not yet a ballot. It holds secrets and stays
// on the device.
type Sealed struct {
	params      *Params
	key         [32]byte
	bits        []bool
	randomness  []group.Scalar
	ciphertexts []Ciphertext
	spent       atomic.Bool
}

// Encrypt seals one bit per position, with fresh randomness, for the holder of
// the one-time key. It refuses bits that no valid ballot could hold.
func (p *Params) Encrypt(bits []bool, key [32]byte) (*Sealed, error) {
	if err := p.grid.checkBits(bits); err != nil {
		return nil, err
	}
	s := &Sealed{
		params:      p,
		key:         key,
		bits:        slices.Clone(bits),
		randomness:  make([]group.Scalar, len(bits)),
		ciphertexts: make([]Ciphertext, len(bits)),
	}
	for i, b := range bits {
		s.randomness[i].Set(group.RandomScalar())
		p.encrypt(&s.ciphertexts[i], &s.randomness[i], new(group.Scalar).SetUint64(bit(b)))
	}
	return s, nil
}

// encrypt sets c = (r·G, r·Y + v·G), in constant time. For random r neither is
// the identity, but for chances that never come.
func (p *Params) encrypt(c *Ciphertext, r, v *group.Scalar) {
	var plain group.Element
	p.multG.Mult(&plain, v)
	p.multG.Mult(&c.Alpha, r).Encode()
	p.multY.Mult(&c.Beta, r)
	c.Beta.Add(&c.Beta, &plain).Encode()
}

// SealCode names the ciphertexts. A second device captures it before the
// deputy decides between casting and challenging.
func (s *Sealed) SealCode() [32]byte {
	return s.params.sealCode(s.ciphertexts)
}

// Finish makes the ballot: proofs, and a signature by the one-time key. It
// works once, and never after Reveal (attack B3): keep the result.
func (s *Sealed) Finish(c *Credential, sk ed25519.PrivateKey) (body []byte, err error) {
	if c.Key != s.key {
		return nil, errKey
	}
	if err := s.params.checkHolder(c, sk); err != nil {
		return nil, err
	}
	if !s.spent.CompareAndSwap(false, true) {
		return nil, ErrSpent
	}
	defer s.erase()
	return s.params.assemble(c, sk, s.ciphertexts, s.prove(s.params.ballotContext(c, s.ciphertexts))), nil
}

// checkHolder keeps a device from spending anything on a credential that the
// box would refuse.
func (p *Params) checkHolder(c *Credential, sk ed25519.PrivateKey) error {
	if len(sk) != ed25519.PrivateKeySize || [32]byte(sk.Public().(ed25519.PublicKey)) != c.Key {
		return errKey
	}
	return p.verifyCredential(c)
}

func (s *Sealed) prove(context group.Context) []*proof {
	p := &prover{params: s.params, nonces: newNonces(context, s.secrets())}
	proofs := make([]*proof, len(s.params.limits))
	for i, l := range s.params.limits {
		st := s.params.statement(i, context, s.ciphertexts)
		proofs[i] = p.prove(st, s.combined(l), l.sum(s.bits))
	}
	return proofs
}

// combined returns Σ weight·r, the randomness of a limit's weighted sum.
func (s *Sealed) combined(l Limit) *group.Scalar {
	sum, w := group.NewScalar(), group.NewScalar()
	for _, t := range l.Terms {
		w.SetUint64(uint64(t.Weight))
		sum.Add(sum, w.Multiply(w, &s.randomness[t.Position]))
	}
	return sum
}

// secrets encodes bits and randomness for the hedge.
func (s *Sealed) secrets() []byte {
	b := make([]byte, 0, 33*len(s.bits))
	for i := range s.bits {
		b = append(b, byte(bit(s.bits[i])))
		b = s.randomness[i].AppendBytes(b)
	}
	return b
}

// assemble lays out a body and signs it.
func (p *Params) assemble(c *Credential, sk ed25519.PrivateKey, cs []Ciphertext, proofs []*proof) []byte {
	body := append(make([]byte, 0, p.bodySize), p.manifest[:]...)
	body = appendRow(c.appendTo(body), cs, proofs)
	return append(body, group.Sign(sk, "ballot", p.manifest, body)...)
}

// Discard forgets a sealed ballot that is neither cast nor revealed, so that
// the device keeps nothing of a deputy who left.
func (s *Sealed) Discard() {
	if s.spent.CompareAndSwap(false, true) {
		s.erase()
	}
}

// erase forgets what would open the ballot, as far as Go allows.
func (s *Sealed) erase() {
	clear(s.bits)
	clear(s.randomness)
}

// Reveal opens the sealed ballot for a challenge and spends it: Finish refuses
// afterwards. A finished ballot is not revealed, for that would prove to
// anybody how its holder voted. The seal code must be on record as spent
// before the result leaves the device.
func (s *Sealed) Reveal() (*Revealed, error) {
	if !s.spent.CompareAndSwap(false, true) {
		return nil, ErrSpent
	}
	r := &Revealed{bits: slices.Clone(s.bits), randomness: slices.Clone(s.randomness)}
	s.erase()
	return r, nil
}
