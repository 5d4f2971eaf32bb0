package main

import (
	"syscall/js"

	"piaojue/ballot"
)

// readChoice reads {marks, abstain, spoil}.
func readChoice(v js.Value) (c ballot.Choice) {
	marks := v.Get("marks")
	if marks.Truthy() {
		for i := range marks.Length() {
			mark := marks.Index(i)
			if mark.Type() != js.TypeString {
				c.Marks = append(c.Marks, ballot.None)
				continue
			}
			c.Marks = append(c.Marks, ballot.Mark(mark.String()))
		}
	}
	c.Abstain, c.Spoil = v.Get("abstain").Truthy(), v.Get("spoil").Truthy()
	return c
}
