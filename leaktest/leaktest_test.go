package leaktest

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

type tests func() int

func (t tests) Run() int { return t() }

func TestWatch(t *testing.T) {
	block, ended := make(chan struct{}), make(chan struct{})
	leak := func() { go func() { <-block; close(ended) }() }
	for _, x := range []struct {
		name     string
		tests    tests
		patience time.Duration
		want     int
	}{
		{"clean", func() int { return 0 }, 0, 0},
		{"failed", func() int { return 3 }, 0, 3},
		{"late", func() int {
			go time.Sleep(700 * time.Millisecond) // longer than goleak alone would wait
			return 0
		}, time.Minute, 0},
		{"leak", func() int { leak(); return 0 }, 0, 1}, // the last: it leaks
	} {
		var report bytes.Buffer
		if got := (watched{x.tests, x.patience, &report}).Run(); got != x.want {
			t.Errorf("%s: status %d, want %d: %s", x.name, got, x.want, &report)
		}
		if said := strings.Contains(report.String(), "TestWatch"); said != (x.want == 1) {
			t.Errorf("%s: it says %q", x.name, &report)
		}
	}
	close(block)
	<-ended
}
