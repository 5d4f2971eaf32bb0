package web

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"piaojue/audit"
	"piaojue/election"
	"piaojue/store"
)

// pageSize is how many entries are read at once.
const pageSize = 256

// restore brings everything in memory to where the log stands.
func (v *vote) restore(ctx context.Context) error {
	log := v.config.DB.Log(v.id)
	head, err := log.Head(ctx)
	if err != nil {
		return err
	}
	if err := v.checkHead(ctx, log); err != nil {
		return err
	}
	v.reset()
	if head.Size > 0 {
		if err := v.replay(ctx, log, head); err != nil {
			return err
		}
	}
	if m := v.state.Manifest(); m != nil {
		if err := v.keys.checkManifest(m); err != nil {
			return err
		}
	}
	if err := v.checkBox(ctx); err != nil {
		return err
	}
	v.publish()
	return nil
}

func (v *vote) reset() {
	log := v.config.DB.Log(v.id)
	v.state = election.NewState(func(size uint64) ([32]byte, error) {
		return audit.RootAt(context.Background(), log, size)
	})
	v.former, v.roll, v.last, v.made = nil, nil, nil, nil
	v.gate.forget()
}

// replay applies the entries of the log. store.OpenDB has recomputed its tree,
// and each entry was verified when it was logged.
func (v *vote) replay(ctx context.Context, log *store.Log, head store.Head) error {
	at := 0
	for raw, err := range entriesOf(ctx, log, head.Size) {
		if err != nil {
			return err
		}
		if err := v.replayEntry(ctx, raw); err != nil {
			return fmt.Errorf("%w: entry %d: %w", store.ErrDamaged, at, err)
		}
		at++
	}
	signed, err := audit.ReadCheckpoint(head.Checkpoint)
	if err != nil {
		return fmt.Errorf("%w: %w", store.ErrDamaged, err)
	}
	v.last = &signed
	v.heads.add(head.Checkpoint)
	return nil
}

// entriesOf reads a log by pages: in memory at once it would be gigabytes.
func entriesOf(ctx context.Context, log *store.Log, size uint64) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		for start := uint64(0); start < size; start += pageSize {
			entries, err := log.ReadEntries(ctx, start, min(start+pageSize, size))
			if err != nil {
				yield(nil, err)
				return
			}
			for _, raw := range entries {
				if !yield(raw, nil) {
					return
				}
			}
		}
	}
}

func (v *vote) replayEntry(ctx context.Context, raw []byte) error {
	e, err := election.ParseEntry(raw)
	if err != nil {
		return err
	}
	if err := v.apply(e); err != nil {
		return err
	}
	if e.Kind == election.KindManifest {
		return v.loadRoll(ctx)
	}
	return nil
}

// rebuild makes the state anew from the log, after one was left that has taken
// in what the log has not. If that fails the vote stops: every call is refused
// until the server is started again, and what is left of the one under way finds an
// empty state. In the old one it would find entries that the log may not have.
func (v *vote) rebuild() {
	if err := v.restore(context.Background()); err != nil {
		v.broken = err
		if h := v.halt.Load(); h == nil || h.Code == codeUnasked { // an answer of a witness would lift that
			v.halt.CompareAndSwap(h, &halt{Code: codeStorage})
		}
		v.reset()
		v.config.Log.Error("vote stopped", "vote", v.id, "error", err)
	}
}

// boxStates says in which state the box must be.
var boxStates = map[election.Phase]store.BoxState{
	election.PhaseDraft:     store.BoxUnopened,
	election.PhaseFrozen:    store.BoxUnopened,
	election.PhaseApproved:  store.BoxUnopened,
	election.PhaseKeyed:     store.BoxUnopened,
	election.PhaseVoting:    store.BoxOpen,
	election.PhaseSuspended: store.BoxPaused,
	election.PhaseClosing:   store.BoxShut,
}

var errBox = errors.New("the box is not where the log says")

// checkBox compares the box with the log: both move in one transaction.
func (v *vote) checkBox(ctx context.Context) error {
	kept, err := v.config.DB.Vote(ctx, v.id)
	if err != nil {
		return err
	}
	want, ok := boxStates[v.state.Phase()]
	if !ok {
		want = store.BoxEmptied
	}
	var epoch uint32
	if o := v.state.Opening(); o != nil {
		epoch = o.Epoch
	}
	if kept.Box != want || kept.Epoch != epoch {
		return fmt.Errorf("%w: %w", store.ErrDamaged, errBox)
	}
	return nil
}
