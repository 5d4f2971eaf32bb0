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

// devicePath is another one for each vote: a terminal that was set up for a
// rehearsal registers again for the real vote, and does not show the rehearsal.
func (m memory) devicePath(vote string) string {
	return filepath.Join(m.dir, "device-"+vote+".json")
}

// device is what the server answered to the registration, or null.
func (m memory) device(vote string) (json.RawMessage, error) {
	text, err := readFile(m.devicePath(vote), maxDocument)
	if errors.Is(err, fs.ErrNotExist) {
		return json.RawMessage("null"), nil
	}
	if err == nil && !json.Valid(text) {
		err = wrong("agent_device", m.devicePath(vote))
	}
	return text, err
}

// keepDevice replaces the key before, which the server no longer knows when the
// device is registered again.
func (m memory) keepDevice(vote string, answer json.RawMessage) error {
	if len(answer) > maxDocument {
		return wrong("large_file", m.devicePath(vote)) // it could not be read again
	}
	next := m.devicePath(vote) + ".new"
	if err := os.Remove(next); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := keyfile.Write(next, answer); err != nil {
		return err
	}
	if err := os.Rename(next, m.devicePath(vote)); err != nil {
		return err
	}
	return keyfile.SyncFolder(m.dir)
}
