package node

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"

	"piaojue/audit"
	"piaojue/keyfile"
	"piaojue/store"
)

// folder is the folder of keys, which every node has: whoever leads next needs
// what this leader has drawn. The files are of three kinds, and each can be copied
// in any direction, any number of times:
//
//   - keys (*.key), which never change; if two nodes have drawn different ones
//     under one name, that of the leader takes its place, and the other is kept
//     under another name;
//   - heads (*.head), the last signed checkpoint of each log, of which the longest
//     stays: a shorter one says that the database is older (attack S2); and so with
//     the last leader (leader.reign);
//   - marks (*.box.gone) that the key of a ballot box is destroyed. Whoever gets
//     one destroys the key as well, and it never comes back. They come from the
//     leader only, which makes them from the database: one that a follower has
//     kept from another database would destroy the key of a box in use.
//
// The key of the link itself is not copied.
type folder struct {
	path string

	mu    sync.Mutex // guards known
	known map[string]summed
}

// summed is a file that was read, and when it looked how.
type summed struct {
	size    int64
	changed time.Time
	sum     [32]byte
}

// file is a file of the folder, and the hash of what it holds.
type file struct {
	name string
	sum  [32]byte
}

const (
	headSuffix = ".head"

	// restoredSuffix marks a vote whose files came from a backup, and of which no
	// witness was asked yet (package web).
	restoredSuffix = ".restored"

	boxSuffix  = ".box.key"
	goneSuffix = ".box.gone"

	maxFile = 64 << 10
)

var fileName = regexp.MustCompile(`^([a-z0-9-]{1,64}\.((log|promise|issuer|box)\.key|box\.gone|head)|leader\.reign)$`)

// list returns all files that are to be copied, by name.
func (f *folder) list() ([]file, error) {
	all, err := os.ReadDir(f.path)
	if err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	before := f.known
	f.known = make(map[string]summed, len(all))
	var files []file
	for _, d := range all {
		if !fileName.MatchString(d.Name()) {
			continue
		}
		s, err := f.sum(d, before[d.Name()])
		if errors.Is(err, fs.ErrNotExist) {
			continue // destroyed meanwhile
		}
		if err != nil {
			return nil, err
		}
		f.known[d.Name()] = s
		files = append(files, file{d.Name(), s.sum})
	}
	return files, nil
}

// sum reads a file, unless it looks as before.
func (f *folder) sum(d fs.DirEntry, before summed) (summed, error) {
	info, err := d.Info()
	if err != nil {
		return summed{}, err
	}
	if before.size == info.Size() && before.changed.Equal(info.ModTime()) {
		return before, nil
	}
	data, err := f.read(d.Name())
	return summed{info.Size(), info.ModTime(), sha256.Sum256(data)}, err
}

// tag changes with all that must be on other nodes before it is needed. Heads are
// not part of it: they change all the time, and older ones do.
func tag(files []file) string {
	h := sha256.New()
	for _, x := range files {
		if !grows(x.name) {
			fmt.Fprintf(h, "%s %x\n", x.name, x.sum)
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

var errName = errors.New("node: no file of the folder of keys")

func (f *folder) read(name string) ([]byte, error) {
	if !fileName.MatchString(name) {
		return nil, errName
	}
	return os.ReadFile(filepath.Join(f.path, name))
}

var errMark = errors.New("node: a mark comes from the leader only")

// changing is held while a folder of keys is changed: a key must not come between
// a mark and what that destroys, and what destroy finds half written is a rest.
var changing sync.Mutex

// withheld reports whether a file is a key of a vote that was restored, and signs
// nothing until witnesses were asked. Another node, which has no such mark, would sign
// with it (attack S2).
func (f *folder) withheld(name string) bool {
	vote, rest, _ := strings.Cut(name, ".")
	if !strings.HasSuffix(rest, "key") {
		return false
	}
	_, err := os.Stat(filepath.Join(f.path, vote+restoredSuffix))
	return !errors.Is(err, fs.ErrNotExist)
}

// take makes a file of another node durable here. With force it comes from the
// leader, and takes the place of another key.
func (f *folder) take(name string, data []byte, force bool) error {
	if !fileName.MatchString(name) || len(data) > maxFile {
		return errName
	}
	changing.Lock()
	defer changing.Unlock()
	switch {
	case name == reignName:
		return f.takeReign(data)
	case strings.HasSuffix(name, headSuffix):
		return f.takeHead(name, data)
	case strings.HasSuffix(name, goneSuffix) && !force:
		return errMark
	case strings.HasSuffix(name, goneSuffix):
		return errors.Join(f.put(name, data), f.destroy(name))
	}
	return f.takeKey(name, data, force)
}

// takeHead keeps the longer of two checkpoints.
func (f *folder) takeHead(name string, data []byte) error {
	next, err := audit.ReadCheckpoint(data)
	if err != nil {
		return err
	}
	if old, err := f.read(name); err == nil {
		have, err := audit.ReadCheckpoint(old)
		if err == nil && (have.Origin != next.Origin || have.Size >= next.Size) {
			return nil
		}
	}
	return f.put(name, data)
}

// takeKey keeps a key, and never loses another one of that name.
func (f *folder) takeKey(name string, data []byte, force bool) error {
	if vote, ok := strings.CutSuffix(name, boxSuffix); ok {
		if _, err := os.Stat(filepath.Join(f.path, vote+goneSuffix)); err == nil {
			return nil
		}
	}
	old, err := f.read(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return f.put(name, data)
	case err != nil || bytes.Equal(old, data):
		return err
	case !force:
		return fmt.Errorf("node: another %s is here", name)
	}
	aside := fmt.Sprintf("%s.replaced-%x", name, sha256.Sum256(old))
	if err := os.Link(filepath.Join(f.path, name), filepath.Join(f.path, aside)); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return f.put(name, data)
}

// incoming is how files are called that put has not finished.
const incoming = "incoming-*"

// put replaces a file as a whole: after a crash it is the old or the new one. What
// it does not finish it overwrites, for it may be the key of a ballot box.
func (f *folder) put(name string, data []byte) error {
	x, err := os.CreateTemp(f.path, incoming) // for its owner only
	if err != nil {
		return err
	}
	_, err = x.Write(data)
	if err = errors.Join(err, x.Sync(), x.Close()); err == nil {
		err = os.Rename(x.Name(), filepath.Join(f.path, name))
	}
	if err != nil {
		return errors.Join(err, store.EraseFile(x.Name()))
	}
	return keyfile.SyncFolder(f.path)
}

// clean destroys what a crash has left of put. No mark names it.
func (f *folder) clean() error {
	changing.Lock()
	defer changing.Unlock()
	return f.erase(incoming)
}

// destroy removes the key of a box of which a mark says that it is gone, and what
// may be a copy of it.
func (f *folder) destroy(mark string) error {
	return f.erase(strings.TrimSuffix(mark, goneSuffix)+boxSuffix+"*", incoming)
}

// erase overwrites and removes files by the patterns of their names.
func (f *folder) erase(patterns ...string) error {
	var found []string
	for _, p := range patterns {
		some, err := filepath.Glob(filepath.Join(f.path, p))
		if err != nil {
			return err
		}
		found = append(found, some...)
	}
	if len(found) == 0 {
		return nil
	}
	for _, path := range found {
		if err := store.EraseFile(path); err != nil {
			return err
		}
	}
	return keyfile.SyncFolder(f.path)
}
