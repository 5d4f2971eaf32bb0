package main

import (
	"archive/zip"
	"bytes"
	"errors"
	"syscall/js"

	"piaojue/bridge"
	"piaojue/client"
	"piaojue/election"
)

// desk is one person's device: a verified board, a key, and what is under way.
type desk struct {
	server  *bridge.Server
	send    client.Transport
	board   *client.Board
	outline *client.Outline // nil: no ballot is looked for
	pinned  bool
	offline bool
	holder  *holder           // nil: no key is open
	motions map[string]motion // by hash: what examine has checked
	shown   *election.Entry   // what preview has built
	pending *pendingShare

	unsigned *client.Draft // of the projects' log, read and shown

	compared map[[32]byte]bool  // batches that say what the person's sheets say
	next     *election.Manifest // of the vote that follows; nil: the page gave none
}

// open follows the log of a vote from the manifest hash, at a server or in a
// record.
func (d *desk) open(args []js.Value) (any, error) {
	manifest, err := d.connect(args)
	if err != nil {
		return nil, err
	}
	b := client.NewBoard(d.send, d.server.Vote, manifest)
	b.Keep()
	if err := b.Update(); err != nil {
		return nil, err
	}
	d.board = b
	return d.vote(), nil
}

// connect says which log the desk is about: vote, manifest hash and options. It
// forgets what it knew of another.
func (d *desk) connect(args []js.Value) (manifest [32]byte, err error) {
	if args[0].Type() != js.TypeString {
		return manifest, bridge.ErrArgument
	}
	d.board, d.outline, d.motions, d.shown, d.pending, d.compared, d.offline = nil, nil, make(map[string]motion), nil, nil, nil, false
	d.server = bridge.NewServer(args[0].String(), args[2], true)
	d.send = d.server.Transport
	if err := d.useRecord(args[2]); err != nil {
		return manifest, err
	}
	return d.manifestHash(args[1])
}

// useRecord takes the log from options.record, if that is given.
func (d *desk) useRecord(options js.Value) error {
	if options.Type() != js.TypeObject || !options.Get("record").Truthy() {
		return nil
	}
	archive, err := archiveOf(options.Get("record"))
	if err != nil {
		return err
	}
	files, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		return &bridge.Fault{Code: "argument", Err: err}
	}
	d.send, d.offline = client.Offline(files, d.server.Vote), true
	return nil
}

// manifestHash is the hash that the person has from paper, or else what the
// server says.
func (d *desk) manifestHash(given js.Value) (hash [32]byte, err error) {
	if d.pinned = given.Type() == js.TypeString; d.pinned {
		return bridge.Hash(given)
	}
	if d.offline {
		return hash, bridge.ErrArgument
	}
	view, err := d.server.View()
	if err != nil {
		return hash, err
	}
	if hash, err = bridge.Hash(view.Get("manifest")); err != nil {
		return hash, client.ErrNotOpen
	}
	return hash, nil
}

func (d *desk) vote() bridge.Map { return bridge.Vote(d.board, d.server.Vote, d.pinned) }

var errNotOpened = &bridge.Fault{Code: "order", Err: errors.New("no vote is opened")}

// update fetches what is new. Whatever is said or signed is by the latest log.
func (d *desk) update() error {
	if d.board == nil {
		return errNotOpened
	}
	return d.board.Update()
}

func (d *desk) refresh([]js.Value) (any, error) {
	if err := d.update(); err != nil {
		return nil, err
	}
	return d.vote(), nil
}
