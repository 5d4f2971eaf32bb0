package gen

import (
	"crypto/ed25519"
	"crypto/sha256"
	"embed"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"sync"
	"testing"
	"testing/cryptotest"

	"piaojue/ballot"
)

// seed makes everything that draws from crypto/rand repeat itself, and one
// vector independent of those made before it.
func seed(t *testing.T, name string) {
	t.Helper()
	h := fnv.New64a()
	h.Write([]byte(name))
	cryptotest.SetGlobalRandom(t, h.Sum64())
}

// secretOf derives 32 bytes from a name (README.md, "Keys").
func secretOf(name string) [32]byte {
	return sha256.Sum256([]byte("piaojue test key " + name))
}

// key derives an Ed25519 key from a name.
func key(name string) ed25519.PrivateKey {
	s := secretOf(name)
	return ed25519.NewKeyFromSeed(s[:])
}

func public(sk ed25519.PrivateKey) [32]byte {
	return [32]byte(sk.Public().(ed25519.PublicKey))
}

// pk returns the public key of a name.
func pk(name string) [32]byte { return public(key(name)) }

// deputySeed is what a deputy's device draws before it asks for a credential.
func deputySeed(manifest, opening [32]byte, index uint32) [32]byte {
	h := sha256.New()
	h.Write([]byte("piaojue test seed "))
	h.Write(manifest[:])
	h.Write(opening[:])
	binary.Write(h, binary.BigEndian, index)
	return [32]byte(h.Sum(nil))
}

//go:embed testdata/issuer0.der testdata/issuer1.der
var issuerFiles embed.FS

// issuers are the two issuers of all votes; making an RSA key is neither quick
// nor deterministic.
var issuers = sync.OnceValue(func() []*ballot.Issuer {
	var list []*ballot.Issuer
	for i := range 2 {
		list = append(list, must(ballot.ParseIssuer(issuerFile(i))))
	}
	return list
})

func issuerFile(i int) []byte {
	return must(issuerFiles.ReadFile(fmt.Sprintf("testdata/issuer%d.der", i)))
}

// must returns v: what a generator does must not fail.
func must[T any](v T, err error) T {
	check(err)
	return v
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func unhex(s string) []byte { return must(hex.DecodeString(s)) }
