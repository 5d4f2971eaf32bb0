package election

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"

	"piaojue/ballot"
)

// chunkSize is the number of ballots that are verified together: many enough
// for one large multiplication, few enough to keep all cores busy in a vote of
// some hundred ballots.
const chunkSize = 32

// Applier applies ballots and unused entries to a State in the order of the log,
// and verifies them before on several goroutines, many at once. These end with
// Stop. What waits is bounded: a chunk or two for each of them, of which one takes
// a megabyte. It is not safe for concurrent use.
type Applier struct {
	state   *State
	count   int // of goroutines
	chunk   int // ballots to be verified together
	refused func(*Entry, error) bool

	workers sync.WaitGroup
	jobs    chan *chunk // nil until the first chunk
	waiting []*chunk    // handed to the workers, in order
	filling *chunk
}

// NewApplier returns an Applier with so many goroutines; 0 is one for each core. A
// panic in one of them comes back from Add or Drain.
// refused gets each entry that does not verify or that the state refuses, with
// what Apply would have returned, and says whether to go on.
func NewApplier(s *State, workers int, refused func(*Entry, error) bool) *Applier {
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	return &Applier{state: s, count: workers, refused: refused, chunk: chunkSize}
}

// Takes reports whether an entry is for Add. All others are for State.Apply, once
// Drain has returned; so is a ballot that comes in another phase, which the state
// refuses.
func (a *Applier) Takes(e *Entry) bool {
	ballots := e.Kind == KindBallot || e.Kind == KindUnused
	return ballots && len(e.Signatures) == 0 && a.state.Phase() == PhaseClosing && a.state.Params() != nil
}

// Add takes over the next entry, whose hash it is given; the body is gone
// afterwards. Sooner or later the entry is applied or refused. It reports whether
// to go on, as refused said last.
func (a *Applier) Add(e *Entry, hash [32]byte) bool {
	if a.filling == nil {
		a.filling = &chunk{params: a.state.Params(), done: make(chan struct{})}
	}
	c := a.filling
	c.entries = append(c.entries, e)
	c.hashes = append(c.hashes, hash)
	if len(c.entries) < a.chunk {
		return true
	}
	a.submit()
	return len(a.waiting) <= a.most() || a.applyNext()
}

// Drain applies all that was added, and reports whether to go on.
func (a *Applier) Drain() bool {
	if a.filling != nil {
		a.submit()
	}
	for len(a.waiting) > 0 {
		if !a.applyNext() {
			return false
		}
	}
	return true
}

// Stop ends the goroutines. What was added and not drained is not applied.
func (a *Applier) Stop() {
	if a.jobs == nil {
		return
	}
	close(a.jobs)
	for range a.jobs { // nobody wants them any more
	}
	a.workers.Wait()
}

// most is how many chunks wait: one for each worker, and some that are ready for
// those that come back.
func (a *Applier) most() int { return a.count + min(a.count, 8) }

func (a *Applier) submit() {
	if a.jobs == nil {
		a.start()
	}
	a.jobs <- a.filling
	a.waiting, a.filling = append(a.waiting, a.filling), nil
}

func (a *Applier) start() {
	a.jobs = make(chan *chunk, a.most()+2)
	for range a.count {
		a.workers.Go(func() {
			for c := range a.jobs {
				c.work()
			}
		})
	}
}

func (a *Applier) applyNext() bool {
	c := a.waiting[0]
	a.waiting[0] = nil // or the slice would keep the ballots
	a.waiting = a.waiting[1:]
	if <-c.done; c.panicked != nil {
		panic(c.panicked)
	}
	for i, e := range c.entries {
		if err := c.apply(a.state, i); err != nil && !a.refused(e, err) {
			a.waiting, a.filling = nil, nil // nothing is applied behind a gap
			return false
		}
	}
	return true
}

// chunk is a few consecutive entries.
type chunk struct {
	params  *ballot.Params
	entries []*Entry
	hashes  [][32]byte
	ballots []*ballot.Ballot // nil for unused and malformed entries
	unused  []*ballot.Unused
	errs    []error
	done    chan struct{} // closed when a worker is through with it

	panicked error // with the stack
}

// work verifies on a worker's goroutine, where a panic would end the program.
func (c *chunk) work() {
	defer close(c.done)
	defer func() {
		if p := recover(); p != nil {
			c.panicked = fmt.Errorf("%v\n%s", p, debug.Stack())
		}
	}()
	c.verify()
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

func (c *chunk) parse(i int, e *Entry) {
	if e.Kind == KindBallot {
		c.ballots[i], c.errs[i] = c.params.Parse(e.Body)
		return
	}
	if c.unused[i], c.errs[i] = c.params.ParseUnused(e.Body); c.errs[i] == nil {
		c.errs[i] = c.params.VerifyUnused(c.unused[i])
	}
}

// apply applies entry i if it verified.
func (c *chunk) apply(s *State, i int) error {
	if err := c.errs[i]; err != nil {
		return &CheckError{Check: BallotCheck(err), Index: s.Size(), Err: err}
	}
	if c.ballots[i] != nil {
		return s.ApplyBallot(c.ballots[i], c.hashes[i])
	}
	return s.ApplyUnused(c.unused[i], c.hashes[i])
}
