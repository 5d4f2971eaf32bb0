package audit

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"piaojue/group"
)

// Signature types of C2SP signed-note.
const (
	typeEd25519     = 1
	typeCosignature = 4
)

// maxTime is the last second a cosignature may name.
const maxTime = 1<<63 - 1

var errKey = errors.New("audit: malformed verifier key")

// Key is a verifier key: the public key of a log or of a witness, and its name.
// It implements note.Verifier. The package note of golang.org/x/mod knows no
// cosignatures, and its Ed25519 is laxer than PROTOCOL.md, Section 2.
type Key struct {
	name   string
	kind   byte
	public [32]byte
}

// LogKey returns the key of the log with the given origin.
func LogKey(origin string, public [32]byte) (*Key, error) {
	return newKey(origin, typeEd25519, public[:])
}

// WitnessKey returns the key of a witness.
func WitnessKey(name string, public [32]byte) (*Key, error) {
	return newKey(name, typeCosignature, public[:])
}

func newKey(name string, kind byte, public []byte) (*Key, error) {
	if err := checkName(name); err != nil {
		return nil, err
	}
	if kind != typeEd25519 && kind != typeCosignature {
		return nil, fmt.Errorf("%w: signature type %d", errKey, kind)
	}
	if group.CheckPublicKey(public) != nil {
		return nil, fmt.Errorf("%w: invalid Ed25519 public key", errKey)
	}
	return &Key{name: name, kind: kind, public: [32]byte(public)}, nil
}

// ParseKey parses a vkey: name, key id and key, joined by "+".
func ParseKey(vkey string) (*Key, error) {
	f := strings.Split(vkey, "+")
	// The key in base64 may contain "+" too; a name and an id cannot.
	if len(f) < 3 {
		return nil, errKey
	}
	raw, err := base64.StdEncoding.Strict().DecodeString(strings.Join(f[2:], "+"))
	if err != nil || len(raw) != 33 {
		return nil, errKey
	}
	k, err := newKey(f[0], raw[0], raw[1:])
	if err != nil {
		return nil, err
	}
	// The key id is a hash that String computes anew.
	if k.String() != vkey {
		return nil, fmt.Errorf("%w: key id or spelling is wrong", errKey)
	}
	return k, nil
}

// String returns the vkey.
func (k *Key) String() string {
	raw := append([]byte{k.kind}, k.public[:]...)
	return fmt.Sprintf("%s+%08x+%s", k.name, k.KeyHash(), base64.StdEncoding.EncodeToString(raw))
}

// Name returns the key's name: an origin, for a log.
func (k *Key) Name() string { return k.name }

// IsWitness reports whether the key makes cosignatures.
func (k *Key) IsWitness() bool { return k.kind == typeCosignature }

// Public returns the Ed25519 public key.
func (k *Key) Public() [32]byte { return k.public }

// KeyHash returns the key id of C2SP signed-note.
func (k *Key) KeyHash() uint32 {
	h := sha256.New()
	h.Write([]byte(k.name))
	h.Write([]byte{'\n', k.kind})
	h.Write(k.public[:])
	return binary.BigEndian.Uint32(h.Sum(nil))
}

// Verify implements note.Verifier.
func (k *Key) Verify(text, sig []byte) bool {
	if k.kind == typeEd25519 {
		return group.VerifyMessage(k.public[:], text, sig) == nil
	}
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	time := binary.BigEndian.Uint64(sig)
	return time <= maxTime && group.VerifyMessage(k.public[:], cosigned(text, time), sig[8:]) == nil
}

// cosigned is the message of a cosignature/v1 (C2SP tlog-cosignature).
func cosigned(text []byte, time uint64) []byte {
	m := append([]byte("cosignature/v1\ntime "), strconv.FormatUint(time, 10)...)
	m = append(m, '\n')
	return append(m, text...)
}

// signer implements note.Signer for a log key or, at a time, a witness key.
type signer struct {
	*Key
	private ed25519.PrivateKey
	time    uint64
}

func newSigner(name string, kind byte, private ed25519.PrivateKey) (*signer, error) {
	if len(private) != ed25519.PrivateKeySize {
		return nil, errors.New("audit: malformed private key")
	}
	k, err := newKey(name, kind, private[32:])
	if err != nil {
		return nil, err
	}
	return &signer{Key: k, private: private}, nil
}

// Sign implements note.Signer.
func (s *signer) Sign(text []byte) ([]byte, error) {
	if s.kind == typeEd25519 {
		return ed25519.Sign(s.private, text), nil
	}
	sig := binary.BigEndian.AppendUint64(nil, s.time)
	return append(sig, ed25519.Sign(s.private, cosigned(text, s.time))...), nil
}
