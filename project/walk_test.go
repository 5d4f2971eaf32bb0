package project

import (
	"testing"

	"pgregory.net/rapid"
)

// checkInvariants checks what must hold after every entry.
func checkInvariants(t interface {
	Helper()
	Fatalf(string, ...any)
}, s *State) {
	t.Helper()
	votes := make(map[[32]byte]map[uint16]bool)
	for i := range s.projects {
		p := &s.projects[i]
		open := 0
		for _, n := range p.Problems {
			x := s.problem(n)
			if x.Stage != StageStruck {
				open++
			} else if len(x.Proof) == 0 {
				t.Fatalf("problem %d was struck without evidence", n)
			}
		}
		switch c := s.candidates[p.Candidate-1]; {
		case open != p.Open:
			t.Fatalf("project %d: %d problems open, counted %d", p.Number, open, p.Open)
		case p.Stage == StageClosed && (open > 0 || p.Rating == nil || p.Rating.Grade == GradeBad || len(p.Inspections) == 0):
			t.Fatalf("project %d was closed with what is open", p.Number)
		case c.Project != p.Number || c.Stage != StageChosen || s.manifests[p.Source.Manifest] != p.Source.List:
			t.Fatalf("project %d does not go back to its vote", p.Number)
		case votes[p.Source.Manifest][p.Source.Option]:
			t.Fatalf("project %d has the option of another", p.Number)
		case p.Task != nil && (len(p.Percents) != len(p.Task.Milestones) || weights(p.Task) != 100):
			t.Fatalf("project %d: milestones", p.Number)
		case p.Stage >= StageUnderway && p.Stage != StageTerminated && p.Task == nil:
			t.Fatalf("project %d is underway without a task book", p.Number)
		}
		if votes[p.Source.Manifest] == nil {
			votes[p.Source.Manifest] = make(map[uint16]bool)
		}
		votes[p.Source.Manifest][p.Source.Option] = true
	}
	checkWishes(t, s)
}

func weights(b *TaskBook) (sum int) {
	for _, m := range b.Milestones {
		sum += int(m.Weight)
	}
	return sum
}

// checkWishes counts anew how many wishes stand behind each candidate.
func checkWishes(t interface {
	Helper()
	Fatalf(string, ...any)
}, s *State) {
	t.Helper()
	behind := make(map[uint32]uint32)
	for i := range s.suggestions {
		x := &s.suggestions[i]
		head := &s.suggestions[s.Head(x.Number)-1]
		c := head.Candidate
		for c != 0 {
			behind[c]++
			c = s.candidates[c-1].Into
		}
		if _, ok := s.Track(x.Number); !ok {
			t.Fatalf("suggestion %d has no track", x.Number)
		}
	}
	for i := range s.candidates {
		c := &s.candidates[i]
		if c.Suggestions != behind[c.Number] {
			t.Fatalf("candidate %d: %d wishes behind it, counted %d", c.Number, behind[c.Number], c.Suggestions)
		}
		if c.Stage == StageChosen != (c.Project != 0) {
			t.Fatalf("candidate %d is %s, project %d", c.Number, c.Stage, c.Project)
		}
	}
}

// walker makes entries that may be good, by anybody, at any time.
type walker struct {
	*world
	r *rapid.T
}

func (w walker) pick(name string, n int) uint32 {
	return uint32(rapid.IntRange(0, n-1).Draw(w.r, name))
}

// body draws an entry of a kind about something that is there.
func (w walker) body(k Kind) (uint32, Body) {
	n := w.pick("number", max(w.State.Count(rules[k].noun), 1)) + 1
	if k == KindInspection || k == KindProblem {
		n = w.pick("project", max(w.State.Count(NounProject), 1)) + 1
	}
	switch k {
	case KindRating:
		return server, w.rating(n, w.pick("good", 20), w.pick("basic", 5), w.pick("bad", 5))
	case KindRequest:
		return roadsClerk, &Request{n, Ruled(w.pick("for", 4) + 1), w.blob()}
	case KindRuling:
		p, _ := w.State.Project(n)
		b := &Ruling{Project: n, For: p.Asked, Granted: w.pick("granted", 2) == 0, Document: "1号", Text: w.blob()}
		if b.Granted && b.For == RuledAdjust {
			book := w.book()
			b.Book, b.Percents = &book, []uint8{uint8(w.pick("percent", 101)), 0}
		}
		return standing, b
	case KindReport:
		return roadsClerk, w.report(n, uint8(w.pick("percent", 101)), 100)
	case KindVerdict:
		return government, &Verdict{n, Reason(w.pick("reason", 2)), w.blob()}
	case KindAdoption:
		x, _ := w.State.List(n)
		outcomes := make([]Outcome, len(x.Open))
		for i := range outcomes {
			outcomes[i] = Outcome(w.pick("outcome", 3) + 1)
		}
		return server, w.adoption(n, outcomes...)
	case KindSuccession:
		x, _ := w.State.List(n)
		return office, &Succession{n, w.vote(), x.Open}
	case KindAttachment, KindBundle, KindMerger:
		m := w.pick("other", max(w.State.Count(NounSuggestion), 1)) + 1
		return office, map[Kind]Body{KindAttachment: &Attachment{n, []uint32{m}}, KindBundle: &Bundle{n, []uint32{m}}, KindMerger: &Merger{n, m}}[k]
	case KindLookback:
		b := &Lookback{Problem: n, Fine: w.pick("fine", 2) == 0, Held: w.Day, Text: w.blob()}
		if !b.Fine {
			b.Due = w.Day.Add(9)
		}
		return deputyA, b
	}
	x, ok := samples[k]
	if !ok || k == KindFreeze || k == KindStrike || k == KindDelivery || k == KindAcceptance || k == KindClosure {
		return w.plain(k, n)
	}
	return x.by, x.body(w.world, n)
}

// plain is a sample without the steps that would lead up to it.
func (w walker) plain(k Kind, n uint32) (uint32, Body) {
	switch k {
	case KindFreeze:
		return office, w.freeze(n)
	case KindStrike:
		return committeeClerk, &Strike{n, ConsentNone}
	case KindDelivery:
		return roadsClerk, &Delivery{Project: n, Text: w.blob()}
	case KindAcceptance:
		return committeeClerk, &Acceptance{Project: n, Passed: true, Text: w.blob()}
	case KindClosure:
		return committeeClerk, &Closure{n, w.blob()}
	}
	return office, &Moderation{n, ShownText}
}

// TestWalk: whatever happens in whatever order, no problem is struck without
// evidence and acceptance, no project is closed with something open, each goes
// back to one option of one vote, and every wish is counted once.
func TestWalk(t *testing.T) {
	taken := make(map[Kind]int)
	rapid.Check(t, func(r *rapid.T) {
		w := walker{newWorld(t), r}
		for _, at := range []Stage{StageFrozen, StageUnderway, StageDelivered, StageRechecked, StageClosed, StageListed, StageReceived, StageStudied, StageStruck, StageBundled, StageTakenUp} {
			reach[at](w.world)
		}
		for range 80 {
			by, b := w.body(Kind(w.pick("kind", int(lastKind)) + 1))
			if w.try(by, b) == nil {
				taken[b.Kind()]++
				checkInvariants(r, w.State)
			}
			w.later(int(w.pick("days", 20)))
		}
	})
	if len(taken) < 20 { // of the few walks of a short test, too: 300 of them made 24 to 31
		t.Errorf("the walk made only %d kinds of entries", len(taken))
	}
}
