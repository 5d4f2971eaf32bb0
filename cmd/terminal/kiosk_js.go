package main

import (
	"encoding/base32"
	"encoding/base64"
	"errors"
	"syscall/js"

	"piaojue/audit"
	"piaojue/ballot"
	"piaojue/bridge"
	"piaojue/client"
	"piaojue/election"
)

// kiosk is a terminal: one vote, and one deputy after the other.
type kiosk struct {
	server *bridge.Server
	board  *client.Board
	pinned bool
	voter  *client.Voter
	code   [32]byte // seal code of what is sealed

	leaving bool // the page wants the deputy forgotten when the call ends
}

var base32Code = base32.StdEncoding.WithPadding(base32.NoPadding)

// open follows the log of a vote from the manifest hash.
func (k *kiosk) open(args []js.Value) (any, error) {
	if args[0].Type() != js.TypeString {
		return nil, bridge.ErrArgument
	}
	k.wipe()
	k.board = nil
	s := bridge.NewServer(args[0].String(), args[2], false)
	manifest, pinned, err := manifestHash(s, args[1])
	if err != nil {
		return nil, err
	}
	b := client.NewBoard(s.Transport, s.Vote, manifest)
	if err := b.Update(); err != nil {
		return nil, err
	}
	k.server, k.board, k.pinned = s, b, pinned
	return k.vote(), nil
}

// manifestHash is the hash that the page was set up with, or else what the
// server says.
func manifestHash(s *bridge.Server, given js.Value) (hash [32]byte, pinned bool, err error) {
	if given.Type() == js.TypeString {
		hash, err = bridge.Hash(given)
		return hash, true, err
	}
	view, err := s.View()
	if err != nil {
		return hash, false, err
	}
	if hash, err = bridge.Hash(view.Get("manifest")); err != nil {
		return hash, false, client.ErrNotOpen
	}
	return hash, false, nil
}

func (k *kiosk) vote() bridge.Map { return bridge.Vote(k.board, k.server.Vote, k.pinned) }

func (k *kiosk) refresh([]js.Value) (any, error) {
	if k.board == nil {
		return nil, bridge.ErrOrder
	}
	if err := k.board.Update(); err != nil {
		return nil, err
	}
	return k.vote(), nil
}

// identify takes a deputy from the badge to the credential, and finds out
// whether it was used already, here or elsewhere.
func (k *kiosk) identify(args []js.Value) (any, error) {
	k.wipe()
	switch {
	case k.board == nil:
		return nil, bridge.ErrOrder
	case args[0].Type() != js.TypeString:
		return nil, bridge.ErrArgument
	}
	seed, err := client.ParseBadge(args[0].String())
	if err != nil {
		return nil, err
	}
	if err := k.board.Update(); err != nil {
		return nil, err
	}
	v := client.NewVoter(k.board, seed)
	clear(seed[:])
	if pin := args[1]; pin.Type() == js.TypeString && pin.String() != "" {
		k.server.SetPin(pin.String())
		defer k.server.SetPin("")
	}
	answer, err := k.admit(v)
	if err != nil || answer["state"] != "ready" {
		v.Wipe()
		return answer, err
	}
	k.voter = v
	return answer, nil
}

// admit says where the deputy stands. What is no mistake of anybody is a state,
// not an error.
func (k *kiosk) admit(v *client.Voter) (bridge.Map, error) {
	s := k.board.State()
	err := v.Identify()
	if r, ok := errors.AsType[*client.Refusal](err); ok && r.Code == "not_in_roll" || errors.Is(err, client.ErrRoll) {
		return bridge.Object("state", "unknown_badge"), nil
	}
	if err != nil {
		return nil, err
	}
	switch {
	case s.Phase() != election.PhaseVoting:
		return bridge.Object("state", "not_open", "phase", s.Phase().String(), "index", v.Index()), nil
	case !s.CheckedIn(v.Index()):
		return bridge.Object("state", "not_checked_in", "index", v.Index()), nil
	}
	if err := v.Obtain(); err != nil {
		return refusedState(err, v.Index())
	}
	decided, err := v.Resume()
	if err != nil {
		return nil, err
	}
	if !decided {
		return bridge.Object("state", "ready", "index", v.Index()), nil
	}
	answer := takeHome(v)
	answer["state"], answer["index"] = "cast", v.Index()
	if answer["kind"] == "unused" {
		answer["state"] = "unused"
	}
	return answer, nil
}

// refusedState is what the server's refusals to issue mean at the screen.
func refusedState(err error, index uint32) (bridge.Map, error) {
	if errors.Is(err, client.ErrOther) {
		return bridge.Object("state", "other", "index", index), nil
	}
	r, ok := errors.AsType[*client.Refusal](err)
	if !ok {
		return nil, err
	}
	switch r.Code {
	case "not_checked_in":
		return bridge.Object("state", "not_checked_in", "index", index), nil
	case "already_issued":
		return bridge.Object("state", "other", "index", index), nil
	case "not_open", "suspended", "closed", "voided":
		return bridge.Object("state", "not_open", "phase", r.Code, "index", index), nil
	}
	return nil, err
}

func (k *kiosk) seal(args []js.Value) (any, error) {
	if k.voter == nil {
		return nil, bridge.ErrOrder
	}
	code, err := k.voter.Seal(bridge.ReadChoice(args[0]))
	if err != nil {
		return nil, choiceError(err)
	}
	k.code = code
	return bridge.Object("code", code[:], "hex", code, "spaced", bridge.Spaced(code), "qr", "PJS1:"+base32Code.EncodeToString(code[:])), nil
}

// choiceError marks what the ballot does not offer at all, which only a page
// with a mistake asks for.
func choiceError(err error) error {
	if errors.Is(err, client.ErrDecided) {
		return err
	}
	if _, ok := errors.AsType[*ballot.LimitError](err); ok {
		return err
	}
	return bridge.ErrArgument
}

func (k *kiosk) cast([]js.Value) (any, error) {
	if k.voter == nil {
		return nil, bridge.ErrOrder
	}
	if err := k.voter.Cast(); err != nil {
		return nil, err
	}
	k.code = [32]byte{}
	return takeHome(k.voter), nil
}

func (k *kiosk) handInUnused([]js.Value) (any, error) {
	if k.voter == nil {
		return nil, bridge.ErrOrder
	}
	if err := k.voter.Decline(); err != nil {
		return nil, err
	}
	return takeHome(k.voter), nil
}

// takeHome is what the deputy may take along.
func takeHome(v *client.Voter) bridge.Map {
	p := v.Promise()
	raw := p.Marshal()
	return bridge.Object(
		"kind", v.Promised().String(), "trackingCode", p.Entry, "spaced", bridge.Spaced(p.Entry), "promise", raw,
		"receipt", "piaojue-promise-v1\n"+base64.StdEncoding.EncodeToString(raw)+"\n",
	)
}

// challenge opens the sealed ballot for a second device.
func (k *kiosk) challenge([]js.Value) (any, error) {
	if k.voter == nil {
		return nil, bridge.ErrOrder
	}
	revealed, err := k.voter.Challenge()
	if err != nil {
		return nil, err
	}
	p, code := k.board.State().Params(), k.code
	k.code = [32]byte{}
	bits, err := p.CheckRevealed(revealed, code)
	if err != nil {
		return nil, err
	}
	raw := revealed.Marshal()
	return bridge.Object(
		"opening", raw, "qr", "PJO1:"+base32Code.EncodeToString(raw),
		"choice", bridge.Choice(p.Grid().Read(bits)), "code", code,
	), nil
}

// kept says which of the promises that the page remembers were kept in the closed
// log, and hands over the evidence of those that were not: the terminal itself
// finds out a ballot that was dropped (attack S3).
func (k *kiosk) kept(args []js.Value) (any, error) {
	switch {
	case k.board == nil:
		return nil, bridge.ErrOrder
	case !js.Global().Get("Array").Call("isArray", args[0]).Bool():
		return nil, bridge.ErrArgument
	}
	if p := k.board.State().Phase(); p < election.PhaseClosed || p == election.PhaseVoided {
		return nil, client.ErrNotClosed
	}
	n, found := args[0].Length(), 0
	missing := []bridge.Map{}
	var failed error
	for i := range n {
		raw, err := bridge.Bytes(args[0].Index(i))
		if err != nil {
			return nil, err
		}
		p, err := audit.ParsePromise(raw)
		if err != nil {
			return nil, bridge.ErrArgument
		}
		breach, err := k.board.Breach(p)
		switch {
		case err == nil:
			missing = append(missing, bridge.Object("trackingCode", p.Entry, "name", breach.Name(), "file", breach.Marshal()))
		case errors.Is(err, audit.ErrKept):
			found++
		case p.Manifest != k.board.State().Manifest().Hash() || errors.Is(err, audit.ErrFormer):
			// this log need not have it, and it hides none that the log must have
		default:
			failed = err
		}
	}
	if len(missing) == 0 && failed != nil {
		return nil, failed
	}
	return bridge.Object("promises", n, "found", found, "missing", missing), nil
}

// wipe forgets the deputy.
func (k *kiosk) wipe() {
	if k.voter != nil {
		k.voter.Wipe()
	}
	k.voter, k.code = nil, [32]byte{}
}
