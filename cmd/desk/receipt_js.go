package main

import (
	"encoding/base32"
	"encoding/base64"
	"errors"
	"strings"
	"syscall/js"

	"piaojue/audit"
	"piaojue/ballot"
	"piaojue/bridge"
	"piaojue/client"
)

const promiseHeader = "piaojue-promise-v1\n"

// verifyReceipt compares what a deputy took home with the log.
func (d *desk) verifyReceipt(args []js.Value) (any, error) {
	data, err := dataOf(args[0])
	if err != nil {
		return nil, err
	}
	if err := d.updateOutline(); err != nil {
		return nil, err
	}
	if p, ok := promiseOf(data); ok {
		return d.verifyPromise(p)
	}
	code, err := bridge.Hash(args[1])
	if err != nil {
		return nil, err
	}
	r, err := audit.ParseReceipt(data)
	if err != nil {
		return nil, &bridge.Fault{Code: "receipt", Err: err}
	}
	if err := d.outline.CheckReceipt(code, r); err != nil {
		return nil, err
	}
	return bridge.Object("kind", "receipt", "trackingCode", code, "status", "recorded", "index", r.Index), nil
}

// promiseOf reads a promise, as bytes or as the text that is taken home.
func promiseOf(data []byte) (*audit.Promise, bool) {
	if text, ok := strings.CutPrefix(string(data), promiseHeader); ok {
		raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
		if err != nil {
			return nil, false
		}
		data = raw
	}
	p, err := audit.ParsePromise(data)
	return p, err == nil
}

// verifyPromise says whether the server kept its word, and hands over the evidence
// if not (attack S3).
func (d *desk) verifyPromise(p *audit.Promise) (any, error) {
	if p.Manifest != d.outline.Manifest().Hash() {
		return nil, &bridge.Fault{Code: "promise_vote", Err: errors.New("the promise is of another vote")}
	}
	if err := p.Verify(d.outline.Manifest().Promise); err != nil {
		return nil, &bridge.Fault{Code: "promise", Err: err}
	}
	fate, breach, err := d.outline.Fate(p)
	if err != nil {
		return nil, err
	}
	o := bridge.Object("kind", "promise", "trackingCode", p.Entry, "status", fate.String())
	switch fate {
	case client.FateKept:
		o["index"] = d.outline.Find(p.Entry[:])[0].Index
	case client.FateBroken:
		o["name"], o["file"] = breach.Name(), breach.Marshal()
	}
	return o, nil
}

func (d *desk) makeReceipt(args []js.Value) (any, error) {
	code, err := bridge.Hash(args[0])
	if err != nil {
		return nil, err
	}
	if err := d.updateOutline(); err != nil {
		return nil, err
	}
	r, err := d.outline.Receipt(code)
	if err != nil {
		return nil, err
	}
	return bridge.Object("index", r.Index, "file", r.Marshal()), nil
}

// codeOf reads what a terminal shows as a QR code: a prefix and base32.
func codeOf(v js.Value, prefix string) ([]byte, error) {
	if v.Type() == js.TypeString {
		if text, ok := strings.CutPrefix(strings.ToUpper(strings.TrimSpace(v.String())), prefix); ok {
			return base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(text)
		}
	}
	return bridge.Bytes(v)
}

func sealCodeOf(v js.Value) (code [32]byte, err error) {
	if code, err = bridge.Hash(v); err == nil {
		return code, nil
	}
	b, err := codeOf(v, "PJS1:")
	if err != nil || len(b) != len(code) {
		return code, bridge.ErrArgument
	}
	return [32]byte(b), nil
}

// checkChallenge is the second device: it recomputes the seal code that was
// captured before the terminal knew that it would have to reveal.
func (d *desk) checkChallenge(args []js.Value) (any, error) {
	seal, err := sealCodeOf(args[1])
	if err != nil {
		return nil, err
	}
	raw, err := codeOf(args[0], "PJO1:")
	if err != nil {
		return nil, bridge.ErrArgument
	}
	if err := d.update(); err != nil {
		return nil, err
	}
	p := d.board.State().Params()
	if p == nil {
		return nil, client.ErrNotOpen
	}
	revealed, err := ballot.ParseRevealed(raw)
	if err != nil {
		return nil, &bridge.Fault{Code: "revealed", Err: err}
	}
	bits, err := p.CheckRevealed(revealed, seal)
	if err != nil {
		return nil, &bridge.Fault{Code: "revealed", Err: err}
	}
	return bridge.Object("choice", bridge.Choice(p.Grid().Read(bits))), nil
}
