package main

import (
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"strings"

	"golang.org/x/term"

	"piaojue/keyfile"
)

const (
	passphraseEnv   = "PIAOJUED_PASSPHRASE"
	leastPassphrase = 8
)

// passphrase gets a passphrase from a file, the environment or the terminal.
// It is never an argument, which other users of the machine can read.
func passphrase(path, prompt string) (string, error) {
	if path != "" {
		text, err := keyfile.Read(path)
		return strings.TrimRight(string(text), "\r\n"), err
	}
	if p, ok := os.LookupEnv(passphraseEnv); ok {
		return p, nil
	}
	return ask(prompt)
}

// newPassphrase asks twice at a terminal.
func newPassphrase(path string) (string, error) {
	p, err := passphrase(path, "New passphrase of the key: ")
	if err != nil {
		return "", err
	}
	if len(p) < leastPassphrase {
		return "", fmt.Errorf("the passphrase has less than %d bytes", leastPassphrase)
	}
	if _, env := os.LookupEnv(passphraseEnv); path != "" || env {
		return p, nil
	}
	again, err := ask("Again: ")
	if err == nil && again != p {
		err = errors.New("the two passphrases differ")
	}
	return p, err
}

// ask reads a line from the terminal without showing it.
func ask(prompt string) (string, error) {
	tty, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil {
		return "", hint(errors.New("there is no terminal to ask for the passphrase"), "give --passphrase-file or %s", passphraseEnv)
	}
	defer tty.Close()
	fmt.Fprint(tty, prompt)
	line, err := term.ReadPassword(int(tty.Fd()))
	fmt.Fprintln(tty)
	return string(line), err
}

func openSealed(data []byte, path string) (*keyfile.Secret, error) {
	p, err := passphrase(path, "Passphrase of the key: ")
	if err != nil {
		return nil, err
	}
	s, err := keyfile.Open(data, p)
	debug.FreeOSMemory() // what scrypt took, 256 MB, would stay with a daemon for minutes
	return s, err
}
