package main

import (
	"crypto/rand"
	"syscall/js"

	"piaojue/ballot"
	"piaojue/bridge"
)

// warm runs the code that a deputy waits for once before there is one: tables
// are made, and the browser compiles what was only interpreted. What it makes
// is thrown away; nothing of it leaves the machine.
func (k *kiosk) warm([]js.Value) (any, error) {
	clock := js.Global().Get("performance")
	start := clock.Call("now").Float()
	if k.board == nil {
		return nil, bridge.ErrOrder
	}
	s := k.board.State()
	p := s.Params()
	if p == nil {
		return bridge.Object("ms", 0), nil
	}
	var seed [32]byte
	rand.Read(seed[:])
	if _, err := ballot.NewRequest(seed, s.ManifestHash(), s.OpeningHash(), s.Issuers()); err != nil {
		return nil, err
	}
	for range 3 {
		sealed, err := p.Encrypt(anyBits(p.Grid()), [32]byte{})
		if err != nil {
			return nil, err
		}
		code := sealed.SealCode()
		revealed, err := sealed.Reveal()
		if err != nil {
			return nil, err
		}
		if _, err := p.CheckRevealed(revealed, code); err != nil {
			return nil, err
		}
	}
	return bridge.Object("ms", clock.Call("now").Float()-start), nil
}

// anyBits fills in some ballot that the rules allow.
func anyBits(g *ballot.Grid) []bool {
	choices := []ballot.Choice{{Abstain: true}, {Spoil: true}}
	for _, mark := range []ballot.Mark{ballot.For, ballot.Grade0} {
		c := ballot.Choice{Marks: make([]ballot.Mark, g.Options())}
		for i := range c.Marks {
			c.Marks[i] = mark
			choices = append(choices, ballot.Choice{Marks: append([]ballot.Mark(nil), c.Marks...)})
		}
	}
	for _, c := range choices {
		if bits, err := g.Fill(c); err == nil {
			return bits
		}
	}
	return nil
}
