package web

import (
	"context"
	"sync"

	"piaojue/election"
	"piaojue/store"
)

// issuanceQueue gathers issuances that come at the same time, so that they share
// one transaction: 3,000 deputies who stand up together must not wait for the disk
// one after the other.
type issuanceQueue struct {
	mu      sync.Mutex // guards waiting
	waiting []*logging
}

// logging is an issuance on its way into the log.
type logging struct {
	issuance *issuance
	index    uint64
	err      error
	done     bool // set on the vote's goroutine
}

// maxTogether bounds them.
const maxTogether = 64

// log returns when the issuance is in the log. Whoever comes first takes along
// what waits.
func (q *issuanceQueue) log(ctx context.Context, v *vote, i *issuance) (uint64, error) {
	x := &logging{issuance: i}
	q.mu.Lock()
	q.waiting = append(q.waiting, x)
	q.mu.Unlock()
	err := v.do(ctx, func() error {
		for !x.done {
			all := q.take()
			if len(all) == 0 { // whoever took it along did not come to its end
				all = []*logging{x}
			}
			v.logTogether(ctx, all)
		}
		return x.err
	})
	return x.index, err
}

func (q *issuanceQueue) take() []*logging {
	q.mu.Lock()
	defer q.mu.Unlock()
	n := min(len(q.waiting), maxTogether)
	all := q.waiting[:n:n]
	q.waiting = q.waiting[n:]
	return all
}

// logTogether logs in one transaction what passes all checks and is not in the log
// yet, and everything else, or all if that fails, one by one. It runs on the vote's
// goroutine.
func (v *vote) logTogether(ctx context.Context, all []*logging) {
	ctx = context.WithoutCancel(ctx) // of one of them; the others wait as well
	good, leaves := []*logging{}, map[uint32]bool{}
	for _, x := range all {
		leaf := x.issuance.body.Leaf.Index
		if _, old := v.state.Issued(leaf); !old && !leaves[leaf] && v.checkIssuance(x.issuance) == nil {
			good, leaves[leaf] = append(good, x), true
		}
	}
	first := v.state.Size()
	if len(good) > 1 && v.logIssuances(ctx, good) == nil {
		for i, x := range good {
			x.index, x.done = first+uint64(i), true
		}
	}
	for _, x := range all {
		if !x.done {
			x.index, x.err = v.logIssuance(ctx, x.issuance)
			x.done = true
		}
	}
}

func (v *vote) logIssuances(ctx context.Context, all []*logging) error {
	return v.append(ctx, func(tx *store.Tx) (entries []*election.Entry, err error) {
		for _, x := range all {
			body := x.issuance.body
			r := store.Issuance{Epoch: v.state.Opening().Epoch, Index: body.Leaf.Index, Vector: body.Vector}
			if err := tx.ReserveIssuance(r); err != nil {
				return nil, err
			}
			entries = append(entries, x.issuance.entry)
		}
		return entries, nil
	})
}
