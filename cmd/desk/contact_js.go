package main

import (
	"bytes"
	"io"
	"syscall/js"

	"piaojue/bridge"
	"piaojue/keyfile"
)

// newIdentity makes a key to which contacts of citizens can be sealed:
// (passphrase) → {file, recipient}.
func newIdentity(args []js.Value) (any, error) {
	passphrase, err := passphraseOf(args[0])
	if err != nil {
		return nil, err
	}
	file, recipient, err := keyfile.GenerateIdentityFile(passphrase)
	if err != nil {
		return nil, err
	}
	return bridge.Object("file", file, "recipient", recipient), nil
}

// openContact opens how to reach a citizen: (sealed, identity file, passphrase) →
// its text. It keeps nothing.
func openContact(args []js.Value) (any, error) {
	sealed, err := bridge.Bytes(args[0])
	if err != nil {
		return nil, err
	}
	file, err := bridge.Bytes(args[1])
	if err != nil {
		return nil, err
	}
	ids, err := keyfile.ParseIdentities(file, func() (string, error) { return args[2].String(), nil })
	if err != nil {
		return nil, err
	}
	plain, err := ids.Decrypt(bytes.NewReader(sealed))
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(plain)
	return string(text), err
}
