package web

import (
	"bytes"
	"crypto/rand"
	"net/http"
	"sync"
	"testing"
	"time"

	"piaojue/ballot"
	"piaojue/election"
)

// sealed makes ballots that are ready to be cast, without asking the server:
// whoever holds the issuer's key can.
func (s *stage) sealed(n int) [][]byte {
	s.Helper()
	state := s.update()
	issuer, err := testIssuer(0)
	must(s, err)
	entries := make([][]byte, n)
	var wg sync.WaitGroup
	for part := range workers() {
		wg.Go(func() {
			for i := part; i < n; i += workers() {
				entries[i] = sealOne(s, state, issuer)
			}
		})
	}
	wg.Wait()
	return entries
}

func sealOne(s *stage, state *election.State, issuer *ballot.Issuer) []byte {
	var seed [32]byte
	rand.Read(seed[:])
	request, err := ballot.NewRequest(seed, state.ManifestHash(), state.OpeningHash(), state.Issuers())
	must(s, err)
	sig, err := issuer.BlindSign(request.Blinded()[0])
	must(s, err)
	credential, err := request.Finalize([][]byte{sig})
	must(s, err)
	p := state.Params()
	bits, err := p.Grid().Fill(ballot.Choice{Abstain: true})
	must(s, err)
	sealed, err := p.Encrypt(bits, credential.Key)
	must(s, err)
	body, err := sealed.Finish(credential, request.OneTimeKey())
	must(s, err)
	return (&election.Entry{Kind: election.KindBallot, Body: body}).Marshal()
}

// BenchmarkCast casts 600 ballots of 13 options, sealed beforehand, from 64
// clients, each on a connection of its own. Each is durable before its answer.
func BenchmarkCast(b *testing.B) {
	s := newStage(b)
	var err error
	s.rules, err = election.SelectMajority.Rules(13, 10)
	must(b, err)
	s.begin()
	entries := s.sealed(600)
	clean := b.TempDir()
	copyFiles(b, s.folder, clean)
	var spent time.Duration
	for b.Loop() {
		b.StopTimer()
		s.close()
		s.folder = b.TempDir()
		copyFiles(b, clean, s.folder)
		s.config.Keys = s.folder + "/keys"
		s.open()
		b.StartTimer()
		start := time.Now()
		castAll(s, entries, 64)
		spent += time.Since(start)
	}
	b.ReportMetric(float64(b.N*len(entries))/spent.Seconds(), "ballots/s")
}

func castAll(s *stage, entries [][]byte, clients int) {
	queue := make(chan []byte, len(entries))
	for _, e := range entries {
		queue <- e
	}
	close(queue)
	var wg sync.WaitGroup
	for range clients {
		wg.Go(func() {
			transport := &http.Transport{MaxIdleConnsPerHost: 1}
			defer transport.CloseIdleConnections()
			client := &http.Client{Transport: transport}
			for e := range queue {
				resp, err := client.Post(s.http.URL+"/box/"+s.vote+"/ballots", mediaBinary, bytes.NewReader(e))
				if err != nil {
					s.Error(err)
					return
				}
				resp.Body.Close()
				if resp.StatusCode != http.StatusOK {
					s.Errorf("cast: %d", resp.StatusCode)
				}
			}
		})
	}
	wg.Wait()
}
