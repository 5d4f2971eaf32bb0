package web

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"piaojue/ballot"
	"piaojue/store"
)

// box gathers ballots that wait, so that many are verified together and share
// one transaction. It stores nothing of who brought them.
type box struct {
	vote  *vote
	casts chan *cast
	quit  chan struct{}
	done  chan struct{}

	counts *keyCounts

	spending sync.Mutex // held while a challenge is counted and recorded
}

// cast is a ballot on its way.
type cast struct {
	now    *view
	ballot *ballot.Ballot
	entry  []byte
	err    error
	done   chan struct{}
}

// maxBatch bounds how many ballots wait for one another.
const maxBatch = 128

func newBox(v *vote) *box {
	return &box{
		vote:   v,
		casts:  make(chan *cast, maxBatch),
		quit:   make(chan struct{}),
		done:   make(chan struct{}),
		counts: newKeyCounts(),
	}
}

// cast returns when the ballot, whose credential and signature hold, is durable.
// Once it is in the queue a client
// that goes away changes nothing.
func (x *box) cast(ctx context.Context, now *view, b *ballot.Ballot, entry []byte) error {
	c := &cast{now: now, ballot: b, entry: entry, done: make(chan struct{})}
	select {
	case x.casts <- c:
	case <-ctx.Done():
		return ctx.Err()
	case <-x.quit:
		return errStopping
	}
	select {
	case <-c.done:
		return c.err
	case <-x.done:
	}
	select {
	case <-c.done:
		return c.err
	default:
		return errStopping // it was in the queue when the box stopped
	}
}

func (x *box) run() {
	defer close(x.done)
	for {
		select {
		case c := <-x.casts:
			x.take(x.gather(c))
		case <-x.quit:
			return
		}
	}
}

func (x *box) stop() {
	close(x.quit)
	<-x.done
}

// gather takes what waits already, and waits for nobody.
func (x *box) gather(first *cast) []*cast {
	batch := []*cast{first}
	for len(batch) < maxBatch {
		select {
		case c := <-x.casts:
			batch = append(batch, c)
		default:
			return batch
		}
	}
	return batch
}

// take verifies and stores a batch and answers everybody in it.
func (x *box) take(batch []*cast) {
	defer func() {
		for _, c := range batch {
			close(c.done)
		}
	}()
	for rest := batch; len(rest) > 0; {
		var round []*cast
		round, rest = x.admit(rest)
		for _, same := range byEpoch(round) {
			verify(same)
		}
		x.note(round)
	}
	x.store(batch)
}

// admit parts from a batch the ballots that are verified now: of each one-time
// key no more than may turn out false. Who has none left is refused.
func (x *box) admit(batch []*cast) (round, rest []*cast) {
	count := make(map[[32]byte]int)
	for _, c := range batch {
		key := c.ballot.Key()
		left := x.counts.left(key)
		switch {
		case left <= 0:
			c.err = refuse(codeFalseProofs)
		case count[key] < left:
			count[key]++
			round = append(round, c)
		default:
			rest = append(rest, c)
		}
	}
	return round, rest
}

// note counts false proofs.
func (x *box) note(round []*cast) {
	for _, c := range round {
		if errors.Is(c.err, ballot.ErrProof) {
			x.counts.noteFalse(c.ballot.Key())
		}
	}
}

// byEpoch parts a batch: around a second opening it may hold ballots of two
// epochs, which are verified with different parameters.
func byEpoch(batch []*cast) map[*ballot.Params][]*cast {
	parts := make(map[*ballot.Params][]*cast)
	for _, c := range batch {
		parts[c.now.params] = append(parts[c.now.params], c)
	}
	return parts
}

// verify notes an error for each ballot that does not verify, with all cores.
func verify(batch []*cast) {
	n := workers()
	size := (len(batch) + n - 1) / n
	var wg sync.WaitGroup
	for start := 0; start < len(batch); start += size {
		part := batch[start:min(start+size, len(batch))]
		wg.Go(func() { verifyPart(part) })
	}
	wg.Wait()
}

// verifyPart survives a panic: a ballot must not be able to end the server.
func verifyPart(part []*cast) {
	defer func() {
		if p := recover(); p != nil {
			for _, c := range part {
				c.err = fmt.Errorf("panic: %v", p)
			}
		}
	}()
	ballots := make([]*ballot.Ballot, len(part))
	for i, c := range part {
		ballots[i] = c.ballot
	}
	errs := make([]error, len(part))
	part[0].now.params.VerifyProofsOf(ballots, errs)
	for i, err := range errs {
		part[i].err = err
	}
}

// store puts the good ones into the box.
func (x *box) store(batch []*cast) {
	var good []*cast
	var rows []store.Cast
	for _, c := range batch {
		if c.err == nil {
			good = append(good, c)
			rows = append(rows, c.row())
		}
	}
	if len(good) == 0 {
		return
	}
	for _, c := range good {
		c.err = errStopping // unless it comes to its end
	}
	outcomes, err := x.vote.config.DB.CastBallots(context.Background(), x.vote.id, rows)
	for i, c := range good {
		if c.err = err; err == nil {
			c.err = x.vote.outcome(outcomes[i])
		}
	}
}

func (c *cast) row() store.Cast {
	return store.Cast{
		Epoch:      c.now.epoch,
		Key:        c.ballot.Key(),
		Seal:       c.ballot.SealCode(),
		Alpha:      [32]byte(c.ballot.Ciphertexts()[0].Alpha.Bytes()),
		Commitment: c.ballot.FirstCommitment(),
		Entry:      c.entry,
	}
}

// spend records a seal code of a one-time key, unless too many are. The same one
// again is harmless.
func (x *box) spend(ctx context.Context, now *view, key, seal [32]byte) error {
	x.spending.Lock()
	defer x.spending.Unlock()
	if !x.counts.mayCheck(key, seal) {
		return refuse(codeOwnChecks)
	}
	count, err := x.vote.config.DB.CountBox(ctx, x.vote.id)
	if err != nil {
		return err
	}
	if uint64(count.Spent) >= maxChecks*uint64(now.manifest.Deputies) {
		return refuse(codeManyChecks)
	}
	o, err := x.vote.config.DB.SpendSeal(ctx, x.vote.id, seal)
	if err != nil {
		return err
	}
	if o == store.Stored {
		x.counts.noteCheck(key, seal)
	}
	return x.vote.outcome(o)
}
