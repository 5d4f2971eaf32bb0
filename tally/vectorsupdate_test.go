package tally

import (
	"crypto/sha256"
	"crypto/sha512"
	"encoding/json"
	"fmt"
	"os"
	"testing"
)

// writeVectors computes testdata/cocktail.json anew. Its extension is the
// protocol's own, so that file also guards extension().
func writeVectors(t *testing.T) {
	seed := sha256.Sum256([]byte("piaojue-v1 tally regression vectors"))
	file := &vectorFile{Ciphersuite: ciphersuite, Seed: seed[:]}
	for _, size := range [][2]int{{2, 3}, {3, 5}} {
		file.Vectors = append(file.Vectors, newVector(t, seed[:], size[0], size[1]))
	}
	b, err := json.MarshalIndent(file, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("testdata/cocktail.json", append(b, '\n'), 0o666); err != nil {
		t.Fatal(err)
	}
	ourVectors = b
}

func newVector(t *testing.T, seed []byte, threshold, n int) *vector {
	v := &vector{T: threshold, N: n}
	v.SessionTag = []byte(fmt.Sprintf("piaojue-v1 regression %d of %d", threshold, n))
	c := newVectorCeremony(t, seed, v)
	context := c.setup.Context()
	v.Context, v.Extension = context[:], extension(c.dealings)
	for i := range c.statics {
		c.fillTrustee(i)
	}
	sum := sha512.Sum512(c.transcript())
	v.Round3.Hash = sum[:]
	return v
}

func (c *vectorCeremony) fillTrustee(i int) {
	v, d := c.v, c.dealings[i]
	v.Config.Secret = append(v.Config.Secret, c.statics[i].Bytes())
	v.Config.Public = append(v.Config.Public, c.setup.key(i+1).Bytes())

	v.Round1 = append(v.Round1, zeroOf(v.Round1))
	r1 := &v.Round1[i]
	r1.Ephemeral, r1.Pop = d.ephemeral.Bytes(), d.pop[:]
	for k := range d.commitments {
		r1.Commitment = append(r1.Commitment, d.commitments[k].Bytes())
	}
	for _, ciphertext := range d.ciphertexts {
		r1.Shares = append(r1.Shares, ciphertext)
	}

	share, err := receive(c.setup, c.dealings, i+1, c.statics[i])
	if err != nil {
		c.t.Fatal(err)
	}
	v.Key = share.key.Y.Bytes()
	v.Round2 = append(v.Round2, zeroOf(v.Round2))
	v.Round2[i].Secret, v.Round2[i].Public = share.x.Bytes(), share.key.VerificationShare(i+1).Bytes()

	sig, err := sign(c.statics[i], c.transcript(), nil)
	if err != nil {
		c.t.Fatal(err)
	}
	v.Round3.Signatures = append(v.Round3.Signatures, zeroOf(v.Round3.Signatures))
	v.Round3.Signatures[i].Signature = sig
}

func zeroOf[T any](_ []T) (zero T) {
	return zero
}
