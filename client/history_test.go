package client_test

import (
	"errors"
	"slices"
	"testing"

	"piaojue/audit"
	"piaojue/client"
)

// shown is the history of the hall's log at a size, as a server shows it.
func (h *hall) shown(log *audit.Key, size uint64) *client.History {
	h.t.Helper()
	s, err := client.ReadHistory(h.sendSize(size), "v", log)
	check(h.t, err)
	return s
}

// TestCompare (S1): of two histories that one key signed, each as somebody has
// it, one continues the other, or evidence convicts the key, or it cannot be
// told, and then nobody is accused.
func TestCompare(t *testing.T) {
	h := newHall(t)
	h.approve()
	h.ceremony()
	log, err := client.LogKey(h.send, "v", h.manifest.Hash())
	check(t, err)
	honest, size := h.log, uint64(len(h.log.entries))
	whole, early := h.shown(log, size), h.shown(log, size-2)
	note := func(size uint64) *client.History {
		s, err := client.NewHistory(log, h.checkpoint(size))
		check(t, err)
		return s
	}
	bare, bareEarly := note(size), note(size-2)
	entries := slices.Clone(honest.entries)
	entries[1] = entries[2]
	h.log = &memory{}
	_, err = audit.Append(t.Context(), h.log, 0, entries)
	check(t, err)
	forked, forkedEarly, forkedBare := h.shown(log, size), h.shown(log, size-2), note(size-2)
	for name, test := range map[string]struct {
		a, b     *client.History
		convicts bool
		err      error
	}{
		"same":                    {whole, whole, false, nil},
		"sameBare":                {bare, bare, false, nil},
		"continued":               {early, whole, false, nil},
		"bareContinued":           {bareEarly, whole, false, nil},
		"continuedByBare":         {early, bare, false, audit.ErrUnproven},
		"forked":                  {whole, forked, true, nil},
		"forkedBare":              {bareEarly, forkedBare, true, nil},
		"forkedEarlier":           {whole, forkedEarly, true, nil},
		"forkedLater":             {early, forked, true, nil},
		"forkedBareAgainstRecord": {forkedBare, whole, true, nil},
		"forkedBareAgainstBare":   {forkedBare, bare, false, audit.ErrUnproven},
	} {
		for _, pair := range [][2]*client.History{{test.a, test.b}, {test.b, test.a}} {
			e, err := pair[0].Compare(pair[1])
			if !errors.Is(err, test.err) || (e != nil) != test.convicts {
				t.Fatalf("%s: %v, evidence %v", name, err, e != nil)
			}
			if e != nil {
				read, err := audit.ParseEvidence(e.Marshal())
				check(t, err)
				check(t, read.Verify())
			}
		}
	}
}

// TestCompareOtherLog: checkpoints of two logs contradict nothing, and hashes
// that are not the checkpoint's are believed by nobody.
func TestCompareOtherLog(t *testing.T) {
	h := newHall(t)
	log, err := client.LogKey(h.send, "v", h.manifest.Hash())
	check(t, err)
	other, err := audit.LogKey("other", public(keyOf("promise")))
	check(t, err)
	if _, err := client.NewHistory(other, h.checkpoint(1)); !errors.Is(err, client.ErrOtherLog) {
		t.Errorf("another log's checkpoint: %v", err)
	}
	note, err := audit.Sign(audit.Checkpoint{Origin: "other", Size: 1, Root: [32]byte{1}}, keyOf("promise"))
	check(t, err)
	foreign, err := client.NewHistory(other, note)
	check(t, err)
	if e, err := h.shown(log, 1).Compare(foreign); !errors.Is(err, client.ErrOtherLog) || e != nil {
		t.Errorf("two logs: %v", err)
	}
	if _, err := client.ReadHistory(h.changing("tile/0/", flip(0)), "v", log); !errors.Is(err, client.ErrBoard) {
		t.Errorf("other hashes: %v", err)
	}
}

// FuzzReadHistory: a server that answers anything, first with a checkpoint and then
// with parts of the tree, makes no history that its log has not signed.
func FuzzReadHistory(f *testing.F) {
	h := newHall(f)
	log, err := client.LogKey(h.send, "v", h.manifest.Hash())
	check(f, err)
	signed, err := h.send(client.Request{Method: "GET", Path: "/board/v/checkpoint"})
	check(f, err)
	f.Add([]byte{}, []byte{})
	f.Add([]byte{}, make([]byte, 96))
	f.Add([]byte("v\n1\n"), []byte("v"))
	f.Fuzz(func(t *testing.T, note, tile []byte) {
		first := true
		if len(note) == 0 { // each process that fuzzes has a key of its own
			note = signed
		}
		s, err := client.ReadHistory(func(client.Request) ([]byte, error) {
			if first {
				first = false
				return note, nil
			}
			return tile, nil
		}, "v", log)
		if s == nil && err == nil || err == nil && len(tile)%32 != 0 {
			t.Errorf("%q after %q: %v, %v", tile, note, s, err)
		}
	})
}
