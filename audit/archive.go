//go:build !kiosk

// The program of the terminals reads no archives; without this file it links
// neither zip nor flate, and is smaller by a twentieth (make wasm-clients).

package audit

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"sync/atomic"

	"piaojue/election"
)

// maxDirectory bounds what is read of an archive before its names are known.
// The directory of the largest record, of 33,000 files, has some 4 MiB, with what
// other programs add to each.
const maxDirectory = 8 << 20

// OpenArchive reads a record from a zip file. An archive is more hostile than
// a directory (attack S7): a path may lead outside, stand twice, or be a link,
// and a few bytes may unpack into many. Names are checked here; sizes are
// limited as files are read. Whoever packs a folder packs its name with it: if
// all lies in one top folder, that folder is the record.
func OpenArchive(r io.ReaderAt, size int64) (*Record, error) {
	limited := &limitedReaderAt{r: r}
	limited.left.Store(maxDirectory)
	z, err := zip.NewReader(limited, size)
	if err != nil {
		return nil, fault(election.CauseArchive, "", fmt.Errorf("%w: %v", errRecord, err))
	}
	limited.open.Store(true)
	seen := map[string]bool{}
	for _, f := range z.File {
		if err := checkMember(f); err != nil {
			return nil, err
		}
		if seen[f.Name] {
			return nil, fault(election.CausePath, f.Name, fmt.Errorf("%w: %q stands twice in the archive", errRecord, f.Name))
		}
		seen[f.Name] = true
	}
	top := topFolder(z)
	if top == "" {
		return OpenRecord(z), nil
	}
	record, err := fs.Sub(z, top)
	return OpenRecord(record), err
}

// topFolder returns the one folder in which all members lie, if it holds a
// checkpoint; else nothing is stripped.
func topFolder(z *zip.Reader) string {
	top, found := "", false
	for i, f := range z.File {
		first, rest, below := strings.Cut(f.Name, "/")
		if !below || i > 0 && first != top {
			return ""
		}
		top, found = first, found || rest == checkpointFile
	}
	if !found {
		return ""
	}
	return top
}

// checkMember admits plain files, and the empty entries that some programs
// write for directories.
func checkMember(f *zip.File) error {
	name, isDir := strings.CutSuffix(f.Name, "/")
	if !fs.ValidPath(name) || name == "." || strings.ContainsAny(name, "\\\x00") {
		return fault(election.CausePath, f.Name, fmt.Errorf("%w: path %q in the archive", errRecord, f.Name))
	}
	if isDir && f.UncompressedSize64 == 0 && f.Mode().IsDir() {
		return nil
	}
	if isDir || !f.Mode().IsRegular() {
		return fault(election.CausePath, f.Name, fmt.Errorf("%w: %q in the archive is no plain file", errRecord, f.Name))
	}
	return nil
}

// limitedReaderAt lets a limited number of bytes through until it is opened:
// package zip keeps a directory of any length in memory.
type limitedReaderAt struct {
	r    io.ReaderAt
	left atomic.Int64
	open atomic.Bool
}

// ReadAt implements io.ReaderAt.
func (l *limitedReaderAt) ReadAt(p []byte, off int64) (int, error) {
	if !l.open.Load() && l.left.Add(-int64(len(p))) < 0 {
		return 0, errors.New("directory of the archive is too long")
	}
	return l.r.ReadAt(p, off)
}
