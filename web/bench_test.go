package web

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"net/http"
	"sync"
	"testing"
	"time"

	"piaojue/ballot"
	"piaojue/election"
	"piaojue/porttest"
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

// holder is a credential with its one-time key.
type holder struct {
	manifest [32]byte
	params   *ballot.Params
	cred     *ballot.Credential
	key      ed25519.PrivateKey
}

func newHolder(t testing.TB, state *election.State, issuer *ballot.Issuer) *holder {
	t.Helper()
	var seed [32]byte
	rand.Read(seed[:])
	request, err := ballot.NewRequest(seed, state.ManifestHash(), state.OpeningHash(), state.Issuers())
	must(t, err)
	sig, err := issuer.BlindSign(request.Blinded()[0])
	must(t, err)
	cred, err := request.Finalize([][]byte{sig})
	must(t, err)
	return &holder{state.ManifestHash(), state.Params(), cred, request.OneTimeKey()}
}

// seal encrypts an abstention.
func (h *holder) seal(t testing.TB) *ballot.Sealed {
	t.Helper()
	p := h.params
	bits, err := p.Grid().Fill(ballot.Choice{Abstain: true})
	must(t, err)
	sealed, err := p.Encrypt(bits, h.cred.Key)
	must(t, err)
	return sealed
}

func (h *holder) finish(t testing.TB, sealed *ballot.Sealed) []byte {
	t.Helper()
	body, err := sealed.Finish(h.cred, h.key)
	must(t, err)
	return (&election.Entry{Kind: election.KindBallot, Body: body}).Marshal()
}

func sealOne(s *stage, state *election.State, issuer *ballot.Issuer) []byte {
	h := newHolder(s, state, issuer)
	return h.finish(s, h.seal(s))
}

// BenchmarkCast casts 600 ballots of 13 options, sealed beforehand, from 64
// clients, each on a connection of its own, at a server that is a process of
// its own. Each is durable before its answer.
func BenchmarkCast(b *testing.B) {
	s := newStage(b)
	var err error
	s.rules, err = election.SelectMajority.Rules(13, 10)
	must(b, err)
	s.begin()
	entries := s.sealed(600)
	s.close()
	clean := b.TempDir()
	copyFiles(b, s.folder, clean)
	var spent time.Duration
	for b.Loop() {
		b.StopTimer()
		s.folder, s.base = b.TempDir(), "http://"+porttest.Address()
		copyFiles(b, clean, s.folder)
		server := s.spawn()
		b.StartTimer()
		start := time.Now()
		castAll(s, entries, 64)
		spent += time.Since(start)
		b.StopTimer()
		server.kill()
		b.StartTimer()
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
				resp, err := client.Post(s.base+"/box/"+s.vote+"/ballots", mediaBinary, bytes.NewReader(e))
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
