package node

import (
	"bytes"
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"math/big"
	"time"

	"piaojue/keyfile"
)

// Key is the secret of the nodes that serve together. From it follow the keys of
// the link, one for each thing that may be asked there: a connection that hands
// on the requests of strangers cannot ask for a file of the folder of keys,
// whatever those requests say.
type Key struct {
	secret []byte
}

// Roles of the two ends of the link.
const (
	roleLeader  = "leader"  // answers
	roleForward = "forward" // hands requests on
	roleKeys    = "keys"    // copies the folder of keys
)

const (
	secretValue = "secret"
	secretSize  = 32
)

// InitKey draws a key into a new file.
func InitKey(path string) error {
	secret := make([]byte, secretSize)
	rand.Read(secret)
	return keyfile.WriteKey(path, &keyfile.Secret{Kind: keyfile.Node, Values: map[string][]byte{secretValue: secret}})
}

// OpenKey reads what InitKey wrote.
func OpenKey(path string) (*Key, error) {
	s, err := keyfile.ReadKey(path, keyfile.Node)
	if err != nil {
		return nil, err
	}
	secret, err := s.Value(secretValue, secretSize)
	if err != nil {
		return nil, err
	}
	return &Key{secret}, nil
}

// Format shows nothing of the secret.
func (k *Key) String() string { return "key of nodes" }

// private is the key of one role.
func (k *Key) private(role string) ed25519.PrivateKey {
	seed, err := hkdf.Key(sha256.New, k.secret, nil, "piaojue-v1 node "+role, ed25519.SeedSize)
	if err != nil {
		panic("node: internal error: " + err.Error())
	}
	return ed25519.NewKeyFromSeed(seed)
}

func (k *Key) public(role string) []byte {
	return k.private(role).Public().(ed25519.PublicKey)
}

// certificate is what TLS wants around a key. Nobody reads what it says.
func (k *Key) certificate(role string) tls.Certificate {
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		NotBefore:    time.Unix(0, 0),
		NotAfter:     time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC),
	}
	sk := k.private(role)
	der, err := x509.CreateCertificate(rand.Reader, template, template, sk.Public(), sk)
	if err != nil {
		panic("node: internal error: " + err.Error())
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: sk}
}

var errStranger = errors.New("node: the other end of the link does not have our key")

// server is TLS of the end that answers. It knows the other end by its public key
// and by nothing else.
func (k *Key) server() *tls.Config {
	c := k.config(roleLeader, roleForward, roleKeys)
	c.ClientAuth = tls.RequireAnyClientCert
	return c
}

// client is TLS of the end that asks.
func (k *Key) client(role string) *tls.Config {
	c := k.config(role, roleLeader)
	c.InsecureSkipVerify = true // instead: VerifyConnection, which compares the public key
	return c
}

func (k *Key) config(own string, others ...string) *tls.Config {
	var known [][]byte
	for _, role := range others {
		known = append(known, k.public(role))
	}
	return &tls.Config{
		MinVersion:             tls.VersionTLS13,
		Certificates:           []tls.Certificate{k.certificate(own)},
		SessionTicketsDisabled: true,
		VerifyConnection: func(s tls.ConnectionState) error {
			for _, pk := range known {
				if bytes.Equal(peer(&s), pk) {
					return nil
				}
			}
			return errStranger
		},
	}
}

// peer is the public key that the other end has proved to have; nil if it is of
// another kind than ours.
func peer(s *tls.ConnectionState) []byte {
	if len(s.PeerCertificates) == 0 {
		return nil
	}
	pk, ok := s.PeerCertificates[0].PublicKey.(ed25519.PublicKey)
	if !ok {
		return nil
	}
	return pk
}
