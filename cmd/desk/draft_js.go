package main

import (
	"syscall/js"

	"piaojue/bridge"
	"piaojue/client"
	"piaojue/project"
)

// draft reads an entry of the projects' log that waits for a signature, and says
// what it says: {kind, day, actor, seq, hash, log, lines}.
func (d *desk) draft(args []js.Value) (any, error) {
	log, err := bridge.Hash(args[0])
	if err != nil {
		return nil, err
	}
	entry, err := bridge.Bytes(args[1])
	if err != nil {
		return nil, err
	}
	var contents [][]byte
	for i := range args[2].Length() {
		file, err := bridge.Bytes(args[2].Index(i))
		if err != nil {
			return nil, err
		}
		contents = append(contents, file)
	}
	if d.unsigned, err = client.NewDraft(log, entry, contents); err != nil {
		return nil, err
	}
	e := d.unsigned.Entry
	return bridge.Object(
		"kind", e.Kind.String(), "day", uint32(e.Day), "actor", e.Actor, "seq", e.Seq,
		"hash", d.unsigned.Hash(), "log", log, "lines", linesOfDraft(d.unsigned),
	), nil
}

func linesOfDraft(x *client.Draft) []bridge.Map {
	all := []bridge.Map{}
	for _, l := range x.Lines() {
		o := bridge.Object("path", l.Path, "type", l.Type, "value", l.Number, "media", int(l.Media))
		switch v := l.Value.(type) {
		case bool, string, []byte, [32]byte:
			o["value"] = v
		case project.Blob:
			o["value"] = [32]byte(v)
		}
		all = append(all, o)
	}
	return all
}

// signDraft signs the draft that draft has read, and no other.
func (d *desk) signDraft([]js.Value) (any, error) {
	switch {
	case d.unsigned == nil:
		return nil, errNotOpened
	case d.holder == nil:
		return nil, errNoKey
	}
	return d.unsigned.Sign(d.holder.role), nil
}
