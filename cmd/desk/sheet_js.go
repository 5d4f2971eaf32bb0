package main

import (
	"errors"
	"syscall/js"

	"piaojue/ballot"
	"piaojue/bridge"
	"piaojue/client"
	"piaojue/election"
	"piaojue/keyfile"
)

// Two tellers enter paper ballots, each on their own. What a sheet says stays
// in the browser: only sealed entries go to the server.

var (
	errSheets    = &bridge.Fault{Code: "sheets", Err: errors.New("the batch says something else than the sheets")}
	errUnchecked = &bridge.Fault{Code: "unchecked", Err: errors.New("the batch was not compared with the sheets")}
)

// onPaper says by the log of each roll index whether paper can be handed to the
// deputy, who must be checked in and have neither a credential nor a sheet, and
// whether it was.
func (d *desk) onPaper(args []js.Value) (any, error) {
	if err := d.update(); err != nil {
		return nil, err
	}
	if args[0].Type() != js.TypeObject {
		return nil, bridge.ErrArgument
	}
	s := d.board.State()
	free, handed := []any{}, []any{}
	for i := range args[0].Length() {
		index := args[0].Index(i).Int()
		if x, ok := s.Issued(uint32(index)); ok && x.Paper {
			handed = append(handed, index)
		} else if !ok && s.CheckedIn(uint32(index)) {
			free = append(free, index)
		}
	}
	return bridge.Object("free", free, "handed", handed, "only", s.PaperOnly()), nil
}

// grid is that of the vote, whose keys exist.
func (d *desk) grid() (*ballot.Grid, error) {
	if d.board == nil || d.board.State().Params() == nil {
		return nil, errNotOpened
	}
	return d.board.State().Params().Grid(), nil
}

// compareSheets returns the places at which two lists differ. A list compared
// with itself is checked for what the rules do not allow.
func (d *desk) compareSheets(args []js.Value) (any, error) {
	grid, err := d.grid()
	if err != nil {
		return nil, err
	}
	mine, err := sheetsOf(args[0])
	if err != nil {
		return nil, err
	}
	other, err := sheetsOf(args[1])
	if err != nil {
		return nil, err
	}
	places, err := client.CompareSheets(grid, mine, other)
	all := []any{}
	for _, i := range places {
		all = append(all, i)
	}
	return all, err
}

func sheetsOf(list js.Value) (all []ballot.Choice, err error) {
	if list.Type() != js.TypeObject {
		return nil, bridge.ErrArgument
	}
	for i := range list.Length() {
		if list.Index(i).Type() != js.TypeObject {
			return nil, bridge.ErrArgument
		}
		all = append(all, bridge.ReadChoice(list.Index(i)))
	}
	return all, nil
}

// sealBatch seals the sheets of a box, and signs the batch with the teller's
// key: what goes to the server, and what goes from hand to hand.
func (d *desk) sealBatch(args []js.Value) (any, error) {
	if d.holder == nil {
		return nil, errNoKey
	}
	if err := d.update(); err != nil {
		return nil, err
	}
	sheets, err := sheetsOf(args[1])
	if err != nil {
		return nil, err
	}
	sealed, err := d.board.SealBatch(now(), args[0].String(), sheets)
	if err != nil {
		return nil, err
	}
	m, err := d.check(sealed.Entry)
	if err != nil {
		return nil, err
	}
	if m.signer == nil || d.holder.secret.Kind != keyfile.Teller {
		return nil, client.ErrUnknownKey
	}
	hash := sealed.Entry.Hash()
	openings, err := sealed.MarshalOpenings()
	if err != nil {
		return nil, err
	}
	m.signer.Sign(m.entry, d.manifestOf(m.entry))
	batch, err := client.MarshalBatch(m.entry, sealed.Papers)
	return bridge.Object("hash", hash, "batch", batch, "openings", openings), err
}

// checkBatch compares a batch that waits, given as the server has it, with the
// sheets as this person read them. Only then a teller can countersign it.
func (d *desk) checkBatch(args []js.Value) (any, error) {
	if err := d.update(); err != nil {
		return nil, err
	}
	raw, err := bridge.Bytes(args[0])
	if err != nil {
		return nil, err
	}
	e, papers, err := client.ParseBatch(raw)
	if err != nil {
		return nil, err
	}
	if raw, err = bridge.Bytes(args[1]); err != nil {
		return nil, err
	}
	of, openings, err := client.ParseOpenings(raw)
	if err != nil {
		return nil, bridge.ErrArgument
	}
	sheets, err := sheetsOf(args[2])
	if err != nil {
		return nil, err
	}
	hash := unsigned(e).Hash()
	if of != hash {
		return nil, errSheets
	}
	if err := d.board.CheckBatch(unsigned(e), papers, openings, sheets); err != nil {
		return nil, err
	}
	if d.compared == nil {
		d.compared = make(map[[32]byte]bool)
	}
	d.compared[hash] = true
	return hash, nil
}

// mayCountersign keeps a teller from signing a batch unread.
func (d *desk) mayCountersign(e *election.Entry) error {
	if e.Kind == election.KindBatch && d.holder.secret.Kind == keyfile.Teller && !d.compared[unsigned(e).Hash()] {
		return errUnchecked
	}
	return nil
}
