package web

import (
	"context"
	"os"
	"runtime"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"piaojue/election"
)

// serverNumbers are the numbers of the server that leads, and of its votes.
type serverNumbers struct{ m *Metrics }

// Describe sends nothing: which votes there are, changes.
func (serverNumbers) Describe(chan<- *prometheus.Desc) {}

// Collect implements prometheus.Collector.
func (n serverNumbers) Collect(to chan<- prometheus.Metric) {
	s := n.m.server.Load()
	if s == nil {
		return
	}
	g := gauges{to}
	for kind, count := range s.audience.counts() {
		g.put("piaojue_screens", "Live screens that are open, of who signed in and of everybody.", down(count, 16), "who", kind)
	}
	g.put("piaojue_box_waiting", "Requests to ballot boxes under way, in steps of 64.", down(len(s.boxes), 64))
	g.put("piaojue_disk_free_bytes", "Free on the disk of the database, in steps of 16 MiB.", float64(s.config.DB.Free()>>24<<24))
	ready := 0.
	if len(s.unready()) == 0 {
		ready = 1
	}
	g.put("piaojue_ready", "1 if a session may be opened (/readyz).", ready)
	s.messageNumbers(g)
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, v := range s.votes {
		v.numbers(g, n.m.now())
		v.issuerNumbers(g, s.relay.watch.list(v))
	}
}

// down rounds down to a multiple of step: what one visit changes stays unseen.
func down(n, step int) float64 { return float64(n / step * step) }

// gauges sends numbers to who collects them.
type gauges struct{ to chan<- prometheus.Metric }

// put sends one, with the names and values of its labels.
func (g gauges) put(name, help string, value float64, labels ...string) {
	var names, values []string
	for i := 0; i+1 < len(labels); i += 2 {
		names, values = append(names, labels[i]), append(values, labels[i+1])
	}
	g.to <- prometheus.MustNewConstMetric(prometheus.NewDesc(name, help, names, nil), prometheus.GaugeValue, value, values...)
}

// numbers are those of a vote that its log says to everybody, and how others answer.
func (v *vote) numbers(g gauges, now time.Time) {
	w := v.view.Load()
	if w == nil || w.phase >= election.PhaseArchived {
		return
	}
	at := []string{"vote", v.id}
	g.put("piaojue_phase", "1 for the phase of the vote.", 1, append(at, "phase", w.phase.String())...)
	g.put("piaojue_log_entries", "Entries of the log.", float64(w.size), at...)
	g.put("piaojue_issued", "Credentials issued in this epoch, as logged.", float64(w.numbers.I), at...)
	g.put("piaojue_promised", "Promises, by the last count entry: in steps of 16.", float64(w.promised), at...)
	if !w.grown.IsZero() {
		g.put("piaojue_checkpoint_age_seconds", "Since the log has grown, in whole minutes.", whole(now.Sub(w.grown)), at...)
	}
	stopped := 0.
	if v.halt.Load() != nil {
		stopped = 1
	}
	g.put("piaojue_stopped", "1 if the server signs nothing more for the vote.", stopped, at...)
	v.witnessNumbers(g, w, at)
}

// witnessNumbers are how witnesses answer.
func (v *vote) witnessNumbers(g gauges, w *view, at []string) {
	if asked := v.asks.shown.Load(); asked != nil {
		for _, a := range *asked {
			a.mu.Lock()
			fails, known := a.fails, a.known
			a.mu.Unlock()
			of := append(at[:2:2], "witness", a.name)
			g.put("piaojue_witness_failures", "Requests to the witness that failed since one did not.", float64(fails), of...)
			g.put("piaojue_witness_behind", "Entries that the witness has not cosigned.", float64(w.size-min(known, w.size)), of...)
		}
	}
}

// whole is a time in seconds, without what lies within a minute.
func whole(d time.Duration) float64 { return max(0, d.Truncate(time.Minute).Seconds()) }

// messageNumbers are the mails and webhook messages that have not left.
func (s *Server) messageNumbers(g gauges) {
	if s.projects == nil || s.projectsStopped() {
		return
	}
	if n, err := s.projects.db.CountUnsent(context.Background()); err == nil {
		g.put("piaojue_messages_unsent", "Messages that wait or were given up.", float64(n))
	}
}

// addProcess adds what the process takes of the machine. Of the processor and the
// network there is nothing: each ballot costs both.
func addProcess(m *Metrics) {
	m.Add("piaojue_goroutines", "In steps of 64.", func() float64 { return down(runtime.NumGoroutine(), 64) })
	m.Add("piaojue_heap_bytes", "In steps of 16 MiB.", func() float64 {
		var x runtime.MemStats
		runtime.ReadMemStats(&x)
		return float64(x.HeapAlloc >> 24 << 24)
	})
	m.Add("piaojue_open_files", "In steps of 64.", func() float64 {
		files, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			return 0
		}
		return down(len(files), 64)
	})
}

// counts says how many live screens are open.
func (x *audience) counts() map[string]int {
	x.mu.Lock()
	defer x.mu.Unlock()
	return map[string]int{"public": x.count, "staff": x.members}
}

// issuerNumbers are how often in a row another issuer has not answered.
func (v *vote) issuerNumbers(g gauges, list []issuerStateJSON) {
	if v.view.Load().phase >= election.PhaseArchived {
		return
	}
	for _, x := range list {
		g.put("piaojue_issuer_failures", "Requests to the issuer that failed since one did not.", float64(x.Failures), "vote", v.id, "issuer", strconv.Itoa(x.Number))
	}
}
