package gen

import (
	"crypto/sha512"
	"encoding/binary"
	"slices"

	"golang.org/x/crypto/chacha20poly1305"

	"piaojue/group"
)

// dealt is the public part of a dealing, taken apart.
type dealt struct {
	commitments [][]byte
	pop         []byte
	ephemeral   []byte
	ciphertexts [][]byte
}

func splitDealing(msg []byte, t int) dealt {
	d := dealt{}
	take := func(n int) []byte {
		part := msg[:n]
		msg = msg[n:]
		return part
	}
	for range t {
		d.commitments = append(d.commitments, take(32))
	}
	d.pop, d.ephemeral = take(64), take(32)
	for range len(msg) / 56 {
		take(8)
		d.ciphertexts = append(d.ciphertexts, take(48))
	}
	return d
}

// secretShare returns x_i: the sum of what trustee i decrypts. Package tally
// keeps it to itself.
func (v *vote) secretShare(i int) *group.Scalar {
	x := group.NewScalar()
	for j := range v.dealings {
		x.Add(x, v.dealtShare(j+1, i))
	}
	return x
}

// dealtShare returns what trustee j dealt to trustee i.
func (v *vote) dealtShare(j, i int) *group.Scalar {
	d := splitDealing(v.dealings[j-1].Marshal(), v.setup.Threshold)
	e, p, mine := must(group.ParseElement(d.ephemeral)), v.setup.StaticKeys[j-1], v.setup.StaticKeys[i-1]
	secret := v.statics[i-1]
	key := h6(times(secret, e), times(secret, p), e, p, mine, v.setup.Context())
	aead := must(chacha20poly1305.NewX(key[:32]))
	return must(group.ParseScalar(must(aead.Open(nil, key[32:56], d.ciphertexts[i-1], nil))))
}

// schnorr is a signature of COCKTAIL(Ristretto255, SHA-512).
func schnorr(sk *group.Scalar, message []byte) []byte {
	k := group.RandomScalar()
	r := timesG(k).Bytes()
	h := sha512.Sum512(slices.Concat([]byte("COCKTAIL-DKG-Ristretto255-SHA512-H7"), r, timesG(sk).Bytes(), message))
	c := must(new(group.Scalar).SetUniformBytes(h[:]))
	return append(r, add(k, c.Multiply(c, sk)).Bytes()...)
}

// h6 is H6 of COCKTAIL(Ristretto255, SHA-512).
func h6(se, sd, e, sender, recipient *group.Element, context [64]byte) [64]byte {
	b := []byte("COCKTAIL-DKG-Ristretto255-SHA512-H6")
	for _, p := range []*group.Element{se, sd, e, sender, recipient} {
		b = p.AppendBytes(b)
	}
	b = binary.LittleEndian.AppendUint64(b, uint64(len(context)))
	return sha512.Sum512(append(b, context[:]...))
}
