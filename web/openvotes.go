package web

import (
	"context"
	"fmt"

	"piaojue/store"
)

// openVotes opens all votes and lets them run. Their witnesses have one time to
// answer, or each vote with a silent one would hold up all others.
func (s *Server) openVotes(ctx context.Context) error {
	all, err := s.config.DB.Votes(ctx)
	if err != nil {
		return err
	}
	known := map[string]bool{store.Administration: true, store.ProjectsID: true}
	var opened []*vote
	for _, of := range all {
		known[of.ID] = true
		v, err := s.openVote(ctx, of.ID)
		if err == nil {
			opened = append(opened, v)
		} else if !s.lacks(of.ID, err) {
			for _, v := range opened {
				v.asks.stop()
			}
			return fmt.Errorf("vote %s: %w", of.ID, err)
		}
	}
	if s.config.DB.Unclean() {
		s.config.Log.Error("erased rows are still in the file")
	}
	late, cancel := context.WithTimeout(ctx, firstAsk)
	defer cancel()
	for _, v := range opened {
		v.asks.awaitFirst(late.Done())
	}
	for _, v := range opened {
		s.start(v)
	}
	return checkHeads(s.config.Keys, known)
}

// openVote opens one vote and has its witnesses asked.
func (s *Server) openVote(ctx context.Context, id string) (*vote, error) {
	v, err := openVote(ctx, &s.config, id, s.voteOf)
	if err != nil {
		return nil, err
	}
	if err := v.asks.begin(); err != nil {
		v.asks.stop()
		return nil, err
	}
	return v, nil
}

// start lets a vote run.
func (s *Server) start(v *vote) {
	if s.adopter != nil {
		v.moved, v.unlike = s.adopter.poke, s.unlike
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.votes[v.id] = v
	v.start()
}
