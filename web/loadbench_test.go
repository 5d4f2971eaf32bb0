package web

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"piaojue/election"
)

// loadTime is how long an attack lasts, and loadRate how many honest ballots are
// cast a second meanwhile: 3,000 deputies in 30 seconds.
const (
	loadTime = 10 * time.Second
	loadRate = 100
)

// loadWorld is a vote that is open, with ballots that nobody has cast yet.
type loadWorld struct {
	files string
	vote  string
	good  [][]byte
	bad   map[string][][]byte // by what is wrong with them
	seat  string              // header of a registered terminal
}

func openLoadWorld(b *testing.B) *loadWorld {
	b.Helper()
	s := newStage(b)
	var err error
	s.rules, err = election.SelectMajority.Rules(13, 10)
	must(b, err)
	s.begin()
	_, header := s.terminal("seat", "1")
	w := &loadWorld{vote: s.vote, seat: header[1], good: s.sealed(int(loadTime.Seconds()) * loadRate), bad: s.badBallots()}
	s.close()
	w.files = b.TempDir()
	copyFiles(b, s.folder, w.files)
	return w
}

// badBallots are those of an attacker who has twenty credentials.
func (s *stage) badBallots() map[string][][]byte {
	s.Helper()
	bad := map[string][][]byte{}
	for range 20 {
		h := s.holder()
		good := h.finish(s, h.seal(s))
		e, err := election.ParseEntry(good)
		must(s, err)
		last := len(e.Body) - 64 - 32
		with := func(change func(body []byte)) []byte {
			body := slices.Clone(e.Body)
			change(body)
			return (&election.Entry{Kind: e.Kind, Body: body}).Marshal()
		}
		for kind, entry := range map[string][]byte{
			"form":       h.resign(s, good, func(body []byte) { clear(body[32+64+384 : 32+64+384+32]) }),
			"vote":       with(func(body []byte) { body[0] ^= 1 }),
			"credential": with(func(body []byte) { body[32+64+10] ^= 1 }),
			"signature":  with(func(body []byte) { body[len(body)-2] ^= 1 }),
			"replay":     good,
			"second":     h.finish(s, h.seal(s)), // comes in turns with the first
			"proof":      h.resign(s, good, func(body []byte) { body[last] ^= 1 }),
		} {
			bad[kind] = append(bad[kind], requestText("POST", "/box/"+s.vote+"/ballots", mediaBinary, entry))
		}
		first := requestText("POST", "/box/"+s.vote+"/ballots", mediaBinary, good)
		bad["second"] = append(bad["second"], first)
	}
	return bad
}

// BenchmarkLoad attacks piaojued, a process of its own, from another process,
// while a hundred honest ballots are cast a second, each on a connection of its
// own. It reports how long those took from when they were due to when their
// promise was there, and the most that the server took.
func BenchmarkLoad(b *testing.B) {
	w := openLoadWorld(b)
	box := func(kind string) *attack { return &attack{Kind: "flood", Conns: 512, Rate: 10_000, Texts: w.bad[kind]} }
	screen := requestText("GET", "/votes/"+w.vote+"/live?view=hall", "", nil, "Connection: Upgrade", "Upgrade: websocket",
		"Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Origin: http://vote.example")
	slow := requestText("POST", "/box/"+w.vote+"/ballots", mediaBinary, make([]byte, 60_000))
	large := requestText("POST", "/session", mediaJSON, make([]byte, 1<<20))
	for _, x := range []struct {
		name string
		*attack
	}{
		{"calm", nil},
		{"headers", &attack{Kind: "drip", Conns: 9000, Texts: [][]byte{requestText("GET", "/", "", nil)}}},
		{"bodies", &attack{Kind: "drip", Conns: 9000, Texts: [][]byte{slow}}},
		{"silent", &attack{Kind: "idle", Conns: 9000}},
		{"screens", &attack{Kind: "idle", Conns: 5000, Texts: [][]byte{screen}}},
		{"large", &attack{Kind: "flood", Conns: 256, Texts: [][]byte{large}}},
		{"pages", &attack{Kind: "flood", Conns: 512, Rate: 10_000, Texts: [][]byte{requestText("GET", "/", "", nil)}}},
		{"form", box("form")},
		{"vote", box("vote")},
		{"credential", box("credential")},
		{"signature", box("signature")},
		{"replay", box("replay")},
		{"second", box("second")},
		{"proof", box("proof")},
	} {
		for _, inside := range []bool{false, true} {
			name := x.name
			if x.attack != nil {
				x.Inside = inside
				name += map[bool]string{false: "/outside", true: "/hall"}[inside]
			} else if inside {
				continue
			}
			b.Run(name, func(b *testing.B) { w.measure(b, x.attack) })
		}
	}
}

// measure runs one attack, however large b.N is.
func (w *loadWorld) measure(b *testing.B, a *attack) {
	secure := os.Getenv("PIAOJUE_TEST_TLS") != ""
	d := startDaemon(b, w.files, secure)
	defer w.beat(b, d, secure)()
	var attackCPU float64
	var sent attackResult
	start := time.Now()
	var x *attacker
	if a != nil {
		a.Address, a.TLS = d.address, secure
		x = a.begin(b)
		time.Sleep(3 * time.Second) // until it is in full swing
	}
	took, failed := w.castAt(d, secure)
	if x != nil {
		attackCPU = cpuTime(x.cmd.Process.Pid).Seconds() / time.Since(start).Seconds()
		sent = x.end(b)
	}
	lasted := time.Since(start).Seconds()
	b.ReportMetric(100*d.close(), "server-cpu-%")
	slices.Sort(took)
	at := func(part int) float64 {
		if len(took) == 0 {
			return -1
		}
		return float64(took[min(len(took)-1, len(took)*part/100)].Microseconds()) / 1000
	}
	b.ReportMetric(at(50), "p50-ms")
	b.ReportMetric(at(99), "p99-ms")
	b.ReportMetric(at(100), "max-ms")
	b.ReportMetric(float64(failed), "failed")
	b.ReportMetric(float64(sent.Sent)/lasted, "attacks/s")
	b.ReportMetric(float64(d.memory)/1024, "MiB")
	b.ReportMetric(float64(d.files), "files")
	b.ReportMetric(100*attackCPU, "attack-cpu-%")
	b.ReportMetric(0, "ns/op")
	b.Logf("refused %d, %v", sent.Refused, sent.Codes)
}

// beat lets the hall's terminal be heard, as it is every five seconds.
func (w *loadWorld) beat(b *testing.B, d *daemon, secure bool) (stop func()) {
	b.Helper()
	quit, done := make(chan struct{}), make(chan struct{})
	once := func() error {
		r, err := http.NewRequest("POST", d.url(secure, "/terminals/beat"), strings.NewReader(`{"help":false}`))
		must(b, err)
		r.Header.Set("Content-Type", mediaJSON)
		r.Header.Set("Authorization", w.seat)
		resp, err := d.client.Do(r)
		if err == nil {
			resp.Body.Close()
		}
		return err
	}
	must(b, once())
	go func() {
		defer close(done)
		for {
			select {
			case <-quit:
				return
			case <-time.After(beatEvery):
				once() // the next one gets through
			}
		}
	}()
	return func() { close(quit); <-done }
}

// castAt casts the honest ballots when they are due, whatever became of those
// before, and returns how long each took.
func (w *loadWorld) castAt(d *daemon, secure bool) (took []time.Duration, failed int) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	start := time.Now()
	for i, entry := range w.good {
		due := start.Add(time.Duration(i) * time.Second / loadRate)
		time.Sleep(time.Until(due))
		wg.Go(func() {
			err := castOne(d.client, d.url(secure, "/box/"+w.vote+"/ballots"), entry)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				failed++
			} else {
				took = append(took, time.Since(due))
			}
		})
	}
	wg.Wait()
	return took, failed
}

func castOne(c *http.Client, url string, entry []byte) error {
	promise, err := post(c, url, entry)
	if err == nil && len(promise) != 64 {
		err = fmt.Errorf("no promise: %s", promise)
	}
	return err
}

func post(c *http.Client, url string, body []byte) ([]byte, error) {
	resp, err := c.Post(url, mediaBinary, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", resp.Status, answer)
	}
	return answer, err
}

// testCertificate writes a certificate that vouches for itself.
func testCertificate(t testing.TB, dir string) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	x := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, x, x, &private.PublicKey, private)
	must(t, err)
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	must(t, err)
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	must(t, os.WriteFile(cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	must(t, os.WriteFile(key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}), 0o600))
	return cert, key
}
