package project

import (
	"fmt"
	"testing"
)

// large returns the log of a large congress: so many suggestions and projects,
// each project with so many reports.
func large(t testing.TB, suggestions, projects, reports int) *world {
	w := newWorld(t)
	var behind []uint32
	for i := range suggestions {
		n := w.suggest()
		w.do(office, &Transfer{n, roads})
		w.do(office, &Moderation{n, ShownText})
		switch i % 4 {
		case 0:
			w.do(office, &Verdict{n, ReasonFew, w.blob()})
		case 1:
			w.do(office, &Bundle{n, []uint32{w.suggest()}})
			fallthrough
		default:
			w.do(office, &Verdict{Suggestion: n, Text: w.blob()})
			behind = append(behind, n)
		}
	}
	list := &List{Number: 1, Year: 2026}
	outcomes := make([]Outcome, projects)
	for i := range projects {
		share := behind[i*len(behind)/projects : (i+1)*len(behind)/projects]
		list.Candidates = append(list.Candidates, w.candidate(share...))
		outcomes[i] = OutcomeAdopted
	}
	w.do(office, list)
	w.gates(1)
	w.do(office, w.freeze(1))
	w.do(server, w.adoption(1, outcomes...))
	for i := range projects {
		n := uint32(i + 1)
		w.do(government, &Offer{n, roads, nil})
		w.do(roadsClerk, &Answer{Project: n, Accepted: true})
		w.do(roadsClerk, &Task{n, w.book()})
		w.team(n)
		w.raise(n)
	}
	for r := range reports {
		for i := range projects {
			b := w.report(uint32(i+1), uint8(100*(r+1)/reports), uint8(100*(r+1)/reports))
			b.Photos = []Blob{w.blob(), w.blob()}
			w.do(roadsClerk, b)
		}
		w.later(31)
	}
	return w
}

// BenchmarkReplay replays 10,000 suggestions and 500 projects with 12 reports
// each, from bytes, with all that came between.
func BenchmarkReplay(b *testing.B) {
	w := large(b, 10000, 500, 12)
	raw := make([][]byte, len(w.Entries))
	size := 0
	for i, e := range w.Entries {
		raw[i] = e.Marshal()
		size += len(raw[i])
	}
	b.Run(fmt.Sprintf("%d", len(raw)), func(b *testing.B) {
		b.SetBytes(int64(size))
		for b.Loop() {
			s := New(verify)
			for _, r := range raw {
				e, err := ParseEntry(r)
				if err == nil {
					err = s.Apply(e)
				}
				if err != nil {
					b.Fatal(err)
				}
			}
		}
	})
	b.Run("Reminders", func(b *testing.B) {
		for b.Loop() {
			w.State.Reminders(w.Day, 30)
		}
	})
	b.Run("Lights", func(b *testing.B) {
		for b.Loop() {
			for n := range uint32(500) {
				w.State.Light(n+1, w.Day)
			}
		}
	})
	b.Run("Draft", func(b *testing.B) {
		for b.Loop() {
			if _, err := w.State.Draft(office, w.Day, &Moderation{1, ShownAll}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// TestLarge: a log of some size, with all its invariants.
func TestLarge(t *testing.T) {
	w := large(t, 400, 20, 3)
	checkInvariants(t, w.State)
	if got := w.State.Count(NounSuggestion); got != 500 {
		t.Errorf("%d suggestions", got)
	}
}
