package audit

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
)

// memory is a Storage for tests.
type memory struct {
	mu      sync.Mutex // guards both
	entries [][]byte
	hashes  []tlog.Hash
}

func (m *memory) Size(context.Context) (uint64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return uint64(len(m.entries)), nil
}

func (m *memory) ReadHashes(_ context.Context, indexes []int64) ([]tlog.Hash, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		if x < 0 || x >= int64(len(m.hashes)) {
			return nil, fmt.Errorf("no hash %d", x)
		}
		out[i] = m.hashes[x]
	}
	return out, nil
}

func (m *memory) ReadEntries(_ context.Context, start, end uint64) ([][]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if start > end || end > uint64(len(m.entries)) {
		return nil, fmt.Errorf("no entries %d to %d", start, end)
	}
	return slices.Clone(m.entries[start:end]), nil
}

func (m *memory) Append(_ context.Context, size uint64, entries [][]byte, hashes []tlog.Hash) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if size != uint64(len(m.entries)) {
		return ErrMoved
	}
	m.entries = append(m.entries, entries...)
	m.hashes = append(m.hashes, hashes...)
	return nil
}

// storages are the implementations that the suite runs on.
var storages = map[string]func(t *testing.T) Storage{
	"memory": func(*testing.T) Storage { return &memory{} },
}

func TestStorage(t *testing.T) {
	for name, open := range storages {
		t.Run(name+"/append", func(t *testing.T) { testStorageAppend(t, open(t)) })
		t.Run(name+"/race", func(t *testing.T) { testStorageRace(t, open(t)) })
	}
}

func testStorageAppend(t *testing.T, s Storage) {
	ctx := t.Context()
	entries := testEntries(7)
	if _, err := Append(ctx, s, 0, entries); err != nil {
		t.Fatal(err)
	}
	got, err := s.ReadEntries(ctx, 2, 5)
	if err != nil || !slices.EqualFunc(got, entries[2:5], bytes.Equal) {
		t.Errorf("ReadEntries = %q, %v; want %q", got, err, entries[2:5])
	}
	for _, size := range []uint64{0, 6, 8} {
		if _, err := Append(ctx, s, size, entries[:1]); err == nil {
			t.Errorf("Append to size %d of 7: no error", size)
		}
	}
	if size, err := s.Size(ctx); size != 7 || err != nil {
		t.Errorf("Size = %d, %v; want 7", size, err)
	}
	if _, err := s.ReadEntries(ctx, 5, 8); err == nil {
		t.Error("ReadEntries beyond the end: no error")
	}
	if _, err := s.ReadHashes(ctx, []int64{tlog.StoredHashCount(7)}); err == nil {
		t.Error("ReadHashes beyond the end: no error")
	}
}

// Of many nodes that append to the same tree exactly one succeeds.
func testStorageRace(t *testing.T, s Storage) {
	const nodes = 16
	errs := make(chan error, nodes)
	for i := range nodes {
		go func() {
			_, err := Append(t.Context(), s, 0, [][]byte{{byte(i)}})
			errs <- err
		}()
	}
	won := 0
	for range nodes {
		err := <-errs
		if err == nil {
			won++
		} else if !errors.Is(err, ErrMoved) {
			t.Errorf("Append = %v, want ErrMoved", err)
		}
	}
	if size, _ := s.Size(t.Context()); won != 1 || size != 1 {
		t.Errorf("%d nodes appended, size %d; want 1 and 1", won, size)
	}
}

func testEntries(n int) [][]byte {
	entries := make([][]byte, n)
	for i := range entries {
		entries[i] = fmt.Appendf(nil, "entry %d", i)
	}
	return entries
}
