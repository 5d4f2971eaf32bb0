package main

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"piaojue/client"
	"piaojue/keyfile"
)

// What a trustee has opened stands in a file beside the key file, made once and
// never changed: a second sum of the same vote could show single votes (attack
// K5). The file is on the disk before the share leaves the machine.
//
//	piaojue-opened-v1
//	vote <manifest hash>
//	size <size of the closing checkpoint>
//	root <its root>
//
// On a machine without this file the trustee compares the root with the one
// that is read aloud.

const openedHeader = "piaojue-opened-v1"

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
	c, err := parseOpened(string(text), manifest)
	if err != nil {
		return nil, because(err, "opened_file", path)
	}
	return c, nil
}

func parseOpened(text string, manifest [32]byte) (*client.Closing, error) {
	var vote, root string
	c := &client.Closing{}
	if _, err := fmt.Sscanf(text, openedHeader+"\nvote %64s\nsize %d\nroot %64s\n", &vote, &c.Size, &root); err != nil {
		return nil, err
	}
	b, err := hex.DecodeString(root)
	if err != nil || len(b) != len(c.Root) {
		return nil, errors.New("root is not a hash")
	}
	c.Root = [32]byte(b)
	if marshalOpened(*c, manifest) != text {
		return nil, errors.New("it is damaged, or of another vote")
	}
	return c, nil
}

func marshalOpened(c client.Closing, manifest [32]byte) string {
	return strings.Join([]string{
		openedHeader,
		"vote " + hexOf(manifest),
		"size " + strconv.FormatUint(c.Size, 10),
		"root " + hexOf(c.Root),
	}, "\n") + "\n"
}

// recordOpened makes the file. If another run was faster, what it recorded must
// be the same.
func recordOpened(path string, c client.Closing, manifest [32]byte) error {
	err := keyfile.Write(path, []byte(marshalOpened(c, manifest)))
	if !errors.Is(err, os.ErrExist) {
		return err
	}
	before, err := readOpened(path, manifest)
	if err == nil && (before == nil || *before != c) {
		err = client.ErrOtherRoot
	}
	return err
}
