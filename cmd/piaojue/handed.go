package main

import (
	"piaojue/client"
	"piaojue/election"
)

// handed is what a trustee's device has handed in, by ceremony. Until witnesses
// have signed the log since, the device does not see its own entry there, and
// would make it again: a dealing is random, so the server refuses the second.
type handed map[handedStep]bool

type handedStep struct {
	trustees [32]byte // hash of the trustees entry
	kind     election.Kind
}

// due returns what the ceremony expects, or ErrWait if that is with the server
// already.
func (h handed) due(c *election.Ceremony, e *election.Entry, err error) (*election.Entry, error) {
	if err == nil && e != nil && h[handedStep{c.Hash(), e.Kind}] {
		return nil, client.ErrWait
	}
	return e, err
}

// note remembers what the server has accepted.
func (h handed) note(c *election.Ceremony, e *election.Entry) {
	h[handedStep{c.Hash(), e.Kind}] = true
}
