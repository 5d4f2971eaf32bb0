package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"testing"
	"time"

	"piaojue/audit"
	"piaojue/client"
	"piaojue/election"
	"piaojue/store"
)

// faultLoad is everybody in the hall: terminals, somebody who looks at the
// board, and those who close the vote when all have voted.
type faultLoad struct {
	testing.TB
	vote   *faultVote
	ledger *faultLedger
	ctx    context.Context
	base   string
	http   *http.Client
}

// load votes until the box is closed, the server has ended, or the time is up.
func (r *faultRun) load(s *faultServer, faultLimit time.Duration) error {
	r.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), faultLimit)
	defer cancel()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		select {
		case <-s.done:
			cancel()
		case <-ctx.Done():
		}
	}()
	defer func() { cancel(); <-ended }()
	l := &faultLoad{r, r.vote, r.ledger, ctx, s.base, &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}}
	if err := errors.Join(l.look(), l.handIn()); err != nil {
		return err
	}
	return l.close()
}

// look notes the checkpoint that the board shows.
func (l *faultLoad) look() error {
	_, err := l.checkpoint()
	return err
}

func (l *faultLoad) checkpoint() (c audit.Checkpoint, err error) {
	note, err := l.send("GET", "/board/v1/checkpoint", nil, "")
	if err != nil {
		return c, err
	}
	if c, err = audit.ReadCheckpoint(note); err == nil {
		l.ledger.checkpoint(note)
	}
	return c, err
}

// faultTerminals is how many hand in at the same time.
const faultTerminals = 3

// handIn hands in everything.
func (l *faultLoad) handIn() error {
	todo := make(chan handing, len(l.vote.waiting))
	for _, a := range l.vote.waiting {
		todo <- a
	}
	close(todo)
	var hall sync.WaitGroup
	errs := make([]error, faultTerminals)
	for i := range faultTerminals {
		hall.Go(func() {
			for a := range todo {
				if errs[i] = errors.Join(l.hand(a), l.look()); errs[i] != nil {
					return
				}
			}
		})
	}
	hall.Wait()
	return errors.Join(errs...)
}

func (l *faultLoad) hand(a handing) error {
	got, err := l.send("POST", a.path, a.body, "")
	if refusedWith(err, codeClosed) && l.ledger.knows(a.entry) {
		return nil // a challenge or a request for a credential, which nobody answers after the order
	}
	if err != nil {
		return fmt.Errorf("%s: %w", a.path, err)
	}
	l.ledger.entry(a.entry, got)
	return nil
}

// close gives the order, and waits until the box is empty.
func (l *faultLoad) close() error {
	b := client.NewBoard(func(r client.Request) ([]byte, error) { return l.send(r.Method, r.Path, r.Body, "") }, "v1", l.vote.manifest)
	for ordered := false; ; time.Sleep(10 * time.Millisecond) {
		if err := errors.Join(b.Update(), l.look()); err != nil {
			return err
		}
		switch phase := b.State().Phase(); {
		case phase >= election.PhaseClosed:
			return nil
		case phase == election.PhaseVoting && !ordered:
			if err := l.order(b); err != nil {
				return err
			}
			ordered = true
		}
	}
}

// order signs for both. Of a signature that survived a kill the other one is all
// that is missed; the order stands then before both have signed again.
func (l *faultLoad) order(b *client.Board) error {
	e, err := b.ProposeOrder(1)
	if err != nil {
		return err
	}
	for role, sign := range map[store.Role]func(*election.Entry){
		store.RoleStaffLead: func(e *election.Entry) { e.Sign(election.RoleStaff, 0, l.vote.staff, l.vote.manifest) },
		store.RolePresidium: func(e *election.Entry) { e.Sign(election.RolePresidium, 0, l.vote.presidium, l.vote.manifest) },
	} {
		one := &election.Entry{Kind: e.Kind, Body: e.Body}
		sign(one)
		_, err := l.send("POST", "/votes/v1/proposals", one.Marshal(), role)
		if refusedWith(err, codePhase) && b.Update() == nil && b.State().Phase() != election.PhaseVoting {
			return nil
		}
		if err != nil {
			return fmt.Errorf("order: %w", err)
		}
	}
	return nil
}

func (l *faultLoad) send(method, path string, body []byte, role store.Role) ([]byte, error) {
	req, err := http.NewRequestWithContext(l.ctx, method, l.base+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if role != "" {
		req.Header.Set("Authorization", "Bearer "+l.vote.people[role])
	}
	resp, err := l.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	got, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	return verdict(answer{resp.StatusCode, resp.Header, got})
}
