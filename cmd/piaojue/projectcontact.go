package main

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"piaojue/keyfile"
	"piaojue/lang"
)

// maxContact is more than any contact of a wish has.
const maxContact = 64 << 10

// contactCommand opens how to reach a citizen. It needs no network, and writes no
// file: what it prints is for the eyes of who asked.
func (t *tool) contactCommand() *cobra.Command {
	c := t.sealed(t.command("project contact", "FILE", "piaojue project contact contact.age --key intake.age", func(_ context.Context, args []string) error {
		return t.openContact(args[0])
	}))
	addText(c, &t.settings.key, "key")
	return exactly(1, c)
}

func (t *tool) openContact(path string) error {
	sealed, err := readFile(path, maxContact)
	if err != nil {
		return err
	}
	ids, err := t.openIdentities(t.settings.key)
	if err != nil {
		return err
	}
	plain, err := ids.Decrypt(bytes.NewReader(sealed))
	if err != nil {
		return because(err, "no_contact", path)
	}
	text, err := io.ReadAll(plain)
	if err != nil {
		return because(err, "no_contact", path)
	}
	// A citizen wrote it: nothing of it may steer the terminal.
	for line := range bytes.Lines(text) {
		fmt.Fprintln(t.out, lang.Plain(string(bytes.TrimSuffix(line, []byte("\n")))))
	}
	return nil
}

// openIdentities reads an identity file, which may be under a passphrase.
func (t *tool) openIdentities(path string) (*keyfile.Identities, error) {
	if path == "" {
		return nil, misuse("no_key")
	}
	data, err := keyfile.Read(path)
	if err != nil {
		return nil, err
	}
	ids, err := keyfile.ParseIdentities(data, func() (string, error) { return t.passphrase(t.words.say("prompt.passphrase", path)) })
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return ids, nil
}
