package web

import (
	"context"
	"encoding/json"
	"sync"

	"piaojue/store"
)

// assistantIndex holds the acts of the administration log that name assistants,
// by vote, and how far it has read: who opens the list need not read the whole
// log each time (attack S8). The log never changes what it has; commands on the
// server's machine append to it as well, so it is read on, not told.
type assistantIndex struct {
	mu   sync.Mutex // guards the rest
	read uint64
	acts map[string][]act
}

// upTo returns the acts of a vote among the first size entries, and perhaps of
// later ones.
func (x *assistantIndex) upTo(ctx context.Context, log *store.Log, size uint64, vote string) ([]act, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for x.read < size {
		end := min(x.read+maxActs, size)
		raws, err := log.ReadEntries(ctx, x.read, end)
		if err != nil {
			return nil, err
		}
		found, err := assistantActs(raws)
		if err != nil {
			return nil, err
		}
		x.add(found)
		x.read = end
	}
	return x.acts[vote], nil
}

func (x *assistantIndex) add(found []act) {
	if x.acts == nil {
		x.acts = make(map[string][]act)
	}
	for _, a := range found {
		x.acts[a.Vote] = append(x.acts[a.Vote], a)
	}
}

// assistantActs parses all of a part, before any of it counts.
func assistantActs(raws [][]byte) (found []act, err error) {
	for _, raw := range raws {
		var a act
		if err := json.Unmarshal(raw, &a); err != nil {
			return nil, err
		}
		if a.Act == actAssistant {
			found = append(found, a)
		}
	}
	return found, nil
}
