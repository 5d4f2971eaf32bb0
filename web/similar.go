package web

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"unicode"

	"piaojue/project"
)

// similarIndex finds wishes that ask for the same thing: by the pairs of letters
// that they share, which for Chinese are nearly its words. It is made of the
// texts at first use, grows with the log, and is never written down.
type similarIndex struct {
	mu     sync.Mutex     // guards all below
	texts  []string       // what wish n asks for, by n-1; of withdrawn ones nothing
	blobs  []project.Blob // the same texts beside the log
	grams  [][]uint64     // their pairs of letters, sorted
	places map[uint64][]uint32
}

// maxPosting is how many wishes a pair of letters may be in before it says
// nothing: 我们, 希望.
const maxPosting = 2000

// grams returns the pairs of letters of a text, each once, sorted.
func grams(text string) (all []uint64) {
	var last rune
	for _, r := range text {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			last = 0
			continue
		}
		r = unicode.ToLower(r)
		if last != 0 {
			all = append(all, uint64(last)<<32|uint64(r))
		}
		last = r
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// gist is what counts when two wishes are compared: what is asked for, and
// where, without the words that the form itself writes.
func gist(text string) string {
	var parts []string
	for line := range strings.Lines(text) {
		if label, value, ok := strings.Cut(line, "："); ok && gistLabels[label] {
			line = value
		} else if ok && otherLabels[label] {
			continue
		}
		parts = append(parts, line)
	}
	return strings.Join(parts, "\n")
}

// add takes in one more wish.
func (x *similarIndex) add(b project.Blob, text string) {
	n := uint32(len(x.texts) + 1)
	g := grams(gist(text))
	x.texts, x.blobs, x.grams = append(x.texts, text), append(x.blobs, b), append(x.grams, g)
	for _, gram := range g {
		x.places[gram] = append(x.places[gram], n)
	}
}

// forget drops what was erased: what nobody may read any more must not stay in
// memory, nor be found by what it said.
func (x *similarIndex) forget(gone []project.Blob) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for i, b := range x.blobs {
		if !slices.Contains(gone, b) {
			continue
		}
		n := uint32(i + 1)
		for _, gram := range x.grams[i] {
			x.places[gram] = slices.DeleteFunc(x.places[gram], func(at uint32) bool { return at == n })
		}
		x.texts[i], x.grams[i] = "", nil
	}
}

// text is what a wish asks for: empty for one that came in since the index was
// brought up.
func (x *similarIndex) text(n uint32) string {
	if int(n) > len(x.texts) {
		return ""
	}
	return x.texts[n-1]
}

// shared counts with how many pairs of letters each wish that may be meant
// shares with wish n.
func (x *similarIndex) shared(n uint32, may func(uint32) bool) map[uint32]int {
	counts := make(map[uint32]int)
	for _, gram := range x.grams[n-1] {
		at := x.places[gram]
		if len(at) > maxPosting {
			continue
		}
		for _, other := range at {
			if _, seen := counts[other]; seen || other != n && may(other) {
				counts[other]++
			}
		}
	}
	return counts
}

// similarWish is a wish that may ask for the same.
type similarWish struct {
	Number  uint32
	Percent int // of the pairs of letters that both have
	Text    string
	Stage   uint8
}

const (
	maxSimilar   = 5
	leastSimilar = 20 // percent
)

// nearest returns the wishes that are most like wish n.
func (x *similarIndex) nearest(n uint32, may func(uint32) bool) (all []similarWish) {
	if int(n) > len(x.grams) {
		return nil
	}
	for other, both := range x.shared(n, may) {
		union := len(x.grams[n-1]) + len(x.grams[other-1]) - both
		if percent := 100 * both / max(union, 1); percent >= leastSimilar {
			all = append(all, similarWish{Number: other, Percent: percent})
		}
	}
	slices.SortFunc(all, func(a, b similarWish) int {
		return cmp.Or(cmp.Compare(b.Percent, a.Percent), cmp.Compare(a.Number, b.Number))
	})
	all = all[:min(len(all), maxSimilar)]
	for i := range all {
		all[i].Text = x.texts[all[i].Number-1]
	}
	return all
}

// index brings the index to where the log is and runs fn with it held.
func (p *projects) index(ctx context.Context, fn func(*similarIndex) error) error {
	p.similar.mu.Lock()
	defer p.similar.mu.Unlock()
	if p.similar.places == nil {
		p.similar.places = make(map[uint64][]uint32)
	}
	var missing []project.Blob
	p.view(func(state *project.State) error {
		for n := len(p.similar.texts) + 1; n <= state.Count(project.NounSuggestion); n++ {
			x, _ := state.Suggestion(uint32(n))
			missing = append(missing, x.Text)
		}
		return nil
	})
	for _, b := range missing {
		text, err := p.text(ctx, b)
		if err != nil {
			return err
		}
		p.similar.add(b, text)
	}
	return fn(&p.similar)
}

// mayBundle reports whether a wish can be bundled with x: it is open, about the
// same field, and of the same place or of none.
func mayBundle(state *project.State, x, other *project.Suggestion) bool {
	return isOpen(other.Stage) && other.Field == x.Field &&
		(other.District == x.District || other.District == 0 || x.District == 0)
}

// isOpen reports whether a wish waits for something.
func isOpen(stage project.Stage) bool {
	return stage == project.StageReceived || stage == project.StageTransferred || stage == project.StageStudied
}

// addSimilar shows the office which wishes may ask for the same.
func (s *Server) addSimilar(ctx context.Context, v *wishView, actor uint32) error {
	var office bool
	s.projects.view(func(state *project.State) error {
		a, _ := state.Actor(actor)
		office = a.Role == project.RoleOffice && !v.Own
		return nil
	})
	if !office {
		return nil // citizens who read do not wait for the index
	}
	return s.projects.index(ctx, func(x *similarIndex) error {
		return s.projects.view(func(state *project.State) error {
			v.Similar = nearestOpen(state, x, v.Number)
			return nil
		})
	})
}

func nearestOpen(state *project.State, x *similarIndex, number uint32) []similarWish {
	this, _ := state.Suggestion(number)
	if !isOpen(this.Stage) && this.Stage != project.StageTakenUp {
		return nil
	}
	all := x.nearest(number, func(n uint32) bool {
		other, ok := state.Suggestion(n)
		return ok && mayBundle(state, &this, &other)
	})
	for i := range all {
		other, _ := state.Suggestion(all[i].Number)
		all[i].Stage = uint8(other.Stage)
		if h, _ := state.Holding(other.Text); h.Visibility == project.Withdrawn {
			all[i].Text = ""
		}
	}
	return all
}

// shortText is the beginning of what a wish asks for.
func shortText(text string) string {
	line, _, _ := strings.Cut(gist(text), "\n")
	if short := []rune(line); len(short) > 60 {
		return string(short[:60]) + "…"
	}
	return line
}

func containsFold(text, words string) bool {
	return strings.Contains(strings.ToLower(text), strings.ToLower(words))
}
