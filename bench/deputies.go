package main

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"sync/atomic"

	"piaojue/audit"
	"piaojue/ballot"
	"piaojue/client"
	"piaojue/election"
)

// This file is the deputies: a badge each, a credential, a ballot.

const (
	// together is how many deputies stand at terminals at the same time.
	together = 64
	// chunk is how many deputies a run that is stopped may have to ask again.
	chunk = 1000
)

// inChunks has a function called for each deputy, many at once, and notes which
// chunks are done. begin and end may be nil.
func (v *vote) inChunks(ctx context.Context, name string, begin func(c int) error, each func(ctx context.Context, i int) error, end func(c int) error) error {
	for c := v.journal.Chunks[name]; c*chunk < v.n; c++ {
		if begin != nil {
			if err := begin(c); err != nil {
				return err
			}
		}
		if err := parallel(ctx, c*chunk, min((c+1)*chunk, v.n), each); err != nil {
			return err
		}
		if end != nil {
			if err := end(c); err != nil {
				return err
			}
		}
		v.journal.Chunks[name] = c + 1
		if err := v.journal.write(); err != nil {
			return err
		}
	}
	return nil
}

// parallel calls a function for each number, many at once, until one fails.
func parallel(ctx context.Context, from, to int, each func(ctx context.Context, i int) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	next := atomic.Int64{}
	next.Store(int64(from))
	var wg sync.WaitGroup
	for range together {
		wg.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= to {
					return
				}
				if err := each(ctx, i); err != nil {
					cancel(fmt.Errorf("deputy %s: %w", number(i), err))
				}
			}
		})
	}
	wg.Wait()
	return context.Cause(ctx)
}

// checkIn shows every badge at the gate.
func (v *vote) checkIn(ctx context.Context) error {
	return v.inChunks(ctx, "check-in", nil, func(ctx context.Context, i int) error {
		body, err := json.Marshal(map[string]any{"key": hex.EncodeToString(public(v.badge(i))), "present": true})
		if err != nil {
			return err
		}
		_, err = v.call(ctx, "staff", "POST", "/votes/"+voteID+"/checkins", mediaJSON, body)
		return err
	}, nil)
}

// present is how many the log says have come.
func (v *vote) present(ctx context.Context) (int, error) {
	var counts struct {
		P int `json:"p"`
	}
	answer, err := v.call(ctx, "staff", "GET", "/votes/"+voteID+"/checkins", "", nil)
	if err == nil {
		err = json.Unmarshal(answer, &counts)
	}
	return counts.P, err
}

// sealAll gets the credential of each deputy and seals a ballot. The ballots of a
// chunk go to a file, which is there whole or not at all.
func (v *vote) sealAll(ctx context.Context) error {
	if err := os.MkdirAll(v.path("sealed"), 0o700); err != nil {
		return err
	}
	state, err := v.hall(ctx)
	if err != nil {
		return err
	}
	sealed := make([][]byte, chunk)
	return v.inChunks(ctx, "seal", nil, func(ctx context.Context, i int) error {
		var err error
		sealed[i%chunk], err = v.seal(ctx, state, i)
		return err
	}, func(c int) error {
		all := sealed[:min(chunk, v.n-c*chunk)]
		name := v.sealedPath(c)
		if err := os.WriteFile(name+".new", bytes.Join(all, nil), 0o600); err != nil {
			return err
		}
		return os.Rename(name+".new", name)
	})
}

func (v *vote) sealedPath(c int) string { return v.path("sealed", fmt.Sprintf("%04d", c)) }

// castAll casts what was sealed.
func (v *vote) castAll(ctx context.Context) error {
	var sealed [][]byte
	return v.inChunks(ctx, "cast", func(c int) (err error) {
		data, err := os.ReadFile(v.sealedPath(c))
		count := min(chunk, v.n-c*chunk)
		if err == nil && len(data)%count != 0 {
			err = errors.New("the file is not whole")
		}
		if err != nil {
			return err
		}
		sealed = slices.Collect(slices.Chunk(data, len(data)/count)) // all are of one length
		return nil
	}, func(ctx context.Context, i int) error {
		_, err := v.call(ctx, "", "POST", "/box/"+voteID+"/ballots", mediaBinary, sealed[i%chunk])
		return err
	}, func(c int) error {
		if v.keep {
			return nil
		}
		return os.Remove(v.sealedPath(c))
	})
}

// hall is what the log says up to the opening: all that stands before it fits
// into the first bundle of entries.
func (v *vote) hall(ctx context.Context) (*election.State, error) {
	note, err := v.call(ctx, "", "GET", "/board/"+voteID+"/checkpoint", "", nil)
	if err != nil {
		return nil, err
	}
	head, err := audit.ReadCheckpoint(note)
	if err != nil {
		return nil, err
	}
	bundle := audit.Bundles(0, min(head.Size, 256))[0]
	data, err := v.call(ctx, "", "GET", "/board/"+voteID+"/"+bundle.Path(), "", nil)
	if err != nil {
		return nil, err
	}
	entries, err := bundle.ParseEntries(data)
	if err != nil {
		return nil, err
	}
	state := election.NewState(func(uint64) ([32]byte, error) {
		return [32]byte{}, errors.New("no entry before the opening names a root")
	})
	for _, raw := range entries {
		e, err := election.ParseEntry(raw)
		if err != nil {
			return nil, err
		}
		if err := state.Apply(e); err != nil {
			return nil, err
		}
		if e.Kind == election.KindOpening {
			return state, nil
		}
	}
	return nil, errors.New("the vote is not opened within 256 entries")
}

// seal is a deputy at a terminal, from the badge to the sealed ballot.
func (v *vote) seal(ctx context.Context, state *election.State, i int) ([]byte, error) {
	credential, err := v.obtain(ctx, state, i)
	if err != nil {
		return nil, err
	}
	params := state.Params()
	bits, err := params.Grid().Fill(v.choice(i))
	if err != nil {
		return nil, err
	}
	sealed, err := params.Encrypt(bits, credential.Key)
	if err != nil {
		return nil, err
	}
	body, err := sealed.Finish(credential.Credential, credential.sk)
	if err != nil {
		return nil, err
	}
	return (&election.Entry{Kind: election.KindBallot, Body: body}).Marshal(), nil
}

// obtain has the server log the issuance and sign the credential.
func (v *vote) obtain(ctx context.Context, state *election.State, i int) (*holder, error) {
	badge, manifest := v.badge(i), state.ManifestHash()
	answer, err := v.call(ctx, "", "GET", "/votes/"+voteID+"/roll/"+hex.EncodeToString(public(badge)), "", nil)
	if err != nil {
		return nil, err
	}
	leaf, path, err := election.ParseLeaf(answer)
	if err != nil {
		return nil, err
	}
	q, err := ballot.NewRequest(v.derive("seed", i), manifest, state.OpeningHash(), state.Issuers())
	if err != nil {
		return nil, err
	}
	e, err := election.NewEntry(&election.Issuance{Opening: state.OpeningHash(), Leaf: leaf, Path: path, Vector: q.VectorHash()})
	if err != nil {
		return nil, err
	}
	e.Sign(election.RoleBadge, 0, badge, manifest)
	answer, err = v.call(ctx, "", "POST", "/votes/"+voteID+"/issuances", mediaBinary, client.MarshalIssuance(e, q.Blinded()))
	if err != nil {
		return nil, err
	}
	if !client.AnswersFor(answer, 0) {
		return nil, errors.New("the server gave no signature")
	}
	c, err := q.Finalize([][]byte{answer[len(answer)-384:]})
	return &holder{c, q.OneTimeKey()}, err
}

// choice is what a deputy chooses: one in 40 abstains, one in 70 spoils the ballot.
func (v *vote) choice(i int) ballot.Choice {
	switch {
	case i%40 == 11:
		return ballot.Choice{Abstain: true}
	case i%70 == 23:
		return ballot.Choice{Spoil: true}
	}
	marks := make([]ballot.Mark, v.candidates)
	for k := range 1 + i%v.choose {
		marks[(i/7+k)%v.candidates] = ballot.For
	}
	return ballot.Choice{Marks: marks}
}
