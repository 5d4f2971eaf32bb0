package web

import (
	"math/rand/v2"
	"os"
	"testing"
	"time"
)

// every says whether the long forms are run, as make soak does.
func every() bool { return os.Getenv("PIAOJUE_EVERY") == "1" }

// rounds is how often something is done: in make test, and in make soak.
func rounds(test, soak int) int {
	if every() {
		return soak
	}
	return test
}

// TestKillNine (S2, S3, V7): the server is killed at any moment, from its start
// to its end, while ballots are cast, challenged and declined, credentials asked
// for and the vote is closed. Whatever was acknowledged is there, each
// credential has one ballot, and the vote goes on. A deputy who asks again with
// the same request gets an answer.
func TestKillNine(t *testing.T) {
	f := faultVoteOf(t)
	at := map[bool]int{}
	for n := range rounds(25, 1000) {
		r := newRun(t, f)
		news := r.killed(program(t), rand.N(400*time.Millisecond))
		at[news]++
		r.wantSound("after kill -9")
		if n%rounds(6, 1) == 0 {
			r.goOn("after kill -9")
		}
		if t.Failed() {
			return
		}
	}
	t.Logf("killed %d times before anything new was acknowledged, %d times after", at[false], at[true])
	if at[true] == 0 {
		t.Error("nothing was acknowledged before a kill")
	}
}

// killed serves for some time and then not any more. It reports whether anything
// new was acknowledged meanwhile.
func (r *faultRun) killed(p faultProgram, after time.Duration) bool {
	r.Helper()
	before, _ := r.ledger.told.Len()
	s := r.start(p)
	time.AfterFunc(after, s.kill)
	r.load(s, faultLimit) // fails when the server is killed
	s.kill()
	entries, _ := r.ledger.told.Len()
	return entries > before
}

// TestKillWeak: a server that acknowledges before it stores is found out.
func TestKillWeak(t *testing.T) {
	f := faultVoteOf(t)
	r := newRun(t, f)
	r.until(20, "a server that acknowledges early", func(r *faultRun) {
		r.killed(weak(t, "early"), 60*time.Millisecond+rand.N(60*time.Millisecond))
	})
}

// until breaks fresh copies of the vote until the checker finds it.
func (r *faultRun) until(tries int, what string, break1 func(*faultRun)) {
	r.Helper()
	for n := range tries {
		fresh := newRun(r, r.vote)
		break1(fresh)
		if err := fresh.check(); err != nil {
			r.Logf("%s was found out at try %d: %v", what, n+1, err)
			return
		}
	}
	r.Errorf("%s was not found out in %d tries", what, tries)
}
