package node

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"piaojue/store"
)

// Keyring is another one that also marks what is destroyed, in the folder that the
// nodes copy: so the key of a ballot box is destroyed on every node, and comes back
// from none (attack V14).
type Keyring struct {
	store.Keyring
	Folder string
}

// EraseBoxKey implements store.Keyring. The mark comes first: after a crash in
// between, this is called again.
func (k Keyring) EraseBoxKey(vote string) error {
	changing.Lock()
	defer changing.Unlock()
	f := &folder{path: k.Folder}
	mark := vote + goneSuffix
	if _, err := os.Stat(filepath.Join(f.path, mark)); errors.Is(err, fs.ErrNotExist) {
		if err := f.put(mark, []byte("destroyed\n")); err != nil {
			return err
		}
	}
	return errors.Join(k.Keyring.EraseBoxKey(vote), f.destroy(mark))
}
