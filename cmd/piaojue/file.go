package main

import (
	"io"
	"os"
)

// maxDocument bounds what is read of a file that should be small.
const maxDocument = 8 << 20

// read reads a file, or standard input for "-".
func (t *tool) read(path string) ([]byte, error) {
	if path != "-" {
		return readFile(path, maxDocument)
	}
	return readLimited(t.in, path, maxDocument)
}

// readFile reads a file of at most so many bytes.
func readFile(path string, limit int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return readLimited(f, path, limit)
}

func readLimited(r io.Reader, name string, limit int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(data)) > limit {
		return nil, wrong("large_file", name)
	}
	return data, nil
}

// checkNew refuses a path that is taken, before work is done for it.
func checkNew(path string) error {
	if path == "" {
		return misuse("no_output")
	}
	if exists(path) {
		return wrong("exists", path)
	}
	return nil
}

// exists reports whether a file is there.
func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
