package main

import (
	"errors"
	"strings"

	"piaojue/audit"
	"piaojue/client"
)

// keeper is a transport that keeps the entry bundles that pass through it, so
// that what a Board verified can be looked into afterwards.
type keeper struct {
	send    client.Transport
	bundles map[uint64]bundle // by the index of the first entry
}

type bundle struct {
	tile audit.Tile
	data []byte
}

func (k *keeper) transport(r client.Request) ([]byte, error) {
	data, err := k.send(r)
	if err != nil {
		return nil, err
	}
	if _, path, ok := strings.Cut(r.Path, "/tile/"); ok {
		if tile, err := audit.ParseTile("tile/" + path); err == nil && tile.Entries() {
			if k.bundles == nil {
				k.bundles = make(map[uint64]bundle)
			}
			k.bundles[tile.Start()] = bundle{tile, data}
		}
	}
	return data, nil
}

// entries returns the entries up to a size that a Board verified.
func (k *keeper) entries(size uint64) ([][]byte, error) {
	var all [][]byte
	for uint64(len(all)) < size {
		b, ok := k.bundles[uint64(len(all))]
		if !ok {
			return nil, errors.New("piaojue: internal error: bundle was not kept")
		}
		es, err := b.tile.ParseEntries(b.data)
		if err != nil {
			return nil, err
		}
		all = append(all, es...)
	}
	return all[:size], nil
}
