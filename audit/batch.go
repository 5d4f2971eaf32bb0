package audit

import (
	"sync"

	"piaojue/ballot"
	"piaojue/election"
)

// chunkSize is the number of ballots that are verified together: many enough
// for one large multiplication, few enough to keep all cores busy in a vote of
// some hundred ballots.
const chunkSize = 32

// batch verifies ballots and unused entries on several goroutines, and applies
// them to the state in the order of the log. The goroutines end with stop. What
// waits is bounded: a chunk or two for each of them, of which one takes a
// megabyte.
type batch struct {
	v       *verifier
	workers sync.WaitGroup
	jobs    chan *chunk // nil until the first chunk
	waiting []*chunk    // handed to the workers, in order
	filling *chunk
}

// chunk is a few consecutive entries.
type chunk struct {
	params  *ballot.Params
	entries []*election.Entry
	hashes  [][32]byte
	ballots []*ballot.Ballot // nil for unused and malformed entries
	unused  []*ballot.Unused
	errs    []error
	done    chan struct{} // closed when a worker is through with it
}

func newBatch(v *verifier) *batch { return &batch{v: v} }

// takes reports whether e is to be verified by the workers. A ballot that comes
// in another phase is left to the state, which refuses it.
func (b *batch) takes(e *election.Entry) bool {
	ballots := e.Kind == election.KindBallot || e.Kind == election.KindUnused
	return ballots && len(e.Signatures) == 0 && b.v.state.Phase() == election.PhaseClosing && b.v.state.Params() != nil
}

func (b *batch) add(e *election.Entry, hash [32]byte) bool {
	if b.filling == nil {
		b.filling = &chunk{params: b.v.state.Params(), done: make(chan struct{})}
	}
	c := b.filling
	c.entries = append(c.entries, e)
	c.hashes = append(c.hashes, hash)
	if len(c.entries) < chunkSize {
		return true
	}
	b.submit()
	return len(b.waiting) <= b.most() || b.applyNext()
}

// most is how many chunks wait: one for each worker, and some that are ready for
// those that come back.
func (b *batch) most() int { return b.v.options.Workers + min(b.v.options.Workers, 8) }

func (b *batch) submit() {
	if b.jobs == nil {
		b.start()
	}
	b.jobs <- b.filling
	b.waiting, b.filling = append(b.waiting, b.filling), nil
}

func (b *batch) start() {
	b.jobs = make(chan *chunk, b.most()+2)
	for range b.v.options.Workers {
		b.workers.Go(func() {
			for c := range b.jobs {
				c.verify()
				close(c.done)
			}
		})
	}
}

func (b *batch) stop() {
	if b.jobs != nil {
		close(b.jobs)
		b.workers.Wait()
	}
}

// drain applies all that was added.
func (b *batch) drain() bool {
	if b.filling != nil {
		b.submit()
	}
	for len(b.waiting) > 0 {
		if !b.applyNext() {
			return false
		}
	}
	return true
}

func (b *batch) applyNext() bool {
	c := b.waiting[0]
	b.waiting[0] = nil // or the slice would keep the ballots
	b.waiting = b.waiting[1:]
	<-c.done
	for i, e := range c.entries {
		if err := c.apply(b.v.state, i); err != nil && !b.v.refused(e, err) {
			return false
		}
	}
	b.v.progress()
	return true
}

// verify parses and verifies. The bodies are no longer needed then: of a whole
// bundle one would keep them all.
func (c *chunk) verify() {
	n := len(c.entries)
	c.ballots, c.unused, c.errs = make([]*ballot.Ballot, n), make([]*ballot.Unused, n), make([]error, n)
	var good []*ballot.Ballot
	var places []int
	for i, e := range c.entries {
		if c.parse(i, e); c.ballots[i] != nil {
			good, places = append(good, c.ballots[i]), append(places, i)
		}
		e.Body = nil
	}
	for i, err := range c.params.VerifyBatch(good) {
		c.errs[places[i]] = err
	}
}

func (c *chunk) parse(i int, e *election.Entry) {
	if e.Kind == election.KindBallot {
		c.ballots[i], c.errs[i] = c.params.Parse(e.Body)
		return
	}
	if c.unused[i], c.errs[i] = c.params.ParseUnused(e.Body); c.errs[i] == nil {
		c.errs[i] = c.params.VerifyUnused(c.unused[i])
	}
}

// apply applies entry i if it verified.
func (c *chunk) apply(s *election.State, i int) error {
	if err := c.errs[i]; err != nil {
		return &election.CheckError{Check: election.BallotCheck(err), Index: s.Size(), Err: err}
	}
	if c.ballots[i] != nil {
		return s.ApplyBallot(c.ballots[i], c.hashes[i])
	}
	return s.ApplyUnused(c.unused[i], c.hashes[i])
}
