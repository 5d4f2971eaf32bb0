package ballot

import (
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/binary"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/cloudflare/circl/blindsign/blindrsa"
	circl "github.com/cloudflare/circl/group"
)

// reference is a second verifier, written from PROTOCOL.md, Sections 3, 6 and
// 7, over another implementation of the group. It shares with the package only
// the grid and checks one equation at a time. It is not strict about form.
type reference struct {
	config Config
	rest   []byte
	bad    bool
}

func (r *reference) take(n int) []byte {
	b := r.rest[:n]
	r.rest = r.rest[n:]
	return b
}

func (r *reference) element() circl.Element {
	e := circl.Ristretto255.NewElement()
	r.bad = e.UnmarshalBinary(r.take(32)) != nil || r.bad
	return e
}

func (r *reference) scalar() circl.Scalar {
	s := circl.Ristretto255.NewScalar()
	r.bad = s.UnmarshalBinary(r.take(32)) != nil || r.bad
	return s
}

func encoded(e circl.Element) []byte {
	b, err := e.MarshalBinaryCompress()
	if err != nil {
		panic(err)
	}
	return b
}

func num(v int) circl.Scalar {
	return circl.Ristretto255.NewScalar().SetUint64(uint64(v))
}

func mul(s circl.Scalar, e circl.Element) circl.Element {
	return circl.Ristretto255.NewElement().Mul(e, s)
}

func sum(a, b circl.Element) circl.Element {
	return circl.Ristretto255.NewElement().Add(a, b)
}

// items is a transcript as bytes.
type items []byte

func (t items) add(label string, kind byte, data []byte) items {
	t = append(append(t, byte(len(label))), label...)
	t = binary.BigEndian.AppendUint32(append(t, kind), uint32(len(data)))
	return append(t, data...)
}

func (t items) uint(label string, kind byte, v int) items {
	return t.add(label, kind, binary.BigEndian.AppendUint64(nil, uint64(v)))
}

func named(name string) items {
	return items{}.add("piaojue-v1", 1, []byte(name))
}

func (t items) challenge() circl.Scalar {
	h := sha512.Sum512(t)
	slices.Reverse(h[:])
	return circl.Ristretto255.NewScalar().SetBigInt(new(big.Int).SetBytes(h[:]))
}

// verify goes through a body from the first byte to the last.
func (r *reference) verify(body []byte) bool {
	r.rest = body
	g := r.config.Grid
	manifest, key, prefix := r.take(32), r.take(32), r.take(32)
	message := slices.Concat(prefix, []byte("piaojue-v1 credential\n"), manifest, r.config.Opening[:], key)
	digest := named("credential").add("key", 1, key).add("prefix", 1, prefix).uint("signatures", 4, len(r.config.Issuers))
	for _, k := range r.config.Issuers {
		sig := r.take(384)
		digest = digest.add("signature", 1, sig)
		pk := &rsa.PublicKey{N: new(big.Int).SetBytes(k.Modulus()), E: 65537}
		v, err := blindrsa.NewVerifier(blindrsa.SHA384PSSRandomized, pk)
		r.bad = r.bad || err != nil || v.Verify(message, sig) != nil
	}
	credential := sha512.Sum512(digest)
	ballot := named("ballot").add("context", 1, r.config.KeyContext[:]).add("one-time key", 1, key).
		add("credential", 1, credential[:32]).uint("ciphertexts", 4, len(g.Positions))
	cs := make([][2]circl.Element, len(g.Positions))
	for i := range cs {
		cs[i] = [2]circl.Element{r.element(), r.element()}
		r.bad = r.bad || cs[i][0].IsIdentity() || cs[i][1].IsIdentity()
		ballot = ballot.add("alpha", 3, encoded(cs[i][0])).add("beta", 3, encoded(cs[i][1]))
	}
	context := sha512.Sum512(ballot)
	for i := range g.Positions {
		r.proof("position proof", context[:], i, Limit{Low: 0, High: 1, Terms: []Term{{i, 1}}}, cs)
	}
	for i, l := range g.Limits {
		r.proof("limit proof", context[:], i, l, cs)
	}
	hash := sha256.Sum256(body[:len(body)-64])
	signed := slices.Concat([]byte("piaojue-v1 ballot\n"), manifest, hash[:])
	return ed25519.Verify(key, signed, r.take(64)) && len(r.rest) == 0 && !r.bad &&
		[32]byte(manifest) == r.config.Manifest
}

func (r *reference) proof(name string, context []byte, place int, l Limit, cs [][2]circl.Element) {
	G, Y := circl.Ristretto255.Generator(), circl.Ristretto255.NewElement()
	if err := Y.UnmarshalBinary(r.config.JointKey.Bytes()); err != nil {
		panic(err)
	}
	A, B := circl.Ristretto255.Identity(), circl.Ristretto255.Identity()
	t := named(name).add("context", 1, context).uint("place", 2, place).uint("low", 2, int(l.Low)).
		uint("high", 2, int(l.High)).uint("terms", 4, len(l.Terms))
	for _, term := range l.Terms {
		t = t.uint("position", 2, term.Position).uint("weight", 2, int(term.Weight))
		A = sum(A, mul(num(int(term.Weight)), cs[term.Position][0]))
		B = sum(B, mul(num(int(term.Weight)), cs[term.Position][1]))
	}
	t = t.add("generator", 3, encoded(G)).add("joint key", 3, encoded(Y)).uint("statement", 4, len(l.Terms))
	for _, term := range l.Terms {
		t = t.add("alpha", 3, encoded(cs[term.Position][0])).add("beta", 3, encoded(cs[term.Position][1]))
	}
	n := int(l.High-l.Low) + 1
	t = t.uint("commitments", 4, n)
	var a, b []circl.Element
	for i := range n {
		a, b = append(a, r.element()), append(b, r.element())
		t = t.add("a", 3, encoded(a[i])).add("b", 3, encoded(b[i]))
	}
	var c []circl.Scalar
	last := t.challenge()
	for i := range n - 1 {
		c = append(c, r.scalar())
		last.Sub(last, c[i])
	}
	c = append(c, last)
	for i := range n {
		z := r.scalar()
		shifted := sum(B, mul(num(int(l.Low)+i), circl.Ristretto255.NewElement().Neg(G)))
		r.bad = r.bad || !sum(a[i], mul(c[i], A)).IsEqual(mul(z, G)) || !sum(b[i], mul(c[i], shifted)).IsEqual(mul(z, Y))
	}
}

// TestReferenceAgrees: what the package makes and accepts, the second verifier
// accepts; what it refuses, for any reason, the other refuses.
func TestReferenceAgrees(t *testing.T) {
	for name, s := range small {
		t.Run(name, func(t *testing.T) {
			v := newVote(t, s)
			w := v.voter(t, 0)
			body := v.cast(t, 0, v.someBits(t))
			if !(&reference{config: v.config}).verify(body) {
				t.Error("refuses a good ballot")
			}
			f := v.forge(w, make([]int64, len(v.grid.Positions)))
			f.ciphertexts[0], f.values[0] = f.forgeTwo()
			if (&reference{config: v.config}).verify(f.body(f.proofs(clamped))) {
				t.Error("accepts a position of two")
			}
			for range 6 {
				bad := v.resign(w, alter(body, func(b []byte) { b[rand.IntN(len(b)-64)] ^= 1 << rand.IntN(8) }))
				b, err := v.Parse(bad)
				if err == nil {
					err = v.Verify(b)
				}
				if err == nil || (&reference{config: v.config}).verify(bad) {
					t.Errorf("package says %v of %x", err, bad)
				}
			}
		})
	}
}

func (f *forgery) forgeTwo() (c Ciphertext, value int64) {
	f.encrypt(&c, &f.randomness[0], integer(2))
	return c, 2
}
