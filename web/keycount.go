package web

import (
	"slices"
	"sync"
)

const (
	// maxFalse bounds the ballots of a one-time key whose proofs do not hold.
	// Proofs are what costs the server most, and an honest terminal makes no
	// false one: the second try is for a fault in memory, the third for another
	// terminal (attack S8). A deputy whom a broken terminal has used up is let
	// in again by a restart of the server, which forgets these counts.
	maxFalse = 3

	// maxOwnChecks bounds the seal codes that one one-time key spends. Each is
	// an entry of the log; without it one deputy could use up what all deputies
	// have together (maxChecks) and keep the others from checking terminals.
	maxOwnChecks = 20
)

// keyCounts counts what holders of credentials have done in vain. Only who has a
// valid credential and signs with its key is counted, so nobody can use up the
// tries of somebody else, and there are no more counts than credentials.
// It is in memory only: a table of it would tell who has tried what.
type keyCounts struct {
	mu     sync.Mutex // guards all below
	proofs map[[32]byte]int
	checks map[[32]byte][][32]byte // the seal codes
}

func newKeyCounts() *keyCounts {
	return &keyCounts{proofs: make(map[[32]byte]int), checks: make(map[[32]byte][][32]byte)}
}

// check refuses a ballot of a key that has had its tries.
func (p *keyCounts) check(key [32]byte) error {
	if p.left(key) <= 0 {
		return refuse(codeFalseProofs)
	}
	return nil
}

// left says how many more ballots of a key may be looked at.
func (p *keyCounts) left(key [32]byte) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return maxFalse - p.proofs[key]
}

// noteFalse counts a ballot whose proofs did not hold.
func (p *keyCounts) noteFalse(key [32]byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.proofs[key]++
}

// mayCheck reports whether a key may spend a seal code: one of those that it has
// spent, whose answer was lost, or a new one as long as there are not too many.
func (p *keyCounts) mayCheck(key, seal [32]byte) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.checks[key]) < maxOwnChecks || slices.Contains(p.checks[key], seal)
}

// noteCheck counts a seal code that was spent.
func (p *keyCounts) noteCheck(key, seal [32]byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.checks[key] = append(p.checks[key], seal)
}
