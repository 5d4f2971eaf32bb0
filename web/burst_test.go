package web

import (
	"crypto/ed25519"
	"crypto/rand"
	"slices"
	"sync"
	"testing"
	"time"

	"piaojue/ballot"
	"piaojue/client"
	"piaojue/election"
)

// BenchmarkBurst3000 has 3,000 deputies vote within 30 seconds at piaojued: each
// asks for a credential, which is logged and signed, and casts a ballot. It
// reports how long the two took from when the deputy came.
func BenchmarkBurst3000(b *testing.B) {
	const deputies, within = 3000, 30 * time.Second
	s := newStage(b)
	s.deputies = deputies
	var err error
	s.rules, err = election.SelectMajority.Rules(13, 10)
	must(b, err)
	s.begin()
	w := &loadWorld{vote: s.vote, good: s.sealed(deputies)}
	requests := s.requests()
	s.close()
	d := startDaemon(b, s.folder, true)
	var mu sync.Mutex
	var wg sync.WaitGroup
	var took [2][]time.Duration
	failed := 0
	start := time.Now()
	for i := range deputies {
		due := start.Add(time.Duration(i) * within / deputies)
		time.Sleep(time.Until(due))
		wg.Go(func() {
			_, err := post(d.client, d.url(true, "/votes/"+w.vote+"/issuances"), requests[i])
			issued := time.Since(due)
			if err == nil {
				err = castOne(d.client, d.url(true, "/box/"+w.vote+"/ballots"), w.good[i])
			}
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				failed++
				b.Log(err)
				return
			}
			took[0], took[1] = append(took[0], issued), append(took[1], time.Since(due)-issued)
		})
	}
	wg.Wait()
	b.ReportMetric(100*d.close(), "server-cpu-%")
	for i, name := range []string{"issuance", "cast"} {
		slices.Sort(took[i])
		for _, part := range []int{50, 99} {
			at := took[i][len(took[i])*part/100]
			b.ReportMetric(float64(at.Microseconds())/1000, map[int]string{50: "p50-ms-", 99: "p99-ms-"}[part]+name)
		}
	}
	b.ReportMetric(float64(failed), "failed")
	b.ReportMetric(float64(d.memory)/1024, "MiB")
	b.ReportMetric(float64(d.files), "files")
	b.ReportMetric(0, "ns/op")
}

// requests are those for credentials, one of each deputy.
func (s *stage) requests() [][]byte {
	s.Helper()
	state := s.update()
	all := make([][]byte, s.deputies)
	for i := range all {
		secret := badgeSeed(number(i))
		badge := ed25519.NewKeyFromSeed(secret[:])
		leaf, path, err := election.ParseLeaf(s.do("", "GET", s.path("/roll/"+hexOf(public(badge))), nil))
		must(s, err)
		var seed [32]byte
		rand.Read(seed[:])
		q, err := ballot.NewRequest(seed, s.manifest, state.OpeningHash(), state.Issuers())
		must(s, err)
		e, err := election.NewEntry(&election.Issuance{Opening: state.OpeningHash(), Leaf: leaf, Path: path, Vector: q.VectorHash()})
		must(s, err)
		e.Sign(election.RoleBadge, 0, badge, s.manifest)
		all[i] = client.MarshalIssuance(e, q.Blinded())
	}
	return all
}
