package web

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"piaojue/election"
	"piaojue/store"
)

// What a copy of a vote is for.
const (
	copyRehearsal = "rehearsal"    // everything but the kind is the same
	copyRepeat    = "repeat"       // after the vote was voided, or did not stand
	copySecond    = "second_round" // with the options that are left
)

// copyRequest asks for another vote made of this one.
type copyRequest struct {
	As string `json:"as" enum:"rehearsal,repeat,second_round"`
}

// copyVote serves POST /votes/{vote}/copies. The copy has the same badges: a
// signature of a badge names the manifest, and no other vote takes it.
func (s *Server) copyVote(w http.ResponseWriter, r *http.Request, _ Person) error {
	v, err := s.vote(r)
	if err != nil {
		return err
	}
	var q copyRequest
	if err := readJSON(w, r, &q); err != nil {
		return err
	}
	c, err := v.copyAs(r.Context(), q.As)
	if err != nil {
		return err
	}
	id, err := s.keepCopy(context.WithoutCancel(r.Context()), v.id, q.As, c)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusCreated, createdJSON{id})
}

// copiedVote is all that staff enter for a vote.
type copiedVote struct {
	draft   draft
	members []store.Member
	options []election.Option
}

// copyAs makes the copy in memory.
func (v *vote) copyAs(ctx context.Context, as string) (*copiedVote, error) {
	d, err := v.draft(ctx)
	if err != nil {
		return nil, err
	}
	c := &copiedVote{draft: *d}
	if c.members, err = v.config.DB.Roll(ctx, v.id); err != nil {
		return nil, err
	}
	if c.options, err = v.config.DB.Candidates(ctx, v.id); err != nil {
		return nil, err
	}
	if as == copyRehearsal {
		c.draft.Kind, c.draft.Parent, c.draft.Round = election.Rehearsal.String(), nil, 0
		c.firstRound()
		return c, v.do(ctx, func() error { return v.currentBadges(c) })
	}
	return c, v.do(ctx, func() error { return v.follow(c, as) })
}

// firstRound gives up the one rule that a first round cannot have.
func (c *copiedVote) firstRound() {
	if r := c.draft.Rules; r != nil && r.Shortfall == election.ShortfallPlurality {
		rules := *r
		rules.Shortfall = election.ShortfallLeave
		c.draft.Rules = &rules
	}
}

// follow makes the copy the vote that must follow this one: nobody chooses its
// options or rules. It runs on the vote's goroutine.
func (v *vote) follow(c *copiedVote, as string) error {
	f, err := v.state.Follow()
	if err != nil || (f.Round == v.state.Manifest().Round) != (as == copyRepeat) {
		return because(codePhase, err)
	}
	parent := hex32(v.state.ManifestHash())
	c.draft.Parent, c.draft.Round, c.draft.Rules = &parent, f.Round, &f.Rules
	c.options = f.Options
	return v.currentBadges(c)
}

// currentBadges gives the members of the copy the badges that they have now. One
// that was replaced must not come back, and its PIN is gone already. It runs on the vote's goroutine.
func (v *vote) currentBadges(c *copiedVote) error {
	for i := range c.members {
		if m := &c.members[i]; m.Place != nil {
			m.Badge = v.state.BadgeKey(election.Leaf{Index: m.Place.Index, Key: m.Badge})
		}
	}
	return nil
}

// keepCopy stores the copy under a name of its own.
func (s *Server) keepCopy(ctx context.Context, of, as string, c *copiedVote) (string, error) {
	id, err := s.freeID(of, as)
	if err != nil {
		return "", err
	}
	c.draft.Origin = strings.TrimSuffix(c.draft.Origin, "/"+of) + "/" + id
	if err := c.draft.check(); err != nil {
		return "", err
	}
	if err := s.create(ctx, id, &c.draft); err != nil {
		return "", err
	}
	members, _, err := newMembers(deputiesOf(c.members))
	if err != nil {
		return "", err
	}
	store.KeepBadges(members, c.members)
	if err := s.config.DB.PutRoll(ctx, id, members); err != nil {
		return "", err
	}
	return id, s.config.DB.PutCandidates(ctx, id, c.options)
}

// copyEndings are what the names of copies end in.
var copyEndings = map[string]string{copyRehearsal: "rehearsal", copyRepeat: "repeat", copySecond: "round"}

// maxCopies bounds the copies of one vote of a kind.
const maxCopies = 99

func (s *Server) freeID(of, as string) (string, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for i := 1; i <= maxCopies; i++ {
		ending := fmt.Sprintf("-%s-%d", copyEndings[as], i)
		id := of[:min(len(of), 40-len(ending))] + ending
		if s.votes[id] == nil {
			return id, nil
		}
	}
	return "", refuse(codeExists)
}
