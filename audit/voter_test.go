package audit

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha512"
	"encoding/binary"
	"sync"

	"piaojue/ballot"
)

// voters by opening and number: RSA is slow.
var allVoters sync.Map

func (w *writer) voter(i int) *voter {
	id := [2]any{w.opening, i}
	v, ok := allVoters.Load(id)
	if !ok {
		v = w.newVoter(i)
		allVoters.Store(id, v)
	}
	return v.(*voter)
}

// newVoter makes a credential as its issuer could, without blinding.
func (w *writer) newVoter(i int) *voter {
	w.Helper()
	sk := testKey(string(binary.BigEndian.AppendUint32([]byte("voter "), uint32(i))))
	c := &ballot.Credential{Key: publicKey(sk), Prefix: [32]byte{byte(i), byte(i >> 8)}}
	m := append(c.Prefix[:], "piaojue-v1 credential\n"...)
	m = append(append(append(m, w.hash[:]...), w.opening[:]...), c.Key[:]...)
	digest := sha512.Sum384(m)
	sig, err := testIssuer().Sign(rand48{}, digest[:], &rsa.PSSOptions{SaltLength: 48, Hash: crypto.SHA384})
	if err != nil {
		w.Fatal(err)
	}
	c.Signatures = [][]byte{sig}
	return &voter{sk, c}
}

// rand48 is a constant salt.
type rand48 struct{}

func (rand48) Read(b []byte) (int, error) { return len(b), nil }
