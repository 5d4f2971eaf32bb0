package web

import (
	"bytes"
	"piaojue/porttest"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// BenchmarkHall3000 keeps 3,000 screens open at a server that is a process of
// its own, and casts one ballot after the other. Each time it measures how long
// after the cast was sent each screen had the new number: p50 and p99 over all
// of them, in milliseconds.
func BenchmarkHall3000(b *testing.B) {
	s := newStage(b)
	s.begin()
	const warm = 3 // the first casts also warm up the connections
	entries := s.sealed(b.N + warm)
	s.close()
	s.base = "http://" + porttest.Address()
	server := s.spawn()
	defer server.kill()
	screens := s.openScreens(3000)
	defer screens.close()
	var all []time.Duration
	for i, e := range entries {
		start := time.Now()
		castAll(s, [][]byte{e}, 1)
		delays := screens.await(b, uint32(i+1), start)
		if i >= warm {
			all = append(all, delays...)
		}
	}
	slices.Sort(all)
	b.ReportMetric(float64(all[len(all)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(all[len(all)*99/100].Microseconds())/1000, "p99-ms")
	b.ReportMetric(float64(all[len(all)-1].Microseconds())/1000, "max-ms")
	b.ReportMetric(0, "ns/op")
}

// openedScreens are live screens of the hall. Each tells when it has a number.
type openedScreens struct {
	conns []*websocket.Conn
	seen  chan arrival
}

type arrival struct {
	ballots uint32
	at      time.Time
}

func (s *stage) openScreens(n int) *openedScreens {
	s.Helper()
	o := &openedScreens{conns: make([]*websocket.Conn, n), seen: make(chan arrival, 4*n)}
	var wg sync.WaitGroup
	for part := range 16 {
		wg.Go(func() {
			for i := part; i < n; i += 16 {
				conn, _, err := s.watch("hall", "", nil)
				if err != nil {
					s.Errorf("screen %d: %v", i, err)
					return
				}
				o.conns[i] = conn
				go o.read(conn)
			}
		})
	}
	wg.Wait()
	if s.Failed() {
		s.FailNow()
	}
	return o
}

// read ends when the connection is closed. It looks for the number only: the
// 3,000 readers share the two cores with the server.
func (o *openedScreens) read(conn *websocket.Conn) {
	for {
		_, message, err := conn.ReadMessage()
		if err != nil {
			return
		}
		at := time.Now()
		_, rest, _ := bytes.Cut(message, []byte(`"r":`))
		digits, _, _ := bytes.Cut(rest, []byte(","))
		if r, err := strconv.ParseUint(string(digits), 10, 32); err == nil {
			o.seen <- arrival{uint32(r), at}
		}
	}
}

// await waits until all screens have the number, and returns how long each took.
func (o *openedScreens) await(b *testing.B, ballots uint32, start time.Time) []time.Duration {
	b.Helper()
	var delays []time.Duration
	late := time.After(30 * time.Second)
	for len(delays) < len(o.conns) {
		select {
		case x := <-o.seen:
			if x.ballots == ballots {
				delays = append(delays, x.at.Sub(start))
			}
		case <-late:
			b.Fatalf("%d of %d screens have %d ballots", len(delays), len(o.conns), ballots)
		}
	}
	return delays
}

func (o *openedScreens) close() {
	for _, c := range o.conns {
		c.Close()
	}
}
