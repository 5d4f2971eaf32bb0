package ballot

import (
	"runtime"
	"testing"
)

// twoIssuers is the vote of the documents with S of two issuers.
func twoIssuers(t testing.TB) *vote {
	return newVoteWith(t, lanzhou, func(c *Config) { c.Issuers = publicKeys(testIssuers()[:2]) })
}

func tenMarks() Choice {
	c := Choice{Marks: make([]Mark, 13)}
	for i := range 10 {
		c.Marks[i] = For
	}
	return c
}

func BenchmarkSeal(b *testing.B) {
	v := twoIssuers(b)
	w, marks := v.voter(b, 0), v.fill(b, tenMarks())
	var body []byte
	for b.Loop() {
		s, err := v.Encrypt(marks, w.credential.Key)
		if err != nil {
			b.Fatal(err)
		}
		if body, err = s.Finish(w.credential, w.sk); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(body)), "bytes/ballot")
}

func BenchmarkParse(b *testing.B) {
	v := twoIssuers(b)
	body := v.cast(b, 0, v.fill(b, tenMarks()))
	for b.Loop() {
		v.parse(b, body)
	}
}

func BenchmarkVerify(b *testing.B) {
	v := twoIssuers(b)
	ballot := v.parse(b, v.cast(b, 0, v.fill(b, tenMarks())))
	for b.Loop() {
		if err := v.Verify(ballot); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerifyCredential(b *testing.B) {
	v := twoIssuers(b)
	ballot := v.parse(b, v.cast(b, 0, v.fill(b, tenMarks())))
	for b.Loop() {
		if err := v.VerifyCredential(ballot); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkVerifyBatch parses and checks 304 ballots on one core.
func BenchmarkVerifyBatch(b *testing.B) {
	const n = 304
	v := twoIssuers(b)
	bodies := make([][]byte, n)
	for i := range bodies {
		bodies[i] = v.cast(b, i%8, v.fill(b, tenMarks()))
	}
	b.Run("parsed", func(b *testing.B) {
		ballots := make([]*Ballot, n)
		for i := range ballots {
			ballots[i] = v.parse(b, bodies[i])
		}
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
		for b.Loop() {
			v.mustVerify(b, ballots)
		}
		b.ReportMetric(b.Elapsed().Seconds()*1e3/float64(b.N*n), "ms/ballot")
	})
	b.Run("from bytes", func(b *testing.B) {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
		for b.Loop() {
			ballots := make([]*Ballot, n)
			for i := range ballots {
				ballots[i] = v.parse(b, bodies[i])
			}
			v.mustVerify(b, ballots)
		}
		b.ReportMetric(b.Elapsed().Seconds()*1e3/float64(b.N*n), "ms/ballot")
	})
}

func (v *vote) mustVerify(t testing.TB, ballots []*Ballot) {
	t.Helper()
	for i, err := range v.VerifyBatch(ballots) {
		if err != nil {
			t.Fatalf("ballot %d: %v", i, err)
		}
	}
}

func BenchmarkRequest(b *testing.B) {
	v := twoIssuers(b)
	for b.Loop() {
		if _, err := NewRequest(testSeed(0), v.manifest, v.opening, v.config.Issuers); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkBlindSign(b *testing.B) {
	v := twoIssuers(b)
	r, err := NewRequest(testSeed(0), v.manifest, v.opening, v.config.Issuers)
	if err != nil {
		b.Fatal(err)
	}
	blindedMsg := r.Blinded()[0]
	for b.Loop() {
		if _, err := v.issuers[0].BlindSign(blindedMsg); err != nil {
			b.Fatal(err)
		}
	}
}
