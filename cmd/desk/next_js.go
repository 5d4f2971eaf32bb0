package main

import (
	"syscall/js"

	"piaojue/bridge"
	"piaojue/client"
	"piaojue/election"
)

// What follows a result: a decision about a tie, or another vote. Nobody signs
// that a vote follows without the manifest that it must have.

// readNext keeps the manifest of the next vote, if the page gave one.
func (d *desk) readNext(args js.Value) error {
	if d.next = nil; args.Type() != js.TypeObject || !args.Get("next").Truthy() {
		return nil
	}
	body, err := bridge.Bytes(args.Get("next"))
	if err == nil {
		d.next, err = election.ParseManifest(body)
	}
	return err
}

// buildNext makes the entry of such a kind.
func (d *desk) buildNext(kind election.Kind, args js.Value, now uint64) (*election.Entry, error) {
	if kind == election.KindSuccessor && d.next != nil {
		return d.board.ProposeSuccessor(now, d.next)
	}
	if kind != election.KindDecision {
		return nil, bridge.ErrArgument
	}
	var adopted []uint16
	for i := range args.Get("adopted").Length() {
		adopted = append(adopted, uint16(args.Get("adopted").Index(i).Int()))
	}
	var members []string
	for i := range args.Get("members").Length() {
		members = append(members, args.Get("members").Index(i).String())
	}
	return d.board.ProposeDecision(now, adopted, args.Get("basis").String(), args.Get("text").String(), members)
}

// successorFields is the manifest of the next vote, if it is the one that the
// entry names and the result demands.
func (d *desk) successorFields(hash [32]byte) (bridge.Map, error) {
	follow, err := d.board.State().Follow()
	if err != nil || d.next == nil || d.next.Hash() != hash || follow.Check(d.next) != nil {
		return nil, client.ErrProposal
	}
	return manifestFields(d.next), nil
}
