package web

import (
	"context"
	"slices"
	"sync"

	"piaojue/election"
	"piaojue/store"
)

// kindIndex knows the kind of each entry of a log, so that a page of one kind
// need not read the whole log each time somebody asks (attack S8). It holds a
// byte for each entry.
type kindIndex struct {
	mu    sync.Mutex // guards kinds
	kinds []election.Kind
}

// indexStep is how many entries are in memory at once.
const indexStep = 64

// upTo returns the kinds of the first size entries.
func (x *kindIndex) upTo(ctx context.Context, log *store.Log, size uint64) ([]election.Kind, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for have := uint64(len(x.kinds)); have < size; have = uint64(len(x.kinds)) {
		entries, err := log.ReadEntries(ctx, have, min(have+indexStep, size))
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			x.kinds = append(x.kinds, election.Kind(e[0])) // no entry is empty
		}
	}
	return slices.Clip(x.kinds[:size]), nil
}

// places are the indexes of the entries of a kind, ascending; of all entries if
// kind is 0.
func places(kinds []election.Kind, kind election.Kind) []uint64 {
	var all []uint64
	for i, k := range kinds {
		if kind == 0 || k == kind {
			all = append(all, uint64(i))
		}
	}
	return all
}
