package main

import (
	"sync"
	"time"
)

// pace is how long a person is left without news: nobody should have to guess
// whether a program works, waits or hangs (attack S13).
type pace struct {
	first time.Duration // until it is said for the first time what is waited for
	again time.Duration // until it is said again
	limit time.Duration // until a request is given up; a whole hall may be asking at once
	quiet time.Duration // a live screen may stay as it is; the server repeats it every 25 s
}

var (
	usualPace = pace{first: time.Second, again: 10 * time.Second, limit: 60 * time.Second, quiet: 35 * time.Second}

	// stepPace is for steps that take long although all is well.
	stepPace = pace{first: time.Second, again: 2 * time.Second}
)

// timing is the usual pace, but for tests.
func (t *tool) timing() pace {
	if t.pace == (pace{}) {
		return usualPace
	}
	return t.pace
}

// during calls say while something takes long, until stop is called; when that
// returns, nothing more is said.
func (p pace) during(say func(waited time.Duration)) (stop func()) {
	var mu sync.Mutex // guards the rest
	var timer *time.Timer
	begin, stopped := time.Now(), false
	mu.Lock()
	defer mu.Unlock()
	timer = time.AfterFunc(p.first, func() {
		mu.Lock()
		defer mu.Unlock()
		if !stopped {
			say(time.Since(begin))
			timer.Reset(p.again)
		}
	})
	return func() {
		mu.Lock()
		defer mu.Unlock()
		stopped = true
		timer.Stop()
	}
}

// sayWaiting says that a server has not answered yet.
func (t *tool) sayWaiting(host string, waited time.Duration) {
	t.talk(t.words.say("waiting", host, waited.Seconds(), t.timing().limit.Seconds()))
}
