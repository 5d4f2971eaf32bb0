package main

import (
	"encoding/hex"
	"errors"
	"io/fs"
	"os"

	"piaojue/client"
	"piaojue/keyfile"
)

// What a trustee has opened stands in a file beside the key file, made once and
// never changed: a second sum of the same vote could show single votes (attack
// K5). The file is on the disk before the share leaves the machine.
//
// On a machine without this file the trustee compares the root with the one
// that is read aloud.

// openedPath names the file by the vote, because one key file might meet two.
func openedPath(key string, manifest [32]byte) string {
	return key + ".opened-" + hex.EncodeToString(manifest[:8])
}

// readOpened returns what was opened before, or nil.
func readOpened(path string, manifest [32]byte) (*client.Closing, error) {
	text, err := keyfile.Read(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	c, err := client.ParseClosing(text, manifest)
	if err != nil {
		return nil, wrong("opened_file", path)
	}
	return c, nil
}

// recordOpened makes the file. If another run was faster, what it recorded must
// be the same.
func recordOpened(path string, c client.Closing, manifest [32]byte) error {
	err := keyfile.Write(path, c.Marshal(manifest))
	if !errors.Is(err, os.ErrExist) {
		return err
	}
	before, err := readOpened(path, manifest)
	if err == nil && (before == nil || *before != c) {
		err = client.ErrOtherRoot
	}
	return err
}
