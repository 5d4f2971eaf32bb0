package audit

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"

	"golang.org/x/mod/sumdb/tlog"

	"piaojue/election"
)

const (
	checkpointFile = "checkpoint"
	closingFile    = "closing"
	tileDir        = "tile"
)

var errRecord = errors.New("audit: not a record")

// WriteRecord exports a log as a record (PROTOCOL.md, Section 11): it hands
// each path and content to write, for a directory or an archive. The size is
// that of the signed checkpoint; closing is nil before the collection entry.
func WriteRecord(ctx context.Context, s Storage, checkpoint, closing []byte, write func(path string, data []byte) error) error {
	c, err := checkOwn(ctx, s, checkpoint)
	if err != nil {
		return err
	}
	if c.Size > MaxSize {
		return errSize
	}
	if err := write(checkpointFile, checkpoint); err != nil {
		return err
	}
	if closing != nil {
		if _, err := checkOwn(ctx, s, closing); err != nil {
			return err
		}
		if err := write(closingFile, closing); err != nil {
			return err
		}
	}
	for _, t := range append(Tiles(c.Size), Bundles(0, c.Size)...) {
		data, err := ReadTile(ctx, s, c.Size, t)
		if err != nil {
			return err
		}
		if err := write(t.Path(), data); err != nil {
			return err
		}
	}
	return nil
}

// checkOwn checks that a checkpoint belongs to this tree: an export that does
// not verify must not leave the house.
func checkOwn(ctx context.Context, s Storage, signed []byte) (Checkpoint, error) {
	c, err := ReadCheckpoint(signed)
	if err != nil {
		return Checkpoint{}, err
	}
	root, err := RootAt(ctx, s, c.Size)
	if err == nil && root != c.Root {
		err = errors.New("audit: checkpoint is of another tree")
	}
	return c, err
}

// Record is an exported log, not yet believed.
type Record struct{ fsys fs.FS }

// OpenRecord reads a record from a directory. It follows no symbolic links
// itself; give it an fs.FS that does not either, such as os.Root's.
func OpenRecord(fsys fs.FS) *Record { return &Record{fsys} }

// open opens regular files only, and looks at what it is first: opening a pipe
// would wait for somebody to write into it.
func (r *Record) open(name string) (f fs.File, err error) {
	info, err := fs.Lstat(r.fsys, name)
	if err == nil && !info.Mode().IsRegular() {
		return nil, foreign(name)
	}
	if err == nil {
		f, err = r.fsys.Open(name)
	}
	if errors.Is(err, fs.ErrNotExist) {
		err = fault(election.CauseMissing, name, err)
	}
	return f, err
}

func foreign(name string) error {
	return fault(election.CauseExtra, name, fmt.Errorf("%w: foreign file %q", errRecord, name))
}

// read returns a file of at most limit bytes. How long the file says it is does
// not count, but to make room for so much: a bundle of ballots that grew while
// it was read would leave four times its length behind.
func (r *Record) read(name string, limit int) ([]byte, error) {
	f, err := r.open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var b bytes.Buffer
	if info, err := f.Stat(); err == nil && info.Size() >= 0 {
		b.Grow(int(min(info.Size(), int64(limit))) + bytes.MinRead)
	}
	if _, err := b.ReadFrom(io.LimitReader(f, int64(limit)+1)); err != nil {
		return nil, err
	}
	data := b.Bytes()
	if len(data) > limit {
		return nil, fault(election.CauseSize, name, fmt.Errorf("%w: %s is longer than %d bytes", errRecord, name, limit))
	}
	return data, nil
}

// readHashes returns the content of a hash tile.
func (r *Record) readHashes(t Tile) ([]tlog.Hash, error) {
	data, err := r.read(t.Path(), t.t.W*tlog.HashSize)
	if err != nil {
		return nil, err
	}
	hashes, err := t.ParseHashes(data)
	if err != nil {
		return nil, fault(election.CauseSize, t.Path(), fmt.Errorf("%w: %s: %w", errRecord, t.Path(), err))
	}
	return hashes, nil
}

// readEntries returns the entries of a bundle.
func (r *Record) readEntries(t Tile) ([][]byte, error) {
	data, err := r.read(t.Path(), t.t.W*(2+maxEntry))
	if err != nil {
		return nil, err
	}
	return t.ParseEntries(data)
}

// layout is what a record of some size consists of.
type layout struct {
	files map[string]int64 // path to size; -1 where the content decides
	dirs  map[string]bool
}

func newLayout(size uint64) *layout {
	l := &layout{files: map[string]int64{}, dirs: map[string]bool{".": true}}
	l.files[checkpointFile] = -1
	for _, t := range Tiles(size) {
		l.add(t, int64(t.t.W)*tlog.HashSize)
	}
	for _, t := range Bundles(0, size) {
		l.add(t, -1)
	}
	return l
}

func (l *layout) add(t Tile, size int64) {
	l.files[t.Path()] = size
	for d := path.Dir(t.Path()); !l.dirs[d]; d = path.Dir(d) {
		l.dirs[d] = true
	}
}

// checkFiles reads the checkpoint, believing nothing but its size, and checks
// that the record has exactly the files of a tree of that size (attack S7). It
// reports whether there is a closing checkpoint too.
func (r *Record) checkFiles() (signed []byte, closing bool, err error) {
	signed, err = r.read(checkpointFile, maxCheckpoint)
	if err != nil {
		return nil, false, r.orNone(err)
	}
	c, err := ReadCheckpoint(signed)
	if err != nil {
		return nil, false, err
	}
	if c.Size > MaxSize {
		return nil, false, fault(election.CauseLarge, "", fmt.Errorf("%w: more than %d entries", errRecord, MaxSize))
	}
	l := newLayout(c.Size)
	if closing, err = r.exists(closingFile); err != nil {
		return nil, false, err
	}
	if closing {
		l.files[closingFile] = -1
	}
	if err := r.addRegisters(l); err != nil {
		return nil, false, err
	}
	return signed, closing, r.checkDir(".", l)
}

// orNone tells a folder that was never a record from one that lost its
// checkpoint.
func (r *Record) orNone(err error) error {
	if there, other := r.exists(tileDir); !errors.Is(err, fs.ErrNotExist) || there || other != nil {
		return err
	}
	return fault(election.CauseEmpty, "", fmt.Errorf("%w: no %s and no %s", errRecord, checkpointFile, tileDir))
}

func (r *Record) exists(name string) (bool, error) {
	_, err := fs.Lstat(r.fsys, name)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// checkDir removes what it finds below dir from l, and refuses what is not in
// it; what then remains is missing.
func (r *Record) checkDir(dir string, l *layout) error {
	if err := r.walk(dir, l); err != nil {
		return err
	}
	if n := len(l.files); n > 0 {
		first := slices.Min(slices.Collect(maps.Keys(l.files)))
		return fault(election.CauseMissing, first, fmt.Errorf("%w: files missing: %d, the first is %s", errRecord, n, first))
	}
	return nil
}

// walk lists a directory in portions, so that a foreign file stops it before
// a million of them fill the memory. It descends into expected directories
// only, which are as deep as a tile path.
func (r *Record) walk(dir string, l *layout) error {
	f, err := r.fsys.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	d, ok := f.(fs.ReadDirFile)
	if !ok {
		return fmt.Errorf("%w: %s is no directory", errRecord, dir)
	}
	for {
		entries, err := d.ReadDir(256)
		for _, e := range entries {
			if err := r.visit(path.Join(dir, e.Name()), e, l); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (r *Record) visit(name string, e fs.DirEntry, l *layout) error {
	if e.IsDir() && l.dirs[name] {
		return r.walk(name, l)
	}
	size, ok := l.files[name]
	if !ok || !e.Type().IsRegular() {
		return foreign(name)
	}
	info, err := e.Info()
	if err != nil {
		return err
	}
	if size >= 0 && info.Size() != size {
		return fault(election.CauseSize, name, fmt.Errorf("%w: %s has %d bytes, not %d", errRecord, name, info.Size(), size))
	}
	delete(l.files, name)
	return nil
}
