package web

import (
	"slices"

	"piaojue/election"
)

// A vote, its repeats and its further rounds are one story: each log names the
// one before and the one after, and every screen shows all of them.

// roundJSON is a vote of a story, as far as everybody may know it.
type roundJSON struct {
	Vote     string        `json:"vote"`
	Round    uint8         `json:"round" doc:"From 1."`
	Repeat   bool          `json:"repeat" doc:"It repeats the vote before, in the same round."`
	Here     bool          `json:"here" doc:"It is the vote that was asked for."`
	Phase    string        `json:"phase" doc:"PROTOCOL.md, Section 5."`
	Options  int           `json:"options"`
	Seats    int           `json:"seats" doc:"How many of them may be adopted."`
	Adopted  []adoptedJSON `json:"adopted" doc:"Empty until it is certified."`
	Tied     []string      `json:"tied" doc:"Names of the options that the rules leave tied."`
	Next     string        `json:"next" doc:"What its outcome says must follow; empty until it is certified."`
	Decision *decisionJSON `json:"decision" doc:"Of the presidium, about a tie; null if there is none."`
	Manifest hex32         `json:"manifest" doc:"Its hash."`
}

// adoptedJSON is an option that is adopted.
type adoptedJSON struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Decided bool   `json:"decided" doc:"By the presidium, not by the vote."`
}

// decisionJSON is what the presidium decided about a tie.
type decisionJSON struct {
	Basis   string   `json:"basis"`
	Text    string   `json:"text"`
	Members []string `json:"members" doc:"Who signed on paper."`
}

// maxStory bounds the votes of a story in each direction: rounds have numbers
// of one byte, and no chain of repeats in a congress is longer.
const maxStory = 16

// story returns all rounds that the vote is one of, from the first. A vote that
// nothing came before and nothing follows has none.
func (v *vote) story(w *view) []roundJSON {
	all := []roundJSON{}
	if w.manifest == nil {
		return all
	}
	chain := []*vote{v}
	for at := w; len(chain) < maxStory && at.manifest.Parent != [32]byte{}; at = chain[0].view.Load() {
		before := v.find(at.manifest.Parent)
		if before == nil || slices.Contains(chain, before) {
			break
		}
		chain = slices.Insert(chain, 0, before)
	}
	for at := w; len(chain) < 2*maxStory && at.successor != [32]byte{}; at = chain[len(chain)-1].view.Load() {
		after := v.find(at.successor)
		if after == nil || slices.Contains(chain, after) {
			break
		}
		chain = append(chain, after)
	}
	if len(chain) == 1 && w.decision == nil {
		return all
	}
	for i, x := range chain {
		at := w
		if x != v {
			at = x.view.Load()
		}
		r := newRound(x.id, at)
		r.Here, r.Repeat = x == v, i > 0 && r.Round == all[i-1].Round
		all = append(all, r)
	}
	return all
}

// newRound says what everybody may know of a vote that is frozen.
func newRound(id string, w *view) roundJSON {
	m := w.manifest
	r := roundJSON{
		Vote: id, Round: m.Round, Phase: w.phase.String(), Options: len(m.Options), Seats: m.Rules.WinnersK,
		Adopted: []adoptedJSON{}, Tied: []string{}, Manifest: w.manifestHash,
	}
	if !w.certified() {
		return r
	}
	out := &w.result.Outcome
	r.Next = out.Next
	r.adopt(m, w.adopted(w.tallies(false)), false)
	for _, i := range out.Tied {
		r.Tied = append(r.Tied, m.Options[i].Name)
	}
	if d := w.decision; d != nil {
		r.adopt(m, d.Adopted, true)
		r.Decision = &decisionJSON{d.Basis, d.Text, append([]string{}, d.Members...)}
	}
	return r
}

func (r *roundJSON) adopt(m *election.Manifest, options []uint16, decided bool) {
	for _, i := range options {
		r.Adopted = append(r.Adopted, adoptedJSON{m.Options[i].ID, m.Options[i].Name, decided})
	}
}

// tellBefore has the screens of the votes before this one show how it goes on.
func (v *vote) tellBefore(w *view) {
	for i := 0; i < maxStory && w.manifest != nil && w.manifest.Parent != [32]byte{}; i++ {
		before := v.find(w.manifest.Parent)
		if before == nil || before == v {
			return
		}
		before.hub.wake()
		w = before.view.Load()
	}
}

// countAdopted counts what all rounds have adopted.
func countAdopted(story []roundJSON) (n int) {
	for _, r := range story {
		n += len(r.Adopted)
	}
	return n
}

// following finds the frozen vote that follows: the one that the log names, or
// else the last one that names this vote as its parent.
func (s *Server) following(w *view) *followingJSON {
	if v := s.voteOf(w.successor); v != nil {
		return &followingJSON{v.id, w.successor, true}
	}
	if w.manifest == nil {
		return nil
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	var found *followingJSON
	for id, v := range s.votes {
		next := v.view.Load()
		if next.manifest != nil && next.manifest.Parent == w.manifestHash && (found == nil || id > found.Vote) {
			found = &followingJSON{Vote: id, Manifest: next.manifestHash}
		}
	}
	return found
}
