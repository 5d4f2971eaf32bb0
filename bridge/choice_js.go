package bridge

import (
	"syscall/js"

	"piaojue/ballot"
)

// Choice is what a ballot says: {marks, abstain, spoil}.
func Choice(c ballot.Choice) Map {
	marks := []string{}
	for _, m := range c.Marks {
		marks = append(marks, string(m))
	}
	return Object("marks", marks, "abstain", c.Abstain, "spoil", c.Spoil)
}

// ReadChoice reads {marks, abstain, spoil}.
func ReadChoice(v js.Value) (c ballot.Choice) {
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
