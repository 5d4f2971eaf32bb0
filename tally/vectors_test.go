package tally

import (
	"bytes"
	"crypto/sha512"
	_ "embed"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"piaojue/group"
)

// Vectors of the ceremony in the format of C2SP's own. Two files are run:
// testdata/cocktail.json is ours and guards against regressions; the
// specification's is read from the folder that PIAOJUE_VECTORS names. Those were
// generated for v0.2.0, whose bytes v0.2.1 does not change.

var update = flag.Bool("update", false, "write testdata anew")

//go:embed testdata/cocktail.json
var ourVectors []byte

const externalVectors = "cocktail-dkg-ristretto255-sha512.json"

type vectorFile struct {
	Ciphersuite string    `json:"ciphersuite"`
	Seed        hexBytes  `json:"seed"`
	Vectors     []*vector `json:"vectors"`
}

type vector struct {
	N          int      `json:"n"`
	T          int      `json:"t"`
	SessionTag hexBytes `json:"session_tag"`
	Context    hexBytes `json:"context"`
	Extension  hexBytes `json:"extension"`
	Config     struct {
		Secret []hexBytes `json:"static_secret_keys"`
		Public []hexBytes `json:"static_public_keys"`
	} `json:"config"`
	Payloads []hexBytes `json:"payloads,omitempty"`
	Round1   []struct {
		Ephemeral  hexBytes   `json:"ephemeral_public_key"`
		Commitment []hexBytes `json:"vss_commitment"`
		Pop        hexBytes   `json:"pop"`
		Inside     *struct {
			Message    hexBytes `json:"message"`
			Nonce      hexBytes `json:"nonce"`
			NonceInput hexBytes `json:"nonce_input"`
			Challenge  hexBytes `json:"challenge"`
		} `json:"pop_intermediate,omitempty"`
		Shares []hexBytes `json:"encrypted_shares"`
	} `json:"round1"`
	Round2 []struct {
		Secret hexBytes `json:"secret_share"`
		Public hexBytes `json:"verification_share"`
	} `json:"round2"`
	Round3 struct {
		Hash       hexBytes `json:"transcript_hash"`
		Signatures []struct {
			Signature hexBytes `json:"signature"`
		} `json:"signatures"`
	} `json:"round3"`
	Key      hexBytes `json:"group_public_key"`
	Recovery *struct {
		Trustee     int        `json:"participant_id"`
		Ciphertexts []hexBytes `json:"ciphertexts"`
		Secret      hexBytes   `json:"recovered_secret_share"`
		Public      hexBytes   `json:"recovered_verification_share"`
	} `json:"recovery,omitempty"`
}

type hexBytes []byte

func (h hexBytes) MarshalText() ([]byte, error) {
	return []byte(hex.EncodeToString(h)), nil
}

func (h *hexBytes) UnmarshalText(text []byte) (err error) {
	*h, err = hex.DecodeString(string(text))
	return err
}

func TestVectors(t *testing.T) {
	if *update {
		writeVectors(t)
	}
	runVectors(t, "ours", ourVectors)
	dir := os.Getenv("PIAOJUE_VECTORS")
	if dir == "" {
		t.Log("PIAOJUE_VECTORS is unset: ran our own vectors only, not those of C2SP")
		return
	}
	b, err := os.ReadFile(filepath.Join(dir, externalVectors))
	if err != nil {
		t.Fatal(err)
	}
	runVectors(t, "c2sp", b)
}

func runVectors(t *testing.T, name string, b []byte) {
	t.Helper()
	var file vectorFile
	if err := json.Unmarshal(b, &file); err != nil {
		t.Fatal(err)
	}
	if file.Ciphersuite != ciphersuite {
		t.Fatalf("ciphersuite %q, want %q", file.Ciphersuite, ciphersuite)
	}
	if len(file.Vectors) == 0 {
		t.Fatal("no vectors")
	}
	for n, v := range file.Vectors {
		t.Run(fmt.Sprintf("%s/%d/%d-of-%d", name, n, v.T, v.N), func(t *testing.T) {
			c := newVectorCeremony(t, file.Seed, v)
			c.checkSetup()
			c.checkRound1()
			c.checkRound2()
			c.checkRound3()
			c.checkRecovery()
			if name == "ours" {
				c.equal("our extension", extension(c.dealings), v.Extension)
			}
		})
	}
}

// vectorCeremony runs the ceremony with the secrets of a vector.
type vectorCeremony struct {
	t        *testing.T
	v        *vector
	seed     []byte
	setup    *Setup
	statics  []*group.Scalar
	dealers  []*dealer
	dealings []*Dealing
}

func newVectorCeremony(t *testing.T, seed []byte, v *vector) *vectorCeremony {
	c := &vectorCeremony{t: t, v: v, seed: seed}
	c.setup = &Setup{Threshold: v.T, Session: v.SessionTag}
	for i := 1; i <= v.N; i++ {
		d := c.scalar(fmt.Sprintf("static_secret_key_%d", i))
		c.statics = append(c.statics, d)
		c.setup.StaticKeys = append(c.setup.StaticKeys, publicKey(d))
		c.dealers = append(c.dealers, c.dealer(i))
	}
	for i, d := range c.dealers {
		c.dealings = append(c.dealings, c.deal(d, i+1))
	}
	return c
}

func (c *vectorCeremony) deal(d *dealer, i int) *Dealing {
	c.t.Helper()
	msg1, err := d.deal(c.setup, i, c.statics[i-1])
	if err != nil {
		c.t.Fatal(err)
	}
	dealing, err := parseDealing(c.setup, i, msg1, sealedSize+len(d.testOnlyPayload))
	if err != nil {
		c.t.Fatal(err)
	}
	if !bytes.Equal(dealing.Marshal(), msg1) {
		c.t.Errorf("dealing of trustee %d does not re-encode to msg1", i)
	}
	return dealing
}

// dealer draws from a stream of hashes: coefficients first, then e.
func (c *vectorCeremony) dealer(i int) *dealer {
	label := fmt.Sprintf("round1_participant_%d", i)
	d := new(dealer)
	for k := range c.v.T {
		d.a = append(d.a, c.scalar(label, uint64(k)))
	}
	d.e = c.scalar(label, uint64(c.v.T))
	if len(c.v.Payloads) > 0 {
		d.testOnlyPayload = c.hash(fmt.Sprintf("payload_%d", i))
		c.equal("payload", d.testOnlyPayload, c.v.Payloads[i-1])
	}
	return d
}

func (c *vectorCeremony) scalar(label string, counter ...uint64) *group.Scalar {
	k, err := new(group.Scalar).SetUniformBytes(c.hash(label, counter...))
	if err != nil {
		c.t.Fatal(err)
	}
	return k
}

func (c *vectorCeremony) hash(label string, counter ...uint64) []byte {
	b := append([]byte(nil), c.seed...)
	b = append(b, ciphersuite...)
	b = binary.LittleEndian.AppendUint32(b, uint32(c.v.T))
	b = binary.LittleEndian.AppendUint32(b, uint32(c.v.N))
	b = append(b, label...)
	for _, n := range counter {
		b = binary.LittleEndian.AppendUint64(b, n)
	}
	sum := sha512.Sum512(b)
	return sum[:]
}

func (c *vectorCeremony) equal(what string, got, want []byte) {
	c.t.Helper()
	if !bytes.Equal(got, want) {
		c.t.Errorf("%s: got %x, want %x", what, got, want)
	}
}

func (c *vectorCeremony) checkSetup() {
	context := c.setup.Context()
	c.equal("context", context[:], c.v.Context)
	for i := range c.statics {
		c.equal("static secret key", c.statics[i].Bytes(), c.v.Config.Secret[i])
		c.equal("static public key", c.setup.key(i+1).Bytes(), c.v.Config.Public[i])
	}
}

func (c *vectorCeremony) checkRound1() {
	for i, d := range c.dealings {
		want := c.v.Round1[i]
		for k := range d.commitments {
			c.equal("commitment", d.commitments[k].Bytes(), want.Commitment[k])
		}
		c.equal("pop", d.pop[:], want.Pop)
		c.equal("ephemeral key", d.ephemeral.Bytes(), want.Ephemeral)
		for j := range d.ciphertexts {
			c.equal("encrypted share", d.ciphertexts[j], want.Shares[j])
		}
		if in := want.Inside; in != nil {
			c.equal("pop message", d.possession(), in.Message)
			c.equal("pop nonce", hashToScalar(in.NonceInput).Bytes(), in.Nonce)
			challenge := signatureChallenge(publicKey(hashToScalar(in.NonceInput)), &d.commitments[0], in.Message)
			c.equal("pop challenge", challenge.Bytes(), in.Challenge)
		}
	}
}

func (c *vectorCeremony) checkRound2() {
	for i := range c.statics {
		share, err := receive(c.setup, c.dealings, i+1, c.statics[i])
		if err != nil {
			c.t.Fatal(err)
		}
		c.equal("secret share", share.x.Bytes(), c.v.Round2[i].Secret)
		c.equal("verification share", share.key.VerificationShare(i+1).Bytes(), c.v.Round2[i].Public)
		c.equal("joint key", share.key.Y.Bytes(), c.v.Key)
	}
}

// transcript takes the vector's extension, where ours hashes the ciphertexts.
func (c *vectorCeremony) transcript() []byte {
	return c.setup.transcript(c.dealings, c.v.Extension)
}

func (c *vectorCeremony) checkRound3() {
	if len(c.v.Payloads) > 0 {
		c.equal("extension", c.payloadExtension(), c.v.Extension)
	}
	sum := sha512.Sum512(c.transcript())
	c.equal("transcript hash", sum[:], c.v.Round3.Hash)
	for i, want := range c.v.Round3.Signatures {
		sig, err := sign(c.statics[i], c.transcript(), nil)
		if err != nil {
			c.t.Fatal(err)
		}
		c.equal("signature", sig, want.Signature)
		if err := verify(c.setup.key(i+1), c.transcript(), want.Signature); err != nil {
			c.t.Errorf("signature of trustee %d: %v", i+1, err)
		}
	}
}

func (c *vectorCeremony) payloadExtension() []byte {
	b := binary.LittleEndian.AppendUint64(nil, uint64(c.v.N))
	for _, p := range c.v.Payloads {
		b = appendCounted(b, p)
	}
	sum := sha512.Sum512(b)
	return sum[:]
}

func (c *vectorCeremony) checkRecovery() {
	r := c.v.Recovery
	if r == nil {
		return
	}
	for j, d := range c.dealings {
		c.equal("ciphertext to recover from", d.ciphertexts[r.Trustee-1], r.Ciphertexts[j])
	}
	share, err := receive(c.setup, c.dealings, r.Trustee, c.statics[r.Trustee-1])
	if err != nil {
		c.t.Fatal(err)
	}
	c.equal("recovered share", share.x.Bytes(), r.Secret)
	c.equal("recovered verification share", share.key.VerificationShare(r.Trustee).Bytes(), r.Public)
}
