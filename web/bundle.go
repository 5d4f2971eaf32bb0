package web

import (
	"encoding/binary"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"piaojue/audit"
	"piaojue/store"
)

// bundleStep is how many entries of a bundle are in memory at once. A whole one
// can have 16 MiB, and slow readers would hold as many as there are connections
// (attack S8).
const bundleStep = 16

// writeBundle sends an entry bundle (C2SP tlog-tiles: each entry behind its
// length, u16) as it is read.
func writeBundle(w http.ResponseWriter, r *http.Request, log *store.Log, t audit.Tile) error {
	start, end := t.Start(), t.Start()+width(t)
	part, err := readBundle(r, log, start, min(start+bundleStep, end))
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", cacheForever)
	w.Header().Set("Content-Type", mediaBinary)
	for {
		if _, err := w.Write(part); err != nil {
			return nil // who asked is gone
		}
		if start += bundleStep; start >= end {
			return nil
		}
		if part, err = readBundle(r, log, start, min(start+bundleStep, end)); err != nil {
			// A part must not look like the whole, above all not to a cache.
			panic(http.ErrAbortHandler)
		}
	}
}

// width is the number of entries in a bundle.
func width(t audit.Tile) uint64 {
	_, partial, ok := strings.Cut(t.Path(), ".p/")
	if !ok {
		return 256
	}
	n, _ := strconv.ParseUint(partial, 10, 8) // a parsed tile has a good path
	return n
}

func readBundle(r *http.Request, log *store.Log, from, to uint64) ([]byte, error) {
	entries, err := log.ReadEntries(r.Context(), from, to)
	if err != nil {
		return nil, err
	}
	if uint64(len(entries)) != to-from {
		return nil, fmt.Errorf("%d entries read, %d asked for", len(entries), to-from)
	}
	var part []byte
	for _, e := range entries {
		part = binary.BigEndian.AppendUint16(part, uint16(len(e)))
		part = append(part, e...)
	}
	return part, nil
}
