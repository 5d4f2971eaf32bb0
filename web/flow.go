package web

import (
	"errors"
	"net/http"
	"sync"
	"time"
)

// What is long goes out as it is made: nothing of it waits in memory, and its time
// is as long as bytes flow. The limit of all other answers would cut a large record
// off on a slow line, and no limit would let one who reads nothing keep it open.

const (
	// flowStart and flowPace are how long a long answer may take: a minute, and a
	// second for each 32 KiB, so that it ends for who reads more slowly.
	flowStart = time.Minute
	flowPace  = 32 << 10
	// flowPart is the most that is written under one deadline.
	flowPart = 64 << 10
	// maxFlows bounds the records that are on their way, maxOwnFlows those to one
	// address: each reads the database all the while (attack S8).
	maxFlows    = 8
	maxOwnFlows = 2
)

// flows counts the long answers that are on their way.
type flows struct {
	mu  sync.Mutex // guards all below
	all int
	of  map[string]int // by address, while there are any
}

var errManyFlows = errors.New("too many large files are on their way")

// begin lets a long answer begin. Call the function that it returns at its end.
func (f *flows) begin(address string) (end func(), err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.all >= maxFlows || f.of[address] >= maxOwnFlows {
		return nil, because(codeUnavailable, errManyFlows)
	}
	if f.of == nil {
		f.of = make(map[string]int)
	}
	f.all++
	f.of[address]++
	return func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.all--
		if f.of[address]--; f.of[address] == 0 {
			delete(f.of, address)
		}
	}, nil
}

// flowing is an answer whose deadline moves on with its bytes.
type flowing struct {
	http.ResponseWriter
	control *http.ResponseController
	begun   time.Time
	sent    int64
}

func newFlowing(w http.ResponseWriter) *flowing {
	return &flowing{ResponseWriter: w, control: http.NewResponseController(w), begun: time.Now()}
}

// Write sends part by part. A writer that has no deadlines is one of a test.
func (f *flowing) Write(p []byte) (n int, err error) {
	for len(p) > 0 && err == nil {
		limit := flowStart + time.Duration(f.sent/flowPace)*time.Second
		if err := f.control.SetWriteDeadline(f.begun.Add(limit)); err != nil && !errors.Is(err, http.ErrNotSupported) {
			return n, err
		}
		var wrote int
		wrote, err = f.ResponseWriter.Write(p[:min(len(p), flowPart)])
		n, f.sent, p = n+wrote, f.sent+int64(wrote), p[wrote:]
	}
	return n, err
}

// breakOff ends an answer that has begun and cannot be whole, so that nobody takes
// it for whole: the connection ends before the file does.
func breakOff() { panic(http.ErrAbortHandler) }
