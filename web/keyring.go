package web

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"piaojue/keyfile"
	"piaojue/store"
)

// boxValue is the value in the key file of a ballot box.
const boxValue = "box"

// Keyring is the folder of a server's keys, for those of its ballot boxes. It is
// safe for concurrent use.
type Keyring struct {
	folder string

	mu   sync.Mutex // guards keys
	keys map[string][32]byte
}

var _ store.Keyring = (*Keyring)(nil)

// NewKeyring returns the keys in a folder.
func NewKeyring(folder string) *Keyring {
	return &Keyring{folder: folder, keys: map[string][32]byte{}}
}

// BoxKey implements store.Keyring.
func (k *Keyring) BoxKey(vote string) (key [32]byte, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if key, ok := k.keys[vote]; ok {
		return key, nil
	}
	s, err := openKey(k.folder, vote, keyfile.Box)
	if err != nil {
		return key, err
	}
	b, err := s.Value(boxValue, len(key))
	if err != nil {
		return key, err
	}
	key = [32]byte(b)
	k.keys[vote] = key
	return key, nil
}

// EraseBoxKey implements store.Keyring.
func (k *Keyring) EraseBoxKey(vote string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.keys, vote)
	return store.EraseFile(keyPath(k.folder, vote, keyfile.Box))
}

// goneSuffix ends the name of the mark that the key of a box is destroyed, which
// several nodes copy among them (node.Keyring).
const goneSuffix = ".box.gone"

// ErrBoxGone means that the folder says that the key of this box is destroyed: other
// nodes would destroy a new one.
var ErrBoxGone = errors.New("web: the key of this ballot box was destroyed")

// MakeBoxKey draws the key of a box, unless there is one. It returns ErrBoxGone if
// there was one.
func MakeBoxKey(folder, id string) error {
	switch _, err := os.Stat(filepath.Join(folder, id+goneSuffix)); {
	case err == nil:
		return ErrBoxGone
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	key := make([]byte, 32)
	rand.Read(key)
	return makeKey(folder, &keyfile.Secret{Kind: keyfile.Box, Label: id, Values: map[string][]byte{boxValue: key}})
}
