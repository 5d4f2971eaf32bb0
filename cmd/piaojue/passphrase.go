package main

import (
	"fmt"
	"os"
	"runtime/debug"
	"strings"

	"golang.org/x/term"

	"piaojue/keyfile"
)

// leastPassphrase is short: what protects the file is scrypt, and the paper the
// passphrase is on. It only stops the empty and the absent-minded ones.
const leastPassphrase = 8

// passphrase gets the passphrase of a key file: from a file, the environment,
// or the terminal. It is never an argument, which other users of the machine
// can read.
func (t *tool) passphrase(prompt string) (string, error) {
	if path := t.settings.passphrase; path != "" {
		return readPassphrase(path)
	}
	if p := t.env("PIAOJUE_PASSPHRASE"); p != "" {
		return p, nil
	}
	return t.ask(prompt)
}

func readPassphrase(path string) (string, error) {
	text, err := keyfile.Read(path)
	if err != nil {
		return "", err
	}
	line := strings.TrimSuffix(strings.TrimSuffix(string(text), "\n"), "\r")
	if line == "" || strings.Contains(line, "\n") {
		return "", wrong("passphrase_file", path)
	}
	return line, nil
}

// newPassphrase gets the passphrase for a file that is about to be made, twice
// if it is typed.
func (t *tool) newPassphrase(path string) (string, error) {
	p, err := t.passphrase(t.words.say("prompt.new_passphrase", path))
	if err != nil {
		return "", err
	}
	if len(p) < leastPassphrase {
		return "", wrong("short_passphrase", leastPassphrase)
	}
	if t.settings.passphrase == "" && t.env("PIAOJUE_PASSPHRASE") == "" {
		again, err := t.ask(t.words.say("prompt.again"))
		if err != nil {
			return "", err
		}
		if again != p {
			return "", wrong("two_passphrases")
		}
	}
	return p, nil
}

// ask reads a line from the terminal without showing it.
func (t *tool) ask(prompt string) (string, error) {
	tty, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil {
		return "", wrong("no_terminal")
	}
	defer tty.Close()
	fmt.Fprintf(tty, "%s", prompt)
	line, err := term.ReadPassword(int(tty.Fd()))
	fmt.Fprintln(tty)
	if err != nil {
		return "", because(err, "no_terminal")
	}
	return string(line), nil
}

// openKey reads a person's key file. Scrypt takes 256 MB for it, which the collector
// would leave to the program for minutes: a second file, or what the command does
// next, would come on top.
func (t *tool) openKey(path string) (*keyfile.Secret, error) {
	if path == "" {
		return nil, misuse("no_key")
	}
	data, err := keyfile.Read(path)
	if err != nil {
		return nil, err
	}
	p, err := t.passphrase(t.words.say("prompt.passphrase", path))
	if err != nil {
		return nil, err
	}
	s, err := keyfile.Open(data, p)
	debug.FreeOSMemory()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return s, nil
}

// anyKind is for who lets the log decide whether a key may sign.
const anyKind keyfile.Kind = ""

// secretFor opens the person's key file and demands its kind.
func (t *tool) secretFor(kind keyfile.Kind) (*keyfile.Secret, error) {
	secret, err := t.openKey(t.settings.key)
	if err != nil || kind == anyKind {
		return secret, err
	}
	return secret, secret.Check(kind, "")
}

// sealKey writes a person's key file. It never overwrites one, and asks for the
// passphrase only if the file can be made.
func (t *tool) sealKey(path string, s *keyfile.Secret) error {
	if err := checkNew(path); err != nil {
		return err
	}
	p, err := t.newPassphrase(path)
	if err != nil {
		return err
	}
	data, err := keyfile.Seal(s, p)
	if err != nil {
		return err
	}
	return keyfile.Write(path, data)
}
