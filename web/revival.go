package web

import (
	"context"
	"errors"
	"time"
)

const (
	// reviveEvery is how often projects that have stopped are tried again: longer than
	// the second after which connections that wait are looked at before use.
	reviveEvery = 2 * time.Second
	reviveWait  = 10 * time.Second
)

// tend brings projects back that have stopped because their connection to the database
// ended. Votes go on meanwhile. What stopped on a disk stays so until the next start.
func (a *adopter) tend() {
	for a.ctx.Err() == nil {
		select {
		case <-a.s.projects.db.Stopped():
		case <-a.ctx.Done():
			return
		}
		err := a.s.projects.revive(a.ctx)
		switch {
		case errors.Is(err, errors.ErrUnsupported):
			return
		case err == nil:
			a.s.config.Log.Warn("the projects had stopped, and are served again")
			a.poke()
			continue
		case a.s.config.Projects.Cause() == nil: // its log is not what it should be
			a.s.config.Log.Error("the projects are not served, votes are", "error", err)
			return
		}
		select {
		case <-time.After(reviveEvery):
		case <-a.ctx.Done():
		}
	}
}

// clean tries again to take what was erased out of the file of the projects, when
// somebody has read it at that moment.
func (a *adopter) clean() {
	ticker := time.NewTicker(a.s.config.CountEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
		case <-a.ctx.Done():
			return
		}
		db := a.s.projects.db
		if !db.Unclean() || db.Cause() != nil {
			continue
		}
		if err := db.Scrub(a.ctx); err != nil && a.ctx.Err() == nil {
			a.s.config.Log.Error("what was erased of the projects is still in the file", "error", err)
		}
	}
}

// revive lets the projects go on where their log stands by now: their last write may
// be in it or not. A log that is older than what was signed stays unused (attack S2).
func (p *projects) revive(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, reviveWait)
	defer cancel()
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.db.Revive(ctx); err != nil {
		return err
	}
	if _, err := p.open(ctx, p.db.Log()); err != nil {
		p.broken = err
		return err
	}
	return p.rebuild()
}
