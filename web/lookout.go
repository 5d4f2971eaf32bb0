package web

import (
	"errors"
	"fmt"
	"os"
	"time"

	"piaojue/election"
)

// What witnesses answer also says what this server cannot know: that the log has
// gone on without it, because these files are an old copy, or another server
// runs on a copy of them (attacks S1, S2). Then it stops signing for the vote.

// firstAsk is how long a start waits for witnesses, of all votes together. Tests
// replace it.
var firstAsk = 5 * time.Second

// aheadError says that a witness has cosigned what this log does not lead to.
type aheadError struct {
	size, ours uint64
}

func (e *aheadError) Error() string {
	if e.size > e.ours {
		return fmt.Sprintf("it has cosigned %d entries, the log here has %d", e.size, e.ours)
	}
	return fmt.Sprintf("it has cosigned another log of %d entries", e.size)
}

// ahead looks again at a size that the log did not have when the witness was
// asked: somebody else may have carried a checkpoint there meanwhile.
func (p *petition) ahead(size uint64) error {
	head, err := p.v.config.DB.Log(p.v.id).Head(p.ctx)
	if err != nil {
		return err
	}
	if size > head.Size {
		return &aheadError{size, head.Size}
	}
	return errors.New("it has been shown a newer checkpoint by somebody else")
}

// begin asks before the vote runs: what is signed cannot be taken back. A vote
// that was restored signs nothing until so many witnesses have answered that
// those who have not are no quorum: whatever was shown to anybody, one of those
// who cosigned it has been asked. Otherwise silence stops nobody, since the
// checkpoint beside the keys says what this server has signed. Answers are waited
// for in awaitFirst.
func (p *petition) begin() error {
	now := p.v.view.Load()
	restored, err := isRestored(p.v.config.Keys, p.v.id)
	if err != nil || now.manifest == nil || now.phase >= election.PhaseArchived {
		return err
	}
	if restored {
		p.v.halt.Store(&halt{Code: codeUnasked})
	}
	if err := p.setWitnesses(now.manifest); err != nil {
		return err
	}
	p.release()
	head, err := p.v.config.DB.Log(p.v.id).Head(p.ctx)
	if err != nil {
		return err
	}
	for _, a := range p.asked {
		if !a.take(head.Size, time.Now()) {
			continue
		}
		answered := make(chan struct{})
		p.first = append(p.first, answered)
		p.jobs.Go(func() {
			lines, err := p.request(a, head)
			p.listen(a, err)
			close(answered)
			p.keep(a, head, lines, err) // once the vote runs
		})
	}
	return nil
}

// awaitFirst waits until those whom begin has asked have answered, or it is late.
func (p *petition) awaitFirst(late <-chan struct{}) {
	for _, answered := range p.first {
		select {
		case <-answered:
		case <-late:
			return
		}
	}
}

// listen stops or releases the vote after an answer.
func (p *petition) listen(a *asking, err error) {
	if ahead, ok := errors.AsType[*aheadError](err); ok {
		p.v.stopSigning(&halt{Code: codeForked, Witness: a.name, Seen: ahead.size, Size: ahead.ours})
		return
	}
	if err == nil {
		a.mu.Lock()
		a.heard = true
		a.mu.Unlock()
		p.release()
	}
}

// release lets a restored vote go on when enough witnesses have answered. If the
// policy demands none, or gives no address of any, nobody can be asked.
func (p *petition) release() {
	h := p.v.halt.Load()
	if h == nil || h.Code != codeUnasked {
		return
	}
	lines, err := election.ParsePolicy(p.v.view.Load().manifest.Policy)
	if err != nil {
		return // the freeze has refused it
	}
	if len(p.asked) > 0 && !lines.None() && lines.Satisfied(p.silent(lines)) {
		return // who is silent could have seen more
	}
	if !p.v.halt.CompareAndSwap(h, nil) {
		return
	}
	if err := os.Remove(restoredPath(p.v.config.Keys, p.v.id)); err != nil && !errors.Is(err, os.ErrNotExist) {
		p.v.config.Log.Error("mark of the restored vote not removed", "vote", p.v.id, "error", err)
	}
	p.v.config.Log.Info("restored vote goes on", "vote", p.v.id)
}

// silent are the witnesses that have not answered, by the names of the policy.
func (p *petition) silent(lines *election.Policy) map[string]bool {
	silent := make(map[string]bool)
	for _, w := range lines.Witnesses {
		silent[w.Name] = true
		for _, a := range p.asked {
			a.mu.Lock()
			if a.name == w.KeyName && a.heard {
				silent[w.Name] = false
			}
			a.mu.Unlock()
		}
	}
	return silent
}
