package tally

import (
	"piaojue/group"
)

// dealer is what a trustee draws for one dealing and forgets after it. While e
// is forgotten, a static key stolen later opens no share this trustee sent.
type dealer struct {
	a     []*group.Scalar // coefficients a_0 ... a_{t-1} of the polynomial f
	e     *group.Scalar   // ephemeral private key
	hedge []byte

	// testOnlyPayload is encrypted after each share. This protocol has no
	// payloads; the vectors of the specification do.
	testOnlyPayload []byte
}

func newDealer(threshold int) *dealer {
	d := &dealer{e: group.RandomScalar(), hedge: newHedge()}
	for range threshold {
		d.a = append(d.a, group.RandomScalar()) // never zero: no C is the identity
	}
	return d
}

// Deal returns msg1 of trustee i: commitments to a fresh random polynomial, the
// proof that i knows its secret, and for each trustee an encrypted share of it.
// It keeps nothing: Recover needs the log and the static key only.
func Deal(s *Setup, i int, static *group.Scalar) ([]byte, error) {
	if err := s.holder(i, static); err != nil {
		return nil, err
	}
	return newDealer(s.Threshold).deal(s, i, static)
}

func (d *dealer) deal(s *Setup, i int, static *group.Scalar) ([]byte, error) {
	dealing := &Dealing{index: i, context: s.Context(), ephemeral: *publicKey(d.e)}
	for _, a := range d.a {
		dealing.commitments = append(dealing.commitments, *publicKey(a))
	}
	pop, err := sign(d.a[0], dealing.possession(), d.hedge)
	if err != nil {
		return nil, err
	}
	dealing.pop = [signatureSize]byte(pop)
	for j := range s.StaticKeys {
		dealing.ciphertexts = append(dealing.ciphertexts, d.encrypt(dealing, s, static, j+1))
	}
	return dealing.Marshal(), nil
}

// encrypt returns the ciphertext for trustee j, also for the dealer himself.
func (d *dealer) encrypt(dealing *Dealing, s *Setup, static *group.Scalar, j int) []byte {
	c := channelTo(d.e, static, s.key(j))
	key, nonce := c.h6(&dealing.ephemeral, s.key(dealing.index), s.key(j), dealing.context)
	plaintext := append(evaluate(d.a, j).Bytes(), d.testOnlyPayload...)
	return seal(key, nonce, plaintext)
}

// evaluate returns f(j) = Σ a_k·j^k by Horner's rule. At zero it would be the
// secret itself; indexes begin at 1.
func evaluate(a []*group.Scalar, j int) *group.Scalar {
	x := new(group.Scalar).SetUint64(uint64(j))
	sum := group.NewScalar()
	for k := len(a) - 1; k >= 0; k-- {
		sum.Multiply(sum, x)
		sum.Add(sum, a[k])
	}
	return sum
}

// publicKey returns x·G with its encoding.
func publicKey(x *group.Scalar) *group.Element {
	return new(group.Element).ScalarBaseMult(x).Encode()
}
