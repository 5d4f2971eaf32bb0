package main

import (
	"encoding/hex"
	"strings"
	"syscall/js"

	"piaojue/bridge"
	"piaojue/client"
)

// track looks at the log of a vote from outside, for those who look for a
// ballot: the hashes of all entries, and how it ends.
func (d *desk) track(args []js.Value) (any, error) {
	manifest, err := d.connect(args)
	if err != nil {
		return nil, err
	}
	o := client.NewOutline(d.send, d.server.Vote, manifest)
	if err := o.Update(); err != nil {
		return nil, err
	}
	d.outline = o
	return d.outlined(), nil
}

// updateOutline fetches what is new.
func (d *desk) updateOutline() error {
	if d.outline == nil {
		return errNotOpened
	}
	return d.outline.Update()
}

// outlined is what the outline of the log says about the box. Indexes count
// from 0, and the ballots stand from the first one to before the last.
func (d *desk) outlined() bridge.Map {
	o := bridge.Object(
		"size", d.outline.Checkpoint().Size, "witnesses", len(d.outline.Checkpoint().Witnesses),
		"voided", d.outline.Voided(), "closed", false, "closing", nil,
	)
	if end, index := d.outline.Close(); end != nil {
		from, to := d.outline.Ballots()
		o["closed"], o["close"], o["from"], o["to"] = true, index, from, to
	}
	if c := d.outline.Closing(); c != nil {
		o["closing"] = bridge.Object("size", c.Size, "witnesses", len(c.Witnesses))
	}
	return o
}

// checkTrackingCode looks for what came out of the box, by the code or what the
// terminal shows of it. The outline has all hashes, so nobody is asked: a
// question would tell the server whose ballot it is.
func (d *desk) checkTrackingCode(args []js.Value) (any, error) {
	start, err := trackingCode(args[0])
	if err != nil {
		return nil, err
	}
	if err := d.updateOutline(); err != nil {
		return nil, err
	}
	places := []bridge.Map{}
	for _, p := range d.outline.Find(start) {
		kind := ""
		if p.Kind != 0 {
			kind = p.Kind.String()
		}
		places = append(places, bridge.Object("trackingCode", p.Entry, "index", p.Index, "kind", kind))
	}
	return bridge.Object("places", places, "outline", d.outlined()), nil
}

// shortCode is how many bytes of a tracking code a terminal shows at first.
const shortCode = 8

func trackingCode(v js.Value) ([]byte, error) {
	if v.Type() != js.TypeString {
		return nil, bridge.ErrArgument
	}
	code, err := hex.DecodeString(strings.ReplaceAll(v.String(), " ", ""))
	if err != nil || len(code) != shortCode && len(code) != 32 {
		return nil, bridge.ErrArgument
	}
	return code, nil
}
