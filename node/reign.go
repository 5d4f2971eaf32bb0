package node

import (
	"errors"
	"io/fs"
	"strings"

	"piaojue/store"
)

// reignName is the file of the last leader that a node knows of. Each node keeps it
// beside its keys and tells the others, so that none leads in a database that was
// left behind (attack S2).
const reignName = "leader.reign"

var _ store.Past = (*folder)(nil)

// Reign implements store.Past.
func (f *folder) Reign() (store.Reign, error) {
	text, err := f.read(reignName)
	if errors.Is(err, fs.ErrNotExist) {
		return store.Reign{}, nil
	}
	if err != nil {
		return store.Reign{}, err
	}
	return store.ParseReign(text)
}

// Keep implements store.Past.
func (f *folder) Keep(r store.Reign) error {
	changing.Lock()
	defer changing.Unlock()
	return f.keep(r)
}

// keep is Keep. The caller holds changing.
func (f *folder) keep(r store.Reign) error {
	known, err := f.Reign()
	if err != nil || r.Epoch <= known.Epoch {
		return err
	}
	return f.put(reignName, r.Marshal())
}

var errOtherReign = errors.New("node: another leader of the same epoch: one of two databases was left behind")

// takeReign keeps the newer one. Of two of one epoch nobody can say which is newer.
func (f *folder) takeReign(data []byte) error {
	r, err := store.ParseReign(data)
	if err != nil {
		return err
	}
	known, err := f.Reign()
	if err == nil && r.Epoch == known.Epoch && r != known {
		err = errOtherReign
	}
	if err != nil {
		return err
	}
	return f.keep(r)
}

// grows reports whether a file is one of those that change all the time, of which
// the newest stays.
func grows(name string) bool { return name == reignName || strings.HasSuffix(name, headSuffix) }

// doubt ends the lead of a node that hears of a newer leader.
func (n *Node) doubt() {
	s := n.serving()
	if s == nil {
		return
	}
	if known, err := n.keys.Reign(); err == nil && s.lease.Reign().After(known) {
		return
	}
	n.config.Log.Error("this node led in a database that was left behind", "epoch", s.lease.Epoch)
	go s.lease.Release()
}
