package main

import (
	"bytes"
	"errors"
	"slices"
	"syscall/js"

	"piaojue/audit"
	"piaojue/bridge"
	"piaojue/client"
	"piaojue/election"
)

var (
	errReread    = &bridge.Fault{Code: "reread_key", Err: errors.New("the key file must be read anew before")}
	errComplaint = &bridge.Fault{Code: "complaint", Err: errors.New("a complaint has ended the ceremony")}
	errRoot      = &bridge.Fault{Code: "root_needed", Err: errors.New("the root that was read aloud is needed")}
)

// trustee finds the place of the open key in the log as it is now.
func (d *desk) trustee() (*client.Trustee, error) {
	if err := d.update(); err != nil {
		return nil, err
	}
	if d.holder == nil {
		return nil, errNoKey
	}
	if d.holder.static == nil {
		return nil, errKind
	}
	return client.NewTrustee(d.board, d.holder.role, d.holder.static)
}

// ceremony says where the key ceremony stands, and whose turn it is.
func (d *desk) ceremony([]js.Value) (any, error) {
	t, err := d.trustee()
	if err != nil {
		return nil, err
	}
	s := d.board.State()
	c := s.Ceremony()
	var all []bridge.Map
	for i, x := range c.Trustees().Scrutineers {
		all = append(all, bridge.Object(
			"index", i+1, "name", x.Name, "delegation", x.Delegation,
			"dealt", c.Dealings()[i] != nil, "agreed", c.Agreements()[i] != nil, "ready", c.Ready()[i],
		))
	}
	o := bridge.Object(
		"index", int(t.Index()), "n", len(all), "t", int(s.Manifest().Threshold), "attempt", s.Attempt(),
		"trustees", all, "waitingFor", idle(all), "jointKey", nil, "complaint", nil,
	)
	o["state"] = stepOf(all, int(t.Index())-1)
	if k := s.JointKey(); k != nil {
		o["jointKey"] = [32]byte(k.Y.Bytes())
	}
	if x := c.Complaint(); x != nil {
		o["state"], o["complaint"] = "complaint", bridge.Object("index", int(x.Index), "accused", int(x.Accused))
	}
	return o, nil
}

var deeds = []string{"dealt", "agreed", "ready"}

// stepOf is what trustee i has to do now.
func stepOf(all []bridge.Map, i int) string {
	for at, deed := range deeds {
		if all[i][deed] == false {
			return []string{"deal", "agree", "ready"}[at]
		}
		if deed != "ready" && slices.ContainsFunc(all, func(x bridge.Map) bool { return x[deed] == false }) {
			return "wait"
		}
	}
	return "done"
}

// idle lists who must act before anything goes on.
func idle(all []bridge.Map) []bridge.Map {
	for _, deed := range deeds {
		var missing []bridge.Map
		for _, x := range all {
			if x[deed] == false {
				missing = append(missing, bridge.Object("index", x["index"], "name", x["name"]))
			}
		}
		if missing != nil {
			return missing
		}
	}
	return nil
}

// ceremonyStep makes the entry that the ceremony expects of this trustee.
func (d *desk) ceremonyStep([]js.Value) (any, error) {
	t, err := d.trustee()
	if err != nil {
		return nil, err
	}
	if d.board.State().Ceremony().Complaint() != nil {
		return nil, errComplaint
	}
	e, err := t.Next()
	if err != nil {
		return nil, err
	}
	if e == nil {
		return nil, bridge.ErrOrder
	}
	if e.Kind == election.KindReady && !d.holder.fresh {
		return nil, errReread
	}
	d.holder.fresh = false
	return bridge.Object("entry", e.Marshal(), "kind", e.Kind.String()), nil
}

// pendingShare is a share that must not leave before the note of it is kept.
type pendingShare struct {
	entry   *election.Entry
	closing client.Closing
	first   bool // this device has no note of having opened this vote
}

// prepareShare downloads the record, verifies all of it and makes the share.
func (d *desk) prepareShare(args []js.Value) (any, error) {
	d.pending = nil
	t, err := d.trustee()
	if err != nil {
		return nil, err
	}
	s := d.board.State()
	o := bridge.Object("shares", numbers(s.Shares()), "numbers", bridge.Numbers(s.Numbers()), "done", slices.Contains(s.Shares(), t.Index()))
	if o["done"] == true {
		return o, nil
	}
	opened, err := d.openedOf(args[0])
	if err != nil {
		return nil, err
	}
	t.Progress = newProgress(args[1], "verify").report
	e, closing, err := d.share(t, opened, args[1])
	if err != nil {
		return nil, err
	}
	d.pending = &pendingShare{entry: e, closing: closing, first: opened == nil}
	manifest := s.ManifestHash()
	o["closing"] = bridge.Object("size", closing.Size, "root", closing.Root, "spaced", bridge.Spaced(closing.Root))
	o["opened"], o["openedName"] = closing.Marshal(manifest), "opened-"+bridge.Spaced(manifest)[:4]+bridge.Spaced(manifest)[5:9]+".txt"
	o["firstTime"] = opened == nil
	return o, nil
}

// openedOf reads the note of what this trustee has opened.
func (d *desk) openedOf(v js.Value) (*client.Closing, error) {
	if !v.Truthy() {
		return nil, nil
	}
	note, err := dataOf(v)
	if err != nil {
		return nil, err
	}
	c, err := client.ParseClosing(note, d.board.State().ManifestHash())
	if err != nil {
		return nil, &bridge.Fault{Code: "argument", Err: err}
	}
	return c, nil
}

func (d *desk) share(t *client.Trustee, opened *client.Closing, onProgress js.Value) (*election.Entry, client.Closing, error) {
	archive, err := download(d.server, onProgress)
	if err != nil {
		return nil, client.Closing{}, err
	}
	record, err := audit.OpenArchive(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		return nil, client.Closing{}, err
	}
	e, closing, err := t.Share(record, opened)
	if r, ok := errors.AsType[*client.ReportError](err); ok {
		code := "record"
		if !r.Report.Failed() {
			code = "not_collected"
		}
		err = &bridge.Fault{Code: code, Err: r, More: bridge.Object("report", reportOf(r.Report))}
	}
	return e, closing, err
}

// releaseShare hands over the share. On a device that has not opened this vote
// before, the person brings the root that was read aloud: another one would be
// a second sum of the same ballots (attack K5).
func (d *desk) releaseShare(args []js.Value) (any, error) {
	p := d.pending
	if p == nil {
		return nil, bridge.ErrOrder
	}
	if args[0].Type() == js.TypeString {
		root, err := bridge.Hash(args[0])
		if err != nil {
			return nil, err
		}
		if root != p.closing.Root {
			return nil, client.ErrOtherRoot
		}
	} else if p.first {
		return nil, errRoot
	}
	return bridge.Object("entry", p.entry.Marshal()), nil
}

// destroyed is the entry that says that the static key is destroyed. The page
// deletes the file after it is in the log: a key that is gone cannot sign.
func (d *desk) destroyed([]js.Value) (any, error) {
	t, err := d.trustee()
	if err != nil {
		return nil, err
	}
	e, err := t.Destroyed()
	if err != nil {
		return nil, err
	}
	return bridge.Object("entry", e.Marshal()), nil
}
