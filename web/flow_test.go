package web

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"piaojue/project"
)

// TestFlows (S8): so many records are on their way and no more, and few to one
// address; each place is free again at the end.
func TestFlows(t *testing.T) {
	var f flows
	var ends []func()
	for i := range maxFlows {
		end, err := f.begin(strings.Repeat("a", 1+i/maxOwnFlows))
		must(t, err)
		ends = append(ends, end)
	}
	if _, err := f.begin("b"); err == nil {
		t.Error("one more begins")
	}
	ends[0]()
	if _, err := f.begin("aa"); err == nil {
		t.Error("an address has more than its part")
	}
	end, err := f.begin("b")
	must(t, err)
	end()
	for _, end := range ends[1:] {
		end()
	}
	if f.all != 0 || len(f.of) != 0 {
		t.Errorf("%d left, %v", f.all, f.of)
	}
}

// patient is a client that has deadlines.
type patient struct {
	*httptest.ResponseRecorder
	until []time.Time
	dead  bool
}

func (p *patient) SetWriteDeadline(t time.Time) error { p.until = append(p.until, t); return nil }
func (p *patient) Write(b []byte) (int, error) {
	if p.dead {
		return 0, errors.New("i/o timeout")
	}
	return p.ResponseRecorder.Write(b)
}

// TestFlowing: the deadline moves with the bytes and not with time, so that a large
// record has long enough and a reader who reads nothing has not.
func TestFlowing(t *testing.T) {
	p := &patient{ResponseRecorder: httptest.NewRecorder()}
	f := newFlowing(&recorder{ResponseWriter: p})
	body := bytes.Repeat([]byte("record"), 100_000)
	n, err := f.Write(body)
	must(t, err)
	if n != len(body) || !bytes.Equal(p.Body.Bytes(), body) || len(p.until) != len(body)/flowPart+1 {
		t.Errorf("%d of %d bytes in %d parts", n, len(body), len(p.until))
	}
	first, last := p.until[0].Sub(f.begun), p.until[len(p.until)-1].Sub(f.begun)
	if first != flowStart || last != flowStart+time.Duration(len(body)/flowPart*flowPart/flowPace)*time.Second {
		t.Errorf("from %s to %s", first, last)
	}
	p.dead = true
	if _, err := f.Write(body); err == nil {
		t.Error("a client that is gone takes more")
	}
	if _, err := newFlowing(httptest.NewRecorder()).Write(body); err != nil {
		t.Errorf("without deadlines: %v", err)
	}
}

// TestRecordBrokenOff: a record that cannot be whole ends with its connection, and
// frees its place.
func TestRecordBrokenOff(t *testing.T) {
	s := newStage(t)
	s.world(2, func(w *worldBuilder) {
		w.work(1)
		b := w.report(1, 100, 10)
		for i := range w.blobs { // its file is lost
			if w.blobs[i].hash == b.Text {
				w.blobs[i].hash = project.Blob{1}
			}
		}
	})
	resp, err := http.Get(s.base + "/projects/record.zip")
	if err == nil {
		_, err = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
	}
	if err == nil {
		t.Error("what broke off looks whole")
	}
	if s.server.flows.all != 0 {
		t.Errorf("%d places are taken", s.server.flows.all)
	}
	for range maxOwnFlows {
		_, err := s.server.flows.begin("127.0.0.1")
		must(t, err)
	}
	if a := s.send("", "GET", "/projects/record.zip", nil); a.status != http.StatusServiceUnavailable || a.header.Get("Retry-After") == "" {
		t.Errorf("one more for this address: %d", a.status)
	}
}

// BenchmarkPosters prints the sheets of 851 stations, as many as Lanzhou has, and
// says how much memory that takes.
func BenchmarkPosters(b *testing.B) {
	s := newStage(b)
	s.config.PerMinute = 1 << 30
	s.world(2, func(w *worldBuilder) {
		for n := w.state().Units() + 1; n <= 5+850; n++ {
			w.do(officeActor, &project.Unit{Number: uint32(n), Of: project.UnitStation, Name: "雁滩代表之家", Parent: worldDistrict})
		}
	})
	who := Person{ID: "staff_lead", Role: "staff_lead"}
	b.ReportAllocs()
	for b.Loop() {
		r := httptest.NewRequest(http.MethodGet, "/projects/posters?kind=station", nil)
		w := &counter{header: http.Header{}}
		must(b, s.server.getPosters(w, r, who))
		if w.n < 851*1000 {
			b.Fatal(w.n)
		}
		b.SetBytes(w.n)
	}
}

// counter counts an answer and keeps nothing of it.
type counter struct {
	header http.Header
	n      int64
}

func (c *counter) Header() http.Header { return c.header }
func (c *counter) WriteHeader(int)     {}
func (c *counter) Write(b []byte) (int, error) {
	c.n += int64(len(b))
	return len(b), nil
}
