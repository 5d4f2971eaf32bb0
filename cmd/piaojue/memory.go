package main

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"piaojue/keyfile"
)

// memory is what a terminal keeps from one start to the next: which manifest a
// scrutineer named for a vote, and the key that the server knows the device by.
// Nothing in it is of a deputy.
type memory struct{ dir string }

// openMemory makes the folder; the one of the user, if none is named.
func openMemory(dir string) (memory, error) {
	if dir == "" {
		home, err := os.UserConfigDir()
		if err != nil {
			return memory{}, because(err, "agent_state")
		}
		dir = filepath.Join(home, "piaojue", "terminal")
	}
	return memory{dir}, os.MkdirAll(dir, 0o700)
}

func (m memory) manifestPath(vote string) string {
	return filepath.Join(m.dir, "manifest-"+vote+".txt")
}

func (m memory) manifest(vote string) (hash [32]byte, known bool, err error) {
	text, err := readFile(m.manifestPath(vote), maxDocument)
	if errors.Is(err, fs.ErrNotExist) {
		return hash, false, nil
	}
	if err != nil {
		return hash, false, err
	}
	hash, err = parseHash(string(text))
	return hash, true, err
}

// keepManifest never replaces one: another vote has another name, and whoever
// wants another manifest for this one must take the file away by hand.
func (m memory) keepManifest(vote string, hash [32]byte) error {
	if before, known, err := m.manifest(vote); known || err != nil {
		if err == nil && before != hash {
			err = wrong("agent_other", hexOf(before))
		}
		return err
	}
	return keyfile.Write(m.manifestPath(vote), []byte(hexOf(hash)+"\n"))
}

func (m memory) devicePath() string { return filepath.Join(m.dir, "device.json") }

// device is what the server answered to the registration, or null.
func (m memory) device() (json.RawMessage, error) {
	text, err := readFile(m.devicePath(), maxDocument)
	if errors.Is(err, fs.ErrNotExist) {
		return json.RawMessage("null"), nil
	}
	if err == nil && !json.Valid(text) {
		err = wrong("agent_device", m.devicePath())
	}
	return text, err
}

// keepDevice replaces the key before, which the server no longer knows when the
// device is registered again.
func (m memory) keepDevice(answer json.RawMessage) error {
	next := m.devicePath() + ".new"
	if err := os.Remove(next); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := keyfile.Write(next, answer); err != nil {
		return err
	}
	if err := os.Rename(next, m.devicePath()); err != nil {
		return err
	}
	return keyfile.SyncFolder(m.dir)
}
