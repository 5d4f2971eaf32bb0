package main

import (
	"fmt"
	"io"
	"io/fs"
	"os"

	"golang.org/x/term"

	"piaojue/audit"
)

// open opens a record, a folder or a zip file. An error means that there is
// nothing to verify; a bad archive is no error, but a record that fails.
func open(path string) (*audit.Record, func(), error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, nil, err
	}
	if info.IsDir() {
		return openFolder(path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	record, err := audit.OpenArchive(f, info.Size())
	if err != nil {
		record = audit.OpenRecord(broken{err})
	}
	return record, func() { f.Close() }, nil
}

// openFolder keeps to the folder, whatever links are in it (attack S7).
func openFolder(path string) (*audit.Record, func(), error) {
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, nil, err
	}
	return audit.OpenRecord(root.FS()), func() { root.Close() }, nil
}

// broken is a record that cannot be read: check record.files says why.
type broken struct{ err error }

func (b broken) Open(string) (fs.File, error) { return nil, b.err }

// progress shows how far the verification is, if somebody watches.
func progress(stderr io.Writer) func(done, total uint64) {
	f, ok := stderr.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return nil
	}
	return func(done, total uint64) {
		fmt.Fprintf(f, "\r%d / %d", done, total)
		if done == total {
			fmt.Fprint(f, "\r\033[K")
		}
	}
}
