package main

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"piaojue/group"
	"piaojue/keyfile"
	"piaojue/tally"
)

// The names of values in key files of people.
const (
	roleValue   = "role"
	staticValue = "static"
)

// keysCommand makes key files.
func (t *tool) keysCommand() *cobra.Command {
	return t.sealed(t.group("keys",
		t.newKeyCommand(keyfile.Staff, "piaojue keys staff -o staff.age > staff.pub"),
		t.newKeyCommand(keyfile.Presidium, "piaojue keys presidium -o presidium.age > presidium.pub"),
		t.newKeyCommand(keyfile.Scrutineer, "piaojue keys scrutineer -o zhang.age --name Zhang --delegation Chengguan > zhang.pub"),
		t.newKeyCommand(keyfile.Teller, "piaojue keys teller -o zhao.age --name Zhao > zhao.pub"),
		t.showKeyCommand(),
	))
}

func (t *tool) newKeyCommand(kind keyfile.Kind, example string) *cobra.Command {
	var path string
	var who card
	c := exactly(0, t.command("keys "+string(kind), "-o FILE", example, func(context.Context, []string) error {
		return t.newKey(path, kind, who)
	}))
	c.Flags().StringVarP(&path, "output", "o", "", "")
	if kind == keyfile.Scrutineer || kind == keyfile.Teller {
		c.Flags().StringVar(&who.Name, "name", "", "")
	}
	if kind == keyfile.Scrutineer {
		c.Flags().StringVar(&who.Delegation, "delegation", "", "")
	}
	return c
}

// newKey makes a key file and prints its public card.
func (t *tool) newKey(path string, kind keyfile.Kind, who card) error {
	if strings.Contains(who.Name+who.Delegation, "/") || len(who.label()) > 128 {
		return misuse("person_name")
	}
	s := generateKey(kind, who)
	public, err := cardOf(s)
	if err != nil {
		return err
	}
	if err := t.sealKey(path, s); err != nil {
		return err
	}
	t.talk(t.words.say("keys.written", path))
	fmt.Fprintln(t.out, public)
	return nil
}

// generateKey draws the keys of a role. A static key serves one vote: shares of
// two votes under one key would fall together.
func generateKey(kind keyfile.Kind, who card) *keyfile.Secret {
	var seed [ed25519.SeedSize]byte
	rand.Read(seed[:])
	s := &keyfile.Secret{Kind: kind, Label: who.label(), Values: map[string][]byte{roleValue: seed[:]}}
	if kind == keyfile.Scrutineer {
		s.Values[staticValue] = tally.GenerateStatic().Bytes()
	}
	return s
}

// showKeyCommand prints the public card of a key file again.
func (t *tool) showKeyCommand() *cobra.Command {
	return exactly(1, t.command("keys show", "FILE", "piaojue keys show zhang.age > zhang.pub", func(_ context.Context, args []string) error {
		s, err := t.openKey(args[0])
		if err != nil {
			return err
		}
		public, err := cardOf(s)
		if err != nil {
			return err
		}
		fmt.Fprintln(t.out, public)
		return nil
	}))
}

// roleKey is the key with which a person signs entries.
func roleKey(s *keyfile.Secret) (ed25519.PrivateKey, error) {
	seed, err := s.Value(roleValue, ed25519.SeedSize)
	if err != nil {
		return nil, err
	}
	return ed25519.NewKeyFromSeed(seed), nil
}

// staticKey is a trustee's key of the ceremony.
func staticKey(s *keyfile.Secret) (*group.Scalar, error) {
	raw, err := s.Value(staticValue, 32)
	if err != nil {
		return nil, err
	}
	return group.ParseScalar(raw)
}

// trusteeKeys are both keys of a scrutineer.
func trusteeKeys(s *keyfile.Secret) (role ed25519.PrivateKey, static *group.Scalar, err error) {
	if role, err = roleKey(s); err != nil {
		return nil, nil, err
	}
	static, err = staticKey(s)
	return role, static, err
}

func publicKey(sk ed25519.PrivateKey) [32]byte {
	return [32]byte(sk.Public().(ed25519.PublicKey))
}

// key32 is a public key in JSON.
type key32 [32]byte

// MarshalText implements encoding.TextMarshaler.
func (k key32) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, k[:]), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (k *key32) UnmarshalText(text []byte) error {
	raw, err := hex.DecodeString(string(text))
	if err != nil || len(raw) != len(k) {
		return wrong("key_digits")
	}
	*k = key32(raw)
	return nil
}
