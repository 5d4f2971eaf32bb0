package client_test

import (
	"errors"
	"maps"
	"slices"
	"testing"
	"testing/fstest"

	"piaojue/audit"
	"piaojue/client"
	"piaojue/election"
)

// session is forty deputies who all have cast at honest terminals, with what
// these were promised, and a server that has not closed the vote yet.
func session(t *testing.T) (h *hall, promises []*audit.Promise) {
	t.Helper()
	h = prepareHall(t)
	h.enrol(40)
	h.freeze()
	h.approve()
	h.ceremony()
	present := &election.Attendance{Chain: h.chain(), Present: 40}
	for i := range uint32(40) {
		present.Indexes = append(present.Indexes, i)
	}
	h.append(entry(election.NewEntry(present)), h.scrutineerSign(1), h.scrutineerSign(2))
	h.append(entry(election.NewEntry(&election.Opening{Chain: h.chain(), Epoch: 1, Issuers: []uint8{0}})), h.staffSign, h.presidiumSign)
	b := h.board(h.send)
	for _, badge := range h.badges {
		v := client.NewVoter(b, badge)
		check(t, v.Identify())
		check(t, v.Obtain())
		_, err := v.Seal(choice(len(promises) % 3))
		check(t, err)
		check(t, v.Cast())
		promises = append(promises, v.Promise())
	}
	return h, promises
}

// again is the same server at the same moment.
func (h *hall) again() *hall {
	h.t.Helper()
	twin := *h
	twin.log, twin.box = &memory{}, maps.Clone(h.box)
	twin.state = election.NewState(func(size uint64) ([32]byte, error) {
		return audit.RootAt(h.t.Context(), twin.log, size)
	})
	for _, raw := range h.log.entries {
		e, err := election.ParseEntry(raw)
		check(h.t, err)
		check(h.t, twin.post(e))
	}
	return &twin
}

// force appends what no honest server does.
func (h *hall) force(e *election.Entry) {
	h.t.Helper()
	_, err := audit.Append(h.t.Context(), h.log, uint64(len(h.log.entries)), [][]byte{e.Marshal()})
	check(h.t, err)
}

// closing is how a server closes the vote. It returns the size of its closing
// checkpoint.
type closing func(h *hall, tenth []*audit.Promise) (size uint64)

// take takes the promised ballots out of the box.
func (h *hall) take(promises []*audit.Promise) (taken []*election.Entry) {
	h.t.Helper()
	for key, raw := range h.box {
		hash := election.HashEntry(raw)
		if slices.ContainsFunc(promises, func(p *audit.Promise) bool { return p.Entry == hash }) {
			e, err := election.ParseEntry(raw)
			check(h.t, err)
			taken = append(taken, e)
			delete(h.box, key)
		}
	}
	return taken
}

func closeHonestly(h *hall, _ []*audit.Promise) uint64 {
	h.close()
	return h.state.ClosingSize()
}

func dropTenth(h *hall, tenth []*audit.Promise) uint64 {
	h.take(tenth)
	h.close()
	return h.state.ClosingSize()
}

// delayTenth has these ballots wait until after the close entry.
func delayTenth(h *hall, tenth []*audit.Promise) uint64 {
	late := h.take(tenth)
	h.shut()
	for _, e := range late {
		h.force(e)
	}
	h.append(entry(election.NewEntry(h.state.ExpectedCollection(1768180100))), h.scrutineerSign(1), h.scrutineerSign(2))
	return uint64(len(h.log.entries))
}

// delayToEnd has them wait until everything is signed.
func delayToEnd(h *hall, tenth []*audit.Promise) uint64 {
	late := h.take(tenth)
	h.close()
	for _, e := range late {
		h.force(e)
	}
	return h.state.ClosingSize()
}

// doubleTenth writes these ballots twice, and counts them twice.
func doubleTenth(h *hall, tenth []*audit.Promise) uint64 {
	honest := h.again()
	honest.close()
	var end *election.Close
	for _, raw := range honest.log.entries[len(h.log.entries):] {
		e, err := election.ParseEntry(raw)
		check(h.t, err)
		switch e.Kind {
		case election.KindClose:
			end, err = election.ParseClose(e.Body)
			check(h.t, err)
			end.Ballots += uint32(len(tenth))
			e = entry(election.NewEntry(end))
			h.logSign(e)
		case election.KindCollection:
			c, err := election.ParseCollection(e.Body)
			check(h.t, err)
			c.Close, c.Ballots = election.HashEntry(h.log.entries[len(h.log.entries)-1]), end.Ballots
			e = entry(election.NewEntry(c))
			h.scrutineerSign(1)(e)
			h.scrutineerSign(2)(e)
		}
		h.force(e)
		if slices.ContainsFunc(tenth, func(p *audit.Promise) bool { return p.Entry == e.Hash() }) {
			h.force(e)
		}
	}
	return uint64(len(h.log.entries))
}

// published is the record that a server publishes, whatever its state says.
func (h *hall) published(closing uint64) fstest.MapFS {
	h.t.Helper()
	files := fstest.MapFS{}
	err := audit.WriteRecord(h.t.Context(), h.log, h.checkpoint(uint64(len(h.log.entries))), h.checkpoint(closing), func(path string, data []byte) error {
		files[path] = &fstest.MapFile{Data: data, Mode: 0o644}
		return nil
	})
	check(h.t, err)
	return files
}

// brokenOf says which promises somebody finds broken, each with a file that
// convicts the server on its own.
func brokenOf(t *testing.T, promises []*audit.Promise, judge func(*audit.Promise) (*audit.Breach, error)) (broken []*audit.Promise, err error) {
	t.Helper()
	for _, p := range promises {
		b, err := judge(p)
		if errors.Is(err, audit.ErrKept) {
			continue
		}
		if err != nil {
			return broken, err
		}
		read, err := audit.ParseBreach(b.Marshal())
		check(t, err)
		check(t, read.Verify())
		broken = append(broken, p)
	}
	return broken, nil
}

// atTerminal is what the terminals find out, which replay the log.
func atTerminal(t *testing.T, send client.Transport, manifest [32]byte, promises []*audit.Promise) ([]*audit.Promise, error) {
	b := client.NewBoard(send, "v", manifest)
	if err := b.Update(); err != nil {
		return nil, err
	}
	return brokenOf(t, promises, b.Breach)
}

// atHome is what deputies find out, with piaojue receipt verify or a telephone.
func atHome(t *testing.T, send client.Transport, manifest [32]byte, promises []*audit.Promise) ([]*audit.Promise, error) {
	o := client.NewOutline(send, "v", manifest)
	if err := o.Update(); err != nil {
		return nil, err
	}
	return brokenOf(t, promises, func(p *audit.Promise) (*audit.Breach, error) {
		fate, b, err := o.Fate(p)
		if fate == client.FateKept {
			err = audit.ErrKept
		}
		return b, err
	})
}

// TestDishonestServer (S3, S14, B5): a server that drops, delays or doubles every
// tenth ballot of a session is always caught: by the terminals after the close,
// by whoever verifies a promise, or by the verifier, and no other promise is
// called broken. Its twin closes the same box honestly, and is accused of nothing.
func TestDishonestServer(t *testing.T) {
	box, promises := session(t)
	var tenth []*audit.Promise
	for i := 9; i < len(promises); i += 10 {
		tenth = append(tenth, promises[i])
	}
	type finding struct {
		broken []*audit.Promise
		err    error
	}
	for name, test := range map[string]struct {
		close          closing
		terminal, home finding
		check          election.CheckID // of the verifier, which fails; empty: none
	}{
		"honest":     {closeHonestly, finding{}, finding{}, ""},
		"drops":      {dropTenth, finding{broken: tenth}, finding{broken: tenth}, ""},
		"delays":     {delayTenth, finding{err: client.ErrBoard}, finding{broken: tenth}, election.CheckEntryPhase},
		"delaysMore": {delayToEnd, finding{err: client.ErrBoard}, finding{err: client.ErrBoard}, election.CheckEntryPhase},
		"doubles":    {doubleTenth, finding{err: client.ErrBoard}, finding{err: client.ErrBoard}, election.CheckBallotUnique},
	} {
		t.Run(name, func(t *testing.T) {
			h := box.again()
			files, manifest := h.published(test.close(h, tenth)), h.manifest.Hash()
			send := client.Offline(files, "v")
			for who, f := range map[string]struct {
				look func(*testing.T, client.Transport, [32]byte, []*audit.Promise) ([]*audit.Promise, error)
				want finding
			}{"terminal": {atTerminal, test.terminal}, "deputy": {atHome, test.home}} {
				broken, err := f.look(t, send, manifest, promises)
				if !errors.Is(err, f.want.err) || !slices.Equal(broken, f.want.broken) {
					t.Errorf("the %s finds %d of %d broken, %v", who, len(broken), len(f.want.broken), err)
				}
			}
			report := audit.Verify(audit.OpenRecord(files), audit.Options{Manifest: &manifest})
			if report.Failed() != (test.check != "") || report.Failed() && report.Status(test.check) != audit.Failed {
				t.Errorf("the verifier, check %q: %+v", test.check, report.Findings)
			}
		})
	}
}
