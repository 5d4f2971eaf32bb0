package web

import (
	"bytes"
	"math"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"piaojue/ballot"
	"piaojue/election"
)

// BenchmarkAnswerTime measures how long the server takes to check and keep a
// ballot of ten marks, and one that abstains, in turns drawn at random (B8). The
// value "t" is Welch's, without the slowest tenth; from 10 on the time tells the
// choice. Package ballot has the twin that is told.
func BenchmarkAnswerTime(b *testing.B) {
	s := newStage(b)
	var err error
	s.rules, err = election.SelectMajority.Rules(13, 10)
	must(b, err)
	s.begin()
	choices := [2]ballot.Choice{{Abstain: true}, {Marks: make([]ballot.Mark, 13)}}
	for i := range 10 {
		choices[1].Marks[i] = ballot.For
	}
	var took [2][]float64
	for range b.N {
		class := rand.IntN(2)
		took[class] = append(took[class], s.timeAnswer(s.holder(), choices[class]).Seconds())
	}
	t := apart(took)
	b.ReportMetric(math.Abs(t), "t")
	if b.N >= 1000 && math.Abs(t) > 10 {
		b.Errorf("the time of the answer tells the choice: t = %.1f", t)
	}
}

// timeAnswer casts past the network, which would only add its noise.
func (s *stage) timeAnswer(h *holder, c ballot.Choice) time.Duration {
	s.Helper()
	bits, err := h.params.Grid().Fill(c)
	must(s, err)
	sealed, err := h.params.Encrypt(bits, h.cred.Key)
	must(s, err)
	r := httptest.NewRequest("POST", "/box/"+s.vote+"/ballots", bytes.NewReader(h.finish(s, sealed)))
	r.Header.Set("Content-Type", mediaBinary)
	w := httptest.NewRecorder()
	start := time.Now()
	s.server.Handler().ServeHTTP(w, r)
	took := time.Since(start)
	if w.Code != http.StatusOK {
		s.Fatalf("cast: %d %s", w.Code, w.Body)
	}
	return took
}

// apart is Welch's t of two lists, without the slowest tenth of all.
func apart(took [2][]float64) float64 {
	all := slices.Sorted(slices.Values(slices.Concat(took[0], took[1])))
	limit := all[len(all)*9/10]
	var means, errs [2]float64
	for i := range took {
		kept := slices.DeleteFunc(slices.Clone(took[i]), func(v float64) bool { return v > limit })
		if len(kept) < 10 {
			return 0
		}
		means[i] = mean(kept)
		for _, v := range kept {
			errs[i] += (v - means[i]) * (v - means[i]) / float64(len(kept)*(len(kept)-1))
		}
	}
	return (means[0] - means[1]) / math.Sqrt(errs[0]+errs[1])
}
