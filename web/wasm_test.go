package web

import (
	"testing"

	"piaojue/client"
)

// What a browser loads of a program, in Brotli, at most: on the wireless
// network of a hall 300 terminals load it within minutes of each other.
const (
	maxTerminalProgram = 1_200_000
	maxDeskProgram     = 1_800_000
)

// TestProgramSize: the programs of the pages stay small.
func TestProgramSize(t *testing.T) {
	for name, most := range map[string]int{"terminal.wasm": maxTerminalProgram, "desk.wasm": maxDeskProgram} {
		size := len(staticFile("wasm/" + name + ".br"))
		if size == 0 || size > most {
			t.Errorf("%s has %d bytes, at most %d", name, size, most)
		}
	}
}

// machine starts the terminal's program in a worker of its own, as the page
// does, without the page.
func (t *tab) machine(s *stage) {
	t.Helper()
	t.eval(`(() => {
		globalThis.machine?.terminate();
		globalThis.machine = new Worker("/static/js/machine-worker.js?terminal");
		let next = 0;
		globalThis.call = (method, ...args) => new Promise((resolve, reject) => {
			const id = next++;
			const hear = ({ data }) => {
				if (data.id !== id) return;
				machine.removeEventListener("message", hear);
				data.error ? reject(new Error(data.error.code)) : resolve(data.value);
			};
			machine.addEventListener("message", hear);
			machine.postMessage({ id, method, args });
		});
		globalThis.timed = async (...call) => {
			const start = performance.now();
			await globalThis.call(...call);
			return performance.now() - start;
		};
	})()`, nil)
	t.eval(`call("open", "`+s.vote+`", "`+hexOf(s.manifest)+`", {})`, nil)
}

const sealTen = `timed("seal", { marks: [..."1111111111000"].map((m) => m === "1" ? "for" : ""), abstain: false, spoil: false })`

// BenchmarkSealChromium measures how long a deputy waits for a ballot of 13
// options to be sealed: the first one after the page was loaded, with and
// without the tables that the terminal builds while it waits for a badge, and
// those that follow.
func BenchmarkSealChromium(b *testing.B) {
	s := hallStage(b)
	k := newBrowser(b, s.base).tab(s.base, 1280, 800).open("/terminal")
	s.checkIn(0, 1, 2, 3)
	s.opening(1, 0)
	identify := `call("identify", "` + client.FormatBadge(badgeSeed(number(0))) + `")`
	seal := func() (ms float64) {
		k.eval(sealTen, &ms)
		return ms
	}
	k.machine(s)
	k.eval(identify, nil)
	cold := seal()
	k.machine(s)
	k.eval(`call("warm")`, nil)
	k.eval(identify, nil)
	first := seal()
	total := 0.0
	for b.Loop() {
		total += seal()
	}
	b.ReportMetric(cold, "cold-ms")
	b.ReportMetric(first, "first-ms")
	b.ReportMetric(total/float64(b.N), "warm-ms")
}
