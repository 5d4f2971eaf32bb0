package gen

import (
	"bytes"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"slices"

	"golang.org/x/crypto/chacha20poly1305"

	"piaojue/ballot"
)

type credentialFile struct {
	Manifest    bin            `json:"manifest"`
	Opening     bin            `json:"opening"`
	Seed        bin            `json:"seed"`
	OneTimeSeed bin            `json:"one_time_seed"`
	OneTimeKey  bin            `json:"one_time_key"`
	Prefix      bin            `json:"prefix"`
	Prepared    bin            `json:"prepared"`
	Issuers     []issuerVector `json:"issuers"`
	VectorHash  bin            `json:"vector_hash"`
	Credential  bin            `json:"credential"`
	Digest      bin            `json:"digest"`
	SealedSeed  sealedVector   `json:"sealed_seed"`
}

type issuerVector struct {
	PrivateKey bin `json:"private_key"` // PKCS #8
	Modulus    bin `json:"modulus"`
	Blinded    bin `json:"blinded"`
	BlindSig   bin `json:"blind_signature"`
	Signature  bin `json:"signature"`
}

type sealedVector struct {
	BadgeSeed bin    `json:"badge_seed"`
	Epoch     uint32 `json:"epoch"`
	Key       bin    `json:"key"`
	Nonce     bin    `json:"nonce"`
	Sealed    bin    `json:"sealed"`
}

// credentialVectors are those of the first deputy of the main vote.
func credentialVectors(v *vote) credentialFile {
	index := v.issued[0]
	seed := deputySeed(v.hash, v.opening, index)
	w := v.voterOf(index)
	_, r := v.request(index)
	vector, digest := r.VectorHash(), credentialDigest(w.credential)
	f := credentialFile{
		Manifest: v.hash[:], Opening: v.opening[:], Seed: seed[:], OneTimeSeed: expand(seed[:], nil, "piaojue-v1 one-time key"),
		OneTimeKey: w.credential.Key[:], Prefix: expand(seed[:], nil, "piaojue-v1 prefix"),
		VectorHash: vector[:], Credential: marshalCredential(w.credential), Digest: digest[:],
		SealedSeed: sealSeed(v, index, seed),
	}
	f.Prepared = slices.Concat(f.Prefix, []byte("piaojue-v1 credential\n"), f.Manifest, f.Opening, f.OneTimeKey)
	for i, blinded := range r.Blinded() {
		k := issuers()[i]
		f.Issuers = append(f.Issuers, issuerVector{
			PrivateKey: issuerFile(i), Modulus: k.PublicKey().Modulus(), Blinded: blinded,
			BlindSig: must(k.BlindSign(blinded)), Signature: w.credential.Signatures[i],
		})
	}
	if !bytes.Equal(f.OneTimeSeed, w.sk.Seed()) || !bytes.Equal(f.Prefix, w.credential.Prefix[:]) || w.credential.Digest() != digest {
		panic("package ballot derives something else")
	}
	return f
}

func expand(secret, salt []byte, info string) []byte {
	return must(hkdf.Key(sha256.New, secret, salt, info, 32))
}

func marshalCredential(c *ballot.Credential) []byte {
	return slices.Concat(c.Key[:], c.Prefix[:], slices.Concat(c.Signatures...))
}

// sealSeed is PROTOCOL.md, Section 6.1, with a nonce that is not random.
func sealSeed(v *vote, index uint32, seed [32]byte) sealedVector {
	badge := v.badges[index].Seed()
	info := binary.BigEndian.AppendUint32([]byte("piaojue-v1 seed"), v.epoch)
	s := sealedVector{BadgeSeed: badge, Epoch: v.epoch, Key: expand(badge, v.hash[:], string(info)), Nonce: bytes.Repeat([]byte{7}, 24)}
	s.Sealed = must(chacha20poly1305.NewX(s.Key)).Seal(s.Nonce[:24:24], s.Nonce, seed[:], nil)
	return s
}
